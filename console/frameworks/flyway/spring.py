"""Spring Boot's configuration, read as Spring reads it: profiles, several documents, environment on top, `${A:b}`.

Spring starts Flyway with its own data source unless spring.flyway.url names another; on a production box this is
often the only place that knows where the database is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from console.frameworks.flyway.layers import Found, without
from console.frameworks.flyway.native import variables
from console.frameworks.flyway.options import setting_name
from console.readers.settings import canonical, expand, properties, read_text, yaml_documents

PLACES = ("src/main/resources", "src/main/resources/config", "BOOT-INF/classes", "WEB-INF/classes", ".", "config")
"""Weakest first."""
_ENDINGS = (".yaml", ".yml", ".properties")
_FLYWAY = "spring.flyway."
_SOURCE = "spring.datasource."
_TERM = re.compile(r"[()&|!]|[^()&|!\s]+")
Document = tuple[str, dict[str, str]]
"""(origin, settings)"""


def from_spring(folder: Path, environ: Mapping[str, str]) -> Found:
    """What an application's files and environment say of Flyway and its database; empty when there are none."""
    known = variables(folder, environ)
    base = list(_documents(folder, "application"))
    if not base:
        return Found()
    active = _active(base, known)
    chosen = [*base, *(doc for profile in active for doc in _documents(folder, f"application-{profile}"))]
    merged: dict[str, str] = {}
    origins: dict[str, str] = {}
    for origin, values in chosen:
        if _applies(values, active):
            merged |= values
            origins |= dict.fromkeys(values, origin)
    return _settings(merged, origins, known, _unread_profiles(folder, known, active))


def _documents(folder: Path, stem: str) -> Iterable[Document]:
    for place in PLACES:
        for ending in _ENDINGS:
            path = folder / place / f"{stem}{ending}"
            text = read_text(path)
            if text is None:
                continue
            shown = path.relative_to(folder).as_posix()
            if ending == ".properties":
                parts = re.split(r"(?m)^[#!]---[ \t]*$", text)
                yield from ((shown, properties(part)) for part in parts)
            else:
                yield from ((shown, document) for document in yaml_documents(text, shown))


def _active(documents: Iterable[Document], known: Mapping[str, str]) -> tuple[str, ...]:
    text = known.get("SPRING_PROFILES_ACTIVE", "")
    for _, values in documents:
        if _condition(values) is None and "SPRING_PROFILES_ACTIVE" not in known:
            text = values.get("spring.profiles.active", text)
    text = expand(text, known.get)[0]
    return tuple(name.strip() for name in text.split(",") if name.strip() and "@" not in name and "$" not in name) or (
        "default",
    )


def _condition(values: Mapping[str, str]) -> str | None:
    return values.get("spring.config.activate.on-profile", values.get("spring.profiles"))


def _applies(values: Mapping[str, str], active: tuple[str, ...]) -> bool:
    condition = _condition(values)
    return condition is None or any(_holds(term, active) for term in condition.split(","))


def _holds(expression: str, active: tuple[str, ...]) -> bool:
    terms: list[str] = _TERM.findall(expression)

    def either() -> bool:
        value = both()
        while terms and terms[0] == "|":
            terms.pop(0)
            value = both() or value
        return value

    def both() -> bool:
        value = single()
        while terms and terms[0] == "&":
            terms.pop(0)
            value = single() and value
        return value

    def single() -> bool:
        word = terms.pop(0) if terms else ""
        if word == "!":
            return not single()
        if word == "(":
            value = either()
            if terms:
                terms.pop(0)
            return value
        return word in active

    return either()


def _unread_profiles(folder: Path, known: Mapping[str, str], active: tuple[str, ...]) -> tuple[str, ...]:
    if active != ("default",) or known.get("SPRING_PROFILES_ACTIVE"):
        return ()
    names = {path.name for place in PLACES for path in (folder / place).glob("application-*.*")}
    others = sorted(name for name in names if name.endswith(_ENDINGS) and "-default." not in name)
    if not others:
        return ()
    return (
        f"No Spring profile is known to be active (SPRING_PROFILES_ACTIVE is not set): {', '.join(others)} not read.",
    )


def _settings(
    merged: dict[str, str], origins: dict[str, str], known: Mapping[str, str], missing: tuple[str, ...]
) -> Found:
    relaxed = {canonical(name): value for name, value in known.items() if name.startswith("SPRING_")}

    def look(name: str) -> str | None:
        return known.get(name, merged.get(name, relaxed.get(canonical(name))))

    wanted: dict[str, tuple[str, str, str]] = {}
    for name, raw in merged.items():
        if target := _target(name):
            wanted.setdefault(target, (name, raw, origins[name]))
            if name.startswith(_FLYWAY):
                wanted[target] = (name, raw, origins[name])
    wanted |= _overrides(known, wanted)
    values: dict[str, str] = {}
    for target, (name, raw, origin) in wanted.items():
        values[target], unknown = expand(raw, look)
        missing += tuple(without(origin, name, variable) for variable in unknown)
    evidence = any(name.startswith(_FLYWAY) for name in merged)
    return Found(values, {t: origin for t, (_, _, origin) in wanted.items()}, tuple(dict.fromkeys(missing)), evidence)


def _target(name: str) -> str | None:
    """The Flyway setting that a Spring property sets."""
    if name.startswith(_FLYWAY):
        return setting_name(re.sub(r"\[\d+\]$", "", name.removeprefix(_FLYWAY)))
    if name.startswith(_SOURCE):
        key = canonical(name.removeprefix(_SOURCE).removeprefix("hikari."))
        key = {"username": "user", "jdbcurl": "url"}.get(key, key)
        return f"flyway.{key}" if key in {"url", "user", "password"} else None
    return None


def _overrides(known: Mapping[str, str], wanted: Mapping[str, tuple[str, str, str]]) -> dict[str, tuple[str, str, str]]:
    found: dict[str, tuple[str, str, str]] = {}
    for name in sorted(known):
        if name.startswith("SPRING_DATASOURCE_"):
            target = _target(_SOURCE + name.removeprefix("SPRING_DATASOURCE_").removeprefix("HIKARI_").lower())
            if target and not wanted.get(target, ("",))[0].startswith(_FLYWAY):
                found[target] = (name, known[name], name)
    for name in sorted(known):
        if name.startswith("SPRING_FLYWAY_"):
            rest = name.removeprefix("SPRING_FLYWAY_").lower()
            target = setting_name(rest.replace("placeholders_", "placeholders.", 1))
            if target:
                found[target] = (name, known[name], name)
    return found
