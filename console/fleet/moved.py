"""A link to a database whose own schema goes by another name here, so that files read once fit every database.

On MySQL a database is a schema, and a tenant may be one: then the names without a schema mean another one each time.
What is read is brought to `HOME`; what is asked for is asked of the real one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from console.core.drift.compare import as_there
from console.core.observation import Server
from console.core.ports import Link, TableRows
from console.core.schema import Schema
from console.core.session import Lock, Progress, Session
from console.core.table_case import at_home
from console.fleet.around import Around

HOME = "here"
"""How the schema of unqualified names is called while a database is judged."""


@dataclass(frozen=True)
class Moved:
    """`Link`, with the schema `real` under the name `HOME`."""

    link: Link
    real: str
    around: Around
    place: str
    """The server, by which what is the same for all its databases is kept."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the link has
        return getattr(self.link, name)

    def server(self) -> Server:
        """Which server this is."""
        return replace(self.link.server(), home=HOME)

    def schema(self) -> Schema:
        """What is there."""
        return moved(self.link.schema(), self.real)

    def sessions(self) -> tuple[Session, ...]:
        """All sessions of the server."""
        return self.around.ask(self.place, "sessions", self.link.sessions)

    def locks(self) -> tuple[Lock, ...]:
        """The lock table of the server."""
        return tuple(map(self.lock, self.around.ask(self.place, "locks", self.link.locks)))

    def progress(self) -> tuple[Progress, ...]:
        """Running DDL of the server."""
        return self.around.ask(self.place, "progress", self.link.progress)

    def lock(self, lock: Lock) -> Lock:
        """A lock, on a table under the name it has here."""
        mine = lock.relation is not None and lock.relation[0] == self.real
        return replace(lock, relation=(HOME, lock.relation[1])) if mine and lock.relation else lock

    def tables_named(self, name: str) -> tuple[str, ...]:
        """Schemas that hold such a table."""
        return tuple(HOME if place == self.real else place for place in self.link.tables_named(name))

    def rows(self, schema: str, table: str) -> TableRows:
        """Rows of a small table."""
        return self.link.rows(self.real if schema == HOME else schema, table)

    def writes(self, tables: Iterable[tuple[str, str]]) -> Any:  # noqa: ANN401 - as the link counts
        """Rows written to these tables."""
        return self.link.writes([(self.real if schema == HOME else schema, name) for schema, name in tables])


def moved(schema: Schema, real: str) -> Schema:
    """The schema with `real` as `HOME`."""
    apart = at_home(schema, real)
    return as_there(apart, Schema(home=HOME, dialect=schema.dialect, folded=schema.folded))
