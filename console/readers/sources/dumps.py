"""A schema dumped as SQL: its statements without the tables of the tool itself, and the rows of the ledger in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from console.core.lexer import TokenKind, string_value, tokens
from console.core.operations import Create, Operation
from console.core.schema import owner_of
from console.core.statements import Statement, read_script, split
from console.readers.sources.grounds import STRAYS, strays
from console.readers.sources.values import LARGEST_FILE, decode, utc

_BINARY = b"PGDMP"
_INSERT = re.compile(r"\s*INSERT\s+INTO\s+(?P<table>[^\s(]+)", re.IGNORECASE)
_COPY = re.compile(r"\s*COPY\s+(?P<table>\S+)\s*\((?P<columns>[^)]*)\)\s+FROM\s+stdin", re.IGNORECASE)
_REMARKS = re.compile(r"\A(?:\s|--[^\n]*(?:\n|\Z)|\\[^\n]*(?:\n|\Z))+")
"""What stands before a statement: remarks, and a line for psql."""
_NO_OBJECT = re.compile(r"COMMENT\s+ON\s+(?:EXTENSION|SCHEMA)\b|SELECT\b", re.IGNORECASE)
_FROM_THE_BEGINNING = re.compile(rf"CREATE\s+(?:EXTENSION|SCHEMA)\b|{_NO_OBJECT.pattern}", re.IGNORECASE)
_QUOTES = str.maketrans("", "", '"`[]')


@dataclass(frozen=True, slots=True)
class DumpText:
    """A dump as a file."""

    data: bytes = b""
    text: str = ""
    notes: tuple[str, ...] = ()
    modified_at: datetime | None = None
    unread: str = ""
    """Why there is no text."""


def dump_text(path: Path, base: Path | None = None) -> DumpText:
    """The text of a dump; of the project in `base`, or one that a person named."""
    if strays(path, base):
        return DumpText(unread=STRAYS)
    try:
        size, when = path.stat().st_size, utc(path.stat().st_mtime)
        data = path.read_bytes() if size <= LARGEST_FILE else b""
    except OSError as error:
        return DumpText(unread=error.strerror or type(error).__name__)
    if size > LARGEST_FILE:
        return DumpText(modified_at=when, unread=f"it is larger than {LARGEST_FILE // 2**20} MiB")
    if data.startswith(_BINARY):
        return DumpText(modified_at=when, unread="it is a binary dump")
    text, notes = decode(data, "utf-8")
    return DumpText(data, text, tuple(notes), when)


def statements_of(
    text: str, own: frozenset[str], dialect: str, home: str, *, whole: bool = False
) -> tuple[Statement, ...]:
    """Without the tables of the tool, and without what an empty database may have from the beginning: that does not
    tell whether the dump was loaded. `whole`: with it, for whoever asks what should be there."""
    left_out = _NO_OBJECT if whole else _FROM_THE_BEGINNING
    kept = (s for s in read_script(text, dialect, home) if not _is_about(s, own) and not left_out.match(s.sql))
    return tuple(replace(statement, n=n) for n, statement in enumerate(kept, 1))


def _is_about(statement: Statement, own: frozenset[str]) -> bool:
    """It makes, changes or fills a table of the tool; a view or a key that only names one is the user's."""
    owners = {_owner(operation) for operation in statement.operations if operation.subject is not None}
    return bool(found := owners or {name for _, name in statement.tables}) and found <= own


def _owner(operation: Operation) -> str:
    """The table it is about, or the thing itself where that belongs to none."""
    ref = operation.subject
    owner = owner_of(operation.things[0]) if isinstance(operation, Create) else ""
    return owner or (ref.table or ref.name if ref is not None else "")


def recorded_in(text: str, table: str, dialect: str, column: str, usual: int) -> Iterator[str]:
    """The names in the ledger's rows; `usual` is where they stand when their column is not named."""
    for statement in _rows_of(text, table, dialect):
        copied = _COPY.match(statement)
        if copied:
            columns = [name.strip().translate(_QUOTES) for name in copied["columns"].split(",")]
            at = columns.index(column) if column in columns else usual
            for line in statement.splitlines()[1:]:
                parts = line.split("\t")
                if len(parts) > at and line != "\\.":
                    yield parts[at]
        else:
            yield from _inserted(statement, dialect)


def _rows_of(text: str, table: str, dialect: str) -> Iterator[str]:
    for piece in split(text, dialect):
        told = _REMARKS.sub("", piece.text)
        found = _COPY.match(told) or _INSERT.match(told)
        if found and found["table"].translate(_QUOTES).rpartition(".")[2] == table:
            yield told


def _inserted(statement: str, dialect: str) -> Iterator[str]:
    """The text in every row of VALUES: a row has one, the name."""
    seen = False
    for token in tokens(statement, dialect):
        seen = seen or (token.kind is TokenKind.WORD and token.text.upper() == "VALUES")
        if seen and token.kind is TokenKind.STRING:
            yield string_value(token.text)
