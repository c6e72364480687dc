"""CREATE INDEX and ALTER INDEX."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from console.core.operations import Change, Create, Operation
from console.core.schema import Index, Kind, Ref
from console.core.statements.alter_table import (
    Action,
    Target,
    not_shown,
    read_actions,
    read_target,
    rename_to,
    reset_options,
    set_options,
    set_schema,
)
from console.core.statements.cursor import Cursor
from console.core.statements.index_parts import index_item, key_name
from console.core.statements.verbs import Meaning, if_exists
from console.core.types.postgres_names import index_name

INVALID = "an INVALID index"


def create_index(cursor: Cursor) -> Meaning:
    """Behind `CREATE [UNIQUE] INDEX`."""
    unique = any(token.word == "UNIQUE" for token in cursor.found[: cursor.at])
    concurrently = cursor.accept("CONCURRENTLY")
    if_absent = cursor.accept("IF", "NOT", "EXISTS")
    # Each part of a name may come without a schema only: the index always lives where its table does.
    name = None if cursor.word() == "ON" else cursor.dotted()[-1]
    cursor.expect("ON")
    only = cursor.accept("ONLY")
    table = cursor.ref(Kind.TABLE)
    index = _index(cursor, table, name, unique=unique)
    if only:
        # Of a partitioned table: it becomes valid when every partition has its own.
        index = replace(index, unread=index.unread | {"valid"})
    create = Create((index,), if_absent=if_absent, leaves=INVALID if concurrently else "")
    return Meaning((create,), (table,), concurrently=concurrently)


def _index(cursor: Cursor, table: Ref, name: str | None, *, unique: bool) -> Index:
    method = cursor.name() if cursor.accept("USING") else "btree"
    items = list(cursor.group().items())
    names = [key_name(item) for item in items]
    columns = tuple(index_item(item, method) for item in items)
    include = cursor.names() if cursor.accept("INCLUDE") else ()
    nulls_distinct = not cursor.accept("NULLS", "NOT", "DISTINCT")
    cursor.accept("NULLS", "DISTINCT")
    options = cursor.options() if cursor.accept("WITH") else ()
    if cursor.accept("TABLESPACE"):
        cursor.name()
    where = cursor.rest() if cursor.accept("WHERE") else None
    cursor.end()
    given = name or index_name(table.name, [*names, *include])
    return Index(
        ref=Ref(Kind.INDEX, table.schema, "", given),
        table=table.name,
        columns=columns,
        include=include,
        method=method,
        unique=unique,
        where=where,
        nulls_distinct=nulls_distinct,
        options=options,
        named=name is not None,
        unread=frozenset({"attached_to"}),
    )


def alter_index(cursor: Cursor) -> Meaning:
    """Behind `ALTER INDEX`."""
    if_present = if_exists(cursor)
    target = read_target(cursor, Kind.INDEX, if_present=if_present)
    return Meaning(read_actions(cursor, target, _ACTIONS))


def _attach(cursor: Cursor, target: Target) -> Iterator[Operation]:
    child = cursor.ref(Kind.INDEX)
    yield Change(child, (("attached_to", f"{target.ref.schema}.{target.ref.name}"),))


_ACTIONS: dict[tuple[str, ...], Action] = {
    ("RENAME", "TO"): rename_to,
    ("SET", "SCHEMA"): set_schema,
    ("SET", "TABLESPACE"): not_shown("Halfway does not read tablespaces."),
    ("SET",): set_options,
    ("RESET",): reset_options,
    ("ATTACH", "PARTITION"): _attach,
    ("ALTER",): not_shown("Halfway does not read statistics targets."),
    ("DEPENDS",): not_shown("Halfway does not read what depends on an extension."),
    ("NO", "DEPENDS"): not_shown("Halfway does not read what depends on an extension."),
}
