"""The whole database as one Schema: a constant number of reads, none of which waits.

MySQL tells everything even of a table that is locked. MariaDB opens each table to tell of it, and what it cannot open
is missing from the result, with a warning: such a table is marked locked and its members are not known. A lock may come
between two reads, so when warnings come that the locked tables do not explain, all is read once more.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace

from console.core.faults import NotPermittedFault, ReadFault
from console.core.schema import Schema, Table, Thing
from console.dialects.mysql import programs, relations
from console.dialects.mysql.definitions import ESTIMATES, definitions
from console.dialects.mysql.wire import Row, Wire

MEMBERS = "members"
"""In `unread` of a table or a database: what belongs to it is not known."""

_TRIES = 2


@dataclass
class Catalog:
    """All rows of one reading."""

    home: str
    dialect: str
    rows: dict[str, list[Row]] = field(default_factory=dict)
    warnings: dict[str, int] = field(default_factory=dict)
    estimates: dict[str, int] = field(default_factory=dict)

    @property
    def locked(self) -> frozenset[str]:
        """Tables that could not be opened when they were asked for."""
        return frozenset(
            row[0] for row in self.rows["tables"] if relations.is_unopened(row) and self.warnings["tables"]
        )

    @property
    def silent(self) -> frozenset[str]:
        """Tables without a single column: opened when the tables were asked for, locked when the columns were."""
        told = {row[0] for row in self.rows["columns"]}
        return frozenset(
            row[0] for row in self.rows["tables"] if row[1] not in relations.NO_TABLES and row[0] not in told
        )

    @property
    def is_whole(self) -> bool:
        """Everything that is missing is explained by the tables that were locked from the first read on."""
        others = sum(1 for row in self.rows["tables"] if relations.is_view(row))
        most = len(self.locked) + others
        return not self.silent - self.locked and all(count <= most for count in self.warnings.values())


def read_schema(wire: Wire, dialect: str, missing: tuple[str, ...] = ()) -> Schema:
    """Everything there is in the database; `missing` says what the account may not see."""
    catalog = _read(wire, dialect)
    for _ in range(_TRIES):
        if catalog.is_whole or dialect == "mysql":
            break
        catalog = _read(wire, dialect)
    things = sorted(_things(catalog), key=_order)
    unread = [*missing, *(_locked(thing, wire.home) for thing in things if isinstance(thing, Table) and thing.locked)]
    if not wire.home:
        unread.append("No database was named: name one at the end of the URL")
    elif dialect == "mariadb" and not catalog.is_whole:
        unread.append("Tables were locked and let go while the schema was read: parts of it may be missing")
    return Schema(tuple(things), wire.home, tuple(unread), dialect)


def _locked(table: Table, home: str) -> str:
    return f"{table.ref.label(home)} is locked (an exclusive metadata lock is held): its parts were not read"


def _order(thing: Thing) -> tuple[str, str, str, str]:
    ref = thing.ref
    return (ref.kind, ref.schema, ref.table, ref.name)


def _read(wire: Wire, dialect: str) -> Catalog:
    catalog = Catalog(wire.home, dialect)
    for definition in definitions(dialect):
        rows, warnings = wire.noticed(definition.sql, {"home": wire.home})
        catalog.rows[definition.name], catalog.warnings[definition.name] = rows, warnings
    with suppress(NotPermittedFault, ReadFault):
        catalog.estimates = {name: int(rows) for name, rows in wire.read(ESTIMATES, {"home": wire.home})}
    return catalog


def _things(catalog: Catalog) -> Iterator[Thing]:
    """Everything, made of rows; nothing of a table whose members are not known."""
    gone = catalog.locked | (catalog.silent if catalog.dialect == "mariadb" and not catalog.is_whole else frozenset())
    for row in catalog.rows["schemas"]:
        space = programs.namespace(row)
        yield space if space.ref.name == catalog.home else replace(space, unread=frozenset({MEMBERS}))
    yield from _others(catalog, gone)
    yield from relations.columns(catalog, gone)
    yield from relations.indexes(catalog, gone)
    yield from relations.foreign_keys(catalog, gone)
    yield from relations.checks(catalog, gone)
    for maker, name in _PROGRAMS:
        yield from (maker(row, catalog.home, catalog.dialect) for row in catalog.rows[name])


_PROGRAMS = (
    (programs.view, "views"),
    (programs.trigger, "triggers"),
    (programs.routine, "routines"),
    (programs.event, "events"),
)


def _others(catalog: Catalog, gone: frozenset[str]) -> Iterator[Thing]:
    keys = relations.partition_keys(catalog.rows["partitions"])
    for row in catalog.rows["tables"]:
        if row[1] == "SEQUENCE":
            yield relations.sequence(row, catalog.home)
        elif not relations.is_view(row):
            table = relations.table(row, catalog.home, keys.get(row[0]), catalog.estimates.get(row[0]))
            yield _closed(table) if row[0] in gone else table


def _closed(table: Table) -> Table:
    """A table of which only the name is known."""
    hidden = {"engine", "charset", "collation", "options", "partition_key", "partitions", "comment", MEMBERS}
    return replace(table, locked=True, unread=frozenset(hidden), comment=None)
