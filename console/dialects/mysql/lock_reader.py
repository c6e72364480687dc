"""Reads who holds and who awaits which lock, as far as the account and the server's settings allow."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from console.core.altering import locks_tables
from console.core.faults import NotInstrumentedFault, NotPermittedFault, ReadFault
from console.core.session import UNNAMED, Lock
from console.dialects.mysql import innodb, queries, sessions
from console.dialects.mysql.locks import (
    Holders,
    Owners,
    RowKey,
    RowWait,
    WaitedFor,
    cheaper_whole,
    flush_locks,
    metadata_locks,
    row_key,
    row_locks,
    to_ask,
)
from console.dialects.mysql.rights import Grants
from console.dialects.mysql.sessions import Around
from console.dialects.mysql.wire import Row, Wire

_RUNNING = ("Query", "Execute")
PERFORMANCE_SCHEMA_OFF = "performance_schema is off, and only a start with performance_schema=ON turns it on"
_LOCK_STATE = "metadata lock"
_AT_ONCE = 60
"""Reads of one statement: no server refuses that many."""


@dataclass(frozen=True, slots=True)
class Running:
    """A session that runs a statement now."""

    session: str
    database: str
    state: str
    seconds: float
    statement: str

    @property
    def is_ddl(self) -> bool:
        """Its statement changes or locks tables."""
        return locks_tables(self.statement, "mariadb")  # which reads all that MySQL does

    @property
    def waits(self) -> bool:
        """It waits for a metadata lock."""
        return self.state.endswith(_LOCK_STATE)

    def mentions(self, table: str) -> bool:
        """Its statement names such a table."""
        return re.search(rf"(?<![\w$]){re.escape(table)}(?![\w$])", self.statement, re.IGNORECASE) is not None


@dataclass(frozen=True)
class LockReader:
    """Reads locks over one connection, once: a second picture wants a second reader."""

    wire: Wire
    grants: Grants
    processes: str

    def over(self, wire: Wire) -> LockReader:
        """The same over another connection."""
        return replace(self, wire=wire)

    def reads(self) -> tuple[str, ...]:
        """What is read of locks in any case."""
        if not self.grants.performance_schema:
            return ()
        recorded = (queries.METADATA_LOCKS, queries.INSTRUMENT, queries.LOST_LOCKS)
        waits = (queries.EVERY_WAIT,) if self.wire.last_waits.whole else ()
        return (queries.NOW, queries.OWNERS, queries.THREADS, *recorded, *waits)

    def read(self) -> tuple[Lock, ...]:
        """Every lock; a fault that carries them when something is missing."""
        if not self.grants.records:
            raise NotInstrumentedFault("Who holds which lock is not recorded", PERFORMANCE_SCHEMA_OFF, partial=())
        if not self.grants.performance_schema:
            grant = f"GRANT SELECT ON performance_schema.* TO {self.grants.account}"
            raise NotPermittedFault("Who holds which lock is not visible", grant=grant)
        running = self.running()
        owners = self.owners(running)
        rows = self.wire.read(queries.METADATA_LOCKS)
        found = [*metadata_locks(rows, owners, self.wire.home), *self.rows(owners)]
        found += flush_locks((each.session, each.state, each.seconds) for each in running)
        self._say_what_is_missing(tuple(found))
        return tuple(found)

    def _say_what_is_missing(self, found: tuple[Lock, ...]) -> None:
        if not self.grants.process:
            grant = f"GRANT PROCESS ON *.* TO {self.grants.account}"
            raise NotPermittedFault("Locks on rows are not visible", grant=grant, partial=found)
        if not self.is_recorded():
            raise NotInstrumentedFault("Metadata locks are not recorded", grant=queries.TURN_ON, partial=found)
        if int(self.wire.read(queries.LOST_LOCKS)[0][0] or 0):
            why = "performance_schema_max_metadata_locks is too small"
            raise NotInstrumentedFault("Some metadata locks were not recorded", why, partial=found)

    def is_recorded(self) -> bool:
        """Whether the server notes down metadata locks."""
        if not self.grants.performance_schema:
            return False
        rows = self.wire.read(queries.INSTRUMENT)
        return bool(rows) and rows[0][0] == "YES"

    def running(self) -> list[Running]:
        """Sessions that run a statement, ours left out."""
        rows = self.wire.read(queries.THREADS if self.grants.performance_schema else self.processes)
        return [
            Running(str(row[1]), row[4] or "", row[7] or "", float(row[6] or 0), row[8] or "")
            for row in rows
            if row[5] in _RUNNING and row[1] != self.wire.id
        ]

    def owners(self, running: Sequence[Running]) -> Owners:
        """Which session each thread is."""
        around = self.clock()
        since = {each.session: moment for each in running if (moment := around.ago(each.seconds))}
        threads = {thread: None if number is None else str(number) for thread, number in self.wire.read(queries.OWNERS)}
        return Owners(threads, str(self.wire.id), self.orphans(), since)

    def clock(self) -> Around:
        """The server's time now."""
        return Around(sessions.aware(self.wire.read(queries.NOW)[0][0]))

    def orphans(self) -> Holders:
        """What holds locks without a session: prepared transactions, by name where they are told."""
        left = self.prepared()
        if left is None:
            return (UNNAMED,) if self.left_transactions() else ()
        return tuple(dict.fromkeys(sessions.gid(data, int(length)) for _, length, _, data in left))

    def prepared(self) -> list[Row] | None:
        """Transactions that were prepared (XA); None without the right, which is told among the rights. MariaDB tells
        everybody; MySQL refuses (measured), and an empty answer is a true one on both."""
        if self.grants.process and self.wire.told_none(queries.XA[0]) and not self.left_transactions():
            return []
        for sql in queries.XA[self.wire.is_mariadb :]:
            try:
                rows = self.wire.read(sql)
            except NotPermittedFault:
                return None
            except ReadFault:
                continue  # an old MySQL has no CONVERT
            if not rows:
                self.wire.note_none(queries.XA[0])
            return rows
        return None

    def left_transactions(self) -> list[Row]:
        """InnoDB's transactions that belong to no session."""
        return [row for row in self.innodb if not row[0]]

    @cached_property
    def innodb(self) -> list[Row]:
        """InnoDB's transactions, one picture for all that is asked; none without the right."""
        return innodb.transactions(self.wire) if self.grants.process else []

    def rows(self, owners: Owners) -> Iterator[Lock]:
        """Locks on rows that somebody waits for."""
        waits = self.row_waits()
        asked = to_ask(waits)
        self.wire.last_waits.whole = cheaper_whole(len(waits), len(asked))
        if asked:
            yield from row_locks(waits, self._holders(asked, owners), self._things(asked), self.wire.home)

    def row_waits(self) -> list[RowWait]:
        """Everybody who waits for a row."""
        around = self.clock()
        return [
            RowWait(str(row[0]), row[5], around.ago(row[4]), str(row[1]))
            for row in self.innodb
            if row[2] == "LOCK WAIT" and row[5] and row[0]
        ]

    def _holders(self, asked: Sequence[RowWait], owners: Owners) -> Mapping[RowKey, list[Holders]]:
        found: dict[RowKey, list[Holders]] = {}
        for lock_id, _, thread, _ in self._in_the_way({wait.lock_id for wait in asked}):
            if holders := owners.of(thread):
                found.setdefault(row_key(lock_id), []).append(holders)
        return found

    def _in_the_way(self, asked: set[str]) -> list[Row]:
        """Who stands in the way of these locks."""
        rows = self.wire.read(queries.EVERY_WAIT) if self.wire.last_waits.whole else []
        known = [row for row in rows if row[0] in asked] if len(rows) < queries.MOST_WAITS else []
        left = sorted(asked.difference(row[0] for row in known))
        if not left:
            return known
        names = ", ".join(["%s"] * len(left))
        return known + self.wire.read(queries.WAITS.format(f"WHERE requesting_engine_lock_id IN ({names})"), left)

    def _things(self, asked: Sequence[RowWait]) -> Mapping[RowKey, WaitedFor]:
        last = self.wire.last_waits
        known = {each: last.things[each] for wait in asked if (each := (wait.transaction, wait.lock_id)) in last.things}
        new = [wait for wait in asked if (wait.transaction, wait.lock_id) not in known]
        last.things = known | self._looked_up(new)
        return {wait.key: thing for wait in asked if (thing := last.things.get((wait.transaction, wait.lock_id)))}

    def _looked_up(self, asked: Sequence[RowWait]) -> dict[tuple[str, str], WaitedFor]:
        transactions = {wait.lock_id: wait.transaction for wait in asked}
        found: dict[tuple[str, str], WaitedFor] = {}
        for some in (asked[n : n + _AT_ONCE] for n in range(0, len(asked), _AT_ONCE)):
            sql = " UNION ALL ".join([queries.WAITED_FOR] * len(some))
            for schema, name, mode, lock_id in self.wire.read(sql, [wait.lock_id for wait in some]):
                found[transactions[lock_id], lock_id] = WaitedFor(schema, name, mode)
        return found

    def exclusive_on(self, name: tuple[str, str]) -> bool:
        """Whether a read of the table would have to wait, as far as is told."""
        if not self.grants.performance_schema:
            return False
        modes = {row[0] for row in self.wire.read(queries.EXCLUSIVE, name)}
        return bool(modes & {"EXCLUSIVE", "SHARED_NO_READ_WRITE"})

    def ddl_on(self, name: tuple[str, str]) -> str:
        """A session that holds or awaits more than others may have beside it, '' when there is none."""
        if self.grants.performance_schema:
            found = self.wire.read(queries.EXCLUSIVE, name)
            return self._session_of(found[0][1]) if found else ""
        self._need_process()
        near = (each for each in self.running() if each.mentions(name[1]) and (each.is_ddl or each.waits))
        return next((each.session for each in near), "")

    def _session_of(self, thread: int) -> str:
        owners = {owner: number for owner, number in self.wire.read(queries.OWNERS) if number is not None}
        return str(owners.get(thread, "of the server"))

    def anybody_waits_for(self, name: tuple[str, str]) -> bool:
        """Whether anybody waits for the table."""
        if self.grants.performance_schema:
            return bool(self.wire.read(queries.BEHIND, name)[0][0])
        return any(each.waits and each.mentions(name[1]) for each in self.running())

    def _need_process(self) -> None:
        if not self.grants.process:
            grant = f"GRANT PROCESS ON *.* TO {self.grants.account}"
            raise NotPermittedFault("Nothing is counted blindly", "whether anybody waits is not visible", grant=grant)
