"""Finding an Alembic project on disk, and the database it uses.

The given folder is tried first, then the ones above it, then those just below.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from console.core.faults import ProjectFault
from console.core.ports import Project
from console.frameworks.alembic.configuration import Configuration, configuration_at
from console.frameworks.alembic.conventions import conventions_of
from console.frameworks.alembic.environment import Environment, read_environment
from console.readers.python.static import UNKNOWN
from console.readers.settings import read_text
from console.readers.sources import Deployment, deployment_of

_DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "sqlite": "sqlite",
}
_SAME_OPTIONS = frozenset({"psycopg", "psycopg2", "pymysql", "pysqlite", ""})
"""Drivers whose options Halfway's own understand."""
_HIGHEST = 8
_MOST_BELOW = 200
_SKIPPED = frozenset({"node_modules", "venv", "env", "__pycache__", "site-packages", "releases", "shared"})


class Settings(dict[str, str]):
    """Settings that keep their values to themselves when printed."""

    def __repr__(self) -> str:
        return f"Settings({', '.join(sorted(self))})"

    __str__ = __repr__


def detect(folder: Path, environ: Mapping[str, str]) -> Project | None:
    """The project at, above or just below `folder`; None when there is no sign of Alembic."""
    try:
        deployment = deployment_of(folder)
        if deployment is not None and deployment.names:
            release = deployment.folder(deployment.linked or deployment.names[-1])
            found = next(((p, c) for p in (release, *_below(release, 2)) if (c := configuration_at(p))), None)
            return project_at(*found, environ, deployment) if found is not None else None
        found = found_around(folder.resolve(), environ)
        return project_at(*found, environ) if found is not None else None
    except OSError as error:
        raise ProjectFault(f"{folder} cannot be read", error.strerror or type(error).__name__) from None


def found_around(folder: Path, environ: Mapping[str, str]) -> tuple[Path, Configuration] | None:
    """The project that a folder is in, else the only one below it."""
    for place in (folder, *_above(folder, environ)):
        found = configuration_at(place)
        if found is not None:
            return place, found
    return _inside(folder)


def _above(folder: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    """The folders above, up to the repository's root and never as far as the home folder."""
    home = Path(environ["HOME"]) if environ.get("HOME") else None
    inner = folder
    for place in folder.parents[:_HIGHEST]:
        if (inner / ".git").exists() or place in {home, Path(place.anchor)}:
            return
        yield place
        inner = place


def _inside(folder: Path) -> tuple[Path, Configuration] | None:
    """The one project just below; where there are several, which one is meant must be said."""
    if folder == Path(folder.anchor):
        return None
    found: dict[Path, tuple[Path, Configuration]] = {}
    for place in islice(_below(folder, 2), _MOST_BELOW):
        known = configuration_at(place)
        if known is not None:
            found.setdefault(known.script.resolve(), (place, known))
    if len(found) > 1:
        names = ", ".join(str(place.relative_to(folder)) for place, _ in list(found.values())[:4])
        raise ProjectFault(f"there are several Alembic projects below {folder}", names, "Name one with --project DIR")
    return next(iter(found.values()), None)


def _below(folder: Path, depth: int) -> Iterator[Path]:
    try:
        inner = sorted(p for p in folder.iterdir() if p.name[:1] != "." and p.name not in _SKIPPED and p.is_dir())
    except OSError:
        return
    yield from inner
    if depth > 1:
        for place in inner[:50]:
            yield from _below(place, depth - 1)


def project_at(
    folder: Path, found: Configuration, environ: Mapping[str, str], deployment: Deployment | None = None
) -> Project:
    """The project in `folder`."""
    text = read_text(found.script / "env.py") or ""
    environment = read_environment(text, {**_dotenv(folder, text), **environ}, found.options)
    url, origin, why = _url(found, environment, folder)
    missing = [f"{why}."] if why else []
    if environment.unreadable:
        missing.append(f"{found.script.name}/env.py: {environment.unreadable}.")
    settings, unknown = _settings(folder, found, environment)
    missing += unknown
    if deployment is not None and deployment.linked is None:
        missing.append(f"{deployment.root / 'current'} points to no release; all releases are read.")
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
    except (ArgumentError, ValueError):
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
    versions = [str(place) for place in found.versions]
    settings = {
        "script_location": str(found.script),
        "versions": "\n".join(versions),
        "recursive": str(found.recursive).lower(),
        "engine": _engine(environment.url if environment.sets_url else found.url),
        "autocommit": str(environment.autocommit).lower(),
    }
    unknown: list[str] = []
    for word in ("version_table", "version_table_schema", "transaction_per_migration", "transactional_ddl"):
        value: Any = environment.configured.get(word)
        if value is UNKNOWN:
            unknown.append(f"env.py: the value of {word} is only known at run time.")
        elif value is not None:
            settings[word] = str(value)
    if environment.configured.get("target_metadata", UNKNOWN) is not None:
        settings["naming_convention"] = conventions_of(folder, found.versions)
    return settings, unknown


def _engine(url: str) -> str:
    """`mysql` or `mariadb`: what the project calls its server is what its migrations see."""
    return url.partition("://")[0].partition("+")[0]


def _dotenv(folder: Path, text: str) -> dict[str, str]:
    """An .env file that env.py loads; what the process has counts before it."""
    if "dotenv" not in text:
        return {}
    found: dict[str, str] = {}
    for line in (read_text(folder / ".env") or "").splitlines():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and not name.startswith("#"):
            found[name.strip()] = _unquoted(value.strip())
    return found


def _unquoted(value: str) -> str:
    for mark in ('"', "'"):
        if value.startswith(mark) and value.endswith(mark) and len(value) > 1:
            return value[1:-1]
    return value.partition(" #")[0].strip()
