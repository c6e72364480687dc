"""The other way to bring a table back: the whole one from the backup in its place. Printed with all that hangs on it.

It is never carried out: everything written since the backup would be gone, and what refers to the old table goes on
referring to it, under its new name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from console.core.ledger_sql import name
from console.core.observation import Server
from console.core.plain import visible
from console.core.row_values import Shape
from console.core.schema import Constraint, Schema, Sequence, Trigger, View


def swap(shape: Shape, schema: Schema, server: Server) -> tuple[str, ...]:
    """The statements as a script for a person, behind what they would leave in disorder."""
    return tuple(f"-- {visible(line)}" for line in _about(shape, schema, server)) + tuple(_sql(shape, server))


def _about(shape: Shape, schema: Schema, server: Server) -> Iterator[str]:
    table = shape.table
    yield f"A swap is not done from here. Whatever was written to {table} since the backup would be gone."
    yield f"It needs the table of the backup beside this one, as {table}_restored, with all its keys and indexes."
    found = list(hanging(shape, schema))
    where = f"stay with {table}_old" if server.grammar == "postgres" else f"of keys stay with {table}_old, of views not"
    yield f"What hangs on it ({where}):" if found else "Nothing that was read hangs on it; code may still name it."
    yield from (f"  {each}" for each in found)


def hanging(shape: Shape, schema: Schema) -> Iterator[str]:
    """Foreign keys, views, sequences and triggers, each in a few words."""
    address = f"{shape.schema}.{shape.table}"
    for key in schema.of_kind(Constraint):
        if key.type == "foreign key" and key.references == address:
            yield f"foreign key {key.ref.label(schema.home)} refers to it"
        elif key.type == "foreign key" and (key.ref.schema, key.ref.table) == (shape.schema, shape.table):
            yield f"foreign key {key.ref.label(schema.home)} of its own refers to {key.references}"
    word = re.compile(rf"(?<![\w$]){re.escape(shape.table)}(?![\w$])", re.IGNORECASE)
    for view in schema.of_kind(View):
        if view.definition is None or word.search(view.definition):
            known = "names it" if view.definition is not None else "may name it: its text was not read"
            yield f"view {view.ref.label(schema.home)} {known}"
    for sequence in schema.of_kind(Sequence):
        if (sequence.owned_by or "").startswith(f"{address}."):
            yield f"sequence {sequence.ref.label(schema.home)} belongs to {sequence.owned_by}"
    for thing in schema.by_table.get((shape.schema, shape.table), ()):
        if isinstance(thing, Trigger) and not thing.internal:
            yield f"trigger {thing.ref.name}"


def _sql(shape: Shape, server: Server) -> Iterator[str]:
    old, new = (name(f"{shape.table}_{word}", server) for word in ("old", "restored"))
    table, schema = name(shape.table, server), name(shape.schema, server)
    if server.grammar != "postgres":
        yield f"RENAME TABLE {schema}.{table} TO {schema}.{old}, {schema}.{new} TO {schema}.{table};"
        return
    yield "BEGIN;"
    yield f"LOCK TABLE {schema}.{table} IN ACCESS EXCLUSIVE MODE;"
    yield f"ALTER TABLE {schema}.{table} RENAME TO {old};"
    yield f"ALTER TABLE {schema}.{new} RENAME TO {table};"
    yield "COMMIT;"
