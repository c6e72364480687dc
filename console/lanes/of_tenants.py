"""A project whose tenants are kept apart, as one of its tenants sees it: its own migrations, and no others.

Rows of the others stand in a tenant's ledger all the same: django-tenants records every app in every schema.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from console.core.fleet.tenancy import Tenancy
from console.core.migration import Ledger, Migration
from console.core.observation import Server, Tracking
from console.core.ports import Files, Framework, Project
from console.core.ports_fleet import KnowsTenants

Tools = tuple[tuple[Framework, Project | None], ...]


class OfTenants:
    """A framework of which only those migrations are told that make something in a tenant."""

    def __init__(self, framework: Framework, tenancy: Tenancy) -> None:
        """Everything else is the framework's own."""
        self._framework = framework
        self._tenancy = tenancy

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the framework has
        return getattr(self._framework, name)

    def read(self, project: Project, given: str | None, dialect: str, home: str) -> Files:
        """The migration files, without conditions that the rule of the tenants answers."""
        files = self._framework.read(project, given, dialect, home)
        if self._tenancy.missing:
            files = replace(files, unread="; ".join(self._tenancy.missing))
        if not self._tenancy.settles:
            return files
        return replace(files, migrations=tuple(map(self._settled, files.migrations)))

    def _settled(self, migration: Migration) -> Migration:
        statements = tuple(
            replace(s, guards=tuple(g for g in s.guards if g.text != self._tenancy.settles))
            for s in migration.statements
        )
        return replace(migration, statements=statements)

    def track(self, project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
        """Files and rows joined, those of a tenant."""
        found = self._framework.track(project, files, ledger, server)
        return replace(found, tracked=tuple(t for t in found.tracked if self._tenancy.mine(t.id)))


def for_tenants(tools: Iterable[tuple[Framework, Project | None]], tenancy: Tenancy) -> Tools:
    """The frameworks as a tenant sees them."""
    return tuple(
        (OfTenants(framework, tenancy), project) if framework.name == tenancy.framework else (framework, project)
        for framework, project in tools
    )


def seen_from(tools: Tools, schema: str | None) -> tuple[Tools, tuple[str, ...]]:
    """The frameworks as they are seen from this schema, and the shared ones in which it looks for names, too: a
    tenant's where --schema names one."""
    for framework, project in tools if schema is not None else ():
        tenancy = framework.tenancy(project) if project is not None and isinstance(framework, KnowsTenants) else None
        if tenancy is not None and tenancy.by_schema and schema not in tenancy.shared:
            return for_tenants(tools, tenancy), tenancy.shared
    return tools, ()
