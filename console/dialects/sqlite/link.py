"""The reading link of one SQLite file: schema, ledger and counts; of sessions and locks there are none to be read."""

from __future__ import annotations

import os
import pwd
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from console.core.causes import Answer, Question
from console.core.faults import LockedFault, NotSupportedFault, ReadFault
from console.core.lexer_sqlite import folded
from console.core.moment import Moment, Pace
from console.core.observation import Runs, Server
from console.core.ports import Right, TableRows
from console.core.proof import Power, Tried
from console.core.schema import Schema
from console.core.session import Lock, Progress, Session
from console.core.statements import DataProbe
from console.core.storage import Storage
from console.core.write_rates import Counts, TableName
from console.dialects.sqlite import proof
from console.dialects.sqlite.catalog import HOME, read_catalog, schema_of
from console.dialects.sqlite.file import Look
from console.dialects.sqlite.questions import SPOKEN, count_sql, sample_sql
from console.dialects.sqlite.questions import table as named
from console.dialects.sqlite.wire import Reader, Row, Wire

_MOST_ROWS = 100_000
_NOBODY = "every program opens the file by itself, and none is told of the others"
_TABLES = "SELECT name FROM main.sqlite_master WHERE type = 'table'"
_CHANGES = "SELECT count(*), total(length(sql)), max(rowid) FROM main.sqlite_master"


class SQLiteLink:
    """What `console.core.ports.Link` promises, as far as a file can keep it."""

    def __init__(self, wire: Wire) -> None:
        """`wire` knows the file."""
        self._wire = wire

    def server(self) -> Server:
        """The file, and the SQLite that wrote it last: the application's."""
        look = self._wire.look()
        number = look.version or sqlite3.sqlite_version_info[0] * 1_000_000
        if not look.version:
            _, minor, patch = sqlite3.sqlite_version_info
            number += minor * 1000 + patch
        return Server(
            dialect="sqlite",
            version=f"{number // 1_000_000}.{number // 1000 % 1000}.{number % 1000}",
            version_number=number,
            name=self._wire.name,
            host="local",
            user=_user(),
            read_only=not self._wire.file.may_write,
            identity=":".join(map(str, look.identity)),
            now=datetime.now(UTC),
            home=HOME,
            folds_tables=True,
            notes=tuple(self._notes(look)),
        )

    def _notes(self, look: Look) -> Iterator[str]:
        name = self._wire.name
        if look.journal and not look.is_wal and not self._wire.file.writer():
            yield (
                f"{name}-journal was left by a program that was ended in the middle of a change: what is shown is what "
                "there is once the next program that opens it has taken the change back."
            )
        if look.is_wal and look.wal and not self._wire.file.user():
            yield (
                f"{name}-wal was left by a program that did not end properly. What it holds is part of the database: "
                "a copy of one file without the other loses it."
            )

    def rights(self) -> tuple[Right, ...]:
        """Whether the file could be changed."""
        without = f"{_user()} may not write to {self._wire.file.path} and its folder: nothing can be changed from here."
        return (Right("write to the file", self._wire.file.may_write, without, ""),)

    def doubt(self) -> None:
        """Its hint misses nothing."""

    def fingerprint(self) -> str:
        """Cheap: equal to an earlier one only if no schema object changed."""
        return self._wire.read(_fingerprint) + " " + ":".join(map(str, self._wire.identity))

    def schema(self) -> Schema:
        """Everything there is."""
        return schema_of(self._wire.read(read_catalog))

    def sessions(self) -> tuple[Session, ...]:
        """Not to be had."""
        raise NotSupportedFault("SQLite has no sessions", _NOBODY)

    def locks(self) -> tuple[Lock, ...]:
        """Not to be had."""
        raise NotSupportedFault("SQLite has no list of locks", _NOBODY)

    def progress(self) -> tuple[Progress, ...]:
        """Not to be had."""
        raise NotSupportedFault("SQLite does not tell how far a change is", _NOBODY)

    def storage(self, tables: Sequence[TableName]) -> Storage:
        """There is no server; what is free beside the file is looked at where its name is known."""
        return Storage()

    def writes(self, tables: Sequence[TableName]) -> Counts:
        """Nobody counts what is written to a file."""
        raise NotSupportedFault("SQLite does not count what is written", _NOBODY)

    def runs(self, sql: str) -> Runs | None:
        """Nobody counts what a file was told."""
        return None

    def tables_named(self, name: str) -> tuple[str, ...]:
        """`main`, when there is a table of that name."""
        return (HOME,) if self._real_name(name) is not None else ()

    def _real_name(self, name: str) -> str | None:
        names = (str(row[0]) for row in self._wire.read(lambda reader: reader.rows(_TABLES)))
        return next((found for found in names if folded(found) == folded(name)), None)

    def rows(self, schema: str, table: str) -> TableRows:
        """All rows of a small table. LockedFault instead of waiting."""
        found = self._real_name(table) if folded(schema) == HOME else None
        if found is None:
            raise ReadFault(f"There is no table {table}")
        quoted = found.replace('"', '""')
        columns, rows = self._wire.read(
            lambda reader: reader.texts(f'SELECT * FROM main."{quoted}" LIMIT {_MOST_ROWS + 1}')
        )
        if len(rows) > _MOST_ROWS:
            raise ReadFault(f"{table} is too large for a ledger", f"it has more than {_MOST_ROWS} rows")
        return TableRows(columns, tuple(rows), (None,) * len(rows))

    def count(self, probe: DataProbe, seconds: float) -> int:
        """The answer of a probe; gives way to whoever waits to write."""
        return int(self._guarded(probe.table, probe.sql, seconds)[0][0])

    def ask(self, question: Question, seconds: float) -> Answer:
        """How many rows are in the way of a statement, and a few of them; as careful as a count."""
        if question.told is not None or question.doubt not in SPOKEN:
            return question.told or Answer(None)
        rows = int(self._guarded(question.table, count_sql(question), seconds)[0][0])
        sample = self._guarded(question.table, sample_sql(question), seconds) if rows and sample_sql(question) else []
        return Answer(rows, tuple(str(row[0]) for row in sample), count_sql(question))

    def wording(self, question: Question) -> str:
        """How it would be asked."""
        return count_sql(question) if question.told is None and question.doubt in SPOKEN else ""

    def moment(self, tables: Sequence[TableName]) -> Moment:
        """A file has no followers and no vacuum that cannot be put off."""
        return Moment(busy=self._wire.file.writer())

    def pace(self, table: TableName, seconds: float) -> Pace | None:
        """How many bytes a table takes is not told."""
        return None

    def _guarded(self, name: tuple[str, str], sql: str, seconds: float) -> list[Row]:
        look = self._wire.look()
        writer = "" if look.is_wal else self._wire.file.writer()
        if writer:
            raise LockedFault(f"{named(name)} is not counted now", f"{writer} is writing to {self._wire.name}")
        return self._wire.read(lambda reader: reader.rows(sql), seconds=seconds, gives_way=True)

    def try_to_write(self) -> Tried:
        """Whether this session is refused a write; the one that is tried can change nothing."""
        return proof.try_to_write(self._wire)

    def powers(self) -> tuple[Power, ...]:
        """What the login's rights would allow besides reading."""
        return proof.read_powers(self._wire)

    def cancel(self) -> None:
        """Stop what is being read; callable from any thread."""
        self._wire.cancel()

    def close(self) -> None:
        """Nothing stays open between two questions."""
        self._wire.close()


def _fingerprint(reader: Reader) -> str:
    version = reader.rows("PRAGMA main.schema_version")[0][0]
    return f"{version} {reader.rows(_CHANGES)[0]}"


def _user() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())
