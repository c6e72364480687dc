"""What a failure left, made on the scratch server: no replay leaves it, so it is made sound and then spoiled there.

An index and a partition are left half done by the same thing that leaves them so elsewhere: a statement that waits for
somebody and is broken off. A second session of our own is that somebody. What cannot be made is said, and no guess
stands in for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from console.core.debris_mysql import spelled
from console.core.faults import Fault
from console.core.plain import one_line
from console.core.rehearsal_ground import Brought, Ground, needs_another_name
from console.core.schema import Index, Ref, Schema, Table

if TYPE_CHECKING:
    from console.cli.shadow import Scratch
    from console.core.ports_acting import Hand

_INDEX = re.compile(r"CREATE (UNIQUE )?INDEX ")
UNDER_WAY = "halfway_unfinished"
"""A table that is renamed once it is made."""
_PATIENCE = (0.5, 2.0, 8.0)
"""Seconds until a statement that waits is broken off: it must have begun by then."""
_AS_BEFORE = "SET statement_timeout = '15s'"


class Making:
    """Makes it all, over the hand of the scratch server."""

    def __init__(self, ground: Ground, scratch: Scratch, hand: Hand) -> None:
        """Nothing is made yet."""
        self._ground = ground
        self._scratch = scratch
        self._hand = hand
        self._is_postgres = scratch.server.dialect == "postgresql"
        self._made = ground.schema
        self._bad = ""

    def make(self) -> dict[int, str]:
        """Number of a step -> why it cannot be tried there."""
        self._send("SET check_function_bodies = off" if self._is_postgres else "SET SESSION foreign_key_checks = 0")
        self._each(self._sql())
        for n, (table, key) in enumerate(self._ground.divided):
            self._divide(table, undivided(table, n), key)
        found, before = dict(self._ground.why_not), self._bad
        for brought in self._ground.left:
            self._bad = ""
            self._bring(brought)
            if not brought.is_as_left(self._scratch.schema().get(brought.thing.ref)):
                found[brought.n] = f"it cannot be made there: {self._bad or before or 'nobody says why'}"
        return found

    def _divide(self, table: Ref, aside: Ref, key: str) -> None:
        """No table that is there can be divided: one like it is made."""
        whole, like = _place(table.schema, table.name), _place(aside.schema, aside.name)
        self._each([f"ALTER TABLE {whole} RENAME TO {_quoted(aside.name)}",
                    f"CREATE TABLE {whole} (LIKE {like} INCLUDING ALL) PARTITION BY {key}"])  # fmt: skip

    def _bring(self, brought: Brought) -> None:
        thing = brought.thing
        self._made = self._ground.only((*self._made.things, *brought.sound))
        sql = self._sql()
        if isinstance(thing, Index) and not thing.valid:
            place = _place(thing.ref.schema, thing.table)
            self._broken_off(brought, place, _INDEX.sub(r"CREATE \1INDEX CONCURRENTLY ", ";".join(sql), count=1))
        elif needs_another_name(thing):
            here, there = _ticked(thing.ref.name), _ticked(UNDER_WAY)
            self._each([one.replace(here, there) for one in sql])
            self._each([f"RENAME TABLE {there} TO {_ticked(spelled(thing.ref.name))}"])
        else:
            self._each(sql)
            if isinstance(thing, Table) and thing.partition_of:
                self._part(brought, _place(*thing.partition_of.split(".", 1)))

    def _part(self, brought: Brought, parent: str) -> None:
        part = _place(brought.thing.ref.schema, brought.thing.ref.name)
        self._each([f"ALTER TABLE {parent} ATTACH PARTITION {part} {brought.bound}"])
        self._broken_off(brought, parent, f"ALTER TABLE {parent} DETACH PARTITION {part} CONCURRENTLY")

    def _sql(self) -> list[str]:
        """What makes all that is still missing."""
        from console.cli.mending import written
        from console.core.drift import Change, compare_schemas

        now = self._scratch.schema()
        drift = compare_schemas(self._made, now)
        missing = [d for d in (*drift.differences, *drift.ignored) if d.change is Change.MISSING]
        found: list[str] = []
        for mend in written([replace(d, ignored="") for d in missing], self._scratch.baseline(now)):
            self._bad = mend.refused or self._bad
            found += mend.sql
        return found

    def _each(self, statements: Sequence[str]) -> None:
        for sql in statements:
            self._send(sql)

    def _send(self, sql: str) -> None:
        """What is refused is told where it is missed."""
        from console.core.plan import Step, StepKind

        try:
            self._hand.run(Step(1, StepKind.SCHEMA, "the scratch database", (sql,)))
        except Fault as fault:
            self._bad = one_line(fault.why or fault.what)

    def _broken_off(self, brought: Brought, table: str, sql: str) -> None:
        """It has begun and waits for somebody who is at the table."""
        with self._somebody_at(table):
            for seconds in _PATIENCE:
                self._send(f"SET statement_timeout = {int(seconds * 1000)}")
                self._send(sql)
                self._send(_AS_BEFORE)
                if brought.is_as_left(self._scratch.schema().get(brought.thing.ref)):
                    return

    @contextmanager
    def _somebody_at(self, table: str) -> Iterator[None]:
        from console.core.plan import Step, StepKind

        other = self._scratch.another()
        held = ("BEGIN", f"LOCK TABLE {table} IN ROW EXCLUSIVE MODE")
        try:
            with suppress(Fault):  # then nothing waits, and what is made is not as it was left: that is said
                other.run(Step(1, StepKind.SCHEMA, "the scratch database", held))
            yield
        finally:
            other.close()


def spoken_of(ground: Ground) -> Schema:
    """All that is made, to be dropped again."""
    sound = [thing for brought in ground.left for thing in (brought.thing, *brought.sound)]
    renamed = [replace(b.thing.ref, name=UNDER_WAY) for b in ground.left if needs_another_name(b.thing)]
    aside = [undivided(table, n) for n, (table, _) in enumerate(ground.divided)]
    return ground.only((*sound, *(Table(ref=ref) for ref in (*renamed, *aside))))


def undivided(table: Ref, n: int) -> Ref:
    """A table that a divided one is made like."""
    return replace(table, name=f"halfway_undivided_{n}")


def _place(schema: str, name: str) -> str:
    return f"{_quoted(schema)}.{_quoted(name)}"


def _quoted(name: str) -> str:
    from console.dialects.postgres.quoting import quoted

    return quoted(name)


def _ticked(name: str) -> str:
    from console.dialects.mysql.quoting import quoted

    return quoted(name)
