"""Squashed migrations: the dump Laravel loads into an empty database, and the names of those it stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from console.core.lexer import TokenKind, string_value, tokens
from console.core.migration import Migration
from console.core.statements import Statement, read_script, split
from console.readers.sources import decode
from console.readers.sources.values import LARGEST_FILE, utc

FOLDER = "database/schema"
_BINARY = b"PGDMP"
_INSERT = re.compile(r"\s*INSERT\s+INTO\s+(?P<table>[^\s(]+)", re.IGNORECASE)
_COPY = re.compile(r"\s*COPY\s+(?P<table>\S+)\s*\((?P<columns>[^)]*)\)\s+FROM\s+stdin", re.IGNORECASE)
_FROM_THE_BEGINNING = re.compile(r"(?:CREATE|COMMENT\s+ON)\s+(?:EXTENSION|SCHEMA)\b|SELECT\b", re.IGNORECASE)
_QUOTES = str.maketrans("", "", '"`[]')


@dataclass(frozen=True, slots=True)
class Dump:
    """One dump."""

    migration: Migration
    """The whole of it as one unit."""
    names: frozenset[str] = frozenset()
    """The migrations it records."""
    unread: str = ""
    """Why their names are not known."""


def dump_of(folder: Path, connection: str, table: str, dialect: str, home: str) -> Dump | None:
    """The dump of a connection; a .dump counts more than a .sql."""
    for ending in ("dump", "sql"):
        path = folder / FOLDER / f"{connection}-schema.{ending}"
        if connection and path.is_file():
            return _read(path, path.relative_to(folder).as_posix(), table, dialect, home)
    return None


def _read(path: Path, shown: str, table: str, dialect: str, home: str) -> Dump:
    try:
        size, when = path.stat().st_size, utc(path.stat().st_mtime)
        data = path.read_bytes() if size <= LARGEST_FILE else b""
    except OSError as error:
        size, when, data = 0, None, b""
        why = error.strerror or type(error).__name__
    else:
        why = f"it is larger than {LARGEST_FILE // 2**20} MiB" if size > LARGEST_FILE else ""
    if data.startswith(_BINARY):
        why = "it is a binary dump"
    text, notes = decode(data, "utf-8") if not why else ("", ())
    migration = Migration(
        id=shown,
        description="squashed migrations",
        file=shown,
        statements=tuple(_statements(text, table, dialect, home)),
        text=text,
        transactional=False,
        modified_at=when,
        unreadable=why,
        note="; ".join(notes),
    )
    return Dump(migration, frozenset(names_in(text, table, dialect)), why)


def _statements(text: str, table: str, dialect: str, home: str) -> Iterator[Statement]:
    """Without the ledger, and without what an empty database may have from the beginning."""
    n = 0
    for statement in read_script(text, dialect, home):
        subjects = [operation.subject for operation in statement.operations if operation.subject is not None]
        names = {name for ref in subjects for name in (ref.name, ref.table)} | {name for _, name in statement.tables}
        if not names & {table, f"{table}_id_seq"} and not _FROM_THE_BEGINNING.match(statement.sql):
            n += 1
            yield replace(statement, n=n)


def names_in(text: str, table: str, dialect: str) -> Iterator[str]:
    """The migrations that a dump's own rows record."""
    for statement in _rows_of(text, table, dialect):
        copied = _COPY.match(statement)
        if copied:
            columns = [column.strip().translate(_QUOTES) for column in copied["columns"].split(",")]
            at = columns.index("migration") if "migration" in columns else 1
            for line in statement.splitlines()[1:]:
                parts = line.split("\t")
                if len(parts) > at and line != "\\.":
                    yield parts[at]
        else:
            yield from _inserted(statement, dialect)


def _rows_of(text: str, table: str, dialect: str) -> Iterator[str]:
    for piece in split(text, dialect):
        found = _COPY.match(piece.text) or _INSERT.match(piece.text)
        if found and found["table"].translate(_QUOTES).rpartition(".")[2] == table:
            yield piece.text


def _inserted(statement: str, dialect: str) -> Iterator[str]:
    """The text in every row of VALUES: a row has one, the name."""
    seen = False
    for token in tokens(statement, dialect):
        seen = seen or (token.kind is TokenKind.WORD and token.text.upper() == "VALUES")
        if seen and token.kind is TokenKind.STRING:
            yield string_value(token.text)
