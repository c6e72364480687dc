"""Finding a Django project on disk, and the database it uses.

A responder starts anywhere, so the given folder is tried first, then the ones above it, then those just below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL

from console.core.faults import ProjectFault
from console.core.ports import OtherDatabase, Project
from console.frameworks.django.application import Application, application_of
from console.frameworks.django.connections import url_of
from console.readers.settings import read_text
from console.readers.sources import deployment_of

_HIGHEST = 8
_MOST_BELOW = 200
_SKIPPED = frozenset({"node_modules", "venv", "env", "__pycache__", "static", "media", "releases", "shared"})
_OF_A_DATABASE = re.compile(r"DB|DATABASE|POSTGRES|PG|SQL|RDS", re.IGNORECASE)


class Settings(dict[str, str]):
    """Settings that keep their values, and the environment they were read with, to themselves when printed."""

    def __init__(self, values: Mapping[str, str], environ: Mapping[str, str]) -> None:
        """`environ` is what the process had when the project was found."""
        super().__init__(values)
        self.environ = environ

    def __repr__(self) -> str:
        return f"Settings({', '.join(sorted(self))})"

    __str__ = __repr__


def environ_of(settings: Mapping[str, str]) -> Mapping[str, str]:
    """The environment a project was found with."""
    return settings.environ if isinstance(settings, Settings) else {}


def detect(folder: Path, environ: Mapping[str, str]) -> Project | None:
    """The project at, above or just below `folder`; None when there is no sign of Django."""
    try:
        deployment = deployment_of(folder)
        if deployment is not None and deployment.names:
            folder = deployment.folder(deployment.linked or deployment.names[-1])
        place = root_of(folder.resolve(), environ) or _inside(folder.resolve())
        return project_at(place, environ) if place is not None else None
    except OSError as error:
        raise ProjectFault(f"{folder} cannot be read", error.strerror or type(error).__name__) from None


def is_django(folder: Path) -> bool:
    """Whether a folder holds a project's manage.py."""
    try:
        return "DJANGO_SETTINGS_MODULE" in (read_text(folder / "manage.py") or "")
    except ProjectFault:
        return False


def root_of(folder: Path, environ: Mapping[str, str]) -> Path | None:
    """The project that `folder` is in."""
    return next(filter(is_django, (folder, *_above(folder, environ))), None)


def _above(folder: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    home = Path(environ["HOME"]) if environ.get("HOME") else None
    inner = folder
    for place in folder.parents[:_HIGHEST]:
        if (inner / ".git").exists() or place in {home, Path(place.anchor)}:
            return
        yield place
        inner = place


def _inside(folder: Path) -> Path | None:
    """The one project just below; where there are several, which one is meant must be said."""
    if folder == Path(folder.anchor):
        return None
    found = [place for place in islice(_below(folder, 2), _MOST_BELOW) if is_django(place)]
    if len(found) > 1:
        names = ", ".join(str(place.relative_to(folder)) for place in found[:4])
        raise ProjectFault(f"there are several Django projects below {folder}", names, "Name one with --project DIR")
    return found[0] if found else None


def _below(folder: Path, depth: int) -> Iterator[Path]:
    try:
        inner = sorted(p for p in folder.iterdir() if p.name[:1] != "." and p.name not in _SKIPPED and p.is_dir())
    except OSError:
        return
    yield from inner
    if depth > 1:
        for place in inner[:50]:
            yield from _below(place, depth - 1)


def project_at(folder: Path, environ: Mapping[str, str]) -> Project:
    """The project in `folder`."""
    application = application_of(folder, environ)
    url, why = url_of(application.database, folder)
    if url is not None and (doubt := _doubt(application)):
        url, why = None, doubt
    missing = list(_missing(application))
    if why:
        missing.append(f"{application.module or 'The settings'}: the default database is not known: {why}.")
    return Project(
        framework="django",
        folder=str(folder),
        url=url,
        url_from=application.module if url is not None else "",
        settings=_settings(application, url, environ),
        others=tuple(_others(application, url)),
        missing=tuple(missing),
    )


def _doubt(application: Application) -> str:
    """Why a URL made of defaults would be a guess."""
    names = [name for name in application.variables.missed if _OF_A_DATABASE.search(name)]
    return f"it takes it from variables that are not known here ({', '.join(names[:3])})" if names else ""


def _missing(application: Application) -> Iterator[str]:
    if not application.settings:
        yield f"The settings module {application.module or '(none is named)'} could not be read."
        return
    if not application.version.origin:
        number = application.version.text
        yield f"Django's exact version is not known (no environment, no lock file): {number} is assumed."
    if not application.apps_known:
        yield "INSTALLED_APPS is put together when the settings are loaded: there may be more apps."
    gone = [app.module for app in application.apps if not app.found]
    if gone:
        yield f"Packages that are not here, so their migrations are not known: {', '.join(gone[:6])}."
    if application.settings.get("DATABASE_ROUTERS"):
        yield "DATABASE_ROUTERS decides at run time which migrations run on which database: all are shown."


def _settings(application: Application, url: URL | None, environ: Mapping[str, str]) -> Settings:
    use_tz = application.settings.get("USE_TZ", application.version.number >= (5, 0))
    values = {
        "version": application.version.text,
        "settings": application.module,
        "use_tz": str(use_tz).lower() if isinstance(use_tz, bool) else "",
        "routers": "yes" if application.settings.get("DATABASE_ROUTERS") else "",
    }
    return Settings({name: value for name, value in values.items() if value}, environ)


def _others(application: Application, url: URL | None) -> Iterator[OtherDatabase]:
    found: Any = application.settings.get("DATABASES")
    doubt = _doubt(application)
    for name, database in found.items() if isinstance(found, dict) else ():
        if name == "default" or not isinstance(name, str):
            continue
        other, why = url_of(database, application.folder)
        if other is None or other != url:
            yield OtherDatabase(name, None if doubt else other, doubt or why)
