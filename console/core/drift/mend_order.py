"""In which order a server takes what is made; what goes, goes the other way round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import TYPE_CHECKING

from console.core.drift.making import refers
from console.core.drift.spoken import in_turn, is_late, name_of
from console.core.operations import Change, Create, Operation
from console.core.schema import Kind, Ref, Thing, View, owner_of

if TYPE_CHECKING:
    from console.core.drift.mend import Step

_RANK = {Kind.SCHEMA: 0, Kind.EXTENSION: 1, Kind.TYPE: 2, Kind.ROUTINE: 3, Kind.PROCEDURE: 3, Kind.SEQUENCE: 4,
         Kind.TABLE: 5, Kind.COLUMN: 6, Kind.CONSTRAINT: 8, Kind.INDEX: 9, Kind.VIEW: 10}  # fmt: skip
_CHANGES, _LATE, _ON_VIEWS, _REFERRING, _LAST = 7, 10, 11, 12, 13
_NAMED = frozenset({2, 3, _LATE})
"""Ranks in which one may speak of another."""
_CHANGED = {Kind.SCHEMA: 1, Kind.EXTENSION: 1, Kind.TYPE: 2, Kind.VIEW: _LATE, Kind.ROUTINE: _LATE,
            Kind.TRIGGER: _LAST + 1}  # fmt: skip


def in_order(steps: Iterable[Step], there: Mapping[Ref, Thing]) -> list[Step]:
    """What others stand on first."""
    found = list(steps)
    about = {id(step): _thing(step.operation, there) for step in found}
    views = {(t.ref.schema, t.ref.name) for t in (*there.values(), *about.values()) if isinstance(t, View)}
    made = frozenset(name_of(t.ref) for t in about.values() if t is not None and t.ref.kind in (Kind.TABLE, Kind.VIEW))
    ranks = {id(step): _rank(step.operation, about[id(step)], views, made) for step in found}
    ordered: list[Step] = []
    for rank, group in groupby(sorted(found, key=lambda step: ranks[id(step)]), key=lambda step: ranks[id(step)]):
        members = list(group)
        known = [step for step in members if about[id(step)] is not None]
        ordered += in_turn(known, lambda step: _known(about[id(step)])) if rank in _NAMED else known
        ordered += [step for step in members if about[id(step)] is None]
    return ordered


def _known(thing: Thing | None) -> Thing:
    assert thing is not None
    return thing


def _thing(operation: Operation, there: Mapping[Ref, Thing]) -> Thing | None:
    if isinstance(operation, Create):
        return operation.things[0]
    ref = operation.subject
    return there.get(ref) if ref is not None else None


def _rank(operation: Operation, thing: Thing | None, views: set[tuple[str, str]], made: frozenset[str]) -> int:
    """Where in the order of making it stands."""
    ref = operation.subject
    if ref is None:
        return _LAST
    if isinstance(operation, Change):
        return _CHANGED.get(ref.kind, _CHANGES)
    if refers(thing):
        return _REFERRING
    if thing is not None and (ref.schema, owner_of(thing)) in views:
        return _ON_VIEWS if ref.kind is Kind.INDEX else _LAST
    late = thing is not None and is_late(thing, made)
    return _LATE if late else _RANK.get(ref.kind, _LAST)
