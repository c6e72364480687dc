"""Servers whose table names have no case: MySQL with `lower_case_table_names` 1 or 2 (Windows, macOS, some hosts).

Names of columns and the like never have a case there and are folded where addresses are made (`uncased`). Names of
tables, views, triggers and databases depend on this one setting of the server, which a file cannot know: so whoever
knows it folds both sides, the statements and the schema, before they are judged.
"""

from __future__ import annotations

from dataclasses import replace

from console.core.operations import Change, Create, Drop, Opaque, Operation, Rename
from console.core.schema import Constraint, Index, Kind, Ref, Schema, Thing, Trigger, Value
from console.core.statements.statement import Statement

_CASED = frozenset({Kind.TABLE, Kind.VIEW, Kind.TRIGGER, Kind.SCHEMA, Kind.SEQUENCE})
_MENTIONS = frozenset({"table", "references"})
"""Attributes that name a table."""
_SAME = "Only the case of a name changes, and the server does not tell the two apart."


def statements_without_case(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """The statements as a server reads them that folds the names of tables."""
    return tuple(
        replace(
            statement,
            operations=tuple(_operation(operation) for operation in statement.operations),
            tables=tuple((schema.lower(), name.lower()) for schema, name in statement.tables),
        )
        for statement in statements
    )


def schema_without_case(schema: Schema) -> Schema:
    """What was read, under folded names (with 2 the catalog keeps them as they were written)."""
    things = tuple(_thing(thing) for thing in schema.things)
    return replace(schema, things=things, home=schema.home.lower(), folded=True)


def _ref(ref: Ref) -> Ref:
    name = ref.name.lower() if ref.kind in _CASED else ref.name
    written = ref.written or (ref.name if name != ref.name else "")
    return Ref(ref.kind, ref.schema.lower(), ref.table.lower(), name, written)


def _thing(thing: Thing) -> Thing:
    moved = replace(thing, ref=_ref(thing.ref))
    if isinstance(moved, Index | Trigger):
        return replace(moved, table=moved.table.lower())
    if isinstance(moved, Constraint) and moved.references:
        return replace(moved, references=moved.references.lower())
    return moved


def _mention(name: str, value: Value) -> Value:
    return value.lower() if name in _MENTIONS and isinstance(value, str) else value


def _operation(operation: Operation) -> Operation:
    match operation:
        case Create():
            return replace(operation, things=tuple(_thing(thing) for thing in operation.things))
        case Rename():
            old, new = _ref(operation.ref), _ref(operation.to)
            if old == new:
                return Opaque(
                    "Only the case of a name changes, and the server does not tell the two apart.", harmless=True
                )
            return replace(operation, ref=old, to=new)
        case Change():
            attrs = tuple((name, _mention(name, value)) for name, value in operation.attrs)
            return replace(operation, ref=_ref(operation.ref), attrs=attrs)
        case Drop():
            return replace(operation, ref=_ref(operation.ref))
        case Opaque():
            return operation
