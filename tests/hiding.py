"""A schema with parts that nobody told, the way catalogs leave them out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from console.core.schema import MEMBERS, Kind, Schema, Table, Thing, owner_of

CLOSED = frozenset({"engine", "charset", "collation", "options", "partition_key", "partitions", "comment", MEMBERS})
"""What is not known of a table that is locked."""


def hidden(
    schema: Schema,
    locked: Iterable[str] = (),
    kinds: Iterable[Kind] = (),
    *,
    seen: Callable[[Thing], bool] = lambda _: False,
) -> Schema:
    """Without the members of `locked` tables and without things of some kinds, except those that are `seen`."""
    tables, untold = frozenset(locked), {kind: f"{kind.value}s are not told to this account" for kind in kinds}
    gone = {thing.ref for thing in schema.things if thing.ref.kind in untold and not seen(thing)}
    lost = {(ref.schema, ref.name) for ref in gone if ref.kind is Kind.TABLE}
    kept = []
    for thing in schema.things:
        owner = owner_of(thing)
        is_key = thing.ref.kind is Kind.CONSTRAINT and thing.ref.name == "primary" and Kind.INDEX not in untold
        if (thing.ref in gone and not is_key) or owner in tables or (thing.ref.schema, owner) in lost:
            continue
        is_closed = isinstance(thing, Table) and thing.ref.name in tables
        kept.append(
            replace(thing, locked=True, unread=thing.unread | CLOSED)
            if is_closed and isinstance(thing, Table)
            else thing
        )
    return replace(schema, things=tuple(kept), untold=untold)
