"""The tenants of a project: how it keeps them apart is in its files, which there are is in its database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from console.core.faults import Fault, UsageFault
from console.core.fleet.tenancy import Tenancy
from console.core.ports import Project
from console.core.ports_fleet import KnowsTenants, Lister
from console.dialects import open_lister
from console.fleet.reach import Reach, named_apart, reach
from console.wiring import Found

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

UNREGISTERED = "not registered"
"""The group of tenants that the registry does not list."""
_INTERNAL = "tenancy_db_"
_SCHEMAS_WITH = """
SELECT n.nspname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relname = {} AND c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' ORDER BY 1
"""
_DATABASES_WITH = "SELECT table_schema FROM information_schema.tables WHERE table_name = {} ORDER BY 1"


@dataclass(frozen=True)
class Tenants:
    """The rule of a project, and whose it is."""

    tenancy: Tenancy
    project: Project

    @classmethod
    def of(cls, found: Found) -> Tenants | None:
        """The first framework of the project that keeps tenants apart."""
        for framework, project in found.projects:
            if project is not None and not project.bare and isinstance(framework, KnowsTenants):
                tenancy = framework.tenancy(project)
                if tenancy is not None:
                    return cls(tenancy, project)
        return None

    def listed(self, url: URL) -> tuple[Reach, ...]:
        """Every tenant: those that are registered, and those that have a ledger of their own. UsageFault for none."""
        with closing(open_lister(url)) as lister:
            reaches = tuple(self._schemas(url, lister) if self.tenancy.by_schema else self._databases(url, lister))
        if not reaches:
            raise UsageFault(f"{self.tenancy.package} has no tenant in {reach(url).target.place}")
        return named_apart(reaches)

    def _schemas(self, url: URL, lister: Lister) -> Iterator[Reach]:
        rows = lister.listed(_SCHEMAS_WITH.format(_quoted(self.tenancy.ledger))).rows
        there = [str(row[0]) for row in rows if row[0] not in self.tenancy.shared]
        registered = self._registered(lister)
        known = [name for name, _ in registered] if registered is not None else [*self.tenancy.named]
        for name in dict.fromkeys([*known, *there]):
            if name not in self.tenancy.shared:
                apart = known and name not in known
                yield reach(url, name, name, UNREGISTERED if apart else "")

    def _databases(self, url: URL, lister: Lister) -> Iterator[Reach]:
        registered = self._registered(lister)
        if registered is not None:
            for name, data in registered:
                yield reach(self._own(url, name, data), name)
            return
        names = list(self.tenancy.named)
        if not names and url.get_backend_name() in ("mysql", "mariadb"):
            found = lister.listed(_DATABASES_WITH.format(_quoted(self.tenancy.ledger))).rows
            names = [str(row[0]) for row in found if row[0] != url.database]
        if not names:
            raise UsageFault(
                f"{self.tenancy.package} does not say in its files which databases its tenants have",
                todo="Name them: --databases PATTERN, --from-query SQL, or a list",
            )
        yield from (reach(url.set(database=name), name) for name in names)

    def _own(self, url: URL, name: str, data: dict[str, Any]) -> URL:
        """The database of one tenant: what its row says, else what the rule makes of its name."""
        said = {key: str(data[f"{_INTERNAL}{key}"]) for key in ("name", "host", "port", "username", "password")
                if data.get(f"{_INTERNAL}{key}")}  # fmt: skip
        port = int(said["port"]) if said.get("port", "").isdigit() else url.port
        return url.set(
            database=said.get("name", f"{self.tenancy.prefix}{name}{self.tenancy.suffix}"),
            host=said.get("host", url.host),
            port=port,
            username=said.get("username", url.username),
            password=said.get("password", url.password),
        )

    def _registered(self, lister: Lister) -> list[tuple[str, dict[str, Any]]] | None:
        """(name, what its row holds besides); None where there is no such table, or it may not be read."""
        if not self.tenancy.registry:
            return None
        try:
            rows = lister.listed(f"SELECT * FROM {self.tenancy.registry}")
        except Fault:
            return None
        columns = [column.lower() for column in rows.columns]
        if self.tenancy.key not in columns:
            return None
        at, more = columns.index(self.tenancy.key), columns.index("data") if "data" in columns else None
        return [(str(row[at]), _json(row[more] if more is not None else None)) for row in rows.rows if row[at]]


def _json(text: str | None) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
