"""The whole catalog as one Schema: a constant number of reads, none of which waits.

A read that meets a lock all the same (it came between the check and the call) is tried once more, because the check
sees it now, and then without the functions that wait; what is not known then is marked unread, never left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from operator import attrgetter

from console.core.faults import LinkLostFault, LockedFault, NotPermittedFault, ReadFault, TimedOutFault
from console.core.maker import uncollected
from console.core.schema import Kind, Ref, Schema, Table, Thing
from console.core.types.postgres import full_xid
from console.dialects.postgres import programs, relations
from console.dialects.postgres.definitions import Definition, definitions
from console.dialects.postgres.wire import Row, Wire


@dataclass
class Catalog:
    """What rows read earlier say about rows read later."""

    home: str
    next_xid: int = 0
    names: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Of everything that has columns."""
    tables: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Of those, the ones whose columns are told."""
    columns: dict[int, dict[int, str]] = field(default_factory=dict)
    defaults: dict[tuple[int, int], tuple[str | None, str]] = field(default_factory=dict)
    """What the column is by default or made of, and the `xmin` of that."""
    comments: dict[int, Comment] = field(default_factory=dict)
    column_comments: dict[int, dict[int, Comment]] = field(default_factory=dict)
    constraint_comments: dict[int, Comment] = field(default_factory=dict)
    column_collations: dict[int, dict[int, int]] = field(default_factory=dict)
    """Of tables with columns that do not have the collation of their type."""
    operator_classes: dict[str, tuple[str, bool]] = field(default_factory=dict)
    endings: dict[tuple[str, str, str], tuple[str, ...]] = field(default_factory=dict)
    collations: dict[str, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    nulls_not_distinct: set[int] = field(default_factory=set)

    @cached_property
    def stamps(self) -> _Stamps:
        """Transaction numbers as 64 bits."""
        return _Stamps(self.next_xid)

    def stamp(self, *xmins: str | None) -> int | None:
        """The newest of these transaction numbers as 64 bits."""
        if len(told := set(filter(None, xmins))) == 1:
            return self.stamps[told.pop()]
        return max((known for xmin in told if (known := self.stamps[xmin]) is not None), default=None)

    def comment(self, oid: int) -> Comment:
        """Of a table, an index or a sequence."""
        return self.comments.get(oid, relations.NO_COMMENT)


_kind = attrgetter("ref.kind")
Comment = tuple[str | None, str | None]
"""What it says and its `xmin`."""


class _Stamps(dict[str, int | None]):
    def __init__(self, next_xid: int) -> None:
        self._next = next_xid

    def __missing__(self, xmin: str) -> int | None:
        found = self[xmin] = full_xid(int(xmin), self._next)
        return found


Maker = Callable[[Row, Catalog], Thing]
Makers = Callable[[Iterable[Row], Catalog], Sequence[Thing]]


def _each(make: Maker) -> Makers:
    """Things of which there are few: one by one, then in order."""
    return lambda rows, catalog: sorted((make(row, catalog) for row in rows), key=order)


def _remember(rows: Iterable[Row], catalog: Catalog) -> Sequence[Thing]:
    """Names, comments and the transaction number, for everything that follows."""
    for kind, key, name, flag in rows:
        if kind == "xid":
            catalog.next_xid = int(key)
        elif kind == "role":
            catalog.roles[key] = name
        elif kind in ("opclass", "collation"):
            schema, _, plain = name.partition(",")
            full = plain if schema in ("", catalog.home) else f"{schema}.{plain}"
            if kind == "opclass":
                catalog.operator_classes[key] = (full, flag == "true")
            else:
                catalog.collations[key] = full
        else:
            _remember_comment(kind, key, (name, flag), catalog)
    return ()


def _remember_comment(kind: str, key: str, comment: Comment, catalog: Catalog) -> None:
    oid, column = map(int, key.split())
    if kind == "of constraint":
        catalog.constraint_comments[oid] = comment
    elif column:
        catalog.column_comments.setdefault(oid, {})[column] = comment
    else:
        catalog.comments[oid] = comment


_MAKERS: dict[str, Makers] = {
    "names": _remember,
    "schemas": _each(programs.namespace),
    "extensions": _each(programs.extension),
    "tables": relations.tables,
    "defaults": relations.defaults,
    "columns": relations.columns,
    "indexes": relations.indexes,
    "constraints": relations.constraints,
    "views": _each(programs.view),
    "sequences": relations.sequences,
    "triggers": _each(programs.trigger),
    "policies": _each(programs.policy),
    "types": _each(programs.user_type),
    "routines": _each(programs.routine),
    "others": _each(programs.other),
}


def read_schema(wire: Wire) -> Schema:
    """Everything there is."""
    with uncollected():
        return as_schema(*read_things(wire), wire.home)


def read_things(wire: Wire, only: Iterable[str] = ()) -> tuple[list[Thing], list[str]]:
    """Everything there is, or what is in `only` these schemas, in order; and why some of it was not read."""
    catalog = Catalog(wire.home)
    parts: dict[Kind, list[Thing]] = {}
    unread: list[str] = []
    for definition in definitions(wire.version, only):
        found, allowed = _read(wire, definition, catalog)
        for kind, group in groupby(found, _kind):
            parts.setdefault(kind, []).extend(group)
        if not allowed:
            unread.append(f"Some {definition.name} are locked: their definitions were not read")
    return [thing for kind in sorted(parts) for thing in parts[kind]], unread


def as_schema(things: Iterable[Thing], unread: list[str], home: str) -> Schema:
    """What was read, in order, as one value, with what is missing of it."""
    known = tuple(things)
    gaps = [thing for thing in known if thing.unread or thing.ref.kind is Kind.TABLE]
    locked = [_locked(table, home) for table in gaps if isinstance(table, Table) and table.locked]
    return Schema(known, home, (*unread, *locked, *_unread_elsewhere(gaps, home)))


def order(thing: Thing) -> tuple[str, str, str, str]:
    """By kind, then by address."""
    ref = thing.ref
    return (ref.kind, ref.schema, ref.table, ref.name)


def _locked(table: Table, home: str) -> str:
    return f"{table.ref.label(home)} is locked (ACCESS EXCLUSIVE is held or awaited): parts of it were not read"


def _unread_elsewhere(things: list[Thing], home: str) -> Iterator[str]:
    """Things with gaps whose own table is not the one that is locked: a view over it, an index on its way out."""
    locked = {thing.ref for thing in things if isinstance(thing, Table) and thing.locked}
    for thing in things:
        if thing.unread and not isinstance(thing, Table):
            owner = thing.ref.table or str(getattr(thing, "table", ""))
            if Ref(Kind.TABLE, thing.ref.schema, "", owner) not in locked:
                name = f"{thing.ref.kind.value} {thing.ref.label(home)}"
                yield f"The {name} or something it uses is locked: parts of it were not read"


def _read(wire: Wire, definition: Definition, catalog: Catalog) -> tuple[Sequence[Thing], bool]:
    """The things of one query, and whether the functions that wait could be used."""
    tries = 2 if definition.has_fallback else 1
    for left in reversed(range(tries)):
        try:
            return _things(wire, definition, definition.sql, catalog), True
        except (LinkLostFault, TimedOutFault, NotPermittedFault):
            raise
        except (LockedFault, ReadFault):
            if not left and not definition.has_fallback:
                raise
    return _things(wire, definition, definition.without_functions, catalog), False


def _things(wire: Wire, definition: Definition, sql: str, catalog: Catalog) -> Sequence[Thing]:
    make = _MAKERS[definition.name]
    return wire.made(sql, lambda rows: make(rows, catalog))
