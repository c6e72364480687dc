"""Constraints, in a column, in a table or added later, as the things PostgreSQL makes of them.

A PRIMARY KEY, UNIQUE or EXCLUDE is two things: the constraint and the index behind it, named alike.
"""

from __future__ import annotations

from collections.abc import Callable

from console.core.schema import Constraint, Index, Kind, Ref, Thing
from console.core.statements.cursor import Cursor
from console.core.statements.foreign_keys import Owner, column_references, deferral, foreign_key
from console.core.statements.index_parts import index_item, key_name
from console.core.statements.mentioned import columns_in
from console.core.types.postgres_names import check_name, free_name, index_name


def read_constraint(cursor: Cursor, owner: Owner, column: str | None = None) -> tuple[Thing, ...] | None:
    """The constraint that begins here; None when none does. `column` is the column it stands in."""
    start = cursor.at
    name = cursor.name() if cursor.accept("CONSTRAINT") else None
    for words, reader in _READERS.items():
        if cursor.accept(*words):
            return reader(cursor, owner, name, column)
    cursor.at = start
    return None


def _primary_key(cursor: Cursor, owner: Owner, name: str | None, column: str | None) -> tuple[Thing, ...]:
    things = _key(cursor, owner, name, column, "primary key")
    owner.not_null.update(c for t in things if isinstance(t, Constraint) for c in t.columns)
    return things


def _unique(cursor: Cursor, owner: Owner, name: str | None, column: str | None) -> tuple[Thing, ...]:
    return _key(cursor, owner, name, column, "unique")


def _key(cursor: Cursor, owner: Owner, name: str | None, column: str | None, sort: str) -> tuple[Thing, ...]:
    nulls_distinct = _nulls_distinct(cursor)
    if cursor.accept("USING", "INDEX"):
        return _key_using_index(cursor, owner, name, sort)
    columns, overlaps = ((column,), False) if column else _key_columns(cursor)
    include = cursor.names() if cursor.accept("INCLUDE") else ()
    options = cursor.options() if cursor.accept("WITH") else ()
    if cursor.accept("USING", "INDEX", "TABLESPACE"):
        cursor.name()
    deferrable, deferred = deferral(cursor)
    label = "pkey" if sort == "primary key" else "key"
    given = name or index_name(owner.table.name, (*columns, *include), label, owner.taken)
    constraint = Constraint(
        ref=owner.ref(given),
        type=sort,
        columns=columns,
        nulls_distinct=nulls_distinct,
        deferrable=deferrable,
        deferred=deferred,
        named=name is not None,
    )
    index = Index(
        ref=Ref(Kind.INDEX, owner.table.schema, "", given),
        table=owner.table.name,
        columns=columns,
        include=include,
        method="gist" if overlaps else "btree",
        unique=True,
        nulls_distinct=nulls_distinct,
        constraint=True,
        options=options,
        named=name is not None,
    )
    return constraint, index


def _nulls_distinct(cursor: Cursor) -> bool:
    if cursor.accept("NULLS", "NOT", "DISTINCT"):
        return False
    cursor.accept("NULLS", "DISTINCT")
    return True


def _key_columns(cursor: Cursor) -> tuple[tuple[str, ...], bool]:
    columns: list[str] = []
    overlaps = False
    for item in cursor.group().items():
        columns.append(item.name())
        overlaps = item.accept("WITHOUT", "OVERLAPS") or overlaps
        item.end()
    return tuple(columns), overlaps


def _key_using_index(cursor: Cursor, owner: Owner, name: str | None, sort: str) -> tuple[Thing, ...]:
    index = cursor.name()
    deferrable, deferred = deferral(cursor)
    owner.using_index = Ref(Kind.INDEX, owner.table.schema, "", index)
    constraint = Constraint(
        ref=owner.ref(name or index),
        type=sort,
        deferrable=deferrable,
        deferred=deferred,
        unread=frozenset({"columns", "nulls_distinct"}),
    )
    return (constraint,)


def _check(cursor: Cursor, owner: Owner, name: str | None, column: str | None) -> tuple[Thing, ...]:
    expression = cursor.grouped_text()
    columns = columns_in(expression)
    given = name or check_name(owner.table.name, columns, owner.taken)
    validated = _tail_of_check(cursor)
    return (
        Constraint(
            ref=owner.ref(given),
            type="check",
            columns=columns,
            expression=expression,
            validated=validated,
            named=name is not None,
        ),
    )


def _tail_of_check(cursor: Cursor) -> bool:
    validated = True
    while not cursor.done:
        if cursor.accept("NOT", "VALID") or cursor.accept("NOT", "ENFORCED"):
            validated = False
        elif not (cursor.accept("NO", "INHERIT") or cursor.accept("ENFORCED")):
            break
    return validated


def _exclude(cursor: Cursor, owner: Owner, name: str | None, column: str | None) -> tuple[Thing, ...]:
    method = cursor.name() if cursor.accept("USING") else "btree"
    body = cursor.at
    parts = list(cursor.group().items())
    names = [key_name(part) for part in parts]
    items = [index_item(part, method, stops=("WITH",)) for part in parts]
    include = cursor.names() if cursor.accept("INCLUDE") else ()
    options = cursor.options() if cursor.accept("WITH") else ()
    where = cursor.grouped_text() if cursor.accept("WHERE") else None
    text = f"EXCLUDE USING {method} {cursor.slice(body)}"
    deferrable, deferred = deferral(cursor)
    given = name or index_name(owner.table.name, [*names, *include], "excl", owner.taken)
    constraint = Constraint(
        ref=owner.ref(given),
        type="exclude",
        columns=tuple(c for i in items for c in columns_in(i)),
        expression=text,
        deferrable=deferrable,
        deferred=deferred,
        named=name is not None,
    )
    index = Index(
        ref=Ref(Kind.INDEX, owner.table.schema, "", given),
        table=owner.table.name,
        columns=tuple(items),
        include=include,
        method=method,
        where=where,
        constraint=True,
        options=options,
        named=name is not None,
    )
    return constraint, index


def _not_null(cursor: Cursor, owner: Owner, name: str | None, column: str | None) -> tuple[Thing, ...]:
    """Of a table; in a column it is an attribute of the column, not a constraint of its own."""
    target = column or cursor.name()
    owner.not_null.add(target)
    validated = _tail_of_check(cursor)
    if column:
        return ()
    given = name or free_name(owner.table.name, target, "not_null", owner.taken)
    return (
        Constraint(
            ref=owner.ref(given), type="not null", columns=(target,), validated=validated, named=name is not None
        ),
    )


_Reader = Callable[[Cursor, Owner, "str | None", "str | None"], tuple[Thing, ...]]
_READERS: dict[tuple[str, ...], _Reader] = {
    ("PRIMARY", "KEY"): _primary_key,
    ("UNIQUE",): _unique,
    ("CHECK",): _check,
    ("FOREIGN", "KEY"): foreign_key,
    ("REFERENCES",): column_references,
    ("EXCLUDE",): _exclude,
    ("NOT", "NULL"): _not_null,
}
