"""The whole catalog as one Schema: a constant number of reads, none of which waits.

A read that meets a lock all the same (it came between the check and the call) is tried once more, because the check
sees it now, and then without the functions that wait; what is not known then is marked unread, never left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from console.core.faults import LinkLostFault, LockedFault, NotPermittedFault, ReadFault, TimedOutFault
from console.core.schema import Kind, Ref, Schema, Table, Thing
from console.core.types.postgres import full_xid
from console.dialects.postgres import programs, relations
from console.dialects.postgres.definitions import Definition, definitions
from console.dialects.postgres.wire import Row, Wire


@dataclass
class Catalog:
    """What rows read earlier say about rows read later."""

    home: str
    allowed: bool = True
    """False while a part is read without the functions that wait."""
    next_xid: int = 0
    tables: dict[int, tuple[str, str]] = field(default_factory=dict)
    columns: dict[int, dict[int, str]] = field(default_factory=dict)
    column_collations: dict[tuple[int, int], int] = field(default_factory=dict)
    operator_classes: dict[str, tuple[str, bool]] = field(default_factory=dict)
    collations: dict[str, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    nulls_not_distinct: set[int] = field(default_factory=set)
    stamps: dict[str, int | None] = field(default_factory=dict)

    def stamp(self, *xmins: str | int | None) -> int | None:
        """The newest of these transaction numbers as 64 bits."""
        found = [known for xmin in xmins if xmin and (known := self._full(str(xmin))) is not None]
        return max(found, default=None)

    def _full(self, xmin: str) -> int | None:
        if xmin not in self.stamps:
            self.stamps[xmin] = full_xid(int(xmin), self.next_xid)
        return self.stamps[xmin]


Maker = Callable[[Row, Catalog], Thing | None]

_MAKERS: dict[str, Maker] = {
    "schemas": programs.namespace,
    "extensions": programs.extension,
    "tables": relations.table,
    "columns": relations.column,
    "indexes": relations.index,
    "constraints": relations.constraint,
    "views": programs.view,
    "sequences": relations.sequence,
    "triggers": programs.trigger,
    "policies": programs.policy,
    "types": programs.user_type,
    "routines": programs.routine,
    "others": programs.other,
}


def read_schema(wire: Wire) -> Schema:
    """Everything there is."""
    return as_schema(*read_things(wire), wire.home)


def read_things(wire: Wire, only: Iterable[str] = ()) -> tuple[list[Thing], list[str]]:
    """Everything there is, or what is in `only` these schemas; and why some of it was not read."""
    catalog = Catalog(wire.home)
    things: list[Thing] = []
    unread: list[str] = []
    for definition in definitions(wire.version, only):
        found, allowed = _read(wire, definition, catalog)
        things += found
        if not allowed:
            unread.append(f"Some {definition.name} are locked: their definitions were not read")
    return things, unread


def as_schema(things: list[Thing], unread: list[str], home: str) -> Schema:
    """What was read as one value, with what is missing of it."""
    things.sort(key=_order)
    locked = [_locked(table, home) for table in things if isinstance(table, Table) and table.locked]
    return Schema(tuple(things), home, (*unread, *locked, *_unread_elsewhere(things, home)))


def _order(thing: Thing) -> tuple[str, str, str, str]:
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


def _read(wire: Wire, definition: Definition, catalog: Catalog) -> tuple[list[Thing], bool]:
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
    catalog.allowed = False
    try:
        return _things(wire, definition, definition.without_functions, catalog), False
    finally:
        catalog.allowed = True


def _things(wire: Wire, definition: Definition, sql: str, catalog: Catalog) -> list[Thing]:
    if definition.name == "names":
        _remember(wire.read(sql), catalog)
        return []
    make = _MAKERS[definition.name]
    found = wire.each(sql, lambda row: make(row, catalog))
    return [thing for thing in found if thing is not None]


def _remember(rows: list[Row], catalog: Catalog) -> None:
    """Names and the transaction number, for everything that follows."""
    for kind, key, name, flag in rows:
        if kind == "xid":
            catalog.next_xid = int(key)
        elif kind == "role":
            catalog.roles[key] = name
        else:
            schema, _, plain = name.partition(",")
            full = plain if schema in ("", catalog.home) else f"{schema}.{plain}"
            if kind == "opclass":
                catalog.operator_classes[key] = (full, flag == "true")
            else:
                catalog.collations[key] = full
