"""Finding a project of Sequelize: by its files, where `.sequelizerc` says or where they usually lie; nothing is run.

Of `config/config.json` or `.js` only what is written down counts, and variables of the environment by their names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from console.core.ports import Project
from console.readers.settings import read_text
from console.readers.sources.around import Sign
from console.readers.sqlfiles.projects import Told, lying_in, origin, project_of, variables

if TYPE_CHECKING:
    from console.readers.javascript.values import Pairs, Value

PLACE = "migrations"
_PLACES = (PLACE, "db/migrations", "database/migrations", "src/migrations", "src/db/migrations",
           "src/database/migrations", "server/migrations", "app/migrations", "sequelize/migrations",
           "src/sequelize/migrations", "config/migrations", "backend/migrations", "api/migrations")  # fmt: skip
FAMILY = {"postgres": "postgres", "postgresql": "postgres", "mysql": "mysql", "mariadb": "mariadb", "sqlite": "sqlite"}
_NAME = re.compile(r"(?!.*\.d\.ts\Z).*\.(?:cjs|js|cts|ts)", re.DOTALL)
_OWN = re.compile(r"queryInterface|QueryInterface|sequelize", re.IGNORECASE)
_UP = re.compile(r"\bup\b")
_OPTION = r"""['"]{}['"]\s*:\s*(?:path\s*\.\s*(?:resolve|join)\s*\(([^()]*)\)|(['"`][^'"`\n]*['"`]))"""
_TEXT = re.compile(r"""['"`]([^'"`\n]*)['"`]""")
_OF_URL = ("dialect", "username", "password", "host", "port", "database", "storage")
_TABLE = ("migrationStorageTableName", "migrationStorageTableSchema", "schema", "timezone")


def wanted(name: str) -> bool:
    """Whether sequelize-cli takes a file of that name."""
    return _NAME.fullmatch(name) is not None


def is_one(text: str) -> bool:
    """Whether it looks like a migration of Sequelize: others are modules of JavaScript, too."""
    return _OWN.search(text) is not None and _UP.search(text) is not None


def _option(folder: Path, name: str) -> str:
    """A path that `.sequelizerc` names."""
    found = re.search(_OPTION.format(name), read_text(folder / ".sequelizerc") or "")
    if found is None:
        return ""
    parts = _TEXT.findall(found[1] or found[2])
    return str(PurePosixPath(*parts)) if parts else ""


def _place(folder: Path) -> str | None:
    named = _option(folder, "migrations-path")
    return lying_in(folder, (named, *_PLACES) if named else _PLACES, wanted, is_one)


SIGN = Sign("Sequelize", lambda folder: _place(folder) is not None, frozenset({"node_modules", "dist"}))


def detect(folder: Path, environ: Mapping[str, str]) -> Project | None:
    """The project at, above or just below `folder`; None when no such file lies there."""
    return project_of("sequelize", SIGN, folder, environ, _told)


def _told(folder: Path, environ: Mapping[str, str]) -> Told:
    from console.readers.javascript.settings import chosen_by, plain
    from console.readers.javascript.values import Pairs

    settings = {"place": _place(folder) or PLACE}
    known = variables(folder, environ)
    name, config = _config(folder, known)
    if config is None:
        why = (f"{name} does not say plainly what the settings are.",) if name else ()
        return Told("", "", settings, why)
    chosen, called = chosen_by(known)
    inner = config.values.get(chosen)
    values = inner if isinstance(inner, Pairs) else config
    for option in (*_TABLE, "dialect"):
        found = plain(values.values.get(option), known)
        if found:
            settings[option] = found
    url, missing = _url(values.values, known)
    via = plain(values.values.get("use_env_variable"), known) or ""
    if via:
        return Told(known.get(via, ""), origin(folder, via, environ), settings)
    return Told(url, f"{name} ({called})" if isinstance(inner, Pairs) else name, settings, tuple(missing))


def _config(folder: Path, known: Mapping[str, str]) -> tuple[str, Pairs | None]:
    """The file and what it says; an object for each environment, or one for all."""
    from console.readers.javascript.settings import json_object

    places = [place for place in (_option(folder, "config"), "config/config.js", "config/config.json") if place]
    for place in places:
        text = read_text(folder / place)
        if text is not None:
            return place, json_object(text) if place.endswith(".json") else _module(text, place, known)
    return "", None


def _module(text: str, name: str, known: Mapping[str, str]) -> Pairs | None:
    from console.readers.javascript.module import DEFAULT, read
    from console.readers.javascript.settings import environment
    from console.readers.javascript.values import Pairs

    found = read(text, name, environment(known)).exports.get(DEFAULT)
    return found if isinstance(found, Pairs) else None


def _url(values: Mapping[str, Value], known: Mapping[str, str]) -> tuple[str, list[str]]:
    """The URL that these settings come to, and what of them is not written down."""
    from console.readers.javascript.settings import address, plain, unknown

    whole = plain(values.get("url"), known)
    if whole:
        return whole, []
    given = {name: plain(values.get(name), known) for name in _OF_URL}
    missing = list(unknown(values, known, _OF_URL))
    family = FAMILY.get(given["dialect"] or "")
    if family is None or missing:
        return "", missing
    if family == "sqlite":
        return f"sqlite:{given['storage']}" if given["storage"] else "", missing
    return address(family, given), missing
