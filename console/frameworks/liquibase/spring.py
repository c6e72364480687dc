"""What a Spring Boot application says of Liquibase: its changelog, its database, values for parameters.

Files and environment as Spring ranks them; a document for a profile counts where that profile is named as active.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from console.readers.settings import canonical, expand, first_of, properties, read_text, yaml_documents

PLACES = ("src/main/resources", "src/main/resources/config", "BOOT-INF/classes", ".", "config")
"""Weakest first."""
USUAL = "db/changelog/db.changelog-master.yaml"
"""Where Spring looks for it when nobody says another place."""
_KEYS = {
    "changelogfile": ("springliquibasechangelog",),
    "url": ("springliquibaseurl", "springdatasourceurl"),
    "username": ("springliquibaseuser", "springdatasourceusername"),
    "password": ("springliquibasepassword", "springdatasourcepassword"),
    "databasechangelogtablename": ("springliquibasedatabasechangelogtable",),
}
_ACTIVE = "spring.profiles.active"
_PARAMETERS = "spring.liquibase.parameters."
_PROFILES = ("springconfigactivateonprofile", "springprofiles")


def told(folder: Path, known: Mapping[str, str]) -> dict[str, str]:
    """Settings by the names that Liquibase's own file has for them, and `parameter.name`; {} without Spring."""
    documents = list(_documents(folder, "application"))
    if not documents:
        return {}
    active = _active(documents, known)
    documents += [each for profile in active for each in _documents(folder, f"application-{profile}")]
    plain: dict[str, str] = {}
    for each in documents:
        if _applies(each, active):
            plain |= each
    merged = {canonical(name): value for name, value in plain.items()} | {canonical(n): v for n, v in known.items()}
    found = {name: _first(keys, merged, plain, known) for name, keys in _KEYS.items()}
    given = {f"parameter.{name.removeprefix(_PARAMETERS)}": _value(value, plain, known)
             for name, value in plain.items() if name.startswith(_PARAMETERS)}  # fmt: skip
    usual = {"changelogfile": USUAL} if any((folder / place / USUAL).is_file() for place in PLACES) else {}
    return {**usual, **{name: value for name, value in (found | given).items() if value}}


def _documents(folder: Path, stem: str) -> Iterator[dict[str, str]]:
    for place in PLACES:
        for ending in (".yaml", ".yml", ".properties"):
            text = read_text(folder / place / f"{stem}{ending}")
            if text is not None and ending == ".properties":
                yield properties(text)
            elif text is not None:
                yield from yaml_documents(text, f"{stem}{ending}")


def _active(documents: list[dict[str, str]], known: Mapping[str, str]) -> tuple[str, ...]:
    told_here = (each[_ACTIVE] for each in reversed(documents) if _ACTIVE in each)
    said = known.get("SPRING_PROFILES_ACTIVE") or next(told_here, "")
    return tuple(part.strip() for part in said.split(",") if part.strip() and "$" not in part)


def _applies(document: Mapping[str, str], active: tuple[str, ...]) -> bool:
    asked = next((value for name, value in document.items() if canonical(name) in _PROFILES), "")
    return not asked or asked.strip() in active


def _first(keys: tuple[str, ...], merged: Mapping[str, str], plain: Mapping[str, str], known: Mapping[str, str]) -> str:
    return next((_value(merged[key], plain, known) for key in keys if merged.get(key)), "")


def _value(text: str, plain: Mapping[str, str], known: Mapping[str, str]) -> str:
    """With what it takes from elsewhere; '' where a part of it is not known."""
    done, missing = expand(text, first_of(known, plain))
    return "" if missing else done
