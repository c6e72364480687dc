"""Finding an Alembic project on disk, and the database it uses."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.core.ports import Project
from console.core.urls import URL, make_url
from console.frameworks.alembic.configuration import Configuration, configuration_at
from console.readers.settings import Settings, dotenv, read_text
from console.readers.sources.around import above, below, deployed, newest, no_current, readable, the_one

if TYPE_CHECKING:
    from console.frameworks.alembic.environment import Environment
    from console.readers.sources import Deployment

_DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "sqlite": "sqlite",
}
_SAME_OPTIONS = frozenset({"psycopg", "psycopg2", "pymysql", "pysqlite", ""})
"""Drivers whose options Halfway's own understand."""
_SKIPPED = frozenset({"site-packages"})


def detect(folder: Path, environ: Mapping[str, str]) -> Project | None:
    """The project at, above or just below `folder`; None when there is no sign of Alembic."""
    with readable(folder):
        deployment = deployed(folder)
        if deployment is not None:
            release = newest(deployment)
            found = next(_configured((release, *below(release, _SKIPPED))), None)
        else:
            found = found_around(folder.resolve(), environ)
        return project_at(*found, environ, deployment) if found is not None else None


def found_around(folder: Path, environ: Mapping[str, str]) -> tuple[Path, Configuration] | None:
    """The project that a folder is in, else the only one below it."""
    return next(_configured((folder, *above(folder, environ))), None) or _inside(folder)


def _configured(places: Iterable[Path]) -> Iterator[tuple[Path, Configuration]]:
    for place in places:
        found = configuration_at(place)
        if found is not None:
            yield place, found


def _inside(folder: Path) -> tuple[Path, Configuration] | None:
    """The one project just below; configurations that share their scripts are one."""
    found: dict[Path, tuple[Path, Configuration]] = {}
    for place, known in _configured(below(folder, _SKIPPED)):
        found.setdefault(known.script.resolve(), (place, known))
    the_one("Alembic", folder, [place for place, _ in found.values()])
    return next(iter(found.values()), None)


def project_at(
    folder: Path, found: Configuration, environ: Mapping[str, str], deployment: Deployment | None = None
) -> Project:
    """The project in `folder`."""
    from console.frameworks.alembic.environment import read_environment

    text = read_text(found.script / "env.py") or ""
    environment = read_environment(text, {**_loaded(folder, text), **environ}, found.options)
    url, origin, why = _url(found, environment, folder)
    missing = [f"{why}."] if why else []
    if environment.unreadable:
        missing.append(f"{found.script.name}/env.py: {environment.unreadable}.")
    settings, unknown = _settings(folder, found, environment)
    missing += unknown
    missing += no_current(deployment)
    return Project(
        framework="alembic",
        folder=str(folder),
        url=url,
        url_from=origin if url is not None else "",
        settings=Settings(settings),
        releases=deployment.names if deployment else (),
        current_release=deployment.linked if deployment else None,
        missing=tuple(missing),
    )


def _url(found: Configuration, environment: Environment, folder: Path) -> tuple[URL | None, str, str]:
    """The URL, where it came from, or why there is none."""
    if environment.why:
        return None, "", environment.why
    text, origin = (environment.url, environment.url_from) if environment.sets_url else (found.url, found.origin)
    if not text:
        return None, "", f"No database is named in {found.origin}"
    try:
        url = make_url(text)
    except ValueError:
        return None, "", f"{origin}: its URL cannot be read"
    backend, _, driver = url.drivername.partition("+")
    if backend not in _DRIVERS:
        return None, "", f"{origin}: its URL is for a server that Halfway does not know"
    kept = url.query if driver in _SAME_OPTIONS else {}
    made = url.set(drivername=_DRIVERS[backend], query=kept)
    if backend == "sqlite":
        if not url.database or ":memory:" in url.database:
            return None, "", f"{origin}: its database is in memory"
        made = made.set(database=str(folder / url.database), query={})
    return made, origin, ""


def _settings(folder: Path, found: Configuration, environment: Environment) -> tuple[dict[str, str], list[str]]:
    """What the rest of the adapter needs to know, and what of it could not be read."""
    from console.frameworks.alembic.conventions import conventions_of
    from console.readers.python.static import UNKNOWN

    versions = [str(place) for place in found.versions]
    settings = {
        "script_location": str(found.script),
        "versions": "\n".join(versions),
        "recursive": str(found.recursive).lower(),
        "engine": _engine(environment.url if environment.sets_url else found.url),
        "autocommit": str(environment.autocommit).lower(),
        "asks_offline": str(environment.asks_offline).lower(),
        "needs_application": str(environment.needs_application).lower(),
        "configuration": os.path.relpath(found.path, folder) if found.path is not None else "",
    }
    unknown: list[str] = []
    for word in ("version_table", "version_table_schema", "transaction_per_migration", "transactional_ddl"):
        value: Any = environment.configured.get(word)
        if value is UNKNOWN and word.startswith("version_table"):
            settings["table_unknown"] = word
        if value is UNKNOWN:
            unknown.append(f"env.py: the value of {word} is only known at run time.")
        elif value is not None:
            settings[word] = str(value)
    if environment.configured.get("target_metadata", UNKNOWN) is not None:
        settings["naming_convention"] = conventions_of(folder, found.versions, environment.metadata)
    return settings, unknown


def _engine(url: str) -> str:
    """`mysql` or `mariadb`: what the project calls its server is what its migrations see."""
    return url.partition("://")[0].partition("+")[0]


def _loaded(folder: Path, text: str) -> dict[str, str]:
    """An .env file that env.py loads; what the process has counts before it."""
    return dotenv(read_text(folder / ".env") or "") if "dotenv" in text else {}
