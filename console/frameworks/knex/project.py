"""Where a project of Knex is and what its knexfile says: read, never run.

Of the environment only what is set here, or stands in `.env`, is taken; a fallback behind `||` is said and not taken,
for what the deployment sets is not known.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from console.core.ports import Project
from console.core.urls import URL
from console.readers.settings import read_text
from console.readers.sources.around import Sign
from console.readers.sqlfiles.projects import USUAL, Told, lying_in, project_of, variables

if TYPE_CHECKING:
    from console.readers.javascript.module import Module
    from console.readers.javascript.values import Value

TABLE = "knex_migrations"
EXTENSIONS = (".co", ".coffee", ".eg", ".iced", ".js", ".cjs", ".litcoffee", ".ls", ".ts")
"""What Knex takes for a migration."""
READ = (".js", ".cjs", ".mjs", ".ts", ".mts", ".cts")
"""What is read here."""
_KNEXFILES = ("knexfile.js", "knexfile.mjs", "knexfile.ts", "knexfile.cjs")
_BACKENDS = {"pg": "postgresql", "postgres": "postgresql", "postgresql": "postgresql", "pgnative": "postgresql",
             "mysql": "mysql", "mysql2": "mysql", "mariadb": "mariadb", "sqlite3": "sqlite", "sqlite": "sqlite",
             "better-sqlite3": "sqlite"}  # fmt: skip
_PLACE = "migrations"
_WITHOUT = "There is no knexfile: how the application sets Knex up is not known."
_PLACES = (*USUAL, "src/db/migrations", "src/migrations", "src/database/migrations", "server/migrations")
_MAPPERS = ("knexSnakeCaseMappers", "knexIdentifierMapping")
_WORLD = {"__dirname": ".", **{f"...{mapper}": "wrapIdentifier" for mapper in _MAPPERS}}
"""What is known of any project: its own folder, and what Objection adds to a configuration."""
_VARIABLE = re.compile(r"process\.env\.(\w+)|process\.env\[['\"](\w+)['\"]\]")
_PARTS = ("host", "port", "user", "password", "database", "filename", "socketPath", "charset", "collate")


def wanted(name: str) -> bool:
    """Whether Knex takes a file of that name."""
    return Path(name).suffix in EXTENSIONS


def _is_one(text: str) -> bool:
    return "knex" in text.lower() and "up" in text


def _knexfile(folder: Path) -> tuple[str, str] | None:
    """Its name and its text."""
    return next(((name, text) for name in _KNEXFILES if (text := read_text(folder / name)) is not None), None)


def _depends(folder: Path) -> bool:
    try:
        told = json.loads(read_text(folder / "package.json") or "{}")
        return any("knex" in told.get(kind, {}) for kind in ("dependencies", "devDependencies"))
    except (ValueError, AttributeError, TypeError):
        return False


def _holds(folder: Path) -> bool:
    if any((folder / name).is_file() for name in _KNEXFILES):
        return True
    return _depends(folder) and lying_in(folder, _PLACES, wanted, _is_one) is not None


SIGN = Sign("Knex", _holds, frozenset({"node_modules", "dist"}))


def detect(folder: Path, environ: Mapping[str, str]) -> Project | None:
    """The project at, above or just below `folder`; None where there is no knexfile and no migration of Knex."""
    return project_of("knex", SIGN, folder, environ, _told)


def _told(folder: Path, environ: Mapping[str, str]) -> Told:
    from console.readers.javascript.settings import chosen_by
    from console.readers.javascript.values import Pairs, why_not

    found = _knexfile(folder)
    if found is None:
        place = lying_in(folder, _PLACES, wanted, _is_one) or _PLACE
        return Told(settings={"place": place}, missing=(_WITHOUT,))
    name, text = found
    known = variables(folder, environ)
    world = {**_WORLD, **{f"process.env.{key}": value for key, value in known.items()}}
    from console.readers.javascript.module import read

    module = read(text, name, tuple(sorted(world.items())))
    if module.unreadable:
        return Told(settings={"place": _PLACE}, missing=(f"{name} is not read: {module.unreadable}.",))
    config, where = _config(module, chosen_by(known), name)
    if not isinstance(config, Pairs):
        why = why_not(config) or "it gives no object"
        return Told(settings={"place": _PLACE}, missing=(f"{name} is not read: {why}.",))
    told = _of_config(config.values, where, folder)
    heeds = " ".join(sorted({first or second for first, second in _VARIABLE.findall(text)}))
    return replace(told, settings={**told.settings, "heeds": heeds})


def _config(module: Module, by: tuple[str, str], name: str) -> tuple[Value, str]:
    """What counts of a knexfile, and what that is called."""
    from console.readers.javascript.module import DEFAULT, play
    from console.readers.javascript.values import UNDEFINED, Function, Pairs

    whole = module.exports.get(DEFAULT, Pairs(module.exports) if module.exports else UNDEFINED)
    if isinstance(whole, Function):
        whole = play(whole).value
    if not isinstance(whole, Pairs):
        return whole, name
    chosen, why = by
    own = whole.values.get(chosen, UNDEFINED)
    return (own, f"{name} ({why})") if own not in (UNDEFINED, None, False, "") else (whole, name)


def _of_config(config: Mapping[str, Value], where: str, folder: Path) -> Told:
    from console.readers.javascript.values import UNDEFINED, Pairs, why_not

    migrations = config.get("migrations", UNDEFINED)
    inner = migrations.values if isinstance(migrations, Pairs) else {}
    missing = [f"{where}: {why}." for why in _unknown(inner)]
    if why_not(migrations):
        missing.append(f"{where}: {why_not(migrations)}.")
    client = config.get("client", config.get("dialect", UNDEFINED))
    given = config.get("connection", UNDEFINED)
    url, why, more = _database(client, given, folder)
    url, why = _searched(url, why, config.get("searchPath", UNDEFINED))
    if why:
        missing.append(f"{where}: {why}.")
    settings = {
        "client": client if isinstance(client, str) else "",
        "name": where,
        "renames": _renames(config),
        **more,
        **_of_migrations(inner),
    }
    return Told(url, where, settings, tuple(missing))


def _searched(url: str, why: str, path: Value) -> tuple[str, str]:
    """The URL with the schemas in which Knex looks."""
    from console.readers.javascript.values import UNDEFINED, Many, why_not

    if not url or path in (UNDEFINED, None):
        return url, why
    names = [path] if isinstance(path, str) else [*path.values] if isinstance(path, Many) else [path]
    if unknown := next((reason for name in names if (reason := why_not(name))), ""):
        return url, f"searchPath: {unknown}"
    listed = ",".join(str(name) for name in names)
    return f"{url}{'&' if '?' in url else '?'}search_path={listed}", why


def _renames(config: Mapping[str, Value]) -> str:
    """snake: what Objection's mapper makes of names; yes: something else does."""
    from console.readers.javascript.values import UNDEFINED, Chain

    found = config.get("wrapIdentifier", UNDEFINED)
    if found in (UNDEFINED, None):
        return ""
    last = found.steps[-1] if isinstance(found, Chain) and found.steps else None
    return "snake" if last is not None and last.name == _MAPPERS[0] and last.args == () else "yes"


def _unknown(inner: Mapping[str, Value]) -> Iterator[str]:
    from console.readers.javascript.values import UNDEFINED, why_not

    for key in ("directory", "tableName", "schemaName", "loadExtensions", "disableTransactions"):
        if why := why_not(inner.get(key, UNDEFINED)):
            yield f"migrations.{key}: {why}"
    if inner.get("migrationSource", UNDEFINED) not in (UNDEFINED, None):
        yield "migrations.migrationSource says which migrations there are, and is not run"


def _of_migrations(inner: Mapping[str, Value]) -> dict[str, str]:
    from console.readers.javascript.values import UNDEFINED, Many

    place = inner.get("directory", UNDEFINED)
    places = place.values if isinstance(place, Many) else (place,)
    extensions = inner.get("loadExtensions", UNDEFINED)
    listed = extensions.values if isinstance(extensions, Many) else ()
    return {
        "place": "\n".join(one.removeprefix("./").rstrip("/") for one in places if isinstance(one, str)) or _PLACE,
        "apart": "yes" if inner.get("sortDirsSeparately") is True else "",
        "table": text if isinstance(text := inner.get("tableName", ""), str) else "",
        "schema": text if isinstance(text := inner.get("schemaName", ""), str) else "",
        "extensions": " ".join(one for one in listed if isinstance(one, str)),
        "no_transactions": "yes" if inner.get("disableTransactions") is True else "",
        "unchecked": "yes" if inner.get("disableMigrationsListValidation") is True else "",
        "sourced": "yes" if inner.get("migrationSource", UNDEFINED) not in (UNDEFINED, None) else "",
    }


def _database(client: Value, given: Value, folder: Path) -> tuple[str, str, dict[str, str]]:
    """The URL of a connection, why there is none, and what else it says."""
    from console.readers.javascript.values import UNDEFINED, Function, Pairs, why_not

    if isinstance(given, Function):
        from console.readers.javascript.module import play

        given = play(given).value
    if isinstance(given, str):
        if not isinstance(client, str) or "://" in given:
            return given, "", {}
        return (
            (f"sqlite:{given}", "", {}) if _BACKENDS.get(client) == "sqlite" else ("", "its connection is no URL", {})
        )
    if not isinstance(given, Pairs):
        return "", f"connection: {why_not(given)}" if why_not(given) else "it names no connection", {}
    parts = given.values
    for key in ("connectionString", "uri"):
        if key in parts:
            return _database(client, parts[key], folder) if not isinstance(parts[key], Pairs) else ("", key, {})
    if why := next((why for key in _PARTS if (why := why_not(parts.get(key, UNDEFINED)))), ""):
        return "", f"connection: {why}", {}
    text: dict[str, str] = {
        key: str(value) for key in _PARTS if isinstance(value := parts.get(key, UNDEFINED), str | int)
    }
    backend = _BACKENDS.get(client, "") if isinstance(client, str) else ""
    more = {key: value for key, value in text.items() if key in ("charset", "collate")}
    if not backend:
        return "", why_not(client) or "its client is not one that is read", more
    if backend == "sqlite":
        return (f"sqlite:{text['filename']}", "", more) if "filename" in text else ("", "it names no file", more)
    return _address(backend, text), "", more


def _address(backend: str, text: Mapping[str, str]) -> str:
    port = text.get("port", "")
    made = URL.create(
        backend, text.get("user"), text.get("password"), text.get("host"),
        int(port) if port.isdecimal() else None, text.get("database"),
    )  # fmt: skip
    query = {"socket": text["socketPath"]} if "socketPath" in text else {}
    return made.set(query=query).render_as_string(hide_password=False)


def places(project: Project) -> tuple[str, ...]:
    """Its folders of migrations."""
    return tuple(project.settings.get("place", _PLACE).split("\n"))
