r"""stancl/tenancy: a database (or a schema of PostgreSQL) for each tenant, and a folder with the migrations of tenants.

Names are made of a prefix, the tenant's key and a suffix unless its row says another one; the row may say another
server and login, too (Stancl\Tenancy\DatabaseConfig of version 3).
"""

from __future__ import annotations

from pathlib import Path

from console.core.fleet.tenancy import Tenancy
from console.core.ports import Project
from console.frameworks.laravel.application import Application, application_of
from console.frameworks.laravel.project import table_of
from console.frameworks.laravel.versions import json_of, mapping
from console.readers.php.values import Listing, Unknown, Value
from console.readers.settings import environ_of

PACKAGE = "stancl/tenancy"
_FOLDER = "database/migrations/tenant"
_SCHEMA_MANAGER = "PostgreSQLSchemaManager"
_COMMAND = "php artisan tenants:migrate --force --tenants={}"


def tenancy_of(project: Project) -> Tenancy | None:
    """The rule, or None where the package is not required."""
    folder = Path(project.folder)
    if PACKAGE not in mapping(mapping(json_of(folder / "composer.json")).get("require")):
        return None
    application = application_of(folder, environ_of(project.settings))
    places, why = _places(application)
    manager = application.configuration.get("tenancy.database.managers.pgsql")
    by_schema = project.settings.get("driver") == "pgsql" and isinstance(manager, str) and _SCHEMA_MANAGER in manager
    prefix, suffix = (_text(application, f"tenancy.database.{name}", usual) for name, usual in
                      (("prefix", "tenant"), ("suffix", "")))  # fmt: skip
    unknown = [f"tenancy.database.{name} is not known" for name, found in (("prefix", prefix), ("suffix", suffix))
               if found is None]  # fmt: skip
    return Tenancy(
        package=PACKAGE,
        framework="laravel",
        by_schema=by_schema,
        ledger=project.settings.get("prefix", "") + table_of(application),
        registry=project.settings.get("prefix", "") + "tenants",
        key="id",
        folder=places,
        prefix=prefix or "",
        suffix=suffix or "",
        command=_COMMAND,
        missing=(*([why] if why else []), *unknown),
    )


def _text(application: Application, key: str, usual: str) -> str | None:
    """A setting; what the package's own file says where the project published none. None: not known."""
    found = application.configuration.get(key)
    if isinstance(found, Unknown):
        return usual if not (application.folder / "config" / "tenancy.php").is_file() else None
    return found if isinstance(found, str) else usual


def _places(application: Application) -> tuple[str, str]:
    """The one folder of the migrations of tenants, or why it is not known."""
    found: Value = application.configuration.get("tenancy.migration_parameters.--path")
    paths = list(found.values) if isinstance(found, Listing) else [found] if isinstance(found, str) else []
    if not paths or isinstance(found, Unknown):
        paths = [f"{{base}}/{_FOLDER}"]
    if len(paths) != 1 or not isinstance(paths[0], str):
        return (
            "",
            "the migrations of tenants lie in several folders, or in one that is not known: name one with --migrations",
        )
    return str(paths[0]).replace("{base}", str(application.folder)), ""
