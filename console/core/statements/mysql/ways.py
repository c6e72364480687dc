"""How MySQL and MariaDB run a script: what is no statement, what commits by itself, which names they make up."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from console.core.lexer import Token
from console.core.moves import moved
from console.core.operations import Change, Create, Drop, Opaque, Operation, Rename
from console.core.schema import Constraint, Index, Kind, Ref
from console.core.statements.cursor import Cursor, Unreadable
from console.core.statements.data import names_in, parsed_tables
from console.core.statements.mysql.cursor import MyCursor
from console.core.statements.mysql.grammar import read_meaning
from console.core.statements.mysql.probe import data_probe
from console.core.statements.session import Session
from console.core.statements.verbs import Meaning

__all__ = ["commits", "data_probe", "data_verb", "is_control", "kept_apart", "meaning", "read_data", "start"]

_BEGINS = (("START", "TRANSACTION"), ("BEGIN",))
_ENDS = (("COMMIT",), ("ROLLBACK",))
_SILENT = frozenset({"SAVEPOINT", "RELEASE", "LOCK", "UNLOCK", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "XA"})
_LOCK_FUNCTIONS = frozenset({"GET_LOCK", "RELEASE_LOCK", "RELEASE_ALL_LOCKS", "IS_FREE_LOCK", "IS_USED_LOCK"})
_COMMITS = frozenset(
    """
    CREATE ALTER DROP RENAME TRUNCATE GRANT REVOKE ANALYZE OPTIMIZE REPAIR CHECK CACHE FLUSH RESET INSTALL UNINSTALL
    """.split()
)
_WHY = {
    "INSERT": "The catalog does not show which rows were inserted.",
    "REPLACE": "The catalog does not show which rows were replaced.",
    "UPDATE": "The catalog does not show which rows were updated.",
    "DELETE": "The catalog does not show which rows were deleted.",
    "LOAD": "The catalog does not show which rows were loaded.",
    "TRUNCATE": "The catalog does not show that rows are gone.",
}
_LONGEST = 20_000


def start(dialect: str) -> Callable[[str, tuple[Token, ...], str], Cursor]:
    """Makes a cursor over the tokens of one statement."""
    return partial(MyCursor, dialect=dialect)


def meaning(dialect: str) -> Callable[[str, str], Meaning]:
    """Reads what is not about data."""
    return partial(read_meaning, dialect=dialect)


def is_control(cursor: Cursor, session: Session) -> bool:
    """Whether it is no statement; what it says about the session is noted."""
    if cursor.sees("BEGIN", "NOT"):
        return False
    if any(cursor.sees(*words) for words in _BEGINS):
        session.begin()
        return True
    if any(cursor.sees(*words) for words in _ENDS):
        _end(cursor, session)
        return True
    if cursor.accept("USE"):
        session.home = cursor.name()
        return True
    if cursor.word() == "SET":
        _setting(cursor, session)
        return True
    if cursor.word() in ("SELECT", "DO"):
        return cursor.word(1) in _LOCK_FUNCTIONS and cursor.word(2) == "("
    return cursor.word() in _SILENT


def _end(cursor: Cursor, session: Session) -> None:
    undone = cursor.step().word == "ROLLBACK"
    cursor.accept("WORK")
    if cursor.word() == "TO":
        return
    session.end(undone=undone)
    if cursor.accept("AND", "CHAIN") or not session.autocommit:
        session.begin()


def _setting(cursor: Cursor, session: Session) -> None:
    """SET autocommit = 0 makes everything one transaction after the other."""
    for item in cursor.items():
        item.accept("SET")
        item.accept_any("SESSION", "LOCAL", "@@SESSION")
        name = item.token.text.lower() if item.token else ""
        if name not in ("autocommit", "@@autocommit", "@@session.autocommit"):
            continue
        item.step()
        item.accept_any("=", ":=")
        session.autocommit = item.rest().strip().lower() not in ("0", "off", "false")
        if session.autocommit:
            session.end(undone=False)
        else:
            session.begin()


def commits(cursor: Cursor) -> bool:
    """Whether the server commits before and after it: DDL is never part of a transaction."""
    return cursor.word() in _COMMITS and not any(token.word == "TEMPORARY" for token in cursor.found[1:4])


def data_verb(cursor: Cursor) -> str:
    """The verb of a data statement, also behind WITH; '' when it is none."""
    word = cursor.word()
    if word in _WHY:
        return word
    if word != "WITH":
        return ""
    inside = {token.word for token in cursor.found}
    return next((verb for verb in ("UPDATE", "DELETE", "INSERT") if verb in inside), "")


def read_data(dialect: str) -> Callable[[str, Cursor, str], Meaning]:
    """Reads a data statement: harmless to objects, and the tables it touches."""

    def reader(text: str, cursor: Cursor, verb: str) -> Meaning:
        is_short = len(text) < _LONGEST
        tables = _first_tables(cursor, verb)
        cursor.at = 0
        more = {"SELECT", "JOIN", "FROM", "USING", ","} & {token.word for token in cursor.found[2:]}
        if is_short and (not tables or (verb not in ("TRUNCATE", "LOAD") and more)):
            tables = tuple(dict.fromkeys((*tables, *parsed_tables(text, cursor.home, "mysql"))))
        return Meaning((Opaque(_WHY[verb], names_in(cursor) if is_short else frozenset(), harmless=True),), tables)

    return reader


def _first_tables(cursor: Cursor, verb: str) -> tuple[Ref, ...]:
    try:
        if not cursor.accept(verb):
            return ()
        if verb == "LOAD":
            while not cursor.accept("INTO", "TABLE"):
                cursor.step()
        while cursor.accept_any("LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "QUICK", "IGNORE", "INTO", "FROM", "TABLE"):
            pass
        return () if cursor.word() == "(" else (cursor.ref(Kind.TABLE),)
    except Unreadable:
        return ()


def kept_apart(operation: Operation, taken: set[Ref]) -> Operation:
    """The operation with made-up names that are free; `taken` learns what it makes and drops."""
    if isinstance(operation, Drop):
        operation = _own_key(operation, taken)
        gone = {ref for ref in taken if ref == operation.ref or _inside(ref, operation.ref)}
        taken -= gone
    elif isinstance(operation, Rename):
        operation = _own_view(operation, taken)
        gone = {ref for ref in taken if ref == operation.ref or _inside(ref, operation.ref)}
        taken -= gone
        taken |= {operation.to, *(moved(ref, operation.ref, operation.to) for ref in gone if ref != operation.ref)}
    elif isinstance(operation, Change) and operation.ref.kind is Kind.COLUMN:
        taken.discard(replace(operation.ref, kind=Kind.CONSTRAINT))  # a check that MariaDB names like its column
    elif isinstance(operation, Create):
        operation = _renamed(operation, taken)
        taken |= {thing.ref for thing in operation.things}
    return operation


def _own_key(drop: Drop, taken: set[Ref]) -> Drop:
    """DROP CONSTRAINT of what this script made as UNIQUE is about an index."""
    index = replace(drop.ref, kind=Kind.INDEX)
    is_unique = drop.ref.kind is Kind.CONSTRAINT and drop.ref not in taken and index in taken
    return Drop(index) if is_unique else drop


def _own_view(rename: Rename, taken: set[Ref]) -> Rename:
    """RENAME TABLE of what this script made as a view is about a view."""
    view = replace(rename.ref, kind=Kind.VIEW)
    is_view = rename.ref.kind is Kind.TABLE and rename.ref not in taken and view in taken
    return replace(rename, ref=view, to=replace(rename.to, kind=Kind.VIEW)) if is_view else rename


def _inside(ref: Ref, owner: Ref) -> bool:
    return owner.kind is Kind.TABLE and (ref.schema, ref.table) == (owner.schema, owner.name)


def _renamed(create: Create, taken: set[Ref]) -> Create:
    things = []
    used = set(taken)
    for thing in create.things:
        ref = thing.ref
        if not thing.named and isinstance(thing, Index | Constraint):
            while ref in used:
                ref = replace(ref, name=_next(ref.name), written="")
            used.add(ref)
        things.append(thing if ref == thing.ref else replace(thing, ref=ref))
    return replace(create, things=tuple(things))


_COUNTED = re.compile(r"(.*(?:_chk_|_ibfk_|constraint_|_))(\d+)\Z", re.DOTALL)


def _next(name: str) -> str:
    """`orders_ibfk_2` behind `orders_ibfk_1`, `email_2` behind `email`."""
    counted = _COUNTED.match(name)
    return f"{counted.group(1)}{int(counted.group(2)) + 1}" if counted else f"{name}_2"
