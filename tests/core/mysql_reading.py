"""Short ways to what one statement of MySQL or MariaDB means."""

from __future__ import annotations

from console.core.operations import Change, Create, Operation
from console.core.schema import (
    Column,
    Kind,
    Ref,
    Thing,
)
from console.core.statements import Statement, read_script


def one(sql: str, dialect: str = "mysql") -> Statement:
    """The only statement of a script."""
    (statement,) = read_script(sql, dialect, "app")
    return statement


def all_of(sql: str, dialect: str = "mysql") -> tuple[Operation, ...]:
    """Its operations."""
    return one(sql, dialect).operations


def only(sql: str, dialect: str = "mysql") -> Operation:
    """The only operation of a statement."""
    (operation,) = all_of(sql, dialect)
    return operation


def made(sql: str, dialect: str = "mysql") -> tuple[Thing, ...]:
    """The things that a statement's first operation creates."""
    create = all_of(sql, dialect)[0]
    assert isinstance(create, Create)
    return create.things


def column(definition: str, dialect: str = "mysql") -> Column:
    """The column of this definition."""
    (found, *_) = made(f"ALTER TABLE t ADD COLUMN {definition}", dialect)
    assert isinstance(found, Column)
    return found


def changed(sql: str, dialect: str = "mysql") -> dict[str, object]:
    """What a statement's only operation changes."""
    change = only(sql, dialect)
    assert isinstance(change, Change)
    return dict(change.attrs)


def part(kind: Kind, name: str, table: str = "t") -> Ref:
    """A part of a table."""
    return Ref(kind, "app", table, name)
