"""Where `php artisan migrate` looks for files, in its order, and where else files lie that belong to the project.

Paths that code registers are only known when they are written down plainly; what a package registers under a condition
is believed unless the project switches it off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from console.frameworks.laravel.application import Application
from console.frameworks.laravel.packages import Package
from console.frameworks.laravel.providers import Provider, provider_at
from console.frameworks.laravel.versions import json_of, mapping
from console.readers.php.values import Listing, Value

MAIN = "database/migrations"
_SWITCHED_OFF = re.compile(r"\b(\w+)::ignoreMigrations\s*\(")
_IN_MODULES = ("database/migrations", "Database/Migrations", "Database/migrations")
_IN_PACKAGES = ("database/migrations", "migrations", "src/database/migrations", "src/migrations")
"""Where packages keep files that they may only publish."""


@dataclass(frozen=True, slots=True)
class Places:
    """Folders and single files."""

    run: tuple[Path, ...]
    """`migrate` looks here, in this order: of two files of one name the later one counts."""
    tenant: tuple[Path, ...] = ()
    """Run for the databases of tenants only."""
    loose: tuple[Path, ...] = ()
    """In packages that are not known to register them: they count when the ledger has them."""
    conditional: frozenset[Path] = frozenset()
    """Of those that are run the ones that are registered only under a condition."""


def places_of(application: Application) -> Places:
    """Every place of one project."""
    folder = application.folder
    off = frozenset(word for provider in application.providers for word in _SWITCHED_OFF.findall(provider.text))
    of_packages = [p for package in application.packages for p in _registering(application, package, off)]
    providers = [*of_packages, *application.providers]
    registered = [path for provider in providers for path in provider.paths]
    tenant = tuple(_of_tenants(application))
    run = [path for path in dict.fromkeys([*registered, *_of_modules(folder)]) if path not in tenant]
    inside = (package.folder / name for package in application.packages for name in _IN_PACKAGES)
    loose = tuple(place for place in inside if place not in run and place.is_dir())
    conditional = frozenset(path for provider in providers for path in provider.conditional)
    return Places((*run, folder / MAIN), tenant, loose, conditional)


def _registering(application: Application, package: Package, off: frozenset[str]) -> Iterator[Provider]:
    """The providers of a package, but those told not to register migrations: `Sanctum::ignoreMigrations()`."""
    for name in package.providers:
        path = application.autoload.file_of(name)
        provider = provider_at(path, application.folder) if path is not None else None
        if provider is not None and not any(re.search(rf"\b{re.escape(word)}::", provider.text) for word in off):
            yield provider


def _of_modules(folder: Path) -> Iterator[Path]:
    """The enabled modules of nwidart/laravel-modules."""
    enabled = mapping(json_of(folder / "modules_statuses.json"))
    for module in sorted((folder / "Modules").glob("*/module.json")):
        if enabled.get(module.parent.name, True):
            yield from (place for name in _IN_MODULES if (place := module.parent / name).is_dir())


def _of_tenants(application: Application) -> Iterator[Path]:
    """The folders that only tenants' databases are migrated with: as configured, and by their usual name."""
    configured = application.configuration.get("tenancy.migration_parameters")
    for text in _texts(configured.get("--path")) if isinstance(configured, Listing) else ():
        yield application.folder / text.removeprefix("{base}/")
    for name in ("tenant", "tenants"):
        yield application.folder / MAIN / name


def _texts(value: Value) -> Iterator[str]:
    for text in value.values if isinstance(value, Listing) else (value,):
        if isinstance(text, str):
            yield text
