"""The composition root: options, environment and disk become a Source; nothing else knows every adapter."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from console import dialects, frameworks
from console.core.faults import UsageFault
from console.core.ports import Framework, Project
from console.incident import Source
from console.machine import LocalMachine
from console.store.config import load

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
"""What a person writes -> what SQLAlchemy calls it."""


@dataclass(frozen=True, slots=True)
class Options:
    """The common options, as given."""

    url: str | None = None
    project: str | None = None
    migrations: str | None = None
    framework: str | None = None
    schema: str | None = None
    config: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What wiring found before any connection was made."""

    url: URL
    url_from: str
    projects: tuple[tuple[Framework, Project | None], ...]
    options: Options


class SystemClock:
    """The real clock."""

    def now(self) -> datetime:
        """UTC, aware."""
        return datetime.now(UTC)


def find(options: Options, environ: Mapping[str, str] | None = None) -> Found:
    """Projects and the database they mean. UsageFault when no database can be found."""
    environ = os.environ if environ is None else environ
    options = _with_config(options, environ)
    folder = _folder(options)
    projects = tuple(_projects(options, folder, environ))
    if options.url:
        return Found(parse_url(options.url), "the command line", projects, options)
    for _, project in projects:
        if project is not None and project.url is not None:
            return Found(project.url, project.url_from, projects, options)
    raise UsageFault(_no_database(projects, folder), todo=f"Give a URL ({EXAMPLE}) or --project DIR")


EXAMPLE = "postgresql://user@host/database"


def source(found: Found) -> Source:
    """Everything an Incident needs."""
    return Source(
        dialect=dialects.open_dialect(found.url.get_backend_name()),
        url=found.url,
        frameworks=found.projects,
        machine=LocalMachine(),
        clock=SystemClock(),
        given=found.options.migrations,
        home=found.options.schema,
    )


def parse_url(text: str) -> URL:
    """A SQLAlchemy URL from what a person wrote. UsageFault with one sentence."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise UsageFault("this is not a database URL", todo=f"Write it like {EXAMPLE}") from None
    backend = url.get_backend_name()
    if backend == "postgres" or url.drivername in DRIVERS:
        return url.set(drivername="postgresql+psycopg")
    if backend != "postgresql":
        known = ", ".join(dialects.names())
        raise UsageFault(f"{backend} is not a server this version knows", todo=f"Known are {known}")
    return url


def _with_config(options: Options, environ: Mapping[str, str]) -> Options:
    config = load(options.config, environ)
    return replace(
        options,
        url=options.url or environ.get("HALFWAY_URL") or config.url,
        project=options.project or config.project,
        migrations=options.migrations or config.migrations,
        framework=options.framework or config.framework,
        schema=options.schema or config.schema,
    )


def _folder(options: Options) -> Path:
    folder = Path(options.project) if options.project else Path.cwd()
    if not folder.is_dir():
        raise UsageFault(f"there is no folder {folder}", todo="Check --project")
    return folder


def _projects(options: Options, folder: Path, environ: Mapping[str, str]) -> list[tuple[Framework, Project | None]]:
    names = frameworks.names()
    if options.framework and options.framework not in names:
        raise UsageFault(
            f"{options.framework} is not a framework this version knows", todo=f"Known: {', '.join(names)}"
        )
    chosen = [frameworks.load(name) for name in names if options.framework in (None, name)]
    found = [(framework, framework.detect(folder, environ)) for framework in chosen]
    if options.migrations and not any(project for _, project in found):
        bare = Project(chosen[0].name, options.migrations)
        return [(chosen[0], bare), *[(framework, None) for framework in chosen[1:]]]
    return found


def _no_database(projects: tuple[tuple[Framework, Project | None], ...], folder: Path) -> str:
    found = [project for _, project in projects if project is not None]
    if not found:
        return f"no database was named and no project was found in {folder}"
    missing = f": {found[0].missing[0]}" if found[0].missing else ""
    return f"the {found[0].framework} project in {found[0].folder} does not say which database it uses{missing}"
