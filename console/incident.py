"""The use cases: observe, and (in a later version) propose and carry out.

One `Incident` watches one database. Three lanes read at once, each on its own connection, because each can hang for
its own reason: the session list answers even while the lock table is frozen, the schema may be large. What a lane has
not delivered in time stays as it was, dated; the others go on.
"""

from __future__ import annotations

import shlex
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from console.core.assessment import Assessment, Coverage, Overall
from console.core.faults import Fault
from console.core.judge import Memo, assess
from console.core.migration import Migration
from console.core.observation import Machine, Observation
from console.core.ports import Framework, Link, Project
from console.lanes import Lane, Reader, SchemaReader, Source, unanswered
from console.lanes.asking import Asker
from console.lanes.cadence import rest
from console.lanes.elsewhere import OtherDatabases, elsewhere_in
from console.lanes.expecting import Expecting
from console.lanes.looks import Looks, Parts
from console.lanes.reading import reason

if TYPE_CHECKING:
    from console.core.contacts import Contact
    from console.core.dryrun import DryRun
    from console.core.preflight.finding import Report
    from console.lanes.riding import Lender

__all__ = ["Incident", "Source"]

_OWED = timedelta(seconds=10)
"""How long a refresh is tried again while a turn that began before it is under way."""
LATE = 10.0
"""Seconds after which a lane that has not answered is said to have timed out."""


class Incident:
    """Watches one database and delivers an Assessment per sweep."""

    def __init__(self, source: Source) -> None:
        """Nothing is opened before `start` or `observe`."""
        self.source = source
        self.lender: Lender | None = None
        self.interval = 2.0
        self.paused = False
        self.expecting = Expecting(source.bases)
        self._memo = Memo()
        one_tool, now = len(source.frameworks) == 1, source.clock.now()
        self._observation = Observation(
            now, one_tool=one_tool, ignore=source.ignore, allow=source.allow, left_out=source.left_out
        )
        self._unreachable: Fault | None = None
        self._asker = Asker(self._open, redact=source.redact, look=source.clues, room=source.room)
        self._asked, self._wake, self._stopped = (threading.Event() for _ in range(3))
        self._owed = datetime.min.replace(tzinfo=UTC)
        self._watched = False
        self._judged = threading.Condition()
        self._newest: Assessment | None = None
        self._reader = Reader(source.clock)
        self._schema_reader = SchemaReader(source, self._reader)
        self._looks = Looks(self._reader, self._schema_reader, lambda: self._observation, lambda: self._memo.frameworks)
        self.prover = self._looks.prover
        self._others = OtherDatabases(source.others, self._reader)
        self._lanes: dict[Lane[Parts], tuple[str, ...]] = {
            Lane("sessions", self._open, self._looks.sessions): ("server", "sessions"),
            Lane("locks", self._open, self._looks.locks): ("locks", "progress", "writes"),
            Lane("schema", self._open, self._looks.schema): ("schema", "lock_rows"),
        }

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """Whom to call."""
        return self.source.contacts

    @property
    def title(self) -> str:
        """`shop on db1`; a database that is a file goes by the file's name."""
        url = self.source.url
        name = (url.database or "?").rpartition("/")[2] if url.get_backend_name() == "sqlite" else url.database
        return f"{name or '?'} on {url.host or 'local'}"

    @property
    def surprises(self) -> list[BaseException]:
        """Mistakes of ours that a reading or a judgement met; each is also told in the assessment."""
        return self._reader.surprises

    def observe(self, seconds: float = 30.0) -> Assessment:
        """One sweep, waited for; parts that do not answer within `seconds` are not known."""
        self._sweep(seconds, whole=True)
        return self._judge()

    def fresh(self, seconds: float = 10.0) -> Assessment:
        """An assessment of which every part was read after now, as far as that answers within `seconds`; what does
        not is stale or timed out in it, and says so. From any thread but the watch's own."""
        asked, deadline = self.source.clock.now(), time.monotonic() + seconds
        if not self._watched:
            return self.observe(seconds)
        with self._judged:
            while True:
                self._asked.set()
                self._wake.set()
                self._judged.wait(max(0.0, min(1.0, deadline - time.monotonic())))
                newest = self._newest
                if newest is not None and (newest.observation.read_since(asked) or time.monotonic() >= deadline):
                    return newest

    def failure(self) -> Fault | None:
        """Why the newest try to connect failed; None when it did not."""
        return self._unreachable

    def start(self, deliver: Callable[[Assessment], None], interval: float = 2.0) -> None:
        """Sweep every `interval` seconds on own threads; `deliver` is called from there."""
        self.interval = interval
        self._watched = True
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
        self._owed = self.source.clock.now()
        self._asked.set()
        self._wake.set()

    def preflight(self, assessment: Assessment) -> Report:
        """What is pending in it, judged; the server is asked about this moment."""
        from console.preflighting import Sources, report_now

        return report_now(assessment, Sources(self._open, self.source.room), redact=self.source.redact)

    def expect_next(self) -> None:
        """Compare the schema with the next source of what it should be."""
        self.expecting.next()
        self._wake.set()

    def count(self, migration_id: str, n: int) -> None:
        """Ask the data about a statement: how many rows it still has to do, or what is in its way. The answer comes
        with a later assessment."""
        threading.Thread(target=self.count_now, args=(migration_id, n), name="halfway-count", daemon=True).start()

    def count_now(self, migration_id: str, n: int) -> Fault | None:
        """The same, waited for; why it could not be asked."""
        schema = self._observation.schema.value
        problem = self._asker.why(self._memo.frameworks, schema, migration_id, n)
        self._asked.set()
        self._wake.set()
        return problem

    def dry_run_of(self, migration_id: str) -> tuple[str, str, Callable[[], DryRun]] | None:
        """The command line of the tool's own dry run and what it does, to be shown, and what runs it; None when
        there is no such migration among those read, or its tool has none."""
        for framework, project in self.source.frameworks:
            for file in self._files_of(framework.name):
                if file.id == migration_id and project is not None and framework.dry_run_command(project, file):
                    words = shlex.join(framework.dry_run_command(project, file))
                    run = partial(self._run_dry, framework, project, file)
                    return f"cd {shlex.quote(project.folder)} && {words}", framework.dry_run_about, run
        return None

    def _run_dry(self, framework: Framework, project: Project, file: Migration) -> DryRun:
        found = framework.dry_run(project, file)
        self._schema_reader.dry_runs[framework.name, file.id] = found
        return found

    def _files_of(self, framework: str) -> Iterator[Migration]:
        for reading in self._observation.tracking:
            if reading.value is not None and reading.value.framework == framework:
                yield from (t.migration for t in reading.value.tracked if t.migration is not None)

    def stop(self) -> None:
        """Cancel running reads on the server, end the connections; returns within a second."""
        self._stopped.set()
        self._wake.set()
        lanes: tuple[Lane[Any], ...] = (*self._lanes, *self._others.stopping())
        enders = [threading.Thread(target=lane.stop, daemon=True) for lane in lanes]
        enders.append(threading.Thread(target=self._asker.stop, daemon=True))
        for ender in enders:
            ender.start()
        deadline = time.monotonic() + 0.8
        for ender in enders:
            ender.join(max(0.0, deadline - time.monotonic()))
        for join in (*(lane.join for lane in lanes), self._asker.join):
            join(max(0.0, deadline - time.monotonic()))

    def _open(self, lane: str) -> Link:
        if self.prover.on:  # how a responder knows an observer's sessions
            from console.core.room.observers import MARK

            lane = f"{lane} {MARK}"
        own = partial(self.source.dialect.open, self.source.url, lane)
        if self.lender is None:
            return own()
        from console.lanes.riding import opened

        return opened(own, self.lender)

    def _watch(self, deliver: Callable[[Assessment], None]) -> None:
        while not self._stopped.is_set():
            self._wake.clear()
            began = time.monotonic()
            if not self.paused or self._asked.is_set():
                whole = self._asked.is_set()
                self._asked.clear()
                self._sweep(min(1.0, self.interval), whole=whole)
                if self._observation.taken_at < self._owed + _OWED and not self._observation.read_since(self._owed):
                    self._asked.set()  # a turn was under way that had begun before it was asked for
                if not self._stopped.is_set():
                    self._deliver(deliver)
            self._wake.wait(max(0.0, self.interval - (time.monotonic() - began)))

    def _deliver(self, deliver: Callable[[Assessment], None]) -> None:
        try:
            assessment = self._judge()
            with self._judged:
                self._newest = assessment
                self._judged.notify_all()
            deliver(assessment)
        except Exception as problem:  # noqa: BLE001 - one failure to show must not end the watch
            self._reader.surprise(problem)

    def _judge(self) -> Assessment:
        """The assessment; when judging itself fails, one that says so and claims nothing."""
        try:
            self.expecting.look(self._observation.server.value)
            expecting = replace(self._observation, baseline=self.expecting.base, kept=self.expecting.kept)
            return assess(expecting, self._memo)
        except Exception as problem:  # noqa: BLE001 - never a frozen screen, never a traceback
            self._reader.surprise(problem)
            gap = Coverage("judgement", False, reason(problem))
            return Assessment(
                self._observation, Overall.ATTENTION, f"cannot tell: {gap.reason}", next=(), coverage=(gap,)
            )

    def _sweep(self, seconds: float, *, whole: bool) -> None:
        if whole:
            self._looks.whole()
        asked = {lane: parts for lane, parts in self._lanes.items() if whole or lane.waits or self._rested(lane)}
        wait([lane.turn() for lane in asked], timeout=seconds)
        observation = self._observation
        for lane, parts in asked.items():
            future = lane.take()
            if future is not None:
                observation = self._merged(observation, parts, future)
            else:
                patience = max(seconds, LATE)
                is_late = time.monotonic() - lane.began >= patience
                told = patience if is_late else 0
                late: dict[str, Any] = {part: unanswered(getattr(observation, part), told) for part in parts}
                observation = replace(observation, **late)
        elsewhere = self._others.look(elsewhere_in(observation.tracking), seconds)
        observation = replace(observation, elsewhere=elsewhere, proof=self.prover.proof)
        now, machine = self.source.clock.now(), self._look_at_machine()
        longest = max(rest(lane.took, self.interval) for lane in self._lanes)
        found = replace(observation, taken_at=now, machine=machine, rest=longest)
        self._observation = self._asker.told(found)

    def _rested(self, lane: Lane[Parts]) -> bool:
        return time.monotonic() - lane.ended >= rest(lane.took, self.interval)

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
