"""The schema as a run goes on, told without being copied: what was read, and what has changed on top of it.

A thousand statements on a thousand tables would be a thousand copies of everything. A look at what a statement meets
costs what has changed since, not what the database holds.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from console.core.schema import MEMBERS, Kind, Ref, Schema, Thing, owner_of

SomeThing = TypeVar("SomeThing", bound=Thing)
Place = tuple[str, str]

_RELATIONS = frozenset({Kind.TABLE, Kind.VIEW})


@dataclass(frozen=True)
class _Refs(Mapping[Ref, Thing]):
    """Every thing under its address."""

    base: Mapping[Ref, Thing]
    changed: Mapping[Ref, Thing | None]

    def __getitem__(self, ref: Ref) -> Thing:
        found = self.changed[ref] if ref in self.changed else self.base[ref]
        if found is None:
            raise KeyError(ref)
        return found

    def __iter__(self) -> Iterator[Ref]:
        yield from (ref for ref in self.base if ref not in self.changed)
        yield from (ref for ref, thing in self.changed.items() if thing is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass(frozen=True)
class _Places(Mapping[Place, tuple[Thing, ...]]):
    """What belongs to each table."""

    base: Mapping[Place, tuple[Thing, ...]]
    changed: Mapping[Ref, Thing | None]

    @cached_property
    def _mine(self) -> dict[Place, list[Thing]]:
        found: dict[Place, list[Thing]] = {}
        for thing in self.changed.values():
            if thing is not None and owner_of(thing):
                found.setdefault((thing.ref.schema, owner_of(thing)), []).append(thing)
        return found

    def __getitem__(self, place: Place) -> tuple[Thing, ...]:
        kept = [thing for thing in self.base.get(place, ()) if thing.ref not in self.changed]
        found = (*kept, *self._mine.get(place, ()))
        if not found:
            raise KeyError(place)
        return tuple(sorted(found, key=lambda thing: thing.ref))

    def __iter__(self) -> Iterator[Place]:
        yield from (place for place in dict.fromkeys((*self.base, *self._mine)) if place in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass(frozen=True)
class Staged(Schema):
    """A schema as another one with changes on top; every question is asked of both."""

    base: Schema | None = field(default=None, init=False, compare=False, repr=False)
    """None: it is an ordinary schema (a copy that was made of one of these)."""
    changed: Mapping[Ref, Thing | None] = field(default_factory=dict, init=False, compare=False, repr=False)
    """None: gone."""

    @cached_property  # type: ignore[misc] # made only where somebody wants them all
    def things(self) -> tuple[Thing, ...]:
        """All of them, in order."""
        assert self.base is not None
        found = list(self.base.things)
        for ref, thing in self.changed.items():
            at = bisect_left(found, ref, key=lambda other: other.ref)
            there = found[at : at + 1] and found[at].ref == ref
            found[at : at + bool(there)] = [thing] if thing is not None else []
        return tuple(found)

    @cached_property
    def by_ref(self) -> Mapping[Ref, Thing]:
        """Every thing under its address."""
        if self.base is None:
            return {thing.ref: thing for thing in self.things}
        return _Refs(self.base.by_ref, self.changed)

    @cached_property
    def by_table(self) -> Mapping[Place, tuple[Thing, ...]]:
        """Columns, constraints, indexes, triggers and policies under (schema, table)."""
        if self.base is None:
            return Schema(self.things).by_table
        return _Places(self.base.by_table, self.changed)

    @cached_property
    def relations(self) -> frozenset[str]:
        """Names of tables and views in lower case, wherever they are."""
        if self.base is None:
            return Schema(self.things).relations
        changed = {ref.name.lower() for ref in self.changed if ref.kind in _RELATIONS}
        mine = (t.ref.name.lower() for t in self.changed.values() if t is not None and t.ref.kind in _RELATIONS)
        elsewhere = {name for name in self.base.relations & changed if self._elsewhere(name)}
        return (self.base.relations - changed) | elsewhere | frozenset(mine)

    def _elsewhere(self, name: str) -> bool:
        refs = (ref for ref in self.by_ref if ref.kind in _RELATIONS)
        return any(ref.name.lower() == name for ref in refs)

    @cached_property
    def silent(self) -> bool:
        """Something may be there that was not told."""
        if self.base is None:
            return Schema(self.things, untold=self.untold).silent
        mine = (thing for thing in self.changed.values() if thing is not None)
        return self.base.silent or any(MEMBERS in thing.unread for thing in mine)

    def of_kind(self, kind: type[SomeThing]) -> Iterator[SomeThing]:
        """All things of one class; those that have changed stand last."""
        if self.base is None:
            return super().of_kind(kind)
        return (*(t for t in self.base.of_kind(kind) if t.ref not in self.changed), *self._of(kind)).__iter__()

    def _of(self, kind: type[SomeThing]) -> Iterator[SomeThing]:
        return (thing for thing in self.changed.values() if isinstance(thing, kind))


def staged(
    base: Schema,
    changed: Mapping[Ref, Thing | None],
    fresh: Iterable[Ref] = (),
    filled: Iterable[Ref] = (),
    unread: tuple[str, ...] = (),
) -> Schema:
    """`base` with the changes on top; `unread` is what is not known of it any more."""
    new = frozenset(fresh), frozenset(filled)
    found = Staged((), base.home, (*base.unread, *unread), base.dialect, base.untold, base.folded, *new)
    object.__setattr__(found, "base", base)
    object.__setattr__(found, "changed", changed)
    del found.__dict__["things"]
    return found
