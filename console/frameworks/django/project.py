"""Finding a Django project on disk, and the database it uses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.core.faults import ProjectFault
from console.core.ports import OtherDatabase, Project
from console.core.urls import URL
from console.readers.settings import Settings, read_text
from console.readers.sources.around import Sign

if TYPE_CHECKING:
    from console.frameworks.django.application import Application

_OF_A_DATABASE = re.compile(r"DB|DATABASE|POSTGRES|PG|SQL|RDS", re.IGNORECASE)


def is_django(folder: Path) -> bool:
    """Whether a folder holds a project's manage.py."""
    try:
        return "DJANGO_SETTINGS_MODULE" in (read_text(folder / "manage.py") or "")
    except ProjectFault:
        return False


SIGN = Sign("Django", is_django, frozenset({"static", "media"}))


def detect(folder: Path, environ: Mapping[str, str]) -> Project | None:
    """The project at, above or just below `folder`; None when there is no sign of Django."""
    found = SIGN.place(folder, environ)
    return project_at(found[0], environ) if found is not None else None


def project_at(folder: Path, environ: Mapping[str, str]) -> Project:
    """The project in `folder`."""
    from console.frameworks.django.application import application_of
    from console.frameworks.django.connections import url_of

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
    if application.routers:
        names = ", ".join(application.routers[:3])
        yield f"{names} decides at run time what runs on which database: what it holds back is recorded, too."


def _settings(application: Application, url: URL | None, environ: Mapping[str, str]) -> Settings:
    use_tz = application.settings.get("USE_TZ", application.version.number >= (5, 0))
    values = {
        "version": application.version.text,
        "settings": application.module,
        "use_tz": str(use_tz).lower() if isinstance(use_tz, bool) else "",
    }
    return Settings({name: value for name, value in values.items() if value}, environ)


def _others(application: Application, url: URL | None) -> Iterator[OtherDatabase]:
    from console.frameworks.django.connections import url_of

    found: Any = application.settings.get("DATABASES")
    doubt = _doubt(application)
    for name, database in found.items() if isinstance(found, dict) else ():
        if name == "default" or not isinstance(name, str):
            continue
        other, why = url_of(database, application.folder)
        if other is None or other != url:
            yield OtherDatabase(name, None if doubt else other, doubt or why)
