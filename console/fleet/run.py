"""The run over a fleet: threads that look, and rows that are given as they come.

Whatever happens to one database is a row; nothing that was read is lost when a link breaks or a person interrupts.
"""

from __future__ import annotations

import queue
import shlex
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from console.core.faults import AbsentFault, Fault, LinkLostFault
from console.core.fleet.row import Row, unreached
from console.core.fleet.tenancy import Tenancy
from console.fleet.looking import Looker
from console.fleet.reach import Reach
from console.fleet.sweep import SweepLooker
from console.fleet.turns import Turns, Work
from console.report.fleet.waves import assess_of, commands_for

A_SERVER, IN_ALL = 8, 24
"""How many are looked at at a time."""
A_SWEEP = 100
"""How many schemas of one database are read together."""


@dataclass(frozen=True)
class Run:
    """One pass over all targets."""

    looker: Looker
    a_server: int = A_SERVER
    in_all: int = IN_ALL
    tenancy: Tenancy | None = None
    """How the project keeps its tenants apart, where it does."""
    surprise: Callable[[Exception], None] = lambda _: None

    def rows(self, reaches: Iterable[Reach], stopped: threading.Event | None = None) -> Iterator[Row]:
        """A row for each, as they come; in no order. `stopped`: nothing more is begun, those under way still come."""
        works = tuple(works_of(reaches))
        turns = Turns(works, self.a_server)
        found: queue.SimpleQueue[Row | None] = queue.SimpleQueue()
        threads = [
            threading.Thread(target=self._work, args=(turns, found), name=f"halfway-fleet-{n}", daemon=True)
            for n in range(max(1, min(self.in_all, len(works))))
        ]
        for thread in threads:
            thread.start()
        left = len(threads)
        try:
            while left:
                if stopped is not None and stopped.is_set():
                    turns.stop()
                try:
                    row = found.get(timeout=0.2)
                except queue.Empty:
                    continue
                left -= row is None
                if row is not None:
                    yield row
        finally:
            turns.stop()

    def commands(self, row: Row) -> tuple[str, str]:
        """What brings one database forward and what looks at it afterwards, to be typed by a person."""
        if self.tenancy is None or not self.tenancy.command:
            return commands_for(row)
        name = row.target.schema or "" if self.tenancy.by_schema else row.target.name
        folder = f" --migrations {shlex.quote(self.tenancy.folder)}" if self.tenancy.folder else ""
        return self.tenancy.command_for(name), assess_of(row) + folder

    def _work(self, turns: Turns, found: queue.SimpleQueue[Row | None]) -> None:
        while (work := turns.next()) is not None:
            began = time.monotonic()
            missing = {reach.target.name: reach for reach in work}
            dead: Fault | None = None
            try:
                for row in self._twice(work, missing, turns):
                    missing.pop(row.target.name, None)
                    found.put(row)
            except AbsentFault as fault:
                dead = fault
                self._tell(missing.values(), str(fault), began, found)
            except Fault as fault:
                self._tell(missing.values(), str(fault), began, found)
            except Exception as problem:  # noqa: BLE001 - one database that Halfway fails on must not cost the others
                self.surprise(problem)
                said = f"Halfway itself failed ({type(problem).__name__}): HALFWAY_DEBUG=1 shows where."
                self._tell(missing.values(), said, began, found)
            for other in turns.ended(work, dead=dead is not None):
                self._tell(other, str(dead), time.monotonic(), found)
        found.put(None)

    def _twice(self, work: Work, missing: Mapping[str, Reach], turns: Turns) -> Iterator[Row]:
        """Once more for those that are missing where the link broke: what was read stays read, and a read may be
        repeated."""
        try:
            yield from self._looked(work, turns)
        except LinkLostFault:
            left = tuple(missing.values())
            if left:
                yield from self._looked(left, turns)

    def _looked(self, work: Work, turns: Turns) -> Iterator[Row]:
        if work[0].target.schema is None:
            yield self.looker.row(work[0])
        else:
            yield from SweepLooker(self.looker, lambda: turns.answered(work)).rows(work)

    def _tell(self, reaches: Iterable[Reach], why: str, began: float, found: queue.SimpleQueue[Row | None]) -> None:
        for reach in reaches:
            now = self.looker.source_of(reach.url).clock.now()
            found.put(unreached(reach.target, why, now, time.monotonic() - began))


def works_of(reaches: Iterable[Reach]) -> Iterator[Work]:
    """A database by itself, the schemas of one database some together."""
    whole = tuple(reaches)
    yield from ((reach,) for reach in whole if reach.target.schema is None)
    parts = sorted((r for r in whole if r.target.schema is not None), key=_database)
    for _, group in groupby(parts, key=_database):
        members = tuple(group)
        for first in range(0, len(members), A_SWEEP):
            yield members[first : first + A_SWEEP]


def _database(reach: Reach) -> str:
    return reach.url.render_as_string(hide_password=False)
