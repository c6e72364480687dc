"""What one turn of each lane reads: as much as moved, and all of it where a person asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from console.core.assessment import JudgedFramework
from console.core.observation import Observation
from console.core.ports import Link
from console.lanes.cadence import Seldom, may_change
from console.lanes.lock_rows import read_lock_rows
from console.lanes.proving import Prover
from console.lanes.reading import Reader
from console.lanes.schema import SchemaReader
from console.lanes.writing import Writing

_COUNT_EVERY = 5.0
"""Seconds between two counts of what is written, once a rate is told: it is told of a longer time than that."""
Parts = Mapping[str, Any]
"""What one turn of a lane delivers: fields of an Observation."""


class Looks:
    """The turns of one incident's lanes, each called on its lane's own thread."""

    def __init__(
        self,
        reader: Reader,
        schema: SchemaReader,
        before: Callable[[], Observation],
        judged: Callable[[], Iterable[JudgedFramework]],
    ) -> None:
        """`before` is what was seen last, `judged` the migrations as they were judged last."""
        self._reader, self._schema_reader = reader, schema
        self._before, self._judged = before, judged
        self._server, self._progress, self._writing = Seldom(), Seldom(), Writing()
        self._counted = Seldom(_COUNT_EVERY)
        self.prover = Prover(strangers=schema.strangers)

    def whole(self) -> None:
        """Leave nothing out next time; any thread."""
        self._server.forget()
        self._progress.forget()
        self._counted.forget()
        self._schema_reader.doubts = True

    def sessions(self, link: Link) -> Parts:
        """Who is connected: first, for MySQL tells two lanes that ask together for the price of one. Which server this
        is stays for a while, but behind a pooler it may be another each time."""
        old, read = self._before(), self._reader.read
        self.prover.turn("sessions", link)
        sessions = read(link.sessions, old.sessions)
        server = old.server
        if self._server.due(link) or not server.complete or (server.value is not None and server.value.direct):
            server = read(link.server, server)
        return {"server": server, "sessions": sessions}

    def locks(self, link: Link) -> Parts:
        """Who holds and awaits what, and how far schema changes are while there may be one."""
        old, read = self._before(), self._reader.read
        self.prover.turn("locks", link)
        locks = read(link.locks, old.locks)
        progress, written = old.progress, self._writing.of(link, self._judged())
        if self._progress.due(link) or progress.value or may_change(old.sessions):
            progress = read(link.progress, progress)
        writes = old.writes
        if self._counted.due(link) or not writes.value or not writes.complete:
            writes = read(written, writes)
        return {"locks": locks, "progress": progress, "writes": writes}

    def schema(self, link: Link) -> Parts:
        """What there is, and what the tools believe."""
        seen = self._schema_reader.turn(link)
        self.prover.turn("schema", link)
        rows = read_lock_rows(self._reader, link, seen.schema.value, self._before().lock_rows)
        return {"schema": seen.schema, "tracking": seen.tracking, "lock_rows": rows}
