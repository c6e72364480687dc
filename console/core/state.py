"""What is known about the objects of a database at one moment: the ground operations work on.

A `Picture` maps an address to the attributes that are known there, or to None for "known to be absent". It is either
*complete* (made of a whole Schema: an address without an entry is absent) or *open* (made by replaying statements on
an unknown base: an address without an entry is unknown). The same operations apply to both, so replay, drift and the
landed verdict share one meaning of every statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from console.core.schema import Kind, Ref, Schema, Value, attributes

Attrs = Mapping[str, Value]

TABLE_KINDS = frozenset({Kind.COLUMN, Kind.CONSTRAINT, Kind.TRIGGER, Kind.POLICY, Kind.RULE})
"""Kinds whose Ref names their table, so they move and vanish with it."""

_NAME_THEIR_TABLE = frozenset({Kind.INDEX, Kind.TRIGGER})
"""Kinds that name their table in an attribute where their address does not."""


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

    def nameless(self, ref: Ref) -> bool:
        """Whether the SQL gave it no name."""
        return ref in self.unnamed

    def near(self, ref: Ref) -> Iterable[Ref]:
        """Everything that may belong to the table of `ref` or mention it; more than that is no harm."""
        return self.things

    def speaking_of(self, ref: Ref) -> Iterable[Ref]:
        """Everything whose definition may name `ref`; more than that is no harm."""
        return self.things

    def inside(self, ref: Ref) -> Iterator[Ref]:
        """Everything known to belong to a table or view, or to live in a schema; not `ref` itself."""
        for other in self.near(ref):
            if other != ref and _belongs(other, self.things[other], ref):
                yield other


@dataclass(frozen=True)
class Canvas(Picture):
    """An open picture that is painted over in place, for replaying a long history: same operations, no copies.

    It knows what is near each table, so an operation costs what its table holds, not what the database holds.
    """

    things: dict[Ref, Attrs | None] = field(default_factory=dict)
    by_table: dict[tuple[str, str], dict[Ref, None]] = field(default_factory=dict)
    names: set[Ref] = field(default_factory=set)
    views: dict[Ref, None] = field(default_factory=dict)

    def with_things(self, changes: Mapping[Ref, Attrs | None], unnamed: frozenset[Ref] = frozenset()) -> Picture:
        """Itself, changed."""
        for ref, attrs in changes.items():
            self.things[ref] = attrs
            if ref.kind in _SPEAK:
                self.views.pop(ref, None)
                if attrs is not None:
                    self.views[ref] = None
            for place in _places(ref, attrs):
                self.by_table.setdefault(place, {})[ref] = None
        self.names.update(unnamed)
        return self

    def nameless(self, ref: Ref) -> bool:
        """Whether the SQL gave it no name."""
        return ref in self.names

    def near(self, ref: Ref) -> Iterable[Ref]:
        """By table; for what is no part of a table everything."""
        if ref.kind not in _ABOUT_TABLES:
            return tuple(self.things)
        table = (self.things.get(ref) or {}).get("table") or ref.table or ref.name
        return tuple(self.by_table.get((ref.schema, str(table)), ()))

    def speaking_of(self, ref: Ref) -> Iterable[Ref]:
        """With the views, and triggers of other tables, whose text may speak of any table."""
        return dict.fromkeys((*self.near(ref), *(view for view in self.views if view in self.things)))

    def still(self) -> Picture:
        """What it shows now, as a value."""
        return Picture(dict(self.things), unnamed=frozenset(self.names))


_SPEAK = frozenset({Kind.VIEW, Kind.RULE, Kind.TRIGGER})
_ABOUT_TABLES = TABLE_KINDS | {Kind.TABLE, Kind.VIEW, Kind.INDEX}


def picture_of(schema: Schema) -> Picture:
    """The complete picture of a schema that was read."""
    return Picture({thing.ref: attributes(thing) for thing in schema.things}, complete=True)


def _places(ref: Ref, attrs: Attrs | None) -> Iterator[tuple[str, str]]:
    """(schema, table) of every table the thing belongs to or mentions."""
    yield ref.schema, ref.table or ref.name
    for name in ("table", "references", "partition_of", "owned_by", "inherits"):
        value = (attrs or {}).get(name)
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str):
                schema, dot, rest = text.partition(".")
                yield (schema, rest.split(".")[0]) if dot else (ref.schema, text)


def _belongs(other: Ref, attrs: Attrs | None, owner: Ref) -> bool:
    if owner.kind is Kind.SCHEMA:
        return other.schema == owner.name and other.kind is not Kind.SCHEMA
    if owner.kind not in (Kind.TABLE, Kind.VIEW) or other.schema != owner.schema:
        return False
    if other.kind in TABLE_KINDS and other.table:
        return other.table == owner.name
    return other.kind in _NAME_THEIR_TABLE and owner.name in (other.table, (attrs or {}).get("table"))
