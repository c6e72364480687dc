"""The one statement, operation or thing of a text, for tests that read statements."""

from __future__ import annotations

from console.core.operations import Change, Create, Operation
from console.core.schema import (
    Thing,
)
from console.core.statements import Statement, read_script


def one(sql: str, home: str = "public") -> Statement:
    """The only statement of a script."""
    (statement,) = read_script(sql, home=home)
    return statement


def only(sql: str) -> Operation:
    """The only operation of a statement."""
    (operation,) = one(sql).operations
    return operation


def made(sql: str, home: str = "public") -> tuple[Thing, ...]:
    """The things that a statement's first operation creates."""
    create = one(sql, home).operations[0]
    assert isinstance(create, Create)
    return create.things


def changed(sql: str) -> dict[str, object]:
    """What a statement's only operation changes."""
    change = only(sql)
    assert isinstance(change, Change)
    return dict(change.attrs)
