"""What would bring a schema to what is expected of it: operations, in an order in which a server takes them.

Renames come first, so that everything after goes by the names that are expected. Then what is in the way goes, keys
that refer to others before what they refer to; then types, code, tables, columns, changes, keys, indexes, views, and
last what refers to others again. A view or a trigger that stands on what has to be made anew goes before it and comes
back as it was. Nothing here is ever run: the SQL is shown, and what it costs beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from console.core.drift.difference import Change as Sort
from console.core.drift.difference import Difference
from console.core.drift.making import STORED, dropped, made
from console.core.drift.mend_order import in_order
from console.core.drift.side import Side
from console.core.drift.spoken import same_columns, standing_on
from console.core.operations import Change, Create, Drop, Operation, Rename
from console.core.schema import Column, Kind, Ref, Schema, Thing, Value, View, owner_of

_IN_PLACE = frozenset({Kind.COLUMN, Kind.TABLE, Kind.SEQUENCE, Kind.TYPE, Kind.SCHEMA, Kind.EXTENSION})
"""Kinds that are altered; others are dropped and made again."""
_BESIDE = frozenset({"comment", "enabled", "owner"})
"""Attributes that are set beside a definition, of whatever kind."""
_REPLACED = frozenset({"body", "volatility", "security", "options", "language"}) | _BESIDE
"""What CREATE OR REPLACE FUNCTION gives a function of PostgreSQL anew."""
_BEGINS_ANEW = "it begins at its start: where one that was there had got to is not known"
_GRANTED = frozenset({Kind.VIEW, Kind.ROUTINE, Kind.PROCEDURE})


@dataclass(frozen=True, slots=True)
class Step:
    """One operation, and the difference that it ends."""

    operation: Operation
    difference: Difference
    loses: str = ""
    """The table whose rows, or a column of them, go with it."""
    careful: str = ""
    """What else a person should know, one sentence."""


@dataclass(frozen=True)
class Mending:
    """The steps, and the schema they are written for: as it is now, under the names that are expected."""

    steps: tuple[Step, ...]
    schema: Schema


def mending(differences: Iterable[Difference], actual: Schema, server: str = "postgresql") -> Mending:
    """What would end these differences on that kind of server."""
    found = tuple(differences)
    side = Side({thing.ref: thing for thing in actual.things}, set())
    renamed = tuple(_renames(found, side))
    plan = _Plan({side.was[ref].ref if ref in side.was else ref: thing for ref, thing in side.now.items()}, server)
    plan.add(found)
    gone, again = in_order(plan.gone, side.now), in_order(plan.made, side.now)
    return Mending((*renamed, *reversed(gone), *again), replace(actual, things=tuple(side.now.values())))


def _renames(found: tuple[Difference, ...], side: Side) -> Iterator[Step]:
    """Tables first: what is in them is called by their new name then."""
    for difference in sorted(
        (d for d in found if d.change is Sort.RENAMED), key=lambda d: d.ref.kind is not Kind.TABLE
    ):
        assert difference.actual is not None
        here = next(ref for ref, thing in side.now.items() if side.was.get(ref, thing).ref == difference.actual.ref)
        yield Step(Rename(here, difference.ref), difference)
        side.follow({here: difference.ref})


class _Plan:
    """What goes and what comes, before it is put in order."""

    def __init__(self, now: dict[Ref, Thing], server: str) -> None:
        self.now = now
        """What is there, by the address that it had."""
        self.server = server
        self.gone: list[Step] = []
        self.made: list[Step] = []

    def add(self, found: tuple[Difference, ...]) -> None:
        """Every difference, and what has to be made again with one."""
        moved = {d.ref: d for d in found if d.change is Sort.CHANGED and not self._in_place(d)}
        retyped = {d.ref: d for d in found if d.ref.kind is Kind.COLUMN and any(n == "type" for n, *_ in d.parts)}
        standing = self._standing({**moved, **retyped}, found)
        for difference in found:
            if difference.change is Sort.UNEXPECTED:
                assert difference.actual is not None
                self._drop(difference, self.now[difference.actual.ref], difference.members)
            elif difference.change is Sort.MISSING and difference.expected is not None:
                self._make(difference, difference.expected, difference.members)
            elif difference.change is Sort.CHANGED:
                self._change(difference, again=difference.ref in moved or difference.ref in standing)
        own = {d.ref for d in found if d.change is not Sort.RENAMED}
        for ref, cause in standing.items():
            if ref not in own:
                self._again(cause, self._here(ref), self._here(ref))
        for ref, cause in {**moved, **standing}.items():
            for member in self._members(ref):
                if member.ref not in own:
                    self._again(cause, None, member)

    def _standing(self, causes: dict[Ref, Difference], found: tuple[Difference, ...]) -> dict[Ref, Difference]:
        """What PostgreSQL refuses to leave without them, and because of which."""
        if self.server != "postgresql" or not causes:
            return {}
        unexpected = {d.ref for d in found if d.change is Sort.UNEXPECTED}
        there = [thing for thing in self.now.values() if thing.ref not in unexpected]
        gone = [ref for ref in causes if ref.kind is not Kind.COLUMN]
        retyped = [ref for ref in causes if ref.kind is Kind.COLUMN]
        return {thing.ref: next(iter(causes.values())) for thing in standing_on(there, gone, retyped)}

    def _here(self, ref: Ref) -> Thing:
        return next(thing for thing in self.now.values() if thing.ref == ref)

    def _members(self, view: Ref) -> Iterator[Thing]:
        """Indexes and triggers of a view, which go with it."""
        if view.kind is Kind.VIEW:
            things = self.now.values()
            yield from (t for t in things if owner_of(t) == view.name and t.ref.schema == view.schema)

    def _in_place(self, difference: Difference) -> bool:
        names = {name for name, *_ in difference.parts}
        kind, (wanted, there) = difference.ref.kind, (difference.expected, difference.actual)
        if isinstance(wanted, View) and isinstance(there, View) and "materialized" not in names:
            if self.server == "postgresql":
                plain = not wanted.materialized and same_columns(wanted, there) and "populated" not in names
                return plain or names <= _BESIDE | {"populated"}
            return self.server != "sqlite"
        if kind is Kind.ROUTINE and self.server == "postgresql":
            return names <= _REPLACED
        validated = [part[:2] for part in difference.parts] == [("validated", True)]
        return (kind in _IN_PLACE and "kind" not in names) or validated or names <= _BESIDE

    def _change(self, difference: Difference, *, again: bool) -> None:
        assert difference.actual is not None
        assert difference.expected is not None
        there = self.now[difference.actual.ref]
        if again:
            self._again(difference, there, difference.expected)
        else:
            self.made.append(Step(Change(there.ref, tuple(_settings(difference))), difference))

    def _again(self, difference: Difference, there: Thing | None, wanted: Thing) -> None:
        if there is not None:
            self._drop(difference, there, ())
        self._make(difference, wanted, ())

    def _drop(self, difference: Difference, thing: Thing, members: tuple[Thing, ...]) -> None:
        inside = dropped(thing, members)
        lost = next((ref.table or ref.name for ref in (*inside, thing.ref) if ref.kind in STORED), "")
        again = difference.change is not Sort.UNEXPECTED and thing.ref.kind in _GRANTED
        careful = f"who was given rights on {thing.ref.label()} is not known here: give them again" if again else ""
        self.gone += [Step(Drop(ref), difference, lost, careful) for ref in (*inside, thing.ref)]

    def _make(self, difference: Difference, wanted: Thing, members: tuple[Thing, ...]) -> None:
        filled = wanted.ref.kind in (Kind.SEQUENCE, Kind.COLUMN)
        for operation in made(wanted, members, self.server):
            counts = filled and isinstance(operation, Create) and operation.subject.kind is Kind.SEQUENCE
            self.made.append(Step(operation, difference, "", _BEGINS_ANEW if counts else ""))


def _settings(difference: Difference) -> Iterator[tuple[str, Value]]:
    """The attributes to be set; a type and its collation are set together, or the one would undo the other."""
    parts = {name: wanted for name, wanted, _ in difference.parts}
    wanted_one = difference.expected
    if isinstance(wanted_one, Column) and parts.keys() & {"type", "collation"}:
        parts |= {"type": wanted_one.type}
        parts |= {"collation": wanted_one.collation} if wanted_one.collation else {}
    order = ("generated_kind", "type", "collation", "default")
    yield from ((name, parts[name]) for name in order if name in parts)
    yield from ((name, wanted) for name, wanted in parts.items() if name not in order)
