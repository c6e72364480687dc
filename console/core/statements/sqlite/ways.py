"""How SQLite runs a script: what is no statement, what is about rows, and that DDL is part of a transaction."""

from __future__ import annotations

from dataclasses import replace

from console.core.lexer_sqlite import folded
from console.core.operations import Opaque
from console.core.schema import Kind, Ref
from console.core.statements.cursor import Cursor, Unreadable
from console.core.statements.data import names_in, parsed_tables
from console.core.statements.session import Session
from console.core.statements.sqlite.cursor import LiteCursor
from console.core.statements.sqlite.grammar import read_meaning
from console.core.statements.verbs import Meaning

__all__ = ["LiteCursor", "data_verb", "is_control", "read_data", "read_meaning"]

_SILENT = frozenset({"SAVEPOINT", "RELEASE"})
_OF_THE_FILE = frozenset(
    {"user_version", "application_id", "journal_mode", "auto_vacuum", "page_size", "encoding", "incremental_vacuum"}
)
"""What these set stays in the file; every other PRAGMA is about the connection, or only asks."""
_WHY = {
    "INSERT": "The catalog does not show which rows were inserted.",
    "REPLACE": "The catalog does not show which rows were replaced.",
    "UPDATE": "The catalog does not show which rows were updated.",
    "DELETE": "The catalog does not show which rows were deleted.",
}
_CATALOG = frozenset({"sqlite_master", "sqlite_schema"})
_LONGEST = 20_000
"""Beyond this a statement is rows, and only its first words are looked at."""


def is_control(cursor: Cursor, session: Session) -> bool:
    """Whether it is no statement; what it says about the session is noted."""
    if cursor.word() == "BEGIN":
        session.begin()
    elif cursor.word() in ("COMMIT", "END", "ROLLBACK"):
        undone = cursor.step().word == "ROLLBACK"
        cursor.accept("TRANSACTION")
        if cursor.word() != "TO":
            session.end(undone=undone)
    elif cursor.accept("PRAGMA"):
        name = cursor.dotted()[-1]
        return cursor.done or name not in _OF_THE_FILE
    else:
        return cursor.word() in _SILENT
    return True


def data_verb(cursor: Cursor) -> str:
    """The verb of a data statement, also behind WITH; '' when it is none."""
    word = cursor.word()
    if word in _WHY:
        return word
    if word != "WITH":
        return ""
    inside = {token.word for token in cursor.found}
    return next((verb for verb in ("UPDATE", "DELETE", "INSERT", "REPLACE") if verb in inside), "")


def read_data(text: str, cursor: Cursor, verb: str) -> Meaning:
    """A data statement: harmless to objects, unless it writes into the catalog itself."""
    is_short = len(text) < _LONGEST
    tables = _first_table(cursor, verb)
    cursor.at = 0
    named = names_in(cursor) if is_short else frozenset[str]()
    if tables and tables[0].name in _CATALOG:
        return Meaning((Opaque("It writes into the catalog itself.", named, anything=True),), tables)
    more = {"SELECT", "JOIN", "FROM"} & {token.word for token in cursor.found[2:]}
    if is_short and (not tables or more):
        found = (replace(ref, schema=folded(ref.schema), name=folded(ref.name)) for ref in _parsed(text, cursor.home))
        tables = tuple(dict.fromkeys((*tables, *found)))
    return Meaning((Opaque(_WHY[verb], named, harmless=True),), tables)


def _parsed(text: str, home: str) -> tuple[Ref, ...]:
    return parsed_tables(text, home, "sqlite")


def _first_table(cursor: Cursor, verb: str) -> tuple[Ref, ...]:
    try:
        if not cursor.accept(verb):
            return ()
        if cursor.accept("OR"):
            cursor.step()
        cursor.accept_any("INTO", "FROM")
        return () if cursor.word() == "(" else (cursor.ref(Kind.TABLE),)
    except Unreadable:
        return ()
