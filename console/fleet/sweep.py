"""Tenants that are schemas of one database: one connection reads the catalog of some of them in one pass.

Sessions and locks are those of the database, and are asked once. Each tenant is then judged by itself, as if its schema
were a database of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from console.core.faults import Fault
from console.core.fleet.here import of_schema
from console.core.fleet.row import Row, absent
from console.core.fleet.tenancy import resolved
from console.core.observation import Server
from console.core.ports import TableRows
from console.core.ports_fleet import Sweeper
from console.core.schema import Schema
from console.core.session import Lock, Progress, Session
from console.dialects import open_sweeper
from console.fleet.around import Around
from console.fleet.looking import LANE, Budget, Looker, ended, opened
from console.fleet.moved import HOME, Moved, moved
from console.fleet.once import holding
from console.fleet.reach import Reach

TOGETHER = 6
"""How many times the seconds of one of them the pass over the catalog may take, which is for all of them."""


@dataclass(frozen=True)
class SweepLooker:
    """Looks at schemas of one database together."""

    looker: Looker
    answered: Callable[[], None]
    """Called as soon as the server has spoken."""

    def rows(self, reaches: tuple[Reach, ...]) -> Iterator[Row]:
        """A row for each, as they are judged. A Fault ends it: those that were given stay."""
        budget = Budget(self.looker.seconds * min(len(reaches), TOGETHER))
        try:
            link = opened(partial(open_sweeper, reaches[0].url, LANE), budget)
            try:
                budget.watch(link)
                self.answered()
                yield from self._judged(reaches, link, budget)
            finally:
                budget.done()
                ended(link)
        finally:
            budget.done()

    def _judged(self, reaches: tuple[Reach, ...], link: Sweeper, budget: Budget) -> Iterator[Row]:
        seen = _Database(link, self._read(reaches, link, budget))
        for reach in reaches:
            budget.renew()
            began = time.monotonic()
            name = str(reach.target.schema)
            if name not in seen.schemas:
                now = self.looker.source_of(reach.url).clock.now()
                yield absent(reach.target, f"there is no schema {name} in this database", now)
            else:
                yield self.looker.judged(reach, _Tenant(seen, name), budget, began)

    def _read(self, reaches: tuple[Reach, ...], link: Sweeper, budget: Budget) -> Mapping[str, Schema]:
        """All of these schemas, each with what the migrations name in other ones."""
        server, source = link.server(), self.looker.source_of(reaches[0].url)
        with budget.aside():
            self.looker.files.digest(source.frameworks, source.given, server.grammar, server.version, HOME)
        names = [str(reach.target.schema) for reach in reaches]
        outside = self.looker.files.outside(HOME)
        found = link.schemas_of([*names, *sorted({schema for schema, _ in outside})])
        budget.check()
        beside = [
            thing
            for name in sorted({schema for schema, _ in outside} & found.keys())
            for thing in found[name].things
            if (name, thing.ref.table or thing.ref.name) in outside or (name, getattr(thing, "table", "")) in outside
        ]
        return {
            name: replace(schema, things=(*resolved(schema, self.looker.shared).things, *beside))
            for name, schema in found.items()
            if name in names
        }


class _Database:
    """What is the same for all its schemas, asked once."""

    def __init__(self, link: Sweeper, schemas: Mapping[str, Schema]) -> None:
        self.link = link
        self.schemas = schemas
        self._kept: dict[str, Any] = {}

    def once(self, name: str) -> Any:  # noqa: ANN401 - as the link gives it
        """What a read gives, or the fault it raises, the same for every tenant."""
        if name not in self._kept:
            try:
                self._kept[name] = getattr(self.link, name)()
            except Fault as fault:
                self._kept[name] = fault
        found = self._kept[name]
        if isinstance(found, Fault):
            raise found
        return found


class _Tenant:
    """`Link`, of one schema."""

    def __init__(self, database: _Database, schema: str) -> None:
        self._database = database
        self._name = schema

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the link has
        return getattr(self._moved, name)

    @cached_property
    def _moved(self) -> Moved:
        return Moved(self._database.link, self._name, Around(), "")

    @cached_property
    def _schema(self) -> Schema:
        return moved(self._database.schemas[self._name], self._name)

    def server(self) -> Server:
        """The server, with the tenant's schema as home."""
        found: Server = replace(self._database.once("server"), home=HOME)
        return found

    def fingerprint(self) -> str:
        """It is read once: nothing is compared with it."""
        return ""

    def schema(self) -> Schema:
        """The tenant's."""
        return self._schema

    def sessions(self) -> tuple[Session, ...]:
        """Of the database."""
        found: tuple[Session, ...] = self._database.once("sessions")
        return found

    def locks(self) -> tuple[Lock, ...]:
        """Of those who work in this schema, and of whom they wait for."""
        kept = of_schema(self._database.once("locks"), self._name)
        return tuple(map(self._moved.lock, kept))

    def progress(self) -> tuple[Progress, ...]:
        """Of the database."""
        found: tuple[Progress, ...] = self._database.once("progress")
        return found

    def tables_named(self, name: str) -> tuple[str, ...]:
        """Whether the tenant has such a table: what the catalog showed, not asked again."""
        return tuple(place for place in holding(self._schema, name) if place == HOME)

    def rows(self, schema: str, table: str) -> TableRows:
        """Rows of a small table."""
        return self._moved.rows(schema, table)
