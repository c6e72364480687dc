"""django-tenants: a schema for each tenant, and a list of apps that says whose migrations make something in it.

Every schema has a table of migrations that records all apps; its router lets those of TENANT_APPS alone make tables
there (django_tenants.routers.TenantSyncRouter of 4.0 and before). With several types of tenants the list hangs on a
row of each tenant, which no file tells.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from console.core.fleet.tenancy import Tenancy
from console.core.ports import Project
from console.frameworks.django.application import Application, application_of
from console.frameworks.django.apps import apps_of
from console.frameworks.django.ledger import TABLE
from console.frameworks.django.routers import guards_of
from console.readers.settings import environ_of

_PACKAGES = ("django_tenants", "tenant_schemas")
_ROUTER = ".routers.TenantSyncRouter"
_COMMAND = "python manage.py migrate_schemas --schema={}"


def tenancy_of(project: Project) -> Tenancy | None:
    """The rule, or None where neither the package nor its settings are there."""
    application = application_of(Path(project.folder), environ_of(project.settings))
    settings = application.settings
    installed = _texts(settings.get("INSTALLED_APPS")) or ()
    package = next((name for name in _PACKAGES if any(app.split(".")[0] == name for app in installed)), "")
    if not package and "TENANT_MODEL" not in settings:
        return None
    apps, model = _texts(settings.get("TENANT_APPS")), settings.get("TENANT_MODEL")
    public = settings.get("PUBLIC_SCHEMA_NAME", "public")
    missing = (
        []
        if apps is not None
        else ["TENANT_APPS could not be read, so it is not known whose migrations are a tenant's"]
    )
    if "TENANT_TYPES" in settings:
        missing.append("TENANT_TYPES makes that differ from tenant to tenant")
    return Tenancy(
        package="django-tenants" if package != "tenant_schemas" else "django-tenant-schemas",
        framework="django",
        by_schema=True,
        ledger=TABLE,
        shared=(public if isinstance(public, str) else "public",),
        registry=model.replace(".", "_").lower() if isinstance(model, str) else "",
        key="schema_name",
        labels=None if missing else frozenset(_labels(apps or (), application)),
        command=_COMMAND,
        settles=guards_of(application.routers)[0].text if _only_its_own(application) else "",
        missing=tuple(missing),
    )


def _only_its_own(application: Application) -> bool:
    """No router but the package's decides which migrations make something where."""
    return bool(application.routers) and all(name.endswith(_ROUTER) for name in application.routers)


def _texts(value: Any) -> tuple[str, ...] | None:  # noqa: ANN401 - what the settings say
    whole = isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value)
    return tuple(value) if whole else None


def _labels(apps: tuple[str, ...], application: Application) -> list[str]:
    """Labels of apps that are named by their module or by their class."""
    moved = application.settings.get("MIGRATION_MODULES")
    return [app.label for app in apps_of(list(apps), moved, application.modules)]
