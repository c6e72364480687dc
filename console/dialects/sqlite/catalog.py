"""The whole database as one Schema, in two reads however many tables there are.

The text of every CREATE is kept by SQLite and kept true by it (ALTER TABLE rewrites it), so it is read with the grammar
that reads migrations. What the columns really are is asked as well: where the two disagree, the parts of that table are
not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from console.core.lexer_sqlite import folded
from console.core.operations import Create
from console.core.schema import Column, Index, Kind, Other, Schema, Table, Thing, Trigger, View
from console.core.statements.cursor import Unreadable
from console.core.statements.sqlite.cursor import address
from console.core.statements.sqlite.grammar import read_meaning
from console.core.statements.sqlite.tables import table_things
from console.core.types.sqlite import canonical_type
from console.dialects.sqlite.wire import Reader, Row

HOME = "main"
OBJECTS = "SELECT type, name, tbl_name, sql FROM main.sqlite_master"
COLUMNS = (
    'SELECT m.name, x.name, x.type, x."notnull", x.hidden FROM main.sqlite_master AS m '
    "JOIN pragma_table_xinfo(m.name, 'main') AS x "
    "WHERE m.type = 'table' AND m.sql NOT LIKE 'create virtual%' ORDER BY m.name, x.cid"
)
_INTERNAL = "sqlite_"
_TEXTS = "postgres"
"""How its texts are compared: here they are spelled as the standard has it, with names in double quotes."""
_SHADOWS = {
    "fts3": ("content", "segments", "segdir", "docsize", "stat"),
    "fts4": ("content", "segments", "segdir", "docsize", "stat"),
    "fts5": ("data", "idx", "content", "docsize", "config"),
    "rtree": ("node", "parent", "rowid"),
    "rtree_i32": ("node", "parent", "rowid"),
    "geopoly": ("node", "parent", "rowid"),
}
"""The tables in which a module keeps what a virtual table holds: `search_data`."""
MEMBERS = "members"
"""In `unread` of a table: what belongs to it is not known."""

Told = tuple[str, str, bool, bool]
"""Of a column: its name, its type, whether it is NOT NULL and whether it is generated."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """What was read of a file, before anything is made of it: as long as it is read, nobody else can write."""

    objects: list[Row]
    columns: list[Row]


def read_catalog(reader: Reader) -> Catalog:
    """All that is asked of the file."""
    return Catalog(reader.rows(OBJECTS), reader.rows(COLUMNS))


def schema_of(catalog: Catalog) -> Schema:
    """Everything there is in the file."""
    objects = [row for row in catalog.objects if not folded(row[1]).startswith(_INTERNAL)]
    told = _columns(catalog.columns)
    shadows = _shadows(objects)
    things: list[Thing] = []
    unread: list[str] = []
    for kind, name, table, sql in objects:
        if kind == "table":
            found = _table(name, sql or "", told.get(name, ()), shadows)
        else:
            found = _other(kind, name, table, sql)
        things += found
        unread += [f"The definition of {t.ref.label(HOME)} was not understood" for t in found if t.unread]
    return Schema(tuple(sorted(things, key=_order)), HOME, tuple(unread), _TEXTS)


def _order(thing: Thing) -> tuple[str, str, str, str]:
    ref = thing.ref
    return (ref.kind, ref.schema, ref.table, ref.name)


def _columns(rows: list[Row]) -> Mapping[str, tuple[Told, ...]]:
    found: dict[str, list[Told]] = {}
    for table, name, type_name, not_null, hidden in rows:
        found.setdefault(table, []).append(
            (folded(name), canonical_type(type_name or ""), bool(not_null), hidden in (2, 3))
        )
    return {table: tuple(columns) for table, columns in found.items()}


def _shadows(objects: list[Row]) -> Mapping[str, str]:
    """Name of a table that belongs to a virtual one -> the virtual one."""
    found = {}
    for kind, name, _, sql in objects:
        if kind == "table" and (sql or "").lower().startswith("create virtual"):
            module = _virtual(name, sql).definition or ""
            for ending in _SHADOWS.get(module.removeprefix("virtual, using ").partition(" ")[0].partition("(")[0], ()):
                found[f"{folded(name)}_{ending}"] = name
    return found


def _virtual(name: str, sql: str) -> Other:
    for operation in read_meaning(sql, HOME).operations:
        if isinstance(operation, Create) and isinstance(operation.things[0], Other):
            return operation.things[0]
    return Other(ref=address(Kind.TABLE, HOME, "", name), definition="virtual")


def _table(name: str, sql: str, told: tuple[Told, ...], shadows: Mapping[str, str]) -> tuple[Thing, ...]:
    ref = address(Kind.TABLE, HOME, "", name)
    if sql.lower().startswith("create virtual"):
        return (_virtual(name, sql),)
    if ref.name in shadows:
        return (Other(ref=ref, definition=f"holds what {shadows[ref.name]} is made of"),)
    try:
        things = table_things(sql, HOME, ref.name)
    except Unreadable:
        things = ()
    if not things or not _agrees(things, told):
        return (Table(ref=ref, unread=frozenset({MEMBERS, "columns", "options"})),)
    return tuple(replace(thing, ref=ref) if isinstance(thing, Table) else thing for thing in things)


def _agrees(things: tuple[Thing, ...], told: tuple[Told, ...]) -> bool:
    """Whether the columns that were read are those the server has."""
    columns = (thing for thing in things if isinstance(thing, Column))
    return tuple((c.ref.name, c.type, not c.nullable, c.generated is not None) for c in columns) == told


def _other(kind: str, name: str, table: str, sql: str | None) -> tuple[Thing, ...]:
    """An index, view or trigger; nothing for the index behind a constraint, which has no text."""
    if sql is None:
        return ()
    for operation in read_meaning(sql, HOME).operations:
        if isinstance(operation, Create):
            return (operation.things[0],)
    return tuple(_unreadable(kind, name, table))


def _unreadable(kind: str, name: str, table: str) -> Iterator[Thing]:
    ref = address(Kind(kind), HOME, "", name)
    if kind == "index":
        unread = frozenset({"columns", "unique", "where", "method", "options"})
        yield Index(ref=ref, table=folded(table), columns=(), unread=unread)
    elif kind == "view":
        yield View(ref=ref, unread=frozenset({"definition"}))
    elif kind == "trigger":
        yield Trigger(ref=ref, table=folded(table), unread=frozenset({"definition"}))
