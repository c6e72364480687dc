"""A thing with what belongs to it, as the operations that make it, and what goes before it can be dropped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from console.core.drift.side import is_not_null, is_owned, stands_behind
from console.core.operations import Change, Create, Operation
from console.core.schema import (
    Column,
    Constraint,
    Index,
    Kind,
    Namespace,
    Other,
    Policy,
    Ref,
    Sequence,
    Table,
    Thing,
    Trigger,
    owner_of,
)

STORED = frozenset({Kind.TABLE, Kind.COLUMN})
"""Kinds that hold rows, or a part of each."""
_AFTERWARDS = {Table: ("row_security", "replica_identity"), Column: ("storage", "statistics")}
"""What no CREATE of PostgreSQL says."""
_BEHIND = Trigger | Policy | Other
"""Made when all that they speak of is there."""


def made(wanted: Thing, members: tuple[Thing, ...], server: str) -> Iterator[Operation]:
    """What makes it and everything that goes with it."""
    if isinstance(wanted, Namespace):
        yield Create((wanted,))
        for thing in (t for t in members if not owner_of(t) and is_owned(t) is None):
            yield from made(thing, tuple(t for t in members if _belongs(t, thing)), server)
    elif isinstance(wanted, Table | Column | Constraint):
        yield from _with_parts(wanted, members, server)
    else:
        yield Create((wanted,))
        yield from (Create((member,)) for member in members)


def _belongs(thing: Thing, table: Thing) -> bool:
    owned = is_owned(thing)
    owner = (owned.schema, owned.table) if owned is not None else (thing.ref.schema, owner_of(thing))
    return owner == (table.ref.schema, table.ref.name)


def _with_parts(wanted: Thing, members: tuple[Thing, ...], server: str) -> Iterator[Operation]:
    counters = [t for t in members if isinstance(t, Sequence) and not _is_of_identity(t, (wanted, *members))]
    later = [
        t for t in members if isinstance(t, _BEHIND) or (isinstance(t, Index) if server == "sqlite" else refers(t))
    ]
    plain = _plain(wanted) if server == "postgresql" else wanted
    parts = tuple(t for t in members if t not in later and t not in counters and not is_not_null(t))
    by_ref = {thing.ref: thing for thing in (wanted, *parts)}
    yield from (Create((replace(counter, owned_by=None),)) for counter in counters)
    yield Create(tuple(_as_behind(thing, by_ref) for thing in (plain, *parts)))
    yield from (Change(counter.ref, (("owned_by", counter.owned_by),)) for counter in counters if counter.owned_by)
    yield from (Create((thing,)) for thing in later)
    for thing in (wanted, *parts):
        said = tuple((name, getattr(thing, name)) for name in _AFTERWARDS.get(type(thing), ()))
        told = tuple((name, value) for name, value in said if value not in ("off", "default", "", None))
        if told and server == "postgresql":
            yield Change(thing.ref, told)


def _plain(wanted: Thing) -> Thing:
    """What of a table CREATE says; the rest is set afterwards."""
    return replace(wanted, row_security="off", replica_identity="default") if isinstance(wanted, Table) else wanted


def _is_of_identity(counter: Sequence, things: tuple[Thing, ...]) -> bool:
    """The column makes it."""
    column = is_owned(counter)
    return any(isinstance(thing, Column) and thing.identity and thing.ref == column for thing in things)


def _as_behind(thing: Thing, things: dict[Ref, Thing]) -> Thing:
    """An index that a key makes by itself is known as that."""
    behind = isinstance(thing, Index) and stands_behind(thing, things) is not None
    return replace(thing, constraint=True) if behind and isinstance(thing, Index) else thing


def refers(thing: Thing | None) -> bool:
    """A key that needs another table."""
    return isinstance(thing, Constraint) and thing.type == "foreign key"


def dropped(thing: Thing, members: tuple[Thing, ...]) -> tuple[Ref, ...]:
    """What has to go before it, each by itself: what stands in a schema, and keys among what goes."""
    if not isinstance(thing, Namespace):
        return ()
    alone = [t for t in members if not owner_of(t) and is_owned(t) is None]
    return tuple(t.ref for t in (*alone, *filter(refers, members)))
