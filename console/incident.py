"""The use cases: observe, and (in a later version) propose and carry out.

One `Incident` watches one database. Three lanes read at once, each on its own connection, because each can hang for
its own reason: the session list answers even while the lock table is frozen, the schema may be large. What a lane has
not delivered in time stays as it was, dated; the others go on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from console.core.assessment import Assessment
from console.core.faults import (
    Fault,
    LinkLostFault,
    LockedFault,
    NotPermittedFault,
    TimedOutFault,
    UnreachableFault,
)
from console.core.judge import Memo, assess
from console.core.migration import Ledger
from console.core.observation import Health, Machine, Observation, Reading, Server, Tracking
from console.core.ports import Clock, Dialect, Files, Framework, HostMachine, Link, Project
from console.core.schema import Schema
from console.core.session import Lock, Progress, Session
from console.core.statements import DataProbe
from console.lanes import Lane, quietly

V = TypeVar("V")

FILES_EVERY = 15.0
"""Seconds after which the migration files are looked at again."""

COUNT_SECONDS = 10.0
"""How long a count of rows may take."""


@dataclass(frozen=True)
class Source:
    """Everything an incident reads from; put together by wiring.py."""

    dialect: Dialect
    url: Any
    """A sqlalchemy URL; its str() hides the password."""
    frameworks: tuple[tuple[Framework, Project | None], ...]
    """Each tool with its project, when one was found."""
    machine: HostMachine
    clock: Clock
    given: str | None = None
    """What --migrations named."""
    home: str | None = None
    """--schema: the schema unqualified names mean; None: what the server says."""


@dataclass(frozen=True)
class _Seen:
    """What the schema lane found in one turn."""

    schema: Reading[Schema]
    tracking: tuple[Reading[Tracking], ...]


class Incident:
    """Watches one database and delivers an Assessment per sweep."""

    def __init__(self, source: Source) -> None:
        """Nothing is opened before `start` or `observe`."""
        self.source = source
        self.interval = 2.0
        self.paused = False
        self._memo = Memo()
        self._observation = Observation(taken_at=source.clock.now())
        self._counts: dict[tuple[str, int], int | None] = {}
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._schema_reader = SchemaReader(source)
        self._sessions = Lane("sessions", self._open, self._read_sessions)
        self._locks = Lane("locks", self._open, self._read_locks)
        self._schema = Lane("schema", self._open, self._schema_reader.turn)
        self._thread: threading.Thread | None = None

    @property
    def title(self) -> str:
        """`shop on db1`."""
        url = self.source.url
        return f"{url.database or '?'} on {url.host or 'local'}"

    def observe(self, seconds: float = 30.0) -> Assessment:
        """One sweep, waited for; parts that do not answer within `seconds` are not known. Raises when nothing does."""
        self._sweep(seconds)
        return assess(self._observation, self._memo)

    def failure(self) -> Fault | None:
        """Why no connection could be made at all; None when one was."""
        return self._unreachable

    def start(self, deliver: Callable[[Assessment], None], interval: float = 2.0) -> None:
        """Sweep every `interval` seconds on own threads; `deliver` is called from there."""
        self.interval = interval
        self._thread = threading.Thread(target=self._watch, args=(deliver,), name="halfway-watch", daemon=True)
        self._thread.start()

    def set_interval(self, seconds: float) -> None:
        """How long to rest between sweeps, at least one second."""
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
        """Sweep now, files included."""
        self._schema_reader.forget_files()
        self._wake.set()

    def count(self, migration_id: str, n: int) -> None:
        """Ask how many rows a data statement still has to do; the answer comes with a later assessment."""
        probe = self._probe(migration_id, n)
        if probe is not None:
            threading.Thread(target=self._count, args=(migration_id, n, probe), daemon=True).start()

    def count_now(self, migration_id: str, n: int) -> None:
        """The same, waited for."""
        probe = self._probe(migration_id, n)
        if probe is not None:
            self._count(migration_id, n, probe)

    def stop(self) -> None:
        """Cancel running reads on the server, end the connections; returns within a second."""
        self._stopped.set()
        self._wake.set()
        lanes = (self._sessions, self._locks, self._schema)
        enders = [threading.Thread(target=lane.stop, daemon=True) for lane in lanes]
        for ender in enders:
            ender.start()
        for ender in enders:
            ender.join(0.3)
        for lane in lanes:
            lane.join(0.15)

    def _open(self, lane: str) -> Link:
        return self.source.dialect.open(self.source.url, lane)

    def _watch(self, deliver: Callable[[Assessment], None]) -> None:
        while not self._stopped.is_set():
            self._wake.clear()
            if not self.paused:
                self._sweep(max(1.0, self.interval))
                if not self._stopped.is_set():
                    deliver(assess(self._observation, self._memo))
            self._wake.wait(self.interval)

    def _sweep(self, seconds: float) -> None:
        turns: dict[Future[Any], Callable[[Future[Any]], Observation]] = {
            self._sessions.turn(): self._merge_sessions,
            self._locks.turn(): self._merge_locks,
            self._schema.turn(): self._merge_schema,
        }
        done, _ = wait(turns, timeout=seconds)
        for future, merge in turns.items():
            if future in done:
                self._observation = merge(future)
        machine = self._look_at_machine()
        counts = tuple((m, n, rows) for (m, n), rows in sorted(self._counts.items()))
        if counts == self._observation.counts:
            counts = self._observation.counts
        now = self.source.clock.now()
        self._observation = replace(self._observation, taken_at=now, machine=machine, counts=counts)

    def _look_at_machine(self) -> Machine:
        try:
            return self.source.machine.look()
        except OSError:
            return Machine(readable=False)

    def _read_sessions(self, link: Link) -> tuple[Reading[Server], Reading[tuple[Session, ...]]]:
        old = self._observation
        clock = self.source.clock
        return read(link.server, old.server, clock), read(link.sessions, old.sessions, clock)

    def _read_locks(self, link: Link) -> tuple[Reading[tuple[Lock, ...]], Reading[tuple[Progress, ...]]]:
        old = self._observation
        clock = self.source.clock
        return read(link.locks, old.locks, clock), read(link.progress, old.progress, clock)

    def _merge_sessions(self, future: Future[Any]) -> Observation:
        old = self._observation
        problem = future.exception()
        if problem is None:
            server, sessions = future.result()
            return replace(old, server=server, sessions=sessions)
        self._note(problem)
        return replace(old, server=failed(problem, old.server), sessions=failed(problem, old.sessions))

    def _merge_locks(self, future: Future[Any]) -> Observation:
        old = self._observation
        problem = future.exception()
        if problem is None:
            locks, progress = future.result()
            return replace(old, locks=locks, progress=progress)
        return replace(old, locks=failed(problem, old.locks), progress=failed(problem, old.progress))

    def _merge_schema(self, future: Future[Any]) -> Observation:
        old = self._observation
        problem = future.exception()
        if problem is None:
            seen: _Seen = future.result()
            return replace(old, schema=seen.schema, tracking=seen.tracking)
        tracking = tuple(failed(problem, reading) for reading in old.tracking)
        return replace(old, schema=failed(problem, old.schema), tracking=tracking)

    _unreachable: Fault | None = None

    def _note(self, problem: BaseException) -> None:
        if isinstance(problem, Fault):
            self._unreachable = problem

    def _probe(self, migration_id: str, n: int) -> DataProbe | None:
        for reading in self._observation.tracking:
            for tracked in reading.value.tracked if reading.value is not None else ():
                if tracked.id == migration_id and tracked.migration is not None:
                    found = (s.probe for s in tracked.migration.statements if s.n == n)
                    return next(found, None)
        return None

    def _count(self, migration_id: str, n: int, probe: DataProbe) -> None:
        rows: int | None = None
        try:
            link = self._open("count")
            try:
                rows = link.count(probe, COUNT_SECONDS)
            finally:
                quietly(link.close)
        except Fault:
            rows = None
        self._counts[migration_id, n] = rows
        self._wake.set()


class SchemaReader:
    """The schema lane's turn: read the schema when it changed, the ledgers each time, the files now and then."""

    def __init__(self, source: Source) -> None:
        """State lives on the lane's thread only."""
        self._source = source
        self._fingerprint = ""
        self._schema: Reading[Schema] = Reading()
        self._tracking: dict[str, Reading[Tracking]] = {}
        self._files: dict[str, tuple[datetime, Files]] = {}

    def forget_files(self) -> None:
        """Look at the files again on the next turn."""
        self._files = {}

    def turn(self, link: Link) -> _Seen:
        """One turn. A lost link is raised, everything else is a Reading."""
        server = link.server()
        if self._source.home:
            server = replace(server, home=self._source.home)
        self._read_schema(link, server)
        tracking = []
        for framework, project in self._source.frameworks:
            found = self._track(link, server, framework, project)
            if found is not None:
                self._tracking[framework.name] = found
                tracking.append(found)
        return _Seen(self._schema, tuple(tracking))

    def _read_schema(self, link: Link, server: Server) -> None:
        clock = self._source.clock
        nothing: Reading[str] = Reading()
        fingerprint = read(link.fingerprint, nothing, clock)
        mark = f"{server.identity} {fingerprint.value}"
        whole = self._schema.value is not None and not self._schema.value.unread and self._schema.complete
        if fingerprint.complete and mark == self._fingerprint and whole:
            self._schema = replace(self._schema, taken_at=clock.now())
            return
        fresh = read(link.schema, self._schema, clock)
        if fresh.value is not None and fresh.complete:
            fresh = replace(fresh, value=replace(fresh.value, home=server.home))
        self._schema = fresh
        self._fingerprint = mark if fresh.complete else ""

    def _track(
        self, link: Link, server: Server, framework: Framework, project: Project | None
    ) -> Reading[Tracking] | None:
        found = read(lambda: self._ledgers(link, server, framework, project), Reading(), self._source.clock)
        name = framework.ledger_tables(project)[0][1]
        if found.complete and not found.value and project is None:
            return None
        if found.value:
            ledger = found.value[0]
        else:
            ledger = Ledger(name, exists=not found.complete, unread="" if found.complete else found.reason)
        files = self._read_files(framework, project, server)
        tracking = framework.track(project, files, ledger, server)
        nothing: Reading[Tracking] = Reading()
        old = self._tracking.get(framework.name, nothing)
        kept = old.value if old.value == tracking and old.value is not None else tracking
        health = Health.OK if found.complete else found.health
        return Reading(kept, health, found.reason, found.grant, found.taken_at)

    def _ledgers(self, link: Link, server: Server, framework: Framework, project: Project | None) -> tuple[Ledger, ...]:
        """The ledgers that exist, likeliest first."""
        ledgers = []
        for schema, table in framework.ledger_tables(project):
            places = [p for p in link.tables_named(table) if schema is None or p == schema]
            for place in sorted(places, key=lambda p: (p != server.home, p)):
                ledger = framework.parse_ledger(f"{place}.{table}", link.rows(place, table))
                if ledger is not None:
                    ledgers.append(ledger)
        return tuple(ledgers)

    def _read_files(self, framework: Framework, project: Project | None, server: Server) -> Files:
        if project is None:
            return Files(unread="no project was found here: name it with --project DIR or --migrations PATH")
        now = self._source.clock.now()
        kept = self._files.get(framework.name)
        if kept is not None and (now - kept[0]).total_seconds() < FILES_EVERY:
            return kept[1]
        try:
            files = framework.read(project, self._source.given, self._source.dialect.name, server.home)
        except Fault as fault:
            files = Files(unread=str(fault))
        self._files[framework.name] = (now, files)
        return files


def read(ask: Callable[[], V], old: Reading[V], clock: Clock) -> Reading[V]:
    """One read as a Reading; only a lost link is raised, for it concerns the whole lane."""
    began = clock.now()
    try:
        value = ask()
    except LinkLostFault:
        raise
    except Fault as fault:
        return failed(fault, old)
    now = clock.now()
    empty = isinstance(value, tuple) and not value
    same = isinstance(value, tuple) and old.value == value
    health = Health.NONE if empty else Health.OK
    return Reading(old.value if same else value, health, taken_at=now, took=(now - began).total_seconds())


def failed(problem: BaseException, old: Reading[V]) -> Reading[V]:
    """The old value with what went wrong; without an old value there is nothing to be stale."""
    health = next((word for kind, word in _HEALTH if isinstance(problem, kind)), Health.NOT_READ)
    if health is Health.NOT_READ and old.value is not None:
        health = Health.STALE
    if isinstance(problem, LinkLostFault | UnreachableFault):
        health = Health.STALE if old.value is not None else Health.NOT_READ
    grant = problem.grant if isinstance(problem, Fault) else ""
    reason = str(problem) if isinstance(problem, Fault) else f"{type(problem).__name__} while reading"
    return replace(old, health=health, reason=reason, grant=grant)


_HEALTH = (
    (NotPermittedFault, Health.NOT_PERMITTED),
    (LockedFault, Health.LOCKED),
    (TimedOutFault, Health.TIMED_OUT),
)
