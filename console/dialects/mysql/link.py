"""One reading connection to one MySQL."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from console.core.causes import Answer, Question
from console.core.faults import LockedFault, NotInstrumentedFault, NotPermittedFault, ReadFault
from console.core.moment import Moment, Pace
from console.core.observation import Runs, Server
from console.core.ports import Right, TableRows
from console.core.proof import Power, Tried
from console.core.schema import Kind, Schema
from console.core.session import Lock, Progress, Session
from console.core.statements import DataProbe
from console.core.storage import Storage
from console.core.write_rates import Counts, TableName
from console.dialects.mysql import leftovers, proof, queries, sessions
from console.dialects.mysql.catalog import read_schema
from console.dialects.mysql.gaps import gaps
from console.dialects.mysql.hint import Hint, alone
from console.dialects.mysql.lock_reader import PERFORMANCE_SCHEMA_OFF, LockReader
from console.dialects.mysql.moment import paced, read_moment
from console.dialects.mysql.questions import count_sql, quoted, sample_sql, table
from console.dialects.mysql.rights import Grants, read_grants, rights
from console.dialects.mysql.runs import read_runs
from console.dialects.mysql.server import read_server
from console.dialects.mysql.sessions import Around, Transaction
from console.dialects.mysql.storage import read_storage
from console.dialects.mysql.together import ahead
from console.dialects.mysql.watcher import Watcher
from console.dialects.mysql.wire import Row, Wire
from console.dialects.mysql.writes import Writes

_MOST_ROWS = 100_000
_HINT_SECONDS = 1.0
"""For so long what the hint told of locked tables holds: a read that waits all the same gives up by itself."""
_TRIES = 3
_FRESH_SECONDS = 3
"""A change younger than this may hide another: what the catalog tells of the time has no parts of a second."""


class MySQLLink:
    """What `console.core.ports.Link` promises, on PyMySQL."""

    dialect = "mysql"
    started = queries.STARTED

    def __init__(self, wire: Wire) -> None:
        """`wire` is connected."""
        self._wire = wire
        self._grants: Grants | None = None
        self._started = ""
        self._left: tuple[str, ...] = ()
        """Tables that a broken ALTER may have left: they come and go without anything else changing."""
        self._hint, self._writes = Hint(wire), Writes(wire)
        self._mark, self._hinted = "", -_HINT_SECONDS
        self._closed: frozenset[str] = frozenset()
        self._exact: dict[str, str] = {}
        """Table as it is asked for -> as it is called, as long as nothing changed."""

    @property
    def grants(self) -> Grants:
        """What the account may see; asked once for a connection, and again when rights are asked for."""
        if self._grants is None:
            self._grants = read_grants(self._wire, self.dialect)
        return self._grants

    @property
    def processes(self) -> str:
        """The list of sessions where performance_schema is closed or off."""
        return queries.PROCESSES if self.grants.lists else queries.PROCESS_LIST

    @property
    def hosts(self) -> str:
        """Where they come from, with the port."""
        return queries.HOSTS if self.grants.lists else queries.HOST_LIST

    def server(self) -> Server:
        """Which server this is."""
        if not self._started:
            rows = self._wire.read(self.started)
            self._started = datetime.fromtimestamp(float(rows[0][0]), UTC).isoformat() if rows else ""
        found = read_server(self._wire, self.grants, self._started, self.dialect)
        self._hint.alone = alone(self._wire, self.grants, self.dialect, replica=found.replica)
        return found

    def rights(self) -> tuple[Right, ...]:
        """What the account may see."""
        self._grants = None
        return rights(self.grants)

    def doubt(self) -> None:
        """What is counted is counted a moment late."""
        self._hint.forget()

    def fingerprint(self) -> str:
        """Cheap: equal to an earlier one only if no schema object changed."""
        closed, hints = (queries.CLOSED_TABLES,) if self._tells_closed else (), self._hint.reads
        if not hints or self._left:
            self._look(*closed)
        else:
            with ahead(self._wire, *hints, *closed):
                moved = self._hint.moved()
                self._closed = frozenset(row[0] for sql in closed for row in self._wire.read(sql))
            if moved or not self._mark:
                self._look()
        self._hinted = time.monotonic()
        return self._mark

    def _look(self, *closed: str) -> None:
        """See whether anything is another than it was."""
        before, self._mark = self._mark, ""
        parts, newest, given = [], None, {"home": self._wire.home}
        with ahead(self._wire, *queries.CHANGES, queries.NOWS, *closed, given=given):
            for sql in queries.CHANGES:
                count, checksum, changed = self._wire.read(sql, given)[0]
                parts.append(f"{count}:{checksum}")
                newest = max((moment for moment in (newest, changed) if moment is not None), default=None)
            now = self._wire.read(queries.NOWS)[0]
            if closed:
                self._closed = frozenset(row[0] for row in self._wire.read(queries.CLOSED_TABLES))
        fresh = newest is not None and min(abs((moment - newest).total_seconds()) for moment in now) < _FRESH_SECONDS
        counters = [str(value) for _, value in self._wire.read(queries.COUNTERS)] if fresh else []
        left = leftovers.unfinished(self._wire, self.dialect) if self._left else ()
        self._mark = " ".join([*parts, *counters, *left])
        if self._mark != before:
            self._exact.clear()

    @property
    def _tells_closed(self) -> bool:
        """Whether the hint tells which tables may not be read now; MariaDB refuses by itself instead of waiting."""
        return self.dialect == "mysql" and self.grants.performance_schema

    def schema(self) -> Schema:
        """Everything there is in the database, without ever waiting behind a lock."""
        for _ in range(_TRIES):
            schema = read_schema(self._wire, self.dialect, gaps(self.grants))
            self._left = leftovers.unfinished(self._wire, self.dialect) if self.grants.process else ()
            swapping = set(leftovers.swapping(self._left))
            if not swapping or swapping.isdisjoint(each.session for each in self._locks().running()):
                return leftovers.with_leftovers(schema, self._left, self._wire)
        swapped = "An ALTER is putting a table in the place of another: one may seem to be missing"
        untold = {**schema.untold, Kind.TABLE: swapped[0].lower() + swapped[1:]}
        schema = replace(schema, unread=(*schema.unread, swapped), untold=untold)
        return leftovers.with_leftovers(schema, self._left, self._wire)

    def sessions(self) -> tuple[Session, ...]:
        """All sessions and prepared transactions."""
        with ahead(self._wire, *self._session_reads(), transactions=self.grants.process):
            return self._sessions()

    def _session_reads(self) -> tuple[str, ...]:
        """What is read of sessions in any case."""
        if not self.grants.performance_schema:
            return (queries.NOW, queries.PROGRAMS.format(table=queries.PROGRAM_TABLES[0]), self.processes)
        programs = queries.PROGRAMS.format(table=queries.PROGRAM_TABLES[1])
        return (queries.NOW, programs, queries.TRANSACTIONS, queries.LAST, queries.OWNERS, self.hosts, queries.THREADS)

    def _sessions(self) -> tuple[Session, ...]:
        locks = self._locks()
        around = self._around(locks)
        everywhere = self.grants.performance_schema
        rows = self._wire.read(queries.THREADS if everywhere else self.processes)
        if everywhere:
            around = replace(around, last=self._last(around, rows))
        found = [sessions.session(row, around) for row in rows]
        undone = sessions.rolling_back((session.id for session in found), around)
        return (*found, *undone, *_prepared(locks, around))

    def _around(self, locks: LockReader) -> Around:
        """What the other tables say about sessions, as far as they may be read."""
        now = sessions.aware(self._wire.read(queries.NOW)[0][0])
        programs, libraries = self._programs()
        innodb = self._innodb(locks)
        return Around(now, self._transactions(), innodb, programs, hosts=self._hosts(), libraries=libraries)

    def _programs(self) -> tuple[dict[int, str], dict[int, str]]:
        """What each session calls itself, and what its driver does; our own process knows its own in any case."""
        table = queries.PROGRAM_TABLES[self.grants.performance_schema]
        rows = self._wire.read(queries.PROGRAMS.format(table=table))
        told = {int(number): text for number, name, text in rows if name == "program_name"}
        libraries = {int(number): text or "" for number, name, text in rows if name == "_client_name"}
        return {**self._wire.own_programs(), **told}, libraries

    def _hosts(self) -> dict[int, str]:
        """Hosts with ports, which the threads do not have."""
        if not self.grants.performance_schema:
            return {}
        return {int(number): host for number, host in self._wire.read(self.hosts) if host}

    def _transactions(self) -> dict[int, float]:
        if not self.grants.performance_schema:
            return {}
        owners = {thread: number for thread, number in self._wire.read(queries.OWNERS) if number is not None}
        rows = self._wire.read(queries.TRANSACTIONS)
        return {int(owners[thread]): float(age) for thread, age in rows if thread in owners}

    def _innodb(self, locks: LockReader) -> dict[int, Transaction] | None:
        if not self.grants.process:
            return None
        found: dict[int, Transaction] = {}
        for number, _, state, age, waited, _, modified, operation, _ in locks.innodb:
            if number:
                undone = "rollback" in (operation or "") or state == "ROLLING BACK"
                one = Transaction(float(age or 0), None if waited is None else float(waited), int(modified), undone)
                found[int(number)] = one.with_other(found.get(int(number)))
        return found

    def _last(self, around: Around, rows: Sequence[Row]) -> dict[int, str]:
        """What idle sessions ran last, of those that hold something."""
        idle = {row[0]: int(row[1]) for row in rows if row[5] == "Sleep" and int(row[1]) in around.transactions}
        found = self._wire.read(queries.LAST) if idle else []
        return {idle[thread]: text for thread, text in found if text and thread in idle}

    def _locks(self) -> LockReader:
        return LockReader(self._wire, self.grants, self.processes)

    def locks(self) -> tuple[Lock, ...]:
        """The lock table, flat. What is missing, and the statement that mends it, is said with all the rest."""
        reads = (*self._locks().reads(), *self._writes.reads)
        with ahead(self._wire, *reads, transactions=self.grants.process):
            self._writes.keep()
            return self._locks().read()

    def progress(self) -> tuple[Progress, ...]:
        """Running DDL that reports how far it is."""
        if not self.grants.records:
            raise NotInstrumentedFault("How far a schema change is is not recorded", PERFORMANCE_SCHEMA_OFF)
        if not self.grants.performance_schema:
            grant = f"GRANT SELECT ON performance_schema.* TO {self.grants.account}"
            raise NotPermittedFault("How far a schema change is cannot be seen", grant=grant)
        with ahead(self._wire, queries.STAGES_ON, queries.PROGRESS):
            if not self._wire.read(queries.STAGES_ON)[0][0]:
                raise NotInstrumentedFault("How far a schema change is is not recorded", grant=queries.TURN_STAGES_ON)
            rows = [row for row in self._wire.read(queries.PROGRESS) if row[3]]
        owners = self._stage_owners() if rows else {}
        found = tuple(
            Progress(owners[thread], event.rpartition("/")[2], min(int(done or 0), int(total)), int(total))
            for thread, event, done, total in rows
            if thread in owners
        )
        if len(found) < len(rows):
            raise NotInstrumentedFault(
                "Which session a stage belongs to is not recorded", grant=queries.TURN_STAGE_OWNERS_ON, partial=found
            )
        return found

    def _stage_owners(self) -> dict[int, str]:
        """Thread -> session. With the consumer of stages off they all say thread 0, which is known if one runs DDL."""
        owners = {thread: str(number) for thread, number in self._wire.read(queries.OWNERS) if number is not None}
        altering = [each.session for each in self._locks().running() if each.is_ddl and not each.waits]
        return {0: altering[0], **owners} if len(altering) == 1 else owners

    def tables_named(self, name: str) -> tuple[str, ...]:
        """Schemas that hold a table of that name (compared without case)."""
        return tuple(row[0] for row in self._wire.read(queries.TABLES_NAMED, (name,)))

    def runs(self, sql: str) -> Runs | None:
        """How often the server ran a statement of this wording in this database; None where it does not count."""
        return read_runs(self._wire, sql) if self.grants.performance_schema else None

    def storage(self, tables: Sequence[TableName]) -> Storage:
        """Where the server keeps its data and how large these tables are, by InnoDB's own figures."""
        return read_storage(self._wire, tables, self.server().identity)

    def writes(self, tables: Sequence[TableName]) -> Counts:
        """Rows written to these tables."""
        return self._writes.of(tables, self.grants.account)

    def rows(self, schema: str, table: str) -> TableRows:
        """All rows of a small table. LockedFault instead of waiting."""
        label = table if schema == self._wire.home else f"{schema}.{table}"
        exact = self._exact_name(schema, table)
        if not exact:
            raise ReadFault(f"There is no table {label}")
        if self._is_closed(schema, exact):
            raise LockedFault(f"{label} is locked", "an exclusive metadata lock is held or awaited")
        name = f"{quoted(schema)}.{quoted(exact)}"
        try:
            columns, rows = self._wire.texts(f"SELECT * FROM {name} LIMIT {_MOST_ROWS + 1}")
        except LockedFault as fault:
            raise LockedFault(f"{label} is locked", "an exclusive metadata lock is held or awaited") from fault
        except NotPermittedFault as fault:
            grant = f"GRANT SELECT ON {name} TO {self.grants.account}"
            raise NotPermittedFault(f"{label} may not be read", fault.why, grant=grant) from fault
        if len(rows) > _MOST_ROWS:
            raise ReadFault(f"{label} is too large for a ledger", f"it has more than {_MOST_ROWS} rows")
        return TableRows(columns, tuple(rows), (None,) * len(rows))

    def _hints(self, schema: str) -> bool:
        """The hint was read just now, and tells of this schema."""
        return schema == self._wire.home and time.monotonic() - self._hinted < _HINT_SECONDS

    def _exact_name(self, schema: str, table: str) -> str:
        """A table's name in its own case; '' where there is none."""
        if not self._hints(schema):
            self._exact.pop(table, None)
        if table not in self._exact:
            found = self._wire.read(queries.TABLE, (schema, table, table))
            if not found or schema != self._wire.home:
                return str(found[0][0]) if found else ""
            self._exact[table] = str(found[0][0])
        return self._exact[table]

    def _is_closed(self, schema: str, table: str) -> bool:
        """Whether a read of it would have to wait, as far as is told."""
        if self._tells_closed and self._hints(schema):
            return table in self._closed
        return self._locks().exclusive_on((schema, table))

    def count(self, probe: DataProbe, seconds: float) -> int:
        """The answer of a probe; refuses while DDL holds or awaits a lock on its table, and gives up as soon as
        anything waits behind it."""
        return int(self._guarded((probe.table,), probe.sql, seconds)[0][0])

    def ask(self, question: Question, seconds: float) -> Answer:
        """How many rows are in the way of a statement, and a few of them; as careful as a count."""
        if question.told is not None:
            return question.told
        names = (question.table, question.parent) if question.parent else (question.table,)
        rows = int(self._guarded(names, count_sql(question), seconds)[0][0])
        sample = self._guarded(names, sample_sql(question), seconds) if rows and sample_sql(question) else []
        return Answer(rows, tuple(_shown(row[0]) for row in sample), count_sql(question))

    def wording(self, question: Question) -> str:
        """How it would be asked."""
        return count_sql(question) if question.told is None else ""

    def moment(self, tables: Sequence[TableName]) -> Moment:
        """What the server says of itself just now."""
        return read_moment(self._wire, tables)

    def pace(self, table: TableName, seconds: float) -> Pace | None:
        """How fast the first rows of a table are read; as careful as a count."""
        return paced(self._wire, table, lambda sql: self._guarded((table,), sql, seconds))

    def _guarded(self, names: tuple[tuple[str, str], ...], sql: str, seconds: float) -> list[Row]:
        """Rows of tables somebody may need: refused while DDL is about, given up when anybody waits behind it."""
        label = ".".join(names[0])
        if self._wire.proxied:
            raise ReadFault(f"{label} is not counted", "behind a proxy a count could not be stopped")
        for name in names:
            holder = self._locks().ddl_on(name)
            if holder:
                why = f"session {holder} holds or awaits a lock on {'it' if name == names[0] else '.'.join(name)}"
                raise LockedFault(f"{label} is not counted now", why)
        watcher = Watcher(self._wire, self._locks(), names)
        try:
            with self._wire.patient(seconds), watcher:
                return self._wire.read(sql)
        except NotPermittedFault as fault:
            denied = next(
                (name for name in names if name[1] + "'" in fault.why or name[1] + "`" in fault.why), names[0]
            )
            grant = f"GRANT SELECT ON {table(denied)} TO {self.grants.account}"
            raise NotPermittedFault(f"{label} may not be counted", fault.why, grant=grant) from fault
        except LockedFault as fault:
            raise LockedFault(f"{label} is not counted now", "somebody holds a lock that a read waits for") from fault
        except ReadFault as fault:
            if watcher.somebody_waits:
                raise LockedFault(f"The count of {label} gave way", "another session waited behind it") from fault
            raise

    def try_to_write(self) -> Tried:
        """Whether this session is refused a write; the one that is tried can change nothing."""
        return proof.try_to_write(self._wire)

    def powers(self) -> tuple[Power, ...]:
        """What the login's rights would allow besides reading."""
        return proof.read_powers(self._wire)

    def cancel(self) -> None:
        """Stop what runs on the server now; callable from any thread."""
        self._wire.cancel()

    def fileno(self) -> int:
        """Its socket."""
        return self._wire.fileno()

    def close(self) -> None:
        """End the connection."""
        self._wire.close()


def _prepared(locks: LockReader, around: Around) -> Iterator[Session]:
    rows = locks.prepared()
    if rows:
        ages = [float(row[3] or 0) for row in locks.left_transactions()]
        yield from sessions.prepared(rows, around, ages[0] if len(ages) == 1 == len(rows) else None)


def _shown(value: object) -> str:
    """A value of a sample; an empty one is not nothing."""
    text = value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)
    return text or "''"
