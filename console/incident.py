"""The use cases: observe, and (in a later version) propose and carry out.

One `Incident` watches one database. Three lanes read at once, each on its own connection, because each can hang for
its own reason: the session list answers even while the lock table is frozen, the schema may be large. What a lane has
not delivered in time stays as it was, dated; the others go on.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from dataclasses import replace
from typing import Any

from console.core.assessment import Assessment, Coverage, Overall
from console.core.faults import Fault
from console.core.judge import Memo, assess
from console.core.observation import Machine, Observation
from console.core.ports import Link
from console.core.statements import DataProbe
from console.lanes import Lane, Reader, SchemaReader, Source, quietly, unanswered
from console.lanes.reading import reason

__all__ = ["Incident", "Source"]

Parts = Mapping[str, Any]
"""What one turn of a lane delivers: fields of an Observation."""

COUNT_SECONDS = 10.0
"""How long a count of rows may take."""
LATE = 10.0
"""Seconds after which a lane that has not answered is said to have timed out."""


class Incident:
    """Watches one database and delivers an Assessment per sweep."""

    def __init__(self, source: Source) -> None:
        """Nothing is opened before `start` or `observe`."""
        self.source = source
        self.interval = 2.0
        self.paused = False
        self._memo = Memo()
        self._observation = Observation(taken_at=source.clock.now())
        self._unreachable: Fault | None = None
        self._counts: dict[tuple[str, int], int | None] = {}
        self._counting: list[tuple[Link, threading.Thread]] = []
        self._asked = threading.Event()
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._reader = Reader(source.clock)
        self._schema_reader = SchemaReader(source, self._reader)
        self._lanes: dict[Lane[Parts], tuple[str, ...]] = {
            Lane("sessions", self._open, self._read_sessions): ("server", "sessions"),
            Lane("locks", self._open, self._read_locks): ("locks", "progress"),
            Lane("schema", self._open, self._read_schema): ("schema",),
        }

    @property
    def title(self) -> str:
        """`shop on db1`."""
        url = self.source.url
        return f"{url.database or '?'} on {url.host or 'local'}"

    @property
    def surprises(self) -> list[BaseException]:
        """Mistakes of ours that a reading or a judgement met; each is also told in the assessment."""
        return self._reader.surprises

    def observe(self, seconds: float = 30.0) -> Assessment:
        """One sweep, waited for; parts that do not answer within `seconds` are not known."""
        self._sweep(seconds)
        return self._judge()

    def failure(self) -> Fault | None:
        """Why the newest try to connect failed; None when it did not."""
        return self._unreachable

    def start(self, deliver: Callable[[Assessment], None], interval: float = 2.0) -> None:
        """Sweep every `interval` seconds on own threads; `deliver` is called from there."""
        self.interval = interval
        threading.Thread(target=self._watch, args=(deliver,), name="halfway-watch", daemon=True).start()

    def set_interval(self, seconds: float) -> None:
        """The time between two sweeps, at least one second."""
        self.interval = max(1.0, seconds)
        self._wake.set()

    def pause(self) -> None:
        """Stop sweeping; what is shown stays."""
        self.paused = True

    def resume(self) -> None:
        """Go on, at once."""
        self.paused = False
        self._wake.set()

    def refresh(self) -> None:
        """Sweep now, once even while paused, files included."""
        self._schema_reader.forget_files()
        self._asked.set()
        self._wake.set()

    def count(self, migration_id: str, n: int) -> None:
        """Ask how many rows a data statement still has to do; the answer comes with a later assessment."""
        threading.Thread(target=self.count_now, args=(migration_id, n), name="halfway-count", daemon=True).start()

    def count_now(self, migration_id: str, n: int) -> Fault | None:
        """The same, waited for; why it could not be counted."""
        probe = self._probe(migration_id, n)
        if probe is None:
            return None
        rows, problem = self._count(probe)
        self._counts[migration_id, n] = rows
        self._asked.set()
        self._wake.set()
        return problem

    def stop(self) -> None:
        """Cancel running reads on the server, end the connections; returns within a second."""
        self._stopped.set()
        self._wake.set()
        enders = [threading.Thread(target=lane.stop, daemon=True) for lane in self._lanes]
        enders += [threading.Thread(target=quietly, args=(link.cancel,), daemon=True) for link, _ in self._counting]
        for ender in enders:
            ender.start()
        deadline = time.monotonic() + 0.8
        for ender in enders:
            ender.join(max(0.0, deadline - time.monotonic()))
        joins: list[Callable[[float], None]] = [
            *(lane.join for lane in self._lanes),
            *(thread.join for _, thread in self._counting),
        ]
        for join in joins:
            join(max(0.0, deadline - time.monotonic()))

    def _open(self, lane: str) -> Link:
        return self.source.dialect.open(self.source.url, lane)

    def _watch(self, deliver: Callable[[Assessment], None]) -> None:
        while not self._stopped.is_set():
            self._wake.clear()
            began = time.monotonic()
            if not self.paused or self._asked.is_set():
                self._asked.clear()
                self._sweep(min(1.0, self.interval))
                if not self._stopped.is_set():
                    self._deliver(deliver)
            self._wake.wait(max(0.0, self.interval - (time.monotonic() - began)))

    def _deliver(self, deliver: Callable[[Assessment], None]) -> None:
        try:
            deliver(self._judge())
        except Exception as problem:  # noqa: BLE001 - one failure to show must not end the watch
            self._reader.surprise(problem)

    def _judge(self) -> Assessment:
        """The assessment; when judging itself fails, one that says so and claims nothing."""
        try:
            return assess(self._observation, self._memo)
        except Exception as problem:  # noqa: BLE001 - never a frozen screen, never a traceback
            self._reader.surprise(problem)
            gap = Coverage("judgement", False, reason(problem))
            return Assessment(
                self._observation, Overall.ATTENTION, f"cannot tell: {gap.reason}", next=(), coverage=(gap,)
            )

    def _sweep(self, seconds: float) -> None:
        wait([lane.turn() for lane in self._lanes], timeout=seconds)
        observation = self._observation
        for lane, parts in self._lanes.items():
            future = lane.take()
            if future is not None:
                observation = self._merged(observation, parts, future)
            else:
                patience = max(seconds, LATE)
                is_late = time.monotonic() - lane.began >= patience
                late: dict[str, Any] = {
                    part: unanswered(getattr(observation, part), patience if is_late else 0) for part in parts
                }
                observation = replace(observation, **late)
        counts = tuple((m, n, rows) for (m, n), rows in sorted(self._counts.items()))
        if counts == observation.counts:
            counts = observation.counts
        now, machine = self.source.clock.now(), self._look_at_machine()
        self._observation = replace(observation, taken_at=now, machine=machine, counts=counts)

    def _read_sessions(self, link: Link) -> Parts:
        old, read = self._observation, self._reader.read
        return {"server": read(link.server, old.server), "sessions": read(link.sessions, old.sessions)}

    def _read_locks(self, link: Link) -> Parts:
        old, read = self._observation, self._reader.read
        return {"locks": read(link.locks, old.locks), "progress": read(link.progress, old.progress)}

    def _read_schema(self, link: Link) -> Parts:
        seen = self._schema_reader.turn(link)
        return {"schema": seen.schema, "tracking": seen.tracking}

    def _merged(self, old: Observation, parts: tuple[str, ...], future: Future[Parts]) -> Observation:
        problem = future.exception()
        if problem is None:
            self._unreachable = None if "server" in parts else self._unreachable
            return replace(old, **future.result())
        if isinstance(problem, Fault) and "server" in parts:
            self._unreachable = problem
        failed: dict[str, Any] = {part: self._reader.failed(problem, getattr(old, part)) for part in parts}
        if "schema" in parts:
            failed["tracking"] = tuple(self._reader.failed(problem, reading) for reading in old.tracking)
        return replace(old, **failed)

    def _look_at_machine(self) -> Machine:
        try:
            return self.source.machine.look()
        except OSError:
            return Machine(readable=False)

    def _probe(self, migration_id: str, n: int) -> DataProbe | None:
        for reading in self._observation.tracking:
            for tracked in reading.value.tracked if reading.value is not None else ():
                if tracked.id == migration_id and tracked.migration is not None:
                    found = (s.probe for s in tracked.migration.statements if s.n == n)
                    return next(found, None)
        return None

    def _count(self, probe: DataProbe) -> tuple[int | None, Fault | None]:
        try:
            link = self._open("count")
        except Fault as problem:
            return None, problem
        here = (link, threading.current_thread())
        self._counting.append(here)
        try:
            return (None if self._stopped.is_set() else link.count(probe, COUNT_SECONDS)), None
        except Fault as problem:
            return None, problem
        finally:
            quietly(link.close)
            self._counting.remove(here)
