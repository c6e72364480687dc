"""Where a thing that a statement needs must have been before the file began, if it must have been there at all.

An address is followed backwards through what the statements before did. Where one of them may have made or taken the
thing without saying so (a dropped table takes its indexes along, LIKE brings some), nothing can be required.
"""

from __future__ import annotations

from collections.abc import Iterable

from console.core.moves import moved
from console.core.operations import Create, Drop, Opaque, Operation, Rename
from console.core.schema import Index, Kind, Ref, Table

_FREE = frozenset({Kind.INDEX, Kind.SEQUENCE, Kind.STATISTICS})
"""They belong to a table that their address does not name."""


_HANGING = frozenset({Kind.VIEW, Kind.CONSTRAINT, Kind.RULE, Kind.ROUTINE, Kind.POLICY, Kind.TRIGGER})
"""What a CASCADE usually takes along."""


def origin(ref: Ref, *, absent: bool, past: Iterable[Operation], forgiving: bool = False) -> Ref | None:
    """The address before `past` (newest first) of what is at `ref` after it; None: nothing can be said.

    `forgiving` allows a dropped table to have had partitions, and a CASCADE to have taken anything.
    """
    place = ref
    for operation in past:
        if _unclear(operation, place, absent=absent, forgiving=forgiving):
            return None
        if isinstance(operation, Rename) and _belongs(place, operation.to):
            place = moved(place, operation.to, operation.ref)
    return place


def shapes(operation: Operation) -> bool:
    """Whether an operation has a say in where things come from."""
    return isinstance(operation, Create | Drop | Rename) or (isinstance(operation, Opaque) and not operation.harmless)


def _belongs(place: Ref, owner: Ref) -> bool:
    if owner.kind is Kind.SCHEMA:
        return place.schema == owner.name
    return owner.kind in (Kind.TABLE, Kind.VIEW) and (place.schema, place.table) == (owner.schema, owner.name)


def _unclear(operation: Operation, place: Ref, *, absent: bool, forgiving: bool) -> bool:
    match operation:
        case Opaque():
            return operation.names(place) or (operation.may_touch(place) and (forgiving or not operation.anything))
        case Drop():
            return absent and (_may_take(operation, place) or (forgiving and _may_take_more(operation, place)))
        case Create():
            return not absent and _may_bring(operation, place)
        case Rename():
            return _may_rename(operation, place)
    return False


def _may_take(drop: Drop, place: Ref) -> bool:
    """Whether the thing may have gone with what was dropped."""
    ref = drop.ref
    if ref.kind is Kind.SCHEMA:
        return place.schema == ref.name
    if drop.cascade and place.kind in _HANGING | _FREE:
        return True
    if place.schema != ref.schema:
        return False
    if ref.kind in (Kind.TABLE, Kind.VIEW):
        return place.table == ref.name or place.kind in _FREE
    if ref.kind is Kind.COLUMN:
        return (place.table == ref.table and place.kind is not Kind.COLUMN) or place.kind in _FREE
    return ref.kind is Kind.CONSTRAINT and place.kind is Kind.INDEX and place.name == ref.name


def _may_take_more(drop: Drop, place: Ref) -> bool:
    """Whether it is at least possible that the thing went along."""
    return drop.cascade or (drop.ref.kind is Kind.TABLE and place.schema == drop.ref.schema)


def _may_bring(create: Create, place: Ref) -> bool:
    """Whether the thing may have come with what was made."""
    made = create.things[0]
    if any(isinstance(thing, Index) and thing.implied and thing.ref == place for thing in create.things):
        return True
    if made.ref.kind not in (Kind.TABLE, Kind.VIEW) or place.schema != made.ref.schema:
        return False
    inherited = isinstance(made, Table) and bool(made.inherits or made.partition_of or "columns" in made.unread)
    return place.table == made.ref.name or (inherited and place.kind in _FREE)


def _may_rename(rename: Rename, place: Ref) -> bool:
    """Whether the thing may have been renamed or moved along although its address does not tell."""
    old, new = rename.ref, rename.to
    pair = {Kind.CONSTRAINT: Kind.INDEX, Kind.INDEX: Kind.CONSTRAINT}.get(old.kind)
    if place.kind is pair:
        return place.schema == new.schema and place.name in (old.name, new.name)
    crossed = old.kind is Kind.TABLE and old.schema != new.schema
    return crossed and place.kind in _FREE and place.schema in (old.schema, new.schema)
