"""Finding a project of TypeORM: by its classes, where they usually lie or its data source says; nothing is run.

Of the data source (`new DataSource({...})`, ormconfig) only what is written down counts, and variables of the
environment by their names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from console.core.ports import Project
from console.readers.settings import read_text
from console.readers.sources.around import Sign
from console.readers.sqlfiles.projects import Told, lying_in, origin, project_of, variables

if TYPE_CHECKING:
    from console.readers.javascript.module import Module
    from console.readers.javascript.values import Pairs, Value

PLACE = "src/migrations"
ALL, EACH = "all", "each"
_PLACES = (PLACE, "src/migration", "migrations", "migration", "src/database/migrations", "src/db/migrations",
           "database/migrations", "db/migrations", "src/typeorm/migrations", "src/infra/typeorm/migrations",
           "src/shared/infra/typeorm/migrations", "src/infrastructure/migrations", "src/core/database/migrations",
           "src/config/migrations", "server/migrations", "apps/api/src/migrations", "dist/migrations",
           "dist/migration", "dist/src/migrations", "dist/src/migration", "dist/database/migrations",
           "dist/src/database/migrations", "dist/db/migrations", "build/migrations", "build/src/migrations",
           "lib/migrations")  # fmt: skip
_SOURCES = tuple(f"{folder}{name}{end}" for name in ("data-source", "datasource", "dataSource", "ormconfig",
                                                     "typeorm.config", "typeorm", "app-data-source", "ormdatasource")
                 for folder in ("", "src/", "src/database/", "src/db/", "src/config/", "config/", "database/", "db/",
                                "src/typeorm/", "dist/", "dist/src/", "dist/database/", "dist/db/", "dist/config/")
                 for end in (".ts", ".js", ".mts", ".mjs", ".cjs"))  # fmt: skip
_NAME = re.compile(r"(?!.*\.d\.[cm]?ts\Z).*\.[cm]?[jt]s", re.DOTALL)
_RUNNER = re.compile(r"\b(?:MigrationInterface|QueryRunner|queryRunner)\b")
_UP = re.compile(r"\bup\s*\(")
_CLASS = re.compile(r"\bclass\b")
_FAMILY = {"postgres": "postgres", "mysql": "mysql", "mariadb": "mariadb", "sqlite": "sqlite",
           "better-sqlite3": "sqlite", "sqljs": "sqlite"}  # fmt: skip
_OF_URL = ("type", "url", "host", "port", "username", "password", "database", "location")
_NUMBER = re.compile(r"[~^=v\s]*([01])\.")
_KEPT = ("migrationsTableName", "migrationsTransactionMode", "schema")


def wanted(name: str) -> bool:
    """Whether it may be a file of classes."""
    return _NAME.fullmatch(name) is not None


def is_one(text: str) -> bool:
    """Whether it looks like a migration of TypeORM."""
    return all(sign.search(text) is not None for sign in (_RUNNER, _UP, _CLASS))


def mode_of(settings: Mapping[str, str]) -> str:
    """How many of its migrations share a transaction: all, each or none."""
    return settings.get("migrationsTransactionMode") or ALL


def _place(folder: Path) -> str | None:
    return lying_in(folder, _PLACES, wanted, is_one)


SIGN = Sign("TypeORM", lambda folder: _place(folder) is not None, frozenset({"node_modules", "dist", "build"}))


def detect(folder: Path, environ: Mapping[str, str]) -> Project | None:
    """The project at, above or just below `folder`; None when no such class lies there."""
    return project_of("typeorm", SIGN, folder, environ, _told)


def _told(folder: Path, environ: Mapping[str, str]) -> Told:
    from console.readers.javascript.settings import plain, variable

    place = _place(folder) or PLACE
    known = variables(folder, environ)
    name, found = _source(folder, known)
    settings = {"place": place, "source": name, "version": _version(folder)}
    if found is None:
        why = (f"{name} does not say plainly what the settings are.",) if name else ()
        return Told("", "", settings, why)
    named = _folder_of(found.values.get("migrations"))
    if named and lying_in(folder, (named,), wanted, is_one):
        settings["place"] = named
    settings |= {option: value for option in _KEPT if (value := plain(found.values.get(option), known))}
    url, missing = _url(found.values, known)
    via = variable(found.values.get("url"))
    return Told(url, origin(folder, via, environ) if via else name, settings, missing)


def _version(folder: Path) -> str:
    """`0.3` or `1` as it is installed, else as the project asks for it; '' where neither is known."""
    from console.readers.javascript.settings import json_object
    from console.readers.javascript.values import Pairs

    for place, option in (("node_modules/typeorm/package.json", "version"), ("package.json", "dependencies")):
        found = json_object(read_text(folder / place) or "")
        told = found.values.get(option) if found is not None else None
        told = told.values.get("typeorm") if isinstance(told, Pairs) else told
        number = _NUMBER.match(told) if isinstance(told, str) else None
        if number is not None:
            return "0.3" if number[1] == "0" else "1"
    return ""


def _folder_of(value: Value) -> str:
    """The folder before the first mark of a pattern: `src/migrations/*.ts`."""
    from console.readers.javascript.values import Many

    first = value.values[0] if isinstance(value, Many) and value.values else value
    if not isinstance(first, str):
        return ""
    plain_part = re.split(r"[*?{\[(]", first.removeprefix("./"), maxsplit=1)[0]
    return plain_part.rpartition("/")[0] if not plain_part.endswith("/") else plain_part.rstrip("/")


def _source(folder: Path, known: Mapping[str, str]) -> tuple[str, Pairs | None]:
    """The file of the data source, and what it says."""
    from console.readers.javascript.settings import environment, json_object

    text = read_text(folder / "ormconfig.json")
    if text is not None:
        return "ormconfig.json", json_object(text)
    first = ""
    for place in _SOURCES:
        text = read_text(folder / place)
        if text is None:
            continue
        first = first or place
        from console.readers.javascript.module import read

        found = _options(read(text, place, environment(known)))
        if found is not None:
            return place, found
    return first, None


def _options(module: Module) -> Pairs | None:
    """What `new DataSource({...})` is given, or the object that the file gives to others."""
    from console.readers.javascript.values import Made, Pairs

    values = list(module.exports.values())
    made = [one.args[0] for one in values if isinstance(one, Made) and one.name == "DataSource" and one.args]
    plain_ones = [one for one in values if isinstance(one, Pairs)]
    return next((one for one in (*made, *plain_ones) if isinstance(one, Pairs) and "type" in one.values), None)


def _url(values: Mapping[str, Value], known: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """The URL that these settings come to, and what of them is not written down."""
    from console.readers.javascript.settings import address, plain, unknown

    whole = plain(values.get("url"), known)
    if whole:
        return whole, ()
    given = {name: plain(values.get(name), known) for name in _OF_URL}
    missing = tuple(unknown(values, known, _OF_URL))
    family = _FAMILY.get(given["type"] or "")
    if family is None or missing:
        return "", missing
    if family == "sqlite":
        place = given["location"] if given["type"] == "sqljs" else given["database"]
        return f"sqlite:{place}" if place else "", missing
    return address(family, given), missing
