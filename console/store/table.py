"""The one table of a journal's file, and how an entry becomes a row of it and back, to the last character.

Triggers let nobody change or remove a row, nor put one in that does not follow the last. Text goes in as its bytes:
what a database said may hold NUL and half of a surrogate pair, which SQLite's driver would refuse.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Column, Connection, Engine, Integer, LargeBinary, MetaData, Table, Text, cast, create_engine
from sqlalchemy.pool import StaticPool
from sqlalchemy.sql.elements import BindParameter, ColumnElement
from sqlalchemy.types import TypeDecorator

from console.core.journal import GENESIS, Entry, Person, Topic

MARK = 0x48414C46
"""SQLite's application_id of a journal: `HALF`."""
VERSION = 1
PATIENCE = 10.0
"""Seconds to wait for another console that is writing."""


class Exact(TypeDecorator[str]):
    """Text whose every character survives."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: object) -> Any:  # noqa: ANN401 - bytes for a text column
        """The bytes of a text."""
        return None if value is None else value.encode("utf-8", "surrogatepass")

    def bind_expression(self, bindvalue: BindParameter[str]) -> ColumnElement[str]:
        """They are text to SQLite, too."""
        return cast(bindvalue, Text)


METADATA = MetaData()
ENTRIES = Table(
    "entries",
    METADATA,
    Column("n", Integer, primary_key=True),
    *(
        Column(name, Exact, nullable=False)
        for name in (
            "at", "incident", "run", "os_user", "origin", "database_user", "topic", "text", "details", "before", "hash"
        )
    ),
)  # fmt: skip
SPARE = Table("spare", METADATA, Column("n", Integer, primary_key=True), Column("held", LargeBinary, nullable=False))
"""Empty; what is put in and taken out leaves free pages in the file (reserve.py)."""

TRIGGERS = {
    "no_change": "CREATE TRIGGER no_change BEFORE UPDATE ON entries BEGIN"
    " SELECT raise(ABORT, 'the journal is append only'); END",
    "no_removal": "CREATE TRIGGER no_removal BEFORE DELETE ON entries BEGIN"
    " SELECT raise(ABORT, 'the journal is append only'); END",
    "no_gap": "CREATE TRIGGER no_gap BEFORE INSERT ON entries"
    " WHEN NEW.n IS NOT (SELECT coalesce(max(n), 0) + 1 FROM entries)"
    f" OR NEW.before IS NOT coalesce((SELECT hash FROM entries ORDER BY n DESC LIMIT 1), '{GENESIS}')"
    " BEGIN SELECT raise(ABORT, 'an entry must follow the last one'); END",
}
"""Without the last, INSERT OR REPLACE would change a row and fire nothing."""


def connected(path: Path, how: str) -> Engine:
    """One connection to the file; `how` is SQLite's: `mode=rw`, `mode=ro`, `mode=ro&immutable=1`."""

    def make() -> sqlite3.Connection:
        where = f"file:{quote(os.fsencode(path))}?{how}"
        link = sqlite3.connect(where, PATIENCE, isolation_level=None, check_same_thread=False, uri=True)
        link.text_factory = _text
        link.execute("PRAGMA trusted_schema = OFF")
        link.execute("PRAGMA cell_size_check = ON")
        return link

    return create_engine("sqlite://", creator=make, poolclass=StaticPool)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that holds the file's only right to write from its first moment."""
    with engine.begin() as link:
        link.exec_driver_sql("BEGIN IMMEDIATE")
        yield link


def furnish(engine: Engine, mode: str) -> None:
    """Make an empty file a journal."""
    with engine.connect() as link:
        link.exec_driver_sql(f"PRAGMA journal_mode = {mode}")
    with writing(engine) as link:
        METADATA.create_all(link)
        for trigger in TRIGGERS.values():
            link.exec_driver_sql(trigger)
        link.exec_driver_sql(f"PRAGMA application_id = {MARK}")
        link.exec_driver_sql(f"PRAGMA user_version = {VERSION}")


def strange(link: Connection) -> str:
    """Why this file is no journal that Halfway wrote; '' when it is one."""
    number, version = (link.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("application_id", "user_version"))
    if number != MARK:
        return "it is not a journal of Halfway"
    if version != VERSION:
        return f"it was written by another version of Halfway (format {version})"
    found = {name: sql for kind, name, sql in link.exec_driver_sql("SELECT type, name, sql FROM sqlite_master")
             if kind in {"trigger", "view"}}  # fmt: skip
    if found != TRIGGERS:
        return "the triggers that let nobody change an entry are not those it was made with"
    columns = tuple(row[1] for row in link.exec_driver_sql("PRAGMA table_info(entries)"))
    return "" if columns == tuple(ENTRIES.columns.keys()) else "its columns are not those of a journal"


def row_of(entry: Entry) -> tuple[int | str, ...]:
    """An entry as the table keeps it."""
    details = json.dumps(dict(sorted(entry.details.items())), ensure_ascii=False, separators=(",", ":"))
    return (entry.n, entry.at.isoformat(), entry.incident, entry.run, entry.who.user, entry.who.origin,
            entry.who.database_user, entry.topic.value, entry.text, details, entry.before, entry.hash)  # fmt: skip


def entry_of(row: Sequence[Any]) -> Entry:
    """A row's entry. ValueError when it is not exactly as `row_of` writes it."""
    n, at, incident, run, user, origin, database_user, topic, text, details, before, hashed = row
    if not isinstance(n, int) or not all(isinstance(value, str) for value in row[1:]):
        raise ValueError(f"row {n} holds what is no text")
    try:
        entry = Entry(n, datetime.fromisoformat(at), incident, run, Person(user, origin, database_user), Topic(topic),
                      text, json.loads(details), before, hashed)  # fmt: skip
        same = row_of(entry) == tuple(row)
    except (TypeError, AttributeError, RecursionError) as problem:
        raise ValueError(str(problem)) from None
    if not same or not all(isinstance(value, str) for value in entry.details.values()):
        raise ValueError(f"row {n} is not as it was written")
    return entry


def _text(data: bytes) -> str | bytes:
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data
