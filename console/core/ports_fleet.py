"""What a fleet needs of a server besides a Link: which databases and schemas there are, many schemas in one read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol, runtime_checkable

from console.core.fleet.tenancy import Tenancy
from console.core.ports import Link, Project, TableRows
from console.core.schema import Schema


class Lister(Protocol):
    """Tells what is on a server; reads only."""

    def databases(self) -> tuple[str, ...]:
        """Databases of people that this login may connect to."""
        ...

    def schemas(self) -> tuple[str, ...]:
        """Schemas of people in this database; () where a database has none."""
        ...

    def listed(self, sql: str) -> TableRows:
        """The rows of a person's own query, every value as text."""
        ...

    def close(self) -> None:
        """End the connection."""
        ...


@runtime_checkable
class KnowsTenants(Protocol):
    """A framework whose projects may keep tenants apart."""

    def tenancy(self, project: Project) -> Tenancy | None:
        """How this one does; None where it does not. Read from its files, nothing is run."""
        ...


class Sweeper(Link, Protocol):
    """A link that reads many schemas in one pass."""

    def schemas_of(self, names: Iterable[str]) -> Mapping[str, Schema]:
        """Each of these schemas that is there, as those see it who look in it first."""
        ...
