"""One look at one database over one connection: the same reads and the same judgement as `assess`, one after another.

`assess` reads on three connections because each may hang for its own reason; here one connection has a time to be over,
and what hangs costs that and no more.
"""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from console.core.faults import FullFault, LinkLostFault, TimedOutFault
from console.core.fleet.here import of_database
from console.core.fleet.row import Row, row_of
from console.core.judge import assess
from console.core.observation import Observation, Reading
from console.core.ports import Files, Framework, Link, Project
from console.fleet.around import Around
from console.fleet.files import SharedFiles
from console.fleet.moved import HOME, Moved
from console.fleet.once import Once
from console.fleet.reach import Reach
from console.lanes import Reader, SchemaReader, Source, quietly
from console.lanes.lock_rows import read_lock_rows

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

V = TypeVar("V")
L = TypeVar("L", bound=Link)
_FULL_WAIT = 0.2
_GONE_WAIT = 0.5
LANE = "schema"
"""The connections of a fleet have the patience of the lane that reads schemas."""


def ended(link: Link) -> None:
    """Close it, and wait until the server has let it go, too: until then it counts there as one of eight."""
    try:
        ear = os.dup(link.fileno())  # type: ignore[attr-defined]
    except Exception:  # noqa: BLE001 - a link without a socket, or one that is gone: drivers have their own words for it
        quietly(link.close)
        return
    try:
        quietly(link.close)
        _silent(ear)
    finally:
        os.close(ear)


def _silent(ear: int) -> None:
    """Until the other end has closed it, a moment at most."""
    deadline = time.monotonic() + _GONE_WAIT
    with suppress(OSError):
        while (left := deadline - time.monotonic()) > 0 and select.select([ear], [], [], left)[0]:
            if not os.read(ear, 4096):
                return


def opened(connect: Callable[[], L], budget: Budget) -> L:
    """A connection. Where the server has none left it is asked again until the time is over: those that were closed a
    moment ago may still count there."""
    while True:
        try:
            return connect()
        except FullFault:
            if budget.over:
                raise
            threading.Event().wait(_FULL_WAIT)


class Budget:
    """The seconds that one look may take; what runs when they are over is cancelled on the server.

    Reading the files of the project is nothing that this database takes: it does not count.
    """

    def __init__(self, seconds: float) -> None:
        """It begins now."""
        self.seconds = seconds
        self.over = False
        self._deadline = time.monotonic() + seconds
        self._aside: float | None = None
        self._link: Link | None = None
        self._timer = self._armed(seconds)

    def watch(self, link: Link) -> None:
        """What is to be cancelled; TimedOutFault when it is too late already."""
        self._link = link
        self.check()

    def check(self) -> None:
        """TimedOutFault when the time is over."""
        if self.over:
            raise TimedOutFault(f"No answer within {self.seconds:g} s", "the time for this database is over")

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What is done meanwhile does not count."""
        self._aside = began = time.monotonic()
        try:
            yield
        finally:
            self._deadline += time.monotonic() - began
            self._aside = None

    def renew(self) -> None:
        """The same time once more, for the next one."""
        self._deadline = time.monotonic() + self.seconds

    def done(self) -> None:
        """Nothing is cancelled any more."""
        self._link = None
        self._timer.cancel()

    def _armed(self, seconds: float) -> threading.Timer:
        timer = threading.Timer(seconds, self._end)
        timer.daemon = True
        timer.start()
        return timer

    def _end(self) -> None:
        left = self._deadline - time.monotonic()
        if self._aside is not None or left > 0:
            self._timer = self._armed(max(left, 0.1))
            return
        self.over = True
        link = self._link
        if link is not None:
            quietly(link.cancel)


@dataclass(frozen=True)
class Looker:
    """Looks at databases, each by itself; any thread."""

    source_of: Callable[[URL], Source]
    files: SharedFiles
    seconds: float = 10.0
    shared: tuple[str, ...] = ("public",)
    """Schemas in which names are looked for that a tenant's own schema has not got."""
    around: Around = field(default_factory=Around)

    @contextmanager
    def linked(self, reach: Reach) -> Iterator[tuple[Link, Budget]]:
        """A connection to it, for as long as a look may take."""
        budget = Budget(self.seconds)
        try:
            link = opened(partial(self.source_of(reach.url).dialect.open, reach.url, LANE), budget)
            try:
                budget.watch(link)
                yield link, budget
            finally:
                budget.done()
                ended(link)
        finally:
            budget.done()

    def row(self, reach: Reach) -> Row:
        """The row of a database. A Fault when it could not be looked at to the end."""
        began = time.monotonic()
        with self.linked(reach) as (link, budget):
            return self.judged(reach, self._at_home(reach, Once(link)), budget, began)

    def _at_home(self, reach: Reach, link: Link) -> Link:
        """On MySQL every database is a schema of its own name: brought to one, for files that were read once."""
        server = link.server()
        if server.grammar not in ("mysql", "mariadb") or not server.home or self.files.mention(server.home):
            return link
        moved: Link = Moved(link, server.home, self.around, reach.target.server)
        return moved

    def judged(self, reach: Reach, link: Link, budget: Budget, began: float) -> Row:
        """The row of what this link shows."""
        source = self.source_of(reach.url)
        seen, read = Turn(source, link, self.files, budget).observation()
        digest = self.files.digest(source.frameworks, source.given, *read) if read else ""
        row = row_of(reach.target, assess(seen), time.monotonic() - began, digest)
        if seen.server.value is None:
            raise LinkLostFault("Nothing of it could be read", seen.server.reason)
        return row

    def files_now(self, reach: Reach, row: Row) -> str:
        """Digest of the migration files as they would be read for it now; '' where its server was not known."""
        grammar = "postgres" if row.dialect == "postgresql" else row.dialect
        if not grammar:
            return ""
        home = (
            HOME if grammar in ("mysql", "mariadb") or row.target.schema else {"sqlite": "main"}.get(grammar, "public")
        )
        source = self.source_of(reach.url)
        return self.files.digest(source.frameworks, source.given, grammar, row.version, home)


class Turn:
    """Everything that is read of one database, once."""

    def __init__(self, source: Source, link: Link, files: SharedFiles, budget: Budget) -> None:
        """Nothing is read yet."""

        def read(framework: Framework, project: Project, given: str | None, grammar: str, home: str) -> Files:
            with budget.aside():
                return files(framework, project, given, grammar, home)

        self._source = replace(source, read_files=read)
        self._link = link
        self._budget = budget
        self._reader = Reader(source.clock)

    def observation(self) -> tuple[Observation, tuple[str, str, str] | None]:
        """What was read, and (grammar, release, home) by which files were read."""
        now = self._source.clock.now()
        seen = Observation(
            now,
            one_tool=len(self._source.frameworks) == 1,
            ignore=self._source.ignore,
            left_out=self._source.left_out,
            baseline=next(iter(self._source.bases), None),
        )
        seen = replace(seen, server=self._read(self._link.server, seen.server))
        seen = replace(seen, sessions=self._read(self._link.sessions, seen.sessions))
        seen = replace(seen, locks=self._read(self._link.locks, seen.locks))
        seen = replace(seen, progress=self._read(self._link.progress, seen.progress))
        found = SchemaReader(self._source, self._reader).turn(self._link)
        self._budget.check()
        rows = read_lock_rows(self._reader, self._link, found.schema.value, seen.lock_rows)
        self._budget.check()
        seen = replace(seen, schema=found.schema, tracking=found.tracking, lock_rows=rows)
        seen = replace(_alone(seen), machine=self._source.machine.look(), taken_at=self._source.clock.now())
        server = seen.server.value
        return seen, (server.grammar, server.version, server.home) if server is not None else None

    def _read(self, ask: Callable[[], V], old: Reading[V]) -> Reading[V]:
        found = self._reader.read(ask, old)
        self._budget.check()
        return found


def _alone(seen: Observation) -> Observation:
    """Without locks that are about other databases of the same server."""
    server, locks = seen.server.value, seen.locks.value
    if server is None or not locks:
        return seen
    kept = of_database(seen.sessions.value or (), locks, server.name, server.home)
    return replace(seen, locks=replace(seen.locks, value=kept))
