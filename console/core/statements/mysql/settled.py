"""Statements of MySQL and MariaDB once the catalog and the recorded migrations are known: what their words left open.

DROP CONSTRAINT may be about a UNIQUE, which is an index here; RENAME TABLE may be about a view; and a column or a table
that is told to be what it was already (a rebuild, a new place) does not show whether it was told so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from console.core.members import says
from console.core.operations import Change, Drop, Opaque, Operation, Rename
from console.core.schema import Index, Kind, Ref, Schema, Value
from console.core.state import Attrs, Picture
from console.core.statements.statement import Statement

_SO_BEFORE = "It leaves what earlier migrations left already: the catalog does not show whether it ran."
_NOTHING = (None, "", False)
"""Values of an attribute that nobody has to say."""


def settled(statement: Statement, schema: Schema, past: Picture, before: Iterable[Statement] = ()) -> Statement:
    """`past` is what the recorded migrations left, `before` what the same file does first."""
    if schema.dialect not in ("mysql", "mariadb"):
        return statement
    touched = {ref for earlier in before for o in earlier.operations for ref in _touched(o)}
    tolerant = "IF EXISTS" in statement.sql.upper()
    operations = tuple(_settled(o, schema, past, touched, tolerant=tolerant) for o in statement.operations)
    return statement if operations == statement.operations else replace(statement, operations=operations)


def _touched(operation: Operation) -> tuple[Ref, ...]:
    if isinstance(operation, Rename):
        return operation.ref, operation.to
    return (operation.subject,) if operation.subject is not None else ()


def _settled(operation: Operation, schema: Schema, past: Picture, touched: set[Ref], *, tolerant: bool) -> Operation:
    match operation:
        case Drop(ref=Ref(kind=Kind.CONSTRAINT)):
            return _own_key(operation, schema, past, tolerant=tolerant)
        case Rename(ref=Ref(kind=Kind.TABLE)):
            return _own_view(operation, schema, past)
        case Change():
            return _repeated(operation, past, touched)
    return operation


def _own_key(drop: Drop, schema: Schema, past: Picture, *, tolerant: bool) -> Drop:
    index = replace(drop.ref, kind=Kind.INDEX)
    if schema.get(drop.ref) is not None or past.get(drop.ref) is not None:
        return replace(drop, if_present=tolerant)
    there = schema.get(index)
    unique = there.unique if isinstance(there, Index) else (past.get(index) or {}).get("unique")
    return Drop(index, if_present=tolerant) if unique else drop


def _own_view(rename: Rename, schema: Schema, past: Picture) -> Rename:
    view = replace(rename, ref=replace(rename.ref, kind=Kind.VIEW), to=replace(rename.to, kind=Kind.VIEW))
    if any(schema.get(ref) is not None for ref in (rename.ref, rename.to)):
        return rename
    known = any(schema.get(ref) is not None for ref in (view.ref, view.to)) or past.get(view.ref) is not None
    return view if known else rename


def _repeated(change: Change, past: Picture, touched: set[Ref]) -> Operation:
    """A change of what is so already, unless the file itself changes it before."""
    table = Ref(Kind.TABLE, change.ref.schema, "", change.ref.table)
    old = past.get(change.ref)
    if old is None or change.ref in touched or table in touched:
        return change
    names = frozenset({change.ref.name.lower()})
    return Opaque(_SO_BEFORE, names, harmless=True) if all(_was(n, v, old) for n, v in change.attrs) else change


def _was(name: str, value: Value, old: Attrs) -> bool:
    """Whether an attribute was so; nobody says the engine that every table has, nor what a column does not have."""
    told = says(name, value, old)
    return told is True or (told is None and (value in _NOTHING or (name, value) == ("engine", "innodb")))
