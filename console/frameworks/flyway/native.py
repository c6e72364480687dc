"""Flyway's own configuration: conf and toml files, FLYWAY_ variables, and the plugins of Maven and Gradle.

Only what can be read without running a build is read: literal settings in pom.xml and build.gradle, nothing computed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from console.core.faults import ProjectFault
from console.frameworks.flyway.layers import Found, Layer, stacked
from console.frameworks.flyway.options import CONNECTION, named, setting_name
from console.readers.settings import dotenv, expand, first_of, plain_properties, read_text, toml

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

_GRADLE_BLOCK = re.compile(r"\bflyway\s*\{(?P<body>.*?)^\}", re.DOTALL | re.MULTILINE)
_GRADLE_LINE = re.compile(r"^\s*(?P<name>\w+)\s*=?\s*(?P<value>[\[(]?\s*['\"].*)$", re.MULTILINE)
_QUOTED = re.compile(r"'([^'\n]*)'|\"([^\"\n]*)\"")


def variables(folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment on top of an `.env` file beside the project."""
    return dotenv(read_text(folder / ".env") or "") | dict(environ)


def from_environment(environ: Mapping[str, str]) -> Found:
    """FLYWAY_URL and its like."""
    values: dict[str, str] = {}
    for name, value in environ.items():
        if not name.startswith("FLYWAY_"):
            continue
        rest = name.removeprefix("FLYWAY_")
        holder = rest.removeprefix("PLACEHOLDERS_").lower()
        known = setting_name(f"placeholders.{holder}" if rest.startswith("PLACEHOLDERS_") else rest)
        if known:
            values[known] = value
    evidence = bool({"flyway.url", "flyway.locations"} & set(values))
    return Found(values, dict.fromkeys(values, "the environment (FLYWAY_...)"), evidence=evidence)


def from_files(folder: Path, environ: Mapping[str, str]) -> Found:
    """flyway.conf and flyway.toml, in Flyway's own order: the home folder's, conf/, the project's, those named."""
    given = [Path(folder, name.strip()) for name in environ.get("FLYWAY_CONFIG_FILES", "").split(",") if name.strip()]
    own = [folder / "conf" / "flyway.conf", folder / "flyway.conf", *(p for p in given if p.suffix != ".toml")]
    tomls = [folder / "conf" / "flyway.toml", folder / "flyway.toml", *(p for p in given if p.suffix == ".toml")]
    tomls += sorted({*folder.glob("*.user.toml"), *folder.glob("conf/*.user.toml")})
    home = [Path(environ["HOME"], "flyway.conf")] if environ.get("HOME") else []
    layers: list[Layer] = []
    evidence = False
    for path in dict.fromkeys([*home, *own]):
        if (text := read_text(path)) is not None:
            evidence = evidence or path in own
            layers.append(Layer(_shown(path, folder), named(plain_properties(text), "flyway.")))
    merged: dict[str, str] = {}
    last = ""
    for path in dict.fromkeys(tomls):
        if (text := read_text(path)) is not None:
            last = _shown(path, folder)
            merged |= toml(text, last)
    missing: tuple[str, ...] = ()
    if last:
        values, missing = _environment_of(merged, environ)
        layers.append(Layer(last, values))
    known = variables(folder, environ)
    return stacked(layers, first_of(known, {f"env.{k}": v for k, v in known.items()}), evidence or bool(last), missing)


def _shown(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)


def _environment_of(values: Mapping[str, str], environ: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    found = named(values, "flyway.")
    present = sorted(
        {name.split(".")[1] for name in values if name.startswith("environments.") and name.count(".") > 1}
    )
    chosen = environ.get("FLYWAY_ENVIRONMENT") or values.get("flyway.environment") or "default"
    if chosen not in present and len(present) == 1 and "FLYWAY_ENVIRONMENT" not in environ:
        chosen = present[0]
    own = f"environments.{chosen}."
    connection = {name.removeprefix(own): value for name, value in values.items() if name.startswith(own)}
    for name, value in connection.items():
        known = setting_name(name.removeprefix("flyway."))
        if known and not name.startswith("jdbcProperties"):
            found[known] = value
    if chosen in present or not present:
        return found, ()
    return found, (
        f"flyway.toml names the environments {', '.join(present)} and not {chosen}: set FLYWAY_ENVIRONMENT.",
    )


def from_build(folder: Path, environ: Mapping[str, str]) -> Found:
    """The Flyway plugin's literal settings in pom.xml or build.gradle(.kts)."""
    layers: list[Layer] = []
    evidence = False
    pom = read_text(folder / "pom.xml")
    if pom is not None and "flyway" in pom:
        evidence = True
        layers.append(Layer("pom.xml", _from_pom(pom, environ)))
    for name in ("build.gradle", "build.gradle.kts"):
        text = read_text(folder / name)
        if text is not None and "flyway" in text:
            evidence = True
            layers.append(Layer(name, _from_gradle(text)))
    return stacked(layers, first_of(environ), evidence)


def _from_pom(text: str, environ: Mapping[str, str]) -> dict[str, str]:
    from xml.etree import ElementTree as ET

    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ProjectFault("pom.xml cannot be used", "it declares entities")
    try:
        root = ET.fromstring(text)  # noqa: S314 - entities are refused above
    except ET.ParseError as error:
        raise ProjectFault("pom.xml is not valid XML", f"line {error.position[0]}") from None
    for element in root.iter():
        element.tag = str(element.tag).rpartition("}")[2]
    own = {e.tag: (e.text or "").strip() for block in root.findall("properties") for e in block}
    lookup = first_of(own, {f"env.{name}": value for name, value in environ.items()})
    found = named(own, "flyway.")
    for plugin in root.iter("plugin"):
        if (plugin.findtext("artifactId") or "").strip() == "flyway-maven-plugin":
            found |= _plugin(plugin)
    return {name: expand(value, lookup)[0] for name, value in found.items()}


def _plugin(plugin: ET.Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in plugin.iterfind("configuration/*"):
        if element.tag == "placeholders":
            found |= {f"flyway.placeholders.{e.tag}": (e.text or "").strip() for e in element}
        elif known := setting_name(element.tag):
            found[known] = (
                ",".join((e.text or "").strip() for e in element) if len(element) else (element.text or "").strip()
            )
    return found


def _from_gradle(text: str) -> dict[str, str]:
    block = _GRADLE_BLOCK.search(text)
    found: dict[str, str] = {}
    for line in _GRADLE_LINE.finditer(block["body"] if block else ""):
        known = setting_name(line["name"])
        values = [single or double for single, double in _QUOTED.findall(line["value"])]
        computed = known in CONNECTION and ("$" in "".join(values) or "+" in line["value"])
        if known and values and not computed:
            found[known] = ",".join(values)
    return found
