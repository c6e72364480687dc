"""One reading connection to one PostgreSQL."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC
from itertools import count as counter
from threading import Event, Thread
from typing import TYPE_CHECKING

from console.core.faults import Fault, LockedFault, NotPermittedFault, ReadFault, TimedOutFault
from console.core.observation import Runs, Server
from console.core.ports import Right, TableRows
from console.core.schema import Schema
from console.core.session import Lock, Progress, Session
from console.core.types.postgres import full_xid
from console.dialects.postgres import activity, queries
from console.dialects.postgres.catalog import read_schema
from console.dialects.postgres.queries import pick
from console.dialects.postgres.wire import BorrowedWire, Row, Wire

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from console.core.causes import Answer, Question
    from console.core.moment import Moment, Pace
    from console.core.proof import Power, Tried
    from console.core.statements import DataProbe
    from console.core.storage import Storage
    from console.core.write_rates import Counts, TableName

_MOST_ROWS = 100_000
_MOST_KEPT = 20_000
_UNITS = {"": 1, "B": 1, "kB": 1024, "MB": 1024**2}
_WATCH_SECONDS = 0.2
_HINT_SECONDS = 1.0
"""For so long what the hint told of locked tables holds: a read that waits all the same gives up by itself."""


class PostgresLink:
    """What `console.core.ports.Link` promises, on psycopg."""

    def __init__(self, wire: Wire, url: URL) -> None:
        """`url` is used again only to open the watcher of a count."""
        self._wire = wire
        self._url = url
        self._roles: dict[int, str] = {}
        self._databases: dict[int, str] = {}
        self._names: dict[int, tuple[str, str]] = {}
        self._identity: str | None = None
        self._settings: tuple[tuple[str, str], ...] | None = None
        self._itself: str | None = None
        self._snapshot = self._changes = self._locked = ""
        self._hinted = -_HINT_SECONDS
        self._tables: dict[tuple[str, str], Row] = {}
        """Tables that were asked for, as long as nothing changed."""
        self._rows: dict[tuple[str, str], TableRows] = {}
        """What they held, as long as no transaction ended."""
        self._last: Schema | None = None
        self._attempt = counter()

    def server(self) -> Server:
        """Which server this is."""
        version, number, database, user, replica, started, now, sees, signals, superuser, query_size = self._wire.read(
            queries.SERVER
        )[0]
        if self._identity is None:
            self._identity = self._system_identifier()
        return Server(
            dialect="postgresql",
            version=version.split(" ")[0],
            version_number=number,
            name=database,
            host=self._wire.host,
            user=user,
            read_only=replica or self._wire.read_only,
            replica=replica,
            identity=f"{self._identity} {started.astimezone(UTC).isoformat()}".strip(),
            now=now.astimezone(UTC),
            sees_all_sessions=sees,
            may_signal=signals,
            superuser=superuser,
            settings=self._given(),
            home=self._wire.home,
            max_query_length=_bytes(query_size),
            direct=(itself := self._direct(user, database)),
            notes=(f"A pooler stands between Halfway and the server: it is only read (itself: {itself}).",)
            if itself
            else (),
        )

    def _direct(self, user: str, database: str) -> str:
        """The server itself, where something stands between: as that reaches it."""
        if not self._wire.pooled:
            return ""
        if self._itself is None:
            host, port = self._wire.read(queries.ITSELF)[0]
            from sqlalchemy.engine import URL

            url = URL.create("postgresql", user, None, host or "localhost", port, database)
            self._itself = url.render_as_string() + ("" if host else " on the pooler's machine")
        return self._itself

    def _given(self) -> tuple[tuple[str, str], ...]:
        """Settings that roles and the database give their sessions: `lock_timeout of role app`. Read once."""
        if self._settings is None:
            rows: list[Row] = []
            with suppress(LockedFault, TimedOutFault, NotPermittedFault):
                rows = self._wire.read(queries.ROLE_SETTINGS)
            self._settings = tuple(found for row in rows if (found := activity.given(*row)) is not None)
        return self._settings

    def _system_identifier(self) -> str:
        try:
            return str(self._wire.read(queries.IDENTITY)[0][0])
        except NotPermittedFault:
            return ""

    def rights(self) -> tuple[Right, ...]:
        """What the role may see."""
        wanted = next(rights for minimum, rights in queries.RIGHTS if self._wire.version >= minimum)
        held = self._wire.read("SELECT current_user::text, " + ", ".join(sql for _, sql, _, _ in wanted))[0]
        words = {"role": _quoted(held[0]), "home": _quoted(self._wire.home)}
        return tuple(
            Right(name, bool(has), without, grant.format(**words))
            for (name, _, grant, without), has in zip(wanted, held[1:], strict=True)
        )

    def doubt(self) -> None:
        """Its hint misses nothing."""

    def fingerprint(self) -> str:
        """Cheap: equal to an earlier one only if no schema object changed and the same objects are locked."""
        here, version = {"database": self._wire.database}, self._wire.version
        snapshot, locked, replica = self._wire.read(pick(queries.HINT, version), here)[0]
        # On a replica a commit need not show in the text of the snapshot.
        if replica or self._wire.read_only or snapshot != self._snapshot:
            self._rows.clear()
            self._snapshot = ""  # the probe may not be answered
            changes = self._wire.read(pick(queries.CHANGES, version))[0][0]
            if changes != self._changes:
                self._tables.clear()
            self._changes, self._snapshot = changes, snapshot
        self._locked, self._hinted = locked or "", time.monotonic()
        return f"{self._changes} / {self._locked}"

    def schema(self) -> Schema:
        """Everything there is, without ever waiting behind a lock."""
        return read_schema(self._wire)

    def sessions(self) -> tuple[Session, ...]:
        """All sessions and prepared transactions; answers even while the lock table is frozen."""
        rows = self._wire.read(pick(queries.SESSIONS, self._wire.version))
        self._learn(self._roles, queries.ROLES, [row[3] for row in rows])
        self._learn(self._databases, queries.DATABASES, [row[2] for row in rows])
        return tuple(activity.session(row, self._roles, self._databases) for row in rows)

    def _learn(self, known: dict[int, str], sql: str, wanted: Iterable[int | None]) -> None:
        """Names for numbers not met before; without them when even these catalogs are locked."""
        if any(number and number not in known for number in wanted):
            with suppress(LockedFault, TimedOutFault):
                known.update(self._wire.read(sql))

    def locks(self) -> tuple[Lock, ...]:
        """The lock table, flat."""
        rows = self._named_locks()
        gids = {}
        if any(row[10] is None for row in rows):
            gids = {row[0]: row[1] for row in self._wire.read(queries.PREPARED)}
        return activity.locks(rows, gids, self._names, self._wire.home)

    def _named_locks(self) -> list[Row]:
        """Rows of `queries.LOCKS`; names are read again each time, for a rename keeps the number."""
        here, version = {"database": self._wire.database}, self._wire.version
        try:
            found = self._wire.read(pick(queries.LOCKS_NAMED, version), here)
        except (LockedFault, TimedOutFault):
            return self._wire.read(pick(queries.LOCKS, version), here)
        self._names = {row[1]: (row[14], row[15]) for row in found if row[0] is None}
        return [row[:14] for row in found if row[0] is not None]

    def _named(self, oids: Iterable[int | None]) -> dict[int, tuple[str, str]]:
        """Names of relations, read again each time: a rename keeps the number."""
        wanted = sorted({oid for oid in oids if oid})
        if wanted:
            with suppress(LockedFault, TimedOutFault):
                found = self._wire.read(queries.NAMES, (wanted,))
                self._names = {oid: (schema, name) for oid, schema, name in found}
        return self._names

    def progress(self) -> tuple[Progress, ...]:
        """Running DDL that reports how far it is."""
        rows = self._wire.read(queries.PROGRESS)
        return activity.progress(rows, self._named(row[2] for row in rows))

    def tables_named(self, name: str) -> tuple[str, ...]:
        """Schemas that hold a table of that name (compared without case)."""
        return tuple(row[0] for row in self._wire.read(queries.TABLES_NAMED, (name,)))

    def runs(self, sql: str) -> Runs | None:
        """PostgreSQL itself does not count by wording."""
        return None

    def storage(self, tables: Sequence[TableName]) -> Storage:
        """Where the server keeps its data and how large these tables are; only the catalog is read."""
        from console.dialects.postgres.storage import read_storage

        return read_storage(self._wire, tables, self.server().identity)

    def writes(self, tables: Sequence[TableName]) -> Counts:
        """Rows written to these tables."""
        from console.dialects.postgres.writes import read_writes

        return read_writes(self._wire, tables)

    def rows(self, schema: str, table: str) -> TableRows:
        """All rows of a small table. LockedFault instead of waiting."""
        label, asked = table if schema == self._wire.home else f"{schema}.{table}", (schema, table)
        found = self._table(schema, table)
        if found is None:
            raise ReadFault(f"There is no table {label}")
        _, schema, table, kind, locked = found
        if locked:
            raise LockedFault(f"{label} is locked", "an ACCESS EXCLUSIVE lock is held or awaited")
        if asked in self._rows and self._is_hinted:
            return self._rows[asked]
        stamp = "NULL" if kind in "fv" else "xmin::text"
        name = f"{_quoted(schema)}.{_quoted(table)}"
        sql = f"SELECT {pick(queries.NEXT_XID, self._wire.version)}, {stamp}, t.* FROM {name} t"
        try:
            columns, rows = self._wire.texts(f"{sql} LIMIT {_MOST_ROWS + 1}")
        except NotPermittedFault as fault:
            raise self._denied(f"{label} may not be read", fault, ((schema, table),)) from fault
        if len(rows) > _MOST_ROWS:
            raise ReadFault(f"{label} is too large for a ledger", f"it has more than {_MOST_ROWS} rows")
        read = TableRows(columns[2:], tuple(row[2:] for row in rows), tuple(_stamp(row) for row in rows))
        if kind in "rp" and self._is_hinted and len(rows) < _MOST_KEPT:
            self._rows[asked] = read
        return read

    @property
    def _is_hinted(self) -> bool:
        """The hint was read just now. Over a connection that is lent somebody may act meanwhile: there it never is."""
        own = not self._wire.pooled and not isinstance(self._wire, BorrowedWire)
        return own and time.monotonic() - self._hinted < _HINT_SECONDS

    def _table(self, schema: str, table: str) -> Row | None:
        """What is to be known of a table before it is read: of the hint where that was read just now."""
        known = self._tables.get((schema, table)) if self._is_hinted else None
        if known is not None:
            return (*known[:4], str(known[0]) in self._locked.split(","))
        found = self._wire.read(queries.TABLE, {"schema": schema, "table": table})
        if not found:
            return None
        self._tables[schema, table] = found[0]
        return found[0]

    def count(self, probe: DataProbe, seconds: float) -> int:
        """The answer of a probe; refuses while DDL holds or awaits a lock on its table, and gives up as soon as
        anything waits behind it."""
        return int(self._guarded((probe.table,), probe.sql, seconds)[0][0])

    def ask(self, question: Question, seconds: float) -> Answer:
        """How many rows are in the way of a statement, and a few of them; as careful as a count."""
        from console.core.causes import Answer
        from console.dialects.postgres.questions import count_sql, sample_sql, spoken

        asked = spoken(question, self._wire.version)
        if question.told is not None or asked is None:
            return question.told or Answer(None)
        names = (question.table, question.parent) if question.parent else (question.table,)
        rows = int(self._guarded(names, count_sql(asked), seconds)[0][0])
        sample = self._guarded(names, sample_sql(asked), seconds) if rows and sample_sql(asked) else []
        return Answer(rows, tuple(str(row[0]) for row in sample), count_sql(asked))

    def wording(self, question: Question) -> str:
        """How it would be asked; '' where this version cannot be asked."""
        from console.dialects.postgres.questions import count_sql, spoken

        asked = spoken(question, self._wire.version)
        return count_sql(asked) if question.told is None and asked is not None else ""

    def moment(self, tables: Sequence[TableName]) -> Moment:
        """What the server says of itself just now."""
        from console.dialects.postgres.moment import read_moment

        return read_moment(self._wire, tables)

    def pace(self, table: TableName, seconds: float) -> Pace | None:
        """How fast the first pages of a table are read; as careful as a count."""
        from console.dialects.postgres.moment import paced

        return paced(self._wire, table, lambda sql: self._guarded((table,), sql, seconds))

    def _guarded(self, names: tuple[tuple[str, str], ...], sql: str, seconds: float) -> list[Row]:
        """Rows of tables somebody may need: refused while DDL is about, given up when anybody waits behind it."""
        label = ".".join(names[0])
        for name in names:
            found = self._wire.read(queries.DDL_ON_TABLE, name)
            if found:
                on = "it" if name == names[0] else ".".join(name)
                why = f"session {found[0][2]} holds or awaits {found[0][0]} on {on}"
                raise LockedFault(f"{label} is not counted now", why)
        path = f"{_quoted(names[0][0])}, {self._wire.search_path}"
        settings = {"statement_timeout": f"{int(seconds * 1000)}ms", "search_path": path}
        watcher = _Watcher(self._url, self._wire)
        self._wire.patient(seconds)
        try:
            with self._wire.with_settings(settings), watcher:
                return self._wire.read(sql)
        except NotPermittedFault as fault:
            raise self._denied(f"{label} may not be counted", fault, names) from fault
        except ReadFault as fault:
            if watcher.somebody_waits:
                raise LockedFault(f"The count of {label} gave way", "another session waited behind it") from fault
            raise
        finally:
            self._wire.patient(self._wire.seconds)

    def _denied(self, what: str, fault: NotPermittedFault, names: tuple[tuple[str, str], ...]) -> NotPermittedFault:
        """The same with the GRANT that mends it: the server names the table or the schema that is closed."""
        _, _, closed = fault.why.partition("permission denied for schema ")
        schema, table = next((name for name in names if fault.why.endswith(f" {name[1]}")), names[0])
        right = f"USAGE ON SCHEMA {_quoted(closed)}" if closed else f"SELECT ON {_quoted(schema)}.{_quoted(table)}"
        return NotPermittedFault(what, fault.why, grant=f"GRANT {right} TO {_quoted(self.server().user)}")

    def try_to_write(self) -> Tried:
        """Whether this session is refused a write; the one that is tried can change nothing."""
        from console.dialects.postgres import proof

        return proof.try_to_write(self._wire)

    def powers(self) -> tuple[Power, ...]:
        """What the login's rights would allow besides reading."""
        from console.dialects.postgres import proof

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


class _Watcher:
    """While a count runs: cancels it as soon as anybody waits for something it holds, its snapshot included."""

    def __init__(self, url: URL, counting: Wire) -> None:
        self.somebody_waits = False
        self._counting = counting
        self._wire = Wire(url, "watcher")
        self._ended = Event()
        self._thread = Thread(target=self._watch, name="halfway-count-watcher", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._wire.close()

    def _watch(self) -> None:
        while not self._ended.wait(_WATCH_SECONDS) and not self.somebody_waits:
            try:
                self.somebody_waits = bool(self._wire.read(queries.WAITING_BEHIND, (self._counting.pid,))[0][0])
            except Fault:
                self.somebody_waits = True  # what cannot be watched does not go on
            if self.somebody_waits:
                with suppress(Fault):
                    self._counting.cancel()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _stamp(row: Sequence[str | None]) -> int | None:
    return full_xid(int(row[1]), int(row[0])) if row[0] and row[1] else None


def _bytes(setting: str) -> int:
    """`1kB` as a number of bytes."""
    match = re.fullmatch(r"(\d+)\s*(\w*)", setting)
    return int(match[1]) * _UNITS.get(match[2], 1) if match else 1024
