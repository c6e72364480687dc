"""Rich schemas for what compares them: as SQL for servers, and as values as a catalog would tell them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from console.core.schema import NOTHING, Column, Ref, Schema, Thing, Value, owner_of
from tests.builders import schema_after


def read_of(sql: str, dialect: str = "postgres", home: str = "public") -> Schema:
    """The schema after `sql` as if it had been read of a server: nothing is left open, columns have their places."""
    made = schema_after(sql, dialect=dialect, home=home)
    counted: Counter[str] = Counter()
    return replace(made, things=tuple(_read(thing, counted) for thing in made.things))


def _read(thing: Thing, counted: Counter[str]) -> Thing:
    counted[owner_of(thing)] += isinstance(thing, Column)
    if isinstance(thing, Column):
        return replace(thing, unread=NOTHING, position=counted[owner_of(thing)])
    return replace(thing, unread=NOTHING)


def with_value(schema: Schema, ref: Ref, name: str, value: Value) -> Schema:
    """The schema with another value of one attribute of one thing."""
    changed: dict[str, Any] = {name: value}
    return with_things(schema, {ref: replace(schema.by_ref[ref], **changed)})


def with_things(schema: Schema, changes: Mapping[Ref, Thing | None]) -> Schema:
    """The schema with other things in the place of some; None: without it. What is new comes last."""
    kept = [changes.get(thing.ref, thing) for thing in schema.things]
    new = [thing for ref, thing in changes.items() if ref not in schema.by_ref]
    return replace(schema, things=tuple(thing for thing in (*kept, *new) if thing is not None))
