"""alembic.ini, or `[tool.alembic]` of a pyproject.toml: where the revisions are, and the database's URL."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from console.core.faults import ProjectFault
from console.readers.settings import read_text

if TYPE_CHECKING:
    import configparser

INI = "alembic.ini"
_PLACEHOLDER = "driver://user:pass@localhost/dbname"
_SEPARATORS = {"os": os.pathsep, "space": " ", "newline": "\n", ":": ":", ";": ";"}


@dataclass(frozen=True)
class Configuration:
    """What a project's configuration says."""

    origin: str
    """The file it was read from: `alembic.ini`."""
    script: Path
    """The folder of env.py."""
    versions: tuple[Path, ...]
    recursive: bool = False
    url: str = field(default="", repr=False)
    """As it stands there; empty: none."""
    path: Path | None = None
    """The file itself; None where the application names the folder."""
    options: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Every option of the section: env.py may ask for them."""


def configuration_at(folder: Path) -> Configuration | None:
    """The configuration in a folder; None when it holds no Alembic. ProjectFault for one that cannot be read."""
    for place in (folder, folder / "migrations"):
        text = read_text(place / INI)
        found = _of_ini(place / INI, text) if text is not None else None
        if found is not None:
            return found
    found = _of_toml(folder)
    if found is not None:
        return found
    return _bare(folder) or _bare(folder / "migrations") or _bare(folder / "alembic")


def _of_ini(path: Path, text: str) -> Configuration | None:
    import configparser

    parser = configparser.ConfigParser({"here": str(path.parent).replace("%", "%%")})
    try:
        parser.read_string(text)
    except configparser.Error as error:
        line = getattr(error, "lineno", None)
        raise ProjectFault(f"{path} cannot be read", f"line {line}" if line else type(error).__name__) from None
    if not parser.has_section("alembic"):
        return None
    options = {name: _option(parser, name) for name in parser.options("alembic")}
    # Flask-Migrate names no folder: its own is the one beside the file
    script = _place(options.get("script_location", ""), path.parent) or path.parent
    if "script_location" not in options and not (script / "env.py").is_file():
        return None
    return _made(path, script, options, _listed(options))


def _option(parser: configparser.ConfigParser, name: str) -> str:
    import configparser

    try:
        return parser.get("alembic", name)
    except configparser.Error:
        return parser.get("alembic", name, raw=True)


def _listed(options: Mapping[str, str]) -> list[str]:
    text = options.get("version_locations", "")
    how = options.get("path_separator") or options.get("version_path_separator") or ""
    parts = text.split(_SEPARATORS[how]) if how in _SEPARATORS else re.split(r", *|(?: +)", text)
    return [part.strip() for part in parts if part.strip()]


def _of_toml(folder: Path) -> Configuration | None:
    text = read_text(folder / "pyproject.toml")
    if text is None or "tool.alembic" not in text:
        return None
    import tomllib

    try:
        table = tomllib.loads(text).get("tool", {}).get("alembic", {})
    except tomllib.TOMLDecodeError:
        raise ProjectFault(f"{folder / 'pyproject.toml'} cannot be read", "it is no TOML") from None
    options = {name: value.replace("%(here)s", str(folder)) for name, value in table.items() if isinstance(value, str)}
    script = _place(options.get("script_location", ""), folder)
    if script is None:
        return None
    places = [
        one.replace("%(here)s", str(folder)) for one in table.get("version_locations", ()) if isinstance(one, str)
    ]
    options["recursive_version_locations"] = str(table.get("recursive_version_locations", ""))
    return _made(folder / "pyproject.toml", script, options, places)


def _made(path: Path, script: Path, options: Mapping[str, str], places: list[str]) -> Configuration:
    versions = tuple(place for one in places if (place := _place(one, path.parent)) is not None)
    recursive = options.get("recursive_version_locations", "").lower() in {"true", "1", "yes", "on"}
    url = options.get("sqlalchemy.url", "")
    return Configuration(
        path.name,
        script,
        versions or (script / "versions",),
        recursive,
        "" if url == _PLACEHOLDER else url,
        path,
        options,
    )


def _place(text: str, folder: Path) -> Path | None:
    """`migrations`, or `package:migrations` where the package lies in the project."""
    if not text:
        return None
    package, colon, inside = text.partition(":")
    if colon and not Path(text).is_absolute() and len(package) > 1:
        parts = Path(*package.split("."))
        tried = (folder / parts / inside, folder / "src" / parts / inside)
        return next((place for place in tried if place.is_dir()), tried[0])
    return folder / text


def _bare(script: Path) -> Configuration | None:
    """A folder that Alembic made and that the application itself names."""
    if (script / "env.py").is_file() and (script / "script.py.mako").is_file() and (script / "versions").is_dir():
        return Configuration("env.py", script, (script / "versions",))
    return None
