"""What stands around the table that PostgreSQL refuses to change: objects that use it, and its partitions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from console.core.causes_parts import admits, bounds_in
from console.core.causes_values import Answer, Doubt, Question
from console.core.operations import Change, Create, Drop
from console.core.schema import Column, Kind, Ref, Schema, Table, table_ref
from console.core.statements import Statement

NOT_KNOWN = Answer(None)
"""Only the rows could tell, and nobody can put the question into SQL."""


def dependents(statement: Statement, schema: Schema) -> Iterator[Question]:
    """What would be left without what it uses; what several drops take together is not asked about."""
    drops = [op for op in statement.operations if isinstance(op, Drop) and not op.cascade]
    for drop in drops if len(drops) == 1 else ():
        if drop.ref.kind in (Kind.COLUMN, Kind.TABLE, Kind.VIEW) and schema.get(drop.ref) is not None:
            yield _used(statement.n, drop.ref, "")
    for operation in statement.operations:
        retypes = isinstance(operation, Change) and "type" in dict(operation.attrs)
        if retypes and operation.subject is not None and isinstance(schema.get(operation.subject), Column):
            yield _used(statement.n, operation.subject, "type")


def _used(n: int, ref: Ref, what: str) -> Question:
    columns = (ref.name,) if ref.kind is Kind.COLUMN else ()
    return Question(n, Doubt.DEPENDENTS, (ref.schema, ref.table or ref.name), columns, type=what)


def partitions(statement: Statement, schema: Schema) -> Iterator[Question]:
    """Rows that a partition would not admit, and rows of the default one that would belong into a new one."""
    for operation in statement.operations:
        if isinstance(operation, Change) and operation.ref.kind is Kind.TABLE:
            parent = dict(operation.attrs).get("partition_of")
            if isinstance(parent, str):
                yield from _bounded(statement, operation.ref, parent, schema, attached=True)
        elif isinstance(operation, Create) and isinstance(operation.things[0], Table):
            parent = operation.things[0].partition_of
            if parent is not None:
                yield from _bounded(statement, operation.subject, parent, schema, attached=False)


def _bounded(statement: Statement, child: Ref, parent: str, schema: Schema, *, attached: bool) -> Iterator[Question]:
    place, _, name = parent.partition(".")
    found = schema.get(table_ref(place, name))
    bounds = bounds_in(statement.sql)
    if not isinstance(found, Table) or not bounds:
        return
    siblings = [table for table in schema.of_kind(Table) if table.partition_of == parent and table.ref != child]
    if bounds == "DEFAULT":
        parts = [admits(found.partition_key, sibling.partition_bound or "") for sibling in siblings]
        known = [part for part in parts if part is not None]
        inside = " OR ".join(f"({part})" for part in known) if known and len(known) == len(parts) else None
        asked = _outside(statement.n, child, "belong into another partition", inside)
        yield from [asked] if attached and siblings else []
        return
    inside = admits(found.partition_key, bounds)
    if attached:
        condition = f"({inside}) IS NOT TRUE" if inside else None
        yield _outside(statement.n, child, f"are not {bounds}", condition)
    for sibling in siblings:
        if sibling.partition_bound == "DEFAULT":
            yield _outside(statement.n, sibling.ref, f"belong into {child.name} {bounds}", inside)


def _outside(n: int, table: Ref, words: str, condition: str | None) -> Question:
    question = Question(n, Doubt.OUTSIDE, (table.schema, table.name), target=words, condition=condition)
    return question if condition else replace(question, told=NOT_KNOWN)
