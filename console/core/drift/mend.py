"""What would bring a schema to what is expected of it: operations, in an order in which a server takes them.

Renames come first, so that everything after goes by the names that are expected. Then what is in the way goes, keys
that refer to others before what they refer to; then tables, columns, changes, keys, indexes, and last what refers to
others again. Nothing here is ever run: the SQL is shown, and what it costs beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from console.core.drift.difference import Change as Sort
from console.core.drift.difference import Difference
from console.core.drift.side import Side, is_not_null, stands_behind
from console.core.operations import Change, Create, Drop, Operation, Rename
from console.core.schema import Column, Constraint, Index, Kind, Ref, Schema, Table, Thing, Value

_IN_PLACE = frozenset({Kind.COLUMN, Kind.TABLE})
"""Kinds that are altered; others are dropped and made again."""
_BESIDE = frozenset({"comment", "enabled"})
"""Attributes that are set beside a definition, of whatever kind."""
_RANK = {Kind.SCHEMA: 0, Kind.EXTENSION: 1, Kind.TYPE: 2, Kind.SEQUENCE: 3, Kind.TABLE: 4, Kind.COLUMN: 5,
         Kind.CONSTRAINT: 7, Kind.INDEX: 8}  # fmt: skip
_LAST = 9
_CHANGES = 6
_STORED = frozenset({Kind.TABLE, Kind.COLUMN})


@dataclass(frozen=True, slots=True)
class Step:
    """One operation, and the difference that it ends."""

    operation: Operation
    difference: Difference
    loses: str = ""
    """The table whose rows, or a column of them, go with it."""


@dataclass(frozen=True)
class Mending:
    """The steps, and the schema they are written for: as it is now, under the names that are expected."""

    steps: tuple[Step, ...]
    schema: Schema


def mending(differences: Iterable[Difference], actual: Schema) -> Mending:
    """What would end these differences."""
    found = tuple(differences)
    side = Side({thing.ref: thing for thing in actual.things}, set())
    renamed = tuple(_renames(found, side))
    now = {side.was[ref].ref if ref in side.was else ref: thing for ref, thing in side.now.items()}
    gone = [step for d in found for step in _going(d, now)]
    made = [step for d in found for step in _coming(d, now)]
    steps = (
        *renamed,
        *sorted(gone, key=lambda step: (-_rank(step.operation), not _refers(step.difference.actual))),
        *sorted(made, key=lambda step: _rank(step.operation)),
    )
    return Mending(steps, replace(actual, things=tuple(side.now.values())))


def _renames(found: tuple[Difference, ...], side: Side) -> Iterator[Step]:
    """Tables first: what is in them is called by their new name then."""
    for difference in sorted(
        (d for d in found if d.change is Sort.RENAMED), key=lambda d: _RANK.get(d.ref.kind, _LAST)
    ):
        assert difference.actual is not None
        here = next(ref for ref, thing in side.now.items() if side.was.get(ref, thing).ref == difference.actual.ref)
        yield Step(Rename(here, difference.ref), difference)
        side.follow({here: difference.ref})


def _going(difference: Difference, now: dict[Ref, Thing]) -> Iterator[Step]:
    """What has to go: all that is unexpected, and what can only be made anew."""
    again = difference.change is Sort.CHANGED and not _in_place(difference)
    if difference.actual is not None and (again or difference.change is Sort.UNEXPECTED):
        thing = now[difference.actual.ref]
        yield Step(Drop(thing.ref), difference, thing.ref.table or thing.ref.name if thing.ref.kind in _STORED else "")


def _in_place(difference: Difference) -> bool:
    validated = [part[:2] for part in difference.parts] == [("validated", True)]
    beside = all(name in _BESIDE for name, *_ in difference.parts)
    return difference.ref.kind in _IN_PLACE or validated or beside


def _coming(difference: Difference, now: dict[Ref, Thing]) -> Iterator[Step]:
    wanted = difference.expected
    if wanted is None or difference.change is Sort.RENAMED:
        return
    if difference.change is Sort.CHANGED and _in_place(difference):
        assert difference.actual is not None
        yield Step(Change(now[difference.actual.ref].ref, tuple(_settings(difference))), difference)
        return
    things = (wanted, *difference.members)
    later = [thing for thing in things[1:] if _refers(thing)] if isinstance(wanted, Table) else []
    first = tuple(thing for thing in things if thing not in later and not is_not_null(thing))
    by_ref = {thing.ref: thing for thing in first}
    yield Step(Create(tuple(_as_behind(thing, by_ref) for thing in first)), difference)
    for thing in later:
        yield Step(Create((thing,)), difference)


def _as_behind(thing: Thing, things: dict[Ref, Thing]) -> Thing:
    """An index that a key makes by itself is known as that."""
    behind = isinstance(thing, Index) and stands_behind(thing, things) is not None
    return replace(thing, constraint=True) if behind and isinstance(thing, Index) else thing


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


def _refers(thing: Thing | None) -> bool:
    return isinstance(thing, Constraint) and thing.type == "foreign key"


def _rank(operation: Operation) -> int:
    """Where in the order of making it stands; dropping goes backwards."""
    if isinstance(operation, Change):
        return _CHANGES
    if isinstance(operation, Create) and _refers(operation.things[0]):
        return _LAST
    ref = operation.subject
    return _RANK.get(ref.kind, _LAST) if ref is not None else _LAST
