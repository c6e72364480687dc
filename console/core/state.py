"""What is known about the objects of a database at one moment: the ground operations work on.

A `Picture` maps an address to the attributes that are known there, or to None for "known to be absent". It is either
*complete* (made of a whole Schema: an address without an entry is absent) or *open* (made by replaying statements on
an unknown base: an address without an entry is unknown). The same operations apply to both, so replay, drift and the
landed verdict share one meaning of every statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from console.core.schema import Kind, Ref, Schema, Value, attributes

Attrs = Mapping[str, Value]

TABLE_KINDS = frozenset({Kind.COLUMN, Kind.CONSTRAINT, Kind.TRIGGER, Kind.POLICY, Kind.RULE})
"""Kinds whose Ref names their table, so they move and vanish with it."""


@dataclass(frozen=True)
class Picture:
    """Known objects by address."""

    things: Mapping[Ref, Attrs | None] = field(default_factory=dict)
    complete: bool = False
    """True: what has no entry is absent. False: what has no entry is unknown."""
    unnamed: frozenset[Ref] = frozenset()
    """Addresses whose name the SQL did not give: look for the definition, not the name."""

    def knows(self, ref: Ref) -> bool:
        """Whether presence or absence of `ref` is known."""
        return self.complete or ref in self.things

    def get(self, ref: Ref) -> Attrs | None:
        """Known attributes, or None when absent or unknown (see `knows`)."""
        return self.things.get(ref)

    def with_things(self, changes: Mapping[Ref, Attrs | None], unnamed: frozenset[Ref] = frozenset()) -> Picture:
        """A copy with `changes` on top; in a complete picture None removes the entry."""
        merged = {**self.things, **changes}
        if self.complete:
            merged = {ref: attrs for ref, attrs in merged.items() if attrs is not None}
        return replace(self, things=merged, unnamed=self.unnamed | unnamed)

    def inside(self, ref: Ref) -> Iterator[Ref]:
        """Everything known to belong to a table or view, or to live in a schema; not `ref` itself."""
        for other, attrs in self.things.items():
            if other != ref and _belongs(other, attrs, ref):
                yield other


def picture_of(schema: Schema) -> Picture:
    """The complete picture of a schema that was read."""
    return Picture({thing.ref: attributes(thing) for thing in schema.things}, complete=True)


def _belongs(other: Ref, attrs: Attrs | None, owner: Ref) -> bool:
    if owner.kind is Kind.SCHEMA:
        return other.schema == owner.name and other.kind is not Kind.SCHEMA
    if owner.kind not in (Kind.TABLE, Kind.VIEW) or other.schema != owner.schema:
        return False
    if other.kind in TABLE_KINDS:
        return other.table == owner.name
    return other.kind is Kind.INDEX and owner.name in (other.table, (attrs or {}).get("table"))
