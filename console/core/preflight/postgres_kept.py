"""What PostgreSQL refuses for what the table is: a partition, a key that others point at, a column that a key needs.

Only what was read counts: after a statement that nobody could judge nothing is said here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from console.core.operations import Change, Create, Drop, Operation
from console.core.preflight.finding import About, Finding, Severity
from console.core.preflight.ground import Case
from console.core.preflight.locks import about
from console.core.schema import MEMBERS, Column, Constraint, Index, Kind, Ref, Schema, Table, Thing, table_ref

_PLAIN = re.compile(r"\w+ \(([a-z_][a-z0-9_]*(?:, [a-z_][a-z0-9_]*)*)\)", re.IGNORECASE)
_KEYS = ("primary key", "unique")
_SAFER = "Leave it out, or change first what refuses it."


def kept(case: Case) -> Iterator[Finding]:
    """One finding for each operation that will be refused."""
    if case.server.dialect != "postgresql" or case.unsure or case.unit.past:
        return
    for operation in case.statement.operations:
        why = _why(operation, case)
        if why:
            found = replace(about(case), rule="pg-refused", severity=Severity.BLOCK, about=About.LOCK)
            yield replace(found, why=f"It is refused {why}.", safer=_SAFER)


def _why(operation: Operation, case: Case) -> str:
    schema = case.schema
    if isinstance(operation, Create):
        return _made(operation.things[0], schema)
    if isinstance(operation, Change) and operation.ref.kind is Kind.COLUMN:
        return _changed(operation, case)
    if isinstance(operation, Drop) and not operation.cascade:
        return _dropped(operation.ref, case)
    return ""


def _table(ref: Ref, schema: Schema, name: str = "") -> Table | None:
    found = schema.get(table_ref(ref.schema, name or ref.table))
    return found if isinstance(found, Table) and MEMBERS not in found.unread else None


def _made(thing: Thing, schema: Schema) -> str:
    table = _table(thing.ref, schema, thing.table if isinstance(thing, Index) else "")
    if table is None:
        return ""
    if isinstance(thing, Column) and table.partition_of:
        return f"(42809): {table.ref.label(schema.home)} is a partition, and gets its columns from its parent"
    unique = isinstance(thing, Index) and thing.unique and not thing.constraint
    if unique or (isinstance(thing, Constraint) and thing.type in _KEYS and thing.columns):
        names = {item.split(" ")[0].strip('"').lower() for item in getattr(thing, "columns", ())}
        lacks = [name for name in _partitioned_by(table) if name.lower() not in names]
        if lacks:
            return f"(0A000): what is unique on a partitioned table names all columns it is parted by, also {lacks[0]}"
    return ""


def _partitioned_by(table: Table) -> list[str]:
    """The columns; none where an expression is among them."""
    plain = _PLAIN.fullmatch(table.partition_key or "")
    return plain[1].split(", ") if plain else []


def _changed(change: Change, case: Case) -> str:
    attrs, column = dict(change.attrs), case.schema.get(change.ref)
    label = f"{change.ref.table}.{change.ref.name}"
    if not isinstance(column, Column):
        return ""
    if attrs.get("nullable") is True and change.ref.name in _primary(change.ref, case):
        return f"({'42601' if column.identity else '42P16'}): {label} is in the primary key"
    others = [op for op in case.statement.operations if isinstance(op, Change | Drop) and op.ref == change.ref]
    made = column.identity or column.generated
    if attrs.keys() == {"default"} and attrs["default"] is not None and made and len(others) == 1:
        return f"(42601): {label} is {'an identity' if column.identity else 'a generated column'}"
    return ""


def _primary(ref: Ref, case: Case) -> tuple[str, ...]:
    """The columns of the primary key, where this statement leaves it."""
    inside = case.schema.by_table.get((ref.schema, ref.table), ())
    gone = {op.ref for op in case.statement.operations if isinstance(op, Drop)}
    keys = (t for t in inside if isinstance(t, Constraint) and t.type == "primary key" and t.ref not in gone)
    return next((key.columns for key in keys), ())


def _dropped(ref: Ref, case: Case) -> str:
    schema = case.schema
    thing = schema.get(ref)
    if isinstance(thing, Index) and thing.constraint:
        return f"(2BP01): {ref.name} is the index of a constraint; ALTER TABLE ... DROP CONSTRAINT takes both"
    if isinstance(thing, Constraint) and thing.type in _KEYS:
        return _pointed_at(thing, case)
    table = _table(ref, schema) if ref.kind is Kind.COLUMN and isinstance(thing, Column) else None
    if table is None:
        return ""
    if ref.name in _partitioned_by(table):
        return f"(42P16): {table.ref.label(schema.home)} is parted by {ref.name}"
    if table.partition_of:
        return f"(42P16): {table.ref.label(schema.home)} is a partition, and has its columns from its parent"
    return ""


def _pointed_at(key: Constraint, case: Case) -> str:
    """A foreign key that needs it, where nothing else could be what it needs."""
    schema, mine = case.schema, f"{key.ref.schema}.{key.ref.table}"
    inside = schema.by_table.get((key.ref.schema, key.ref.table), ())
    columns = set(key.columns)
    others = [t for t in inside if isinstance(t, Index) and t.unique and set(t.columns) == columns]
    gone = {op.ref for op in case.statement.operations if isinstance(op, Drop)}
    for foreign in schema.of_kind(Constraint) if len(others) <= 1 and columns else ():
        points = foreign.type == "foreign key" and foreign.references == mine and foreign.ref not in gone
        if points and (set(foreign.referenced_columns) or _implied(key)) == columns:
            return f"(2BP01): the foreign key {foreign.ref.name} of {foreign.ref.table} needs it"
    return ""


def _implied(key: Constraint) -> set[str]:
    """What a foreign key points at that names no columns."""
    return set(key.columns) if key.type == "primary key" else set()
