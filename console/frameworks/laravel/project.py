"""Finding a Laravel project on disk, and the database it uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from console.core.plain import one_line
from console.core.ports import OtherDatabase, Project
from console.frameworks.laravel.ledger import TABLE
from console.readers.settings import Settings
from console.readers.sources.around import Sign, no_current

if TYPE_CHECKING:
    from console.frameworks.laravel.application import Application
    from console.frameworks.laravel.connections import Setting
    from console.readers.sources import Deployment

_STRICT = (
    "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,"
    "NO_ENGINE_SUBSTITUTION"
)
_VARIABLES = ("DB_URL", "DATABASE_URL", "DB_HOST", "DB_DATABASE", "DB_USERNAME", "DB_PASSWORD")
_DATABASES = frozenset({"pgsql", "mysql", "mariadb", "sqlite", "sqlsrv"})


def is_laravel(folder: Path) -> bool:
    """Whether a folder is the root of a Laravel application."""
    if not (folder / "artisan").is_file():
        return False
    from console.frameworks.laravel.versions import FRAMEWORK, json_of, mapping

    required = mapping(mapping(json_of(folder / "composer.json")).get("require"))
    return (folder / "bootstrap/app.php").is_file() or any(name in required for name in FRAMEWORK)


SIGN = Sign("Laravel", is_laravel, frozenset({"vendor", "storage"}))


def detect(folder: Path, environ: Mapping[str, str]) -> Project | None:
    """The project at, above or just below `folder`; None when there is no sign of Laravel."""
    found = SIGN.place(folder, environ)
    return project_at(found[0], environ, found[1]) if found is not None else None


def project_at(folder: Path, environ: Mapping[str, str], deployment: Deployment | None = None) -> Project:
    """The application in `folder` as a Project."""
    from console.frameworks.laravel.application import application_of
    from console.frameworks.laravel.connections import Setting, url_of

    application = application_of(folder, environ)
    default = (
        application.setting(application.default) if application.default else Setting("", why=_no_default(application))
    )
    url, why = url_of(default, folder, application.laravel)
    if doubt := _doubt(application):
        url, why = None, doubt
    missing = [application.version.why] if application.version.why else []
    missing += no_current(deployment)
    if application.configuration.cache is None:
        missing += application.environment.problems
    missing += dict.fromkeys(application.configuration.problems)
    missing += _doubts(application)
    if why:
        missing.append(f"{application.configuration.origin}: {why}.")
    return Project(
        framework="laravel",
        folder=str(folder),
        url=url,
        url_from=_url_from(application) if url is not None else "",
        settings=_settings(application, default, environ),
        releases=deployment.names if deployment else (),
        current_release=deployment.linked if deployment else None,
        others=tuple(_others(application, default)),
        missing=tuple(missing),
    )


def _doubts(application: Application) -> Iterator[str]:
    """What decides the SQL or the files and cannot be known for certain."""
    for provider in application.providers:
        name = provider.path.relative_to(application.folder).as_posix()
        yield from (f"{name}: {one_line(text, 100)} is not known." for text in provider.doubts)


def _no_default(application: Application) -> str:
    found = application.configuration.get("database.default")
    return getattr(found, "why", "") or "no default connection is named"


def _doubt(application: Application) -> str:
    """Why a URL made of defaults would be a guess: the configuration is made of variables that are not known."""
    configuration = application.configuration
    if configuration.cache is not None or application.environment.complete:
        return ""
    names = ", ".join(islice(configuration.assumed, 3))
    return f"it takes the connection from variables that are not known here ({names}, ...)"


def _url_from(application: Application) -> str:
    configuration = application.configuration
    if configuration.cache is not None:
        return configuration.origin
    environment = application.environment
    set_here = [name for name in _VARIABLES if environment.text(name)]
    return ", ".join(dict.fromkeys(environment.origin_of(name) for name in set_here)) or configuration.origin


def _settings(application: Application, default: Setting, environ: Mapping[str, str]) -> Settings:
    from console.frameworks.laravel.connections import schemas_of

    laravel = application.laravel
    values = {
        "version": application.version.text,
        "connection": default.name,
        "driver": default.driver,
        "prefix": default.text("prefix"),
        "migrations": table_of(application),
        "search_path": ",".join(schemas_of(default, laravel)),
        "vendor": "yes" if (application.folder / "vendor").is_dir() else "",
        **{name: default.text(name) for name in ("timezone", "charset", "collation")},
        "sql_mode": _sql_mode(default),
    }
    return Settings({name: value for name, value in values.items() if value}, environ)


def _sql_mode(default: Setting) -> str:
    """What Laravel sets a MySQL session to: `modes` as they are, else what `strict` means; '' sets nothing."""
    from console.readers.php.values import Listing

    modes = default.values.get("modes")
    if isinstance(modes, Listing):
        return ",".join(str(mode) for mode in modes.values)
    if default.driver not in ("mysql", "mariadb") or "strict" not in default.values:
        return ""
    return _STRICT if default.flag("strict", default=True) else "NO_ENGINE_SUBSTITUTION"


def table_of(application: Application) -> str:
    """The name of the ledger, without the prefix."""
    from console.readers.php.values import Listing

    found = application.configuration.get("database.migrations")
    found = found.get("table") if isinstance(found, Listing) else found
    return found if isinstance(found, str) and found else TABLE


def _others(application: Application, default: Setting) -> Iterator[OtherDatabase]:
    from console.frameworks.laravel.connections import names_of, same_database, url_of

    doubt = _doubt(application)
    for name in names_of(application.configuration):
        setting = application.setting(name)
        if name == default.name or setting.driver not in _DATABASES or same_database(default, setting):
            continue
        url, why = url_of(setting, application.folder, application.laravel)
        yield OtherDatabase(name, None if doubt else url, doubt or why)
