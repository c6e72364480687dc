"""Who holds and who awaits locks on MariaDB, which tells much less of it than MySQL.

With performance_schema on and its metadata lock instrument enabled it is told as on MySQL. With the plugin
METADATA_LOCK_INFO what is held is told, and what is awaited is read from the statements that wait. Without both the
holders are inferred: every session whose transaction was open when the wait began may be one. That is said, and every
candidate is listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from console.core.blocking_mysql import held_against
from console.core.faults import LinkLostFault, NotInstrumentedFault, NotPermittedFault, ReadFault
from console.core.session import Lock
from console.dialects.mariadb import queries as own_queries
from console.dialects.mysql import queries
from console.dialects.mysql.lock_reader import LockReader, Running
from console.dialects.mysql.locks import (
    Holders,
    Owners,
    RowKey,
    WaitedFor,
    metadata_lock,
    metadata_locks,
    row_key,
    row_locks,
)
from console.dialects.mysql.wire import Row

_TYPES = {
    "Table metadata lock": "TABLE",
    "Schema metadata lock": "SCHEMA",
    "Global read lock": "GLOBAL",
    "Commit lock": "COMMIT",
    "Backup lock": "BACKUP LOCK",
    "User lock": "USER LEVEL LOCK",
}
_TABLE = "TABLE"
_WANTED = (
    ("select", "SHARED_READ"), ("show", "SHARED_HIGH_PRIO"), ("insert", "SHARED_WRITE"), ("update", "SHARED_WRITE"),
    ("delete", "SHARED_WRITE"), ("replace", "SHARED_WRITE"), ("load", "SHARED_WRITE"), ("call", "SHARED_READ"),
    ("with", "SHARED_READ"), ("lock", "SHARED_NO_READ_WRITE"),
)  # fmt: skip
"""What a statement that waits asks for, by its first word; all others ask for everything."""
_STOPS = re.compile(r"\s*(flush|backup)\b", re.IGNORECASE)
_USER_LOCK = "USER LEVEL LOCK"
_STOPS_OTHERS = ("FTWRL", "FLUSH", "WAIT", "BLOCK", "START")
"""Parts of the names of backup locks that stop others; the rest are those of statements under way."""
_BACKUP_STATE = "Waiting for backup lock"
_USER_STATE = "User lock"
_GET_LOCK = re.compile(r"get_lock\s*\(\s*(['\"])(.*?)\1", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class MariaDBLockReader(LockReader):
    """The same reads, by other ways."""

    def reads(self) -> tuple[str, ...]:
        """What is read of locks in any case."""
        return (queries.NOW, self.processes) if not self.grants.performance_schema else super().reads()

    def read(self) -> tuple[Lock, ...]:
        """Every lock; a fault that carries what is known or likely when something is missing."""
        running = self.running()
        fault: NotInstrumentedFault | None = None
        if self.is_recorded():
            found = list(metadata_locks(self.wire.read(queries.METADATA_LOCKS), self.owners(running), self.wire.home))
        elif (held := self._plugin()) is not None:
            found = [*_held(held, self._names()), *awaited(running, held, self.wire.home, self._since(running))]
        else:
            found = [*self._inferred(running), *self._user_locks(running)]
            fault = NotInstrumentedFault("Who holds metadata locks is inferred, not known", grant=own_queries.INSTALL)
        found += self.rows(Owners({}, str(self.wire.id)))
        if not self.grants.process:
            grant = f"GRANT PROCESS ON *.* TO {self.grants.account}"
            raise NotPermittedFault("Who waits is not visible, nor locks on rows", grant=grant, partial=tuple(found))
        if fault is not None:
            fault.partial = tuple(found)
            raise fault
        return tuple(found)

    def tells_holders(self) -> bool:
        """Whether the server says who holds metadata locks."""
        return self.is_recorded() or self._plugin() is not None

    def _names(self) -> tuple[str, str]:
        return (str(self.wire.id), self.wire.home)

    def _plugin(self) -> list[Row] | None:
        if self.wire.told_none(own_queries.METADATA_LOCK_INFO):
            return None
        try:
            return self.wire.read(own_queries.METADATA_LOCK_INFO)
        except LinkLostFault:
            raise
        except ReadFault:
            self.wire.note_none(own_queries.METADATA_LOCK_INFO)
            return None

    def _since(self, running: Sequence[Running]) -> Mapping[str, datetime]:
        around = self.clock()
        return {each.session: moment for each in running if (moment := around.ago(each.seconds))}

    def _inferred(self, running: Sequence[Running]) -> Iterator[Lock]:
        """Waiters by their statements; as holders everybody who had a transaction open when the wait began, and
        schema changes under way. Who has LOCK TABLES or stops all writes is not to be found: nobody is named then."""
        around, orphans = self.clock(), self.orphans()
        opened = [
            (session, float(row[3] or 0), "SHARED_WRITE" if row[6] else "SHARED_READ")
            for row in self.innodb
            if row[0] != self.wire.id
            for session in ((str(row[0]),) if row[0] else orphans)
        ]
        for each in running:
            since = around.ago(each.seconds)
            if each.state == _BACKUP_STATE:
                yield _for_backup(each, self.wire.home, since)
            elif each.waits:
                yield from self._waits(each, since, [*opened, *_altering(running, named_table(each)[1])])

    def _waits(self, each: Running, since: datetime | None, others: Sequence[tuple[str, float, str]]) -> Iterator[Lock]:
        table, mode = named_table(each), wanted(each.statement)
        yield metadata_lock(_TABLE, *table, mode, each.session, self.wire.home, granted=False, since=since,
                            inferred=True)  # fmt: skip
        for session, age, held in others:
            if session != each.session and age >= each.seconds and held_against("metadata", mode, held):
                yield metadata_lock(_TABLE, *table, held, session, self.wire.home, granted=True, inferred=True)

    def _user_locks(self, running: Sequence[Running]) -> Iterator[Lock]:
        """GET_LOCK that somebody waits for: the server knows who has it."""
        around, home = self.clock(), self.wire.home
        for each in running:
            match = _GET_LOCK.search(each.statement) if each.state == _USER_STATE else None
            if match is None:
                continue
            since = around.ago(each.seconds)
            yield metadata_lock(_USER_LOCK, "", match[2], "EXCLUSIVE", each.session, home, granted=False, since=since)
            holder = self.wire.read(own_queries.USER_LOCK, (match[2],))[0][0]
            if holder is not None:
                yield metadata_lock(_USER_LOCK, "", match[2], "EXCLUSIVE", str(holder), home, granted=True)

    def rows(self, owners: Owners) -> Iterator[Lock]:
        """Locks on rows that somebody waits for."""
        waits = self.row_waits()
        if not waits:
            return
        orphans = self.orphans()
        sessions = {str(row[1]): (str(row[0]),) if row[0] else orphans for row in self.innodb}
        asked = {wait.lock_id for wait in waits}
        holders: dict[RowKey, list[Holders]] = {}
        things: dict[RowKey, WaitedFor] = {}
        for lock_id, transaction, mode, table in self.wire.read(own_queries.ROW_LOCKS):
            schema, _, name = table.replace("`", "").partition(".")
            things.setdefault(row_key(lock_id), WaitedFor(schema, name, mode))
            held_by = sessions.get(str(transaction))
            if lock_id not in asked and held_by:
                holders.setdefault(row_key(lock_id), []).append(held_by)
        yield from row_locks(waits, holders, things, self.wire.home)

    def exclusive_on(self, name: tuple[str, str]) -> bool:
        """The connection does not wait for locks: it finds out by reading."""
        return False


def _altering(running: Sequence[Running], table: str) -> list[tuple[str, float, str]]:
    """Schema changes of the table that are under way."""
    return [
        (each.session, each.seconds, "EXCLUSIVE")
        for each in running
        if each.is_ddl and not each.waits and each.state != _BACKUP_STATE and each.mentions(table)
    ]


def _for_backup(each: Running, home: str, since: datetime | None, *, inferred: bool = True) -> Lock:
    """Who waits for the lock that backups and FLUSH TABLES WITH READ LOCK take."""
    mode = "SHARED" if _STOPS.match(each.statement) else "INTENTION_EXCLUSIVE"
    return metadata_lock("BACKUP LOCK", "", "", mode, each.session, home, granted=False, since=since, inferred=inferred)


def wanted(statement: str) -> str:
    """The lock a statement waits for, by its first word."""
    first = re.sub(r"^(\s|/\*.*?\*/|\()*", "", statement, flags=re.DOTALL).lower()
    return next((mode for word, mode in _WANTED if first.startswith(word)), "EXCLUSIVE")


_TABLE_NAME = re.compile(
    r"\b(?:table|into|update|from|join|on|lock\s+tables?|truncate)\s+(?:if\s+(?:not\s+)?exists\s+)?"
    r"(?:`([^`]+)`|([\w$]+))(?:\s*\.\s*(?:`([^`]+)`|([\w$]+)))?",
    re.IGNORECASE,
)
_NO_NAMES = frozenset({"table", "select", "if", "ignore", "low_priority", "delayed"})


def named_table(each: Running) -> tuple[str, str]:
    """The first table that the statement names."""
    for match in _TABLE_NAME.finditer(each.statement):
        first, second = match[1] or match[2], match[3] or match[4]
        if second:
            return (first, second)
        if first.lower() not in _NO_NAMES:
            return (each.database, first)
    return (each.database, "")


def _held(rows: Sequence[Row], names: tuple[str, str]) -> Iterator[Lock]:
    """Rows of the plugin, ours left out."""
    own, home = names
    for session, mode, kind, schema, name in rows:
        if str(session) != own and kind in _TYPES:
            thing, place = _TYPES[kind], (schema or "", name or "")
            if thing == _USER_LOCK:
                yield metadata_lock(thing, "", place[0], "EXCLUSIVE", str(session), home, granted=True)
            else:
                yield metadata_lock(thing, *place, _mode(mode or ""), str(session), home, granted=True)


def _mode(said: str) -> str:
    """The mode as MySQL calls it. Of backup locks only counts whether they stop others or are stopped."""
    mode = said.removeprefix("MDL_")
    if not mode.startswith("BACKUP_"):
        return mode
    return "SHARED" if any(part in mode for part in _STOPS_OTHERS) else "INTENTION_EXCLUSIVE"


def awaited(
    running: Sequence[Running], rows: Sequence[Row], home: str, since: Mapping[str, datetime]
) -> Iterator[Lock]:
    """What those who wait are waiting for: the tables their statements name, as far as others have them."""
    tables = {(row[3], row[4]) for row in rows if row[2] == "Table metadata lock"}
    for each in running:
        began = since.get(each.session)
        if each.waits:
            yield from _awaited_tables(each, tables, rows, home, began)
        elif each.state == _BACKUP_STATE:
            yield _for_backup(each, home, began, inferred=False)
        elif each.state == _USER_STATE and (match := _GET_LOCK.search(each.statement)):
            yield metadata_lock(_USER_LOCK, "", match[2], "EXCLUSIVE", each.session, home, granted=False, since=began)


def _awaited_tables(
    each: Running, tables: set[tuple[str, str]], rows: Sequence[Row], home: str, since: datetime | None
) -> Iterator[Lock]:
    mode = wanted(each.statement)
    named = sorted(table for table in tables if each.mentions(table[1]))
    stuck = [table for table in (named or sorted(tables)) if _in_the_way(each, mode, table, rows)]
    sure = bool(named) and len(stuck or named) == 1
    for table in stuck or named:
        yield metadata_lock(_TABLE, *table, mode, each.session, home, granted=False, since=since, inferred=not sure)


def _in_the_way(each: Running, mode: str, table: tuple[str, str], rows: Sequence[Row]) -> bool:
    return any(
        (schema, name) == table and str(session) != each.session and held_against("metadata", mode, _mode(held or ""))
        for session, held, kind, schema, name in rows
        if kind == "Table metadata lock"
    )
