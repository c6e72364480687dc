"""The whole database as one Schema: a constant number of reads, none of which waits.

MySQL tells everything even of a table that is locked. MariaDB opens each table to tell of it, and what it cannot open
is missing from the result, with a warning: such a table is marked locked and its members are not known. A lock may come
between two reads, so when warnings come that the locked tables do not explain, all is read once more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from console.core.faults import LockedFault, NotPermittedFault, ReadFault
from console.core.maker import uncollected
from console.core.schema import MEMBERS, Kind, Schema, Table, Thing, Trigger
from console.core.table_case import as_named
from console.dialects.mysql import programs, relations
from console.dialects.mysql.definitions import ESTIMATES, GRANTS, definitions
from console.dialects.mysql.gaps import Gaps
from console.dialects.mysql.quoting import quoted
from console.dialects.mysql.wire import Row, Wire

_TRIES = 2
_SETTINGS = "start_value, minimum_value, maximum_value, increment, cycle_option"
_MOST_SEQUENCES = 50
_LOCKED = 1205
_MOVED = "Tables were locked and let go while the schema was read"
_MAY_HIDE = (Kind.COLUMN, Kind.INDEX, Kind.CONSTRAINT, Kind.TRIGGER, Kind.VIEW, Kind.SEQUENCE)
"""What a table that could not be opened hides."""


@dataclass
class Catalog:
    """All rows of one reading."""

    home: str
    dialect: str
    whole: frozenset[str] | None = None
    """The tables told with all their columns; None: all of them."""
    rows: dict[str, list[Row]] = field(default_factory=dict)
    warnings: dict[str, int] = field(default_factory=dict)
    """How many tables could not be opened for each read."""
    closed: frozenset[str] = frozenset()
    """Tables, views and sequences that could not be opened when the tables were asked for, and at the end."""
    steady: bool = True
    """At the end the same ones were locked."""
    estimates: dict[str, int] = field(default_factory=dict)
    grants: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sequences: dict[str, Row] = field(default_factory=dict)
    """What each is set to, of those that could be read."""

    @property
    def silent(self) -> frozenset[str]:
        """Tables without a single column: opened when the tables were asked for, locked when the columns were."""
        told = {row[0] for row in self.rows["columns"]}
        tables = (row[0] for row in self.rows["tables"] if row[1] not in relations.NO_TABLES)
        return frozenset(name for name in tables if name not in told and self.tells_all_of(name))

    def tells_all_of(self, table: str) -> bool:
        """The account is told of all its columns."""
        return self.whole is None or table in self.whole

    @property
    def is_whole(self) -> bool:
        """Everything that is missing is explained by the tables that were locked from the first read to the last."""
        others = sum(1 for row in self.rows["tables"] if relations.is_view(row))
        most = len(self.closed) + others
        return self.steady and not self.silent - self.closed and all(count <= most for count in self.warnings.values())


def read_schema(wire: Wire, dialect: str, missing: Gaps) -> Schema:
    """Everything there is in the database; `missing` says what the account may not see."""
    with uncollected():
        return _read_schema(wire, dialect, missing)


def _read_schema(wire: Wire, dialect: str, missing: Gaps) -> Schema:
    catalog = _read(wire, dialect, missing.whole)
    for _ in range(_TRIES):
        if catalog.is_whole or dialect == "mysql":
            break
        catalog = _read(wire, dialect, missing.whole)
    things = sorted(_things(catalog), key=_order)
    unread = [*missing.reasons, *(_locked(name) for name in sorted(_gone(catalog)))]
    untold = dict(missing.untold)
    if not wire.home:
        unread.append("No database was named: name one at the end of the URL")
    elif dialect == "mariadb" and not catalog.is_whole:
        unread.append(f"{_MOVED}: parts of it may be missing")
        untold |= dict.fromkeys(_MAY_HIDE, _MOVED[0].lower() + _MOVED[1:])
    schema = Schema(tuple(things), wire.home, tuple(unread), dialect, untold)
    return as_named(schema, folds_tables=bool(wire.read("SELECT @@lower_case_table_names")[0][0]))


def _locked(name: str) -> str:
    return f"{name} is locked (an exclusive metadata lock is held): its parts were not read"


def _gone(catalog: Catalog) -> frozenset[str]:
    """Everything whose members are not known for a lock."""
    return catalog.closed | (catalog.silent if catalog.dialect == "mariadb" and not catalog.is_whole else frozenset())


def _order(thing: Thing) -> tuple[str, str, str, str]:
    ref = thing.ref
    return (ref.kind, ref.schema, ref.table, ref.name)


def _read(wire: Wire, dialect: str, whole: frozenset[str] | None) -> Catalog:
    catalog = Catalog(wire.home, dialect, whole)
    for definition in definitions(dialect, wire.number):
        catalog.rows[definition.name], catalog.warnings[definition.name] = _opened(wire, definition.sql)
    if any(catalog.warnings.values()):
        catalog.closed = _unopened(catalog.rows["tables"]) if catalog.warnings["tables"] else frozenset()
        again, _ = _opened(wire, next(each.sql for each in definitions(dialect, wire.number) if each.name == "tables"))
        catalog.steady = catalog.closed == _unopened(again)
        catalog.rows["tables"] = _with_kinds(catalog, dict(wire.read("SHOW FULL TABLES")))
    _read_sequences(wire, catalog)
    with suppress(NotPermittedFault, ReadFault):
        catalog.estimates = {name: int(rows) for name, rows in wire.read(ESTIMATES, {"home": wire.home})}
        for name, grantee, right in wire.read(GRANTS, {"home": wire.home}):
            catalog.grants[name] = (*catalog.grants.get(name, ()), f"{grantee}\t{right}")
    return catalog


def _read_sequences(wire: Wire, catalog: Catalog) -> None:
    """MariaDB tells what one is set to by a read of itself, which does not wait; where they are very many, none is."""
    names = [row[0] for row in catalog.rows["tables"] if row[1] == "SEQUENCE" and row[0] not in catalog.closed]
    for name in names if len(names) <= _MOST_SEQUENCES else ():
        with suppress(NotPermittedFault, ReadFault, LockedFault):
            place = f"{quoted(catalog.home)}.{quoted(name)}"
            (catalog.sequences[name],) = wire.read(f"SELECT {_SETTINGS} FROM {place}")


def _opened(wire: Wire, sql: str) -> tuple[list[Row], int]:
    """All rows, and how many tables were left out for a lock."""
    rows, warnings = wire.noticed(sql, {"home": wire.home})
    told = wire.read("SHOW WARNINGS") if warnings else []
    return rows, warnings - sum(1 for _, code, _ in told if code != _LOCKED)


def _unopened(rows: list[Row]) -> frozenset[str]:
    return frozenset(row[0] for row in rows if relations.is_unopened(row))


def _with_kinds(catalog: Catalog, kinds: Mapping[str, str]) -> list[Row]:
    """What could not be opened is told as a table, whatever it is: the list of names knows better, and opens none."""
    return [
        (row[0], kinds.get(row[0], row[1]), *row[2:]) if row[0] in catalog.closed else row
        for row in catalog.rows["tables"]
    ]


def _things(catalog: Catalog) -> Iterator[Thing]:
    """Everything, made of rows; nothing of a table whose members are not known."""
    gone = _gone(catalog)
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
    yield from _routines(catalog)
    told = {row[0] for row in catalog.rows["views"]}
    hidden = (row[0] for row in catalog.rows["tables"] if row[0] in gone - told and relations.is_view(row))
    unseen = (programs.view((name, *[None] * 5), catalog.home, catalog.dialect) for name in hidden)
    yield from (replace(view, unread=frozenset({"definition", "owner", "options"})) for view in unseen)


def _routines(catalog: Catalog) -> Iterator[Thing]:
    given = programs.parameters(catalog.rows["parameters"], catalog.dialect)
    for row in catalog.rows["routines"]:
        yield programs.routine(row, catalog.home, catalog.dialect, given.get((row[1], row[0]), ()))


def _trigger(row: Row, home: str, dialect: str) -> Trigger:
    """A trigger; MariaDB tells its name, but not what it does, to who may write to its table."""
    if row[4] is not None:
        return programs.trigger(row, home, dialect)
    return replace(programs.trigger((*row[:4], ""), home, dialect), unread=frozenset({"definition"}))


_PROGRAMS = (
    (programs.view, "views"),
    (_trigger, "triggers"),
    (programs.event, "events"),
)


def _others(catalog: Catalog, gone: frozenset[str]) -> Iterator[Thing]:
    keys = relations.partition_keys(catalog.rows["partitions"])
    for row in catalog.rows["tables"]:
        if row[1] == "SEQUENCE":
            comment = None if row[0] in gone else row[5]
            yield relations.sequence((*row[:5], comment, *row[6:]), catalog.home, catalog.sequences.get(row[0]))
        elif not relations.is_view(row):
            grants = catalog.grants.get(row[0], ())
            table = relations.table(row, catalog.home, keys.get(row[0]), catalog.estimates.get(row[0]), grants)
            yield _closed(table) if row[0] in gone else _as_told(table, catalog)


def _as_told(table: Table, catalog: Catalog) -> Table:
    return table if catalog.tells_all_of(table.ref.name) else replace(table, unread=table.unread | {MEMBERS})


def _closed(table: Table) -> Table:
    """A table of which only the name is known."""
    hidden = {"engine", "charset", "collation", "options", "partition_key", "partitions", "comment", MEMBERS}
    return replace(table, locked=True, unread=frozenset(hidden), comment=None)
