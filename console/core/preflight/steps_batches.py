"""Filling a column in batches: the exact statements for the key that the table has.

A batch ends at a key, the next begins behind it, so no batch reads what another has done. Every statement writes only
rows that need it: begun again from the start, it goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console.core.preflight.steps_values import Names
from console.core.schema import Column, Constraint, Index, Ref, Schema, Table, column_ref

SIZE = 5000
"""Rows of one batch."""


@dataclass(frozen=True, slots=True)
class Filling:
    """`column` gets `value` where `needed` holds; both speak of the row as `{row}`."""

    table: Ref
    column: str
    value: str
    needed: str


def key_of(table: Ref, schema: Schema) -> tuple[str, ...]:
    """The columns that tell its rows apart: the primary key, else a unique one without NULL. Nothing: it has none."""
    inside = schema.by_table.get((table.schema, table.name), ())
    for thing in inside:
        if isinstance(thing, Constraint) and thing.type == "primary key":
            return thing.columns
    found = (thing.columns for thing in inside if isinstance(thing, Index) and _tells_apart(thing, table, schema))
    return min(found, key=len, default=())


def _tells_apart(index: Index, table: Ref, schema: Schema) -> bool:
    columns = [schema.get(column_ref(table.schema, table.name, name)) for name in index.columns]
    never_null = all(isinstance(column, Column) and not column.nullable for column in columns)
    return index.unique and index.valid and index.where is None and index.method == "btree" and never_null


def batches(filling: Filling, schema: Schema, names: Names) -> tuple[tuple[str, ...], str]:
    """The statements, and what is said of them."""
    key = key_of(filling.table, schema)
    if not key:
        return _keyless(filling, schema, names)
    told = _how(_bind(key[0]), _bind(key[0], "next"), names)
    if len(key) > 1:
        told += f" The key has {len(key)} columns: all of them are answered and given."
    told += " Begun again from the start it writes only what is left. Wait between batches while a replica lags."
    return (_on_postgres if names.postgres else _on_mysql)(filling, key, names), told


def _how(last: str, end: str, names: Names) -> str:
    if names.postgres:
        begun = "The first statement is the first batch"
        return f"{begun}; then the second with :{last} as the one before it answered, until it answers nothing."
    begun = f"The first statement answers where the first batch ends (:{end}), the second writes it"
    return f"{begun}. Then the third and the fourth with that end as :{last}, until the third answers nothing."


def _bind(column: str, which: str = "last") -> str:
    """`last_order_id`; a name of strange characters becomes one of plain ones."""
    return f"{which}_" + "".join(char if char.isascii() and char.isalnum() else "_" for char in column).lower()


def _on_postgres(filling: Filling, key: Sequence[str], names: Names) -> tuple[str, ...]:
    table, column = names.table(filling.table.schema, filling.table.name), names.quoted(filling.column)
    columns = ", ".join(names.quoted(name) for name in key)
    last = ", ".join(f":{_bind(name)}" for name in key)
    joined = " AND ".join(f"r.{names.quoted(name)} = b.{names.quoted(name)}" for name in key)
    backwards = ", ".join(f"{names.quoted(name)} DESC" for name in key)
    value, needed = filling.value.format(row="r."), filling.needed.format(row="r.")
    text = (
        f"WITH batch AS (SELECT {columns} FROM {table}{{behind}} ORDER BY {columns} LIMIT {SIZE}),\n"
        f"     written AS (UPDATE {table} AS r SET {column} = {value} FROM batch AS b WHERE {joined} AND {needed})\n"
        f"SELECT {columns} FROM batch ORDER BY {backwards} LIMIT 1"
    )
    return text.replace("{behind}", ""), text.replace("{behind}", f" WHERE ({columns}) > ({last})")


def _on_mysql(filling: Filling, key: Sequence[str], names: Names) -> tuple[str, ...]:
    """Where the first batch ends and its rows, then where each further one ends and its rows."""
    table, column = names.table(filling.table.schema, filling.table.name), names.quoted(filling.column)
    columns = ", ".join(names.quoted(name) for name in key)
    backwards = ", ".join(f"{names.quoted(name)} DESC" for name in key)
    behind, upto = _beyond(key, "last", names), f"NOT {_beyond(key, 'next', names)}"
    value, needed = filling.value.format(row=""), filling.needed.format(row="")
    end = f"(SELECT {columns} FROM {table}{{}} ORDER BY {columns} LIMIT {SIZE}) AS batch ORDER BY {backwards} LIMIT 1"
    write = f"UPDATE {table} SET {column} = {value} WHERE {{}}{upto} AND {needed}"
    return (
        f"SELECT {columns} FROM {_put(end, '')}",
        _put(write, ""),
        f"SELECT {columns} FROM {_put(end, f' WHERE {behind}')}",
        _put(write, f"{behind} AND "),
    )


def _put(text: str, condition: str) -> str:
    """In the place of `{}`; names may hold braces of their own."""
    before, _, after = text.partition("{}")
    return before + condition + after


def _beyond(key: Sequence[str], which: str, names: Names) -> str:
    """Behind a key of several columns, written so that the index is used: `(a > 1 OR (a = 1 AND b > 2))`."""
    first = f"{names.quoted(key[0])} > :{_bind(key[0], which)}"
    if len(key) == 1:
        return f"({first})"
    same = f"{names.quoted(key[0])} = :{_bind(key[0], which)}"
    return f"({first} OR ({same} AND {_beyond(key[1:], which, names)}))"


def _keyless(filling: Filling, schema: Schema, names: Names) -> tuple[tuple[str, ...], str]:
    table, column = names.table(filling.table.schema, filling.table.name), names.quoted(filling.column)
    value, needed = filling.value.format(row=""), filling.needed.format(row="")
    told = f"{filling.table.name} has no key: every batch looks for its rows from the start of the table. "
    found = schema.get(filling.table)
    if names.postgres and isinstance(found, Table) and found.partition_key:
        return (), told + "It is partitioned: fill each partition by itself, or give it a key first."
    told += "Send it until it writes no row; on a large table give it a key first."
    if names.postgres:
        rows = f"ctid = ANY (ARRAY(SELECT ctid FROM {table} WHERE {needed} LIMIT {SIZE}))"
        return (f"UPDATE {table} SET {column} = {value} WHERE {rows}",), told
    return (f"UPDATE {table} SET {column} = {value} WHERE {needed} LIMIT {SIZE}",), told
