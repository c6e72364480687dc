"""ALTER TABLE of SQLite: one change a statement."""

from __future__ import annotations

from console.core.operations import Change, Create, Drop, Opaque, Operation, Rename
from console.core.schema import Kind, Ref
from console.core.statements.cursor import Unreadable
from console.core.statements.sqlite.columns import read_column
from console.core.statements.sqlite.constraints import STARTS, Owner, read_constraint
from console.core.statements.sqlite.cursor import LiteCursor, address, behind_conflict
from console.core.statements.verbs import Meaning

_ONLY_CASE = Opaque("Only the case of a name changes, and the server does not tell the two apart.", harmless=True)


def alter_table(cursor: LiteCursor) -> Meaning:
    """Behind `ALTER TABLE`."""
    table = cursor.ref(Kind.TABLE)
    owner = Owner(table)
    if cursor.accept("ADD"):
        operation = _add(cursor, owner)
    elif cursor.accept("DROP"):
        operation = _drop(cursor, table)
    elif cursor.accept("ALTER"):
        operation = _alter(cursor, table)
    else:
        cursor.expect("RENAME")
        operation = _rename(cursor, table)
    cursor.end()
    return Meaning((operation,), (table, *owner.referenced))


def _part(kind: Kind, table: Ref, name: str) -> Ref:
    return address(kind, table.schema, table.name, name)


def _add(cursor: LiteCursor, owner: Owner) -> Operation:
    if cursor.word() in STARTS:
        return Create((read_constraint(cursor, owner),))
    cursor.accept("COLUMN")
    column, others = read_column(cursor, owner)
    return Create((column, *others))


def _drop(cursor: LiteCursor, table: Ref) -> Operation:
    if cursor.accept("CONSTRAINT"):
        return Drop(_part(Kind.CONSTRAINT, table, cursor.written()))
    cursor.accept("COLUMN")
    return Drop(_part(Kind.COLUMN, table, cursor.written()))


def _alter(cursor: LiteCursor, table: Ref) -> Operation:
    """SQLite 3.53 and later."""
    cursor.accept("COLUMN")
    column = _part(Kind.COLUMN, table, cursor.written())
    if cursor.accept("DROP", "NOT", "NULL"):
        return Change(column, (("nullable", True),))
    cursor.expect("SET", "NOT", "NULL")
    behind_conflict(cursor)
    return Change(column, (("nullable", False),))


def _rename(cursor: LiteCursor, table: Ref) -> Operation:
    if cursor.accept("TO"):
        return _renamed(table, address(Kind.TABLE, table.schema, "", cursor.written()))
    cursor.accept("COLUMN")
    old = _part(Kind.COLUMN, table, cursor.written())
    if not cursor.accept("TO"):
        raise Unreadable
    return _renamed(old, _part(Kind.COLUMN, table, cursor.written()))


def _renamed(old: Ref, new: Ref) -> Operation:
    return _ONLY_CASE if old == new else Rename(old, new)
