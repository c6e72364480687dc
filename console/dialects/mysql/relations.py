"""Catalog rows as tables, columns, indexes, keys and checks.

Names of columns, indexes and constraints have no case here; `uncased` folds them, as it does for files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from sys import intern
from typing import TYPE_CHECKING

from console.core.maker import maker
from console.core.schema import NOTHING, Column, Constraint, Index, Kind, Ref, Sequence, Table
from console.core.types.mysql import canonical_charset, canonical_collation, canonical_type, charset_of, is_json_check
from console.core.types.mysql_defaults import (
    catalog_default,
    catalog_expression,
    catalog_on_update,
    index_item,
    table_options,
)

if TYPE_CHECKING:
    from console.dialects.mysql.catalog import Catalog
    from console.dialects.mysql.wire import Row

NO_TABLES = frozenset({"VIEW", "SYSTEM VIEW", "SEQUENCE"})
_ACTIONS = {"RESTRICT": "no action"}
_WHOLE = ("FULLTEXT", "SPATIAL")
"""Kinds of index whose columns have no prefix, whatever is told."""
_SETTINGS = frozenset({"type", "start", "increment", "minimum", "maximum", "cycle"})

_owner = itemgetter(0)
_OF_RULES = frozenset({"on_delete", "on_update", "match"})
_ref = maker(Ref, "kind", "schema", "table", "name", "written")
_table = maker(
    Table, "ref", "comment", "stamp", "engine", "charset", "collation", "options", "partition_key", "partitions",
    "rows", "grants",
)  # fmt: skip
_a_column = maker(
    Column, "ref", "comment", "position", "type", "nullable", "default", "generated", "generated_kind", "charset",
    "collation", "on_update", "auto_increment", "invisible", "srid",
)  # fmt: skip
_an_index = maker(Index, "ref", "comment", "table", "columns", "method", "unique", "constraint", "visible")
_a_key = maker(Constraint, "ref", "type", "columns")
_a_foreign_key = maker(
    Constraint,
    "ref",
    "unread",
    "type",
    "columns",
    "references",
    "referenced_columns",
    "on_update",
    "on_delete",
    "match",
)
_a_check = maker(Constraint, "ref", "type", "expression", "enforced")


def _address(kind: Kind, home: str, table: str, name: str) -> Ref:
    """As `uncased` has it, of a name that has no case."""
    folded = intern(name.lower())
    return _ref(kind, home, intern(table), folded, "" if folded == name else name)


def is_view(row: Row) -> bool:
    """A row of tables that is a view."""
    return row[1] in ("VIEW", "SYSTEM VIEW")


def is_unopened(row: Row) -> bool:
    """A row of tables of which the server told the name only."""
    return row[1] not in NO_TABLES and row[2] is None


@dataclass(frozen=True, slots=True)
class PartitionKey:
    """How a table is divided."""

    text: str
    names: tuple[str, ...]


def partition_keys(rows: Iterable[Row]) -> Mapping[str, PartitionKey]:
    """By table; parts of parts are left out."""
    found = {}
    for name, group in groupby(rows, _owner):
        parts = list(group)
        method, expression = parts[0][2], parts[0][3]
        names = tuple(dict.fromkeys(part[1] + _bound(method, part[4]) for part in parts))
        found[name] = PartitionKey(f"{method} ({expression or ''})", names)
    return found


def _bound(method: str, description: str | None) -> str:
    """What a partition may hold: `=less than (2020)`, `=in ('n','ne')`."""
    if description is None:
        return ""
    if method.startswith("LIST"):
        return f"=in ({'default' if description == 'MAXVALUE' else description})"
    return f"=less than ({description.replace('MAXVALUE', 'maxvalue')})"


def table(
    row: Row, home: str, partitions: PartitionKey | None, estimate: int | None, grants: tuple[str, ...] = ()
) -> Table:
    """A table."""
    name, kind, engine, collation, options, comment, changed = row
    collation = intern(canonical_collation(collation)) if collation else None
    versioned = ("with system versioning",) if kind == "SYSTEM VERSIONED" else ()
    return _table(
        _ref(Kind.TABLE, home, "", intern(name), ""), comment or None, int(changed) if changed is not None else None,
        intern(engine.lower()) if engine else None, (charset_of(collation) or None) if collation else None, collation,
        (*table_options(options), *versioned), partitions.text if partitions else None,
        partitions.names if partitions else (), estimate, grants,
    )  # fmt: skip


def sequence(row: Row, home: str, settings: Row | None = None) -> Sequence:
    """MariaDB's sequence; `settings` is the row that it holds, where that was read."""
    ref, comment = Ref(Kind.SEQUENCE, home, "", row[0]), row[5] or None
    if settings is None:
        return Sequence(ref=ref, comment=comment, unread=_SETTINGS)
    start, minimum, maximum, increment, cycle = settings
    return Sequence(
        ref=ref, comment=comment, start=start, minimum=minimum, maximum=maximum, increment=increment,
        cycle=bool(cycle), unread=_SETTINGS - {"start", "minimum", "maximum", "increment", "cycle"},
    )  # fmt: skip


def _tables(catalog: Catalog, gone: frozenset[str]) -> frozenset[str]:
    return frozenset(row[0] for row in catalog.rows["tables"] if row[1] not in NO_TABLES and row[0] not in gone)


def columns(catalog: Catalog, gone: frozenset[str]) -> Iterator[Column]:
    """The columns of tables; those of views follow from their definition."""
    known, json = _tables(catalog, gone), _json_columns(catalog)
    for row in catalog.rows["columns"]:
        if row[0] in known:
            yield _column(row, catalog, is_json=(row[0], row[1].lower()) in json)


def _column(row: Row, catalog: Catalog, *, is_json: bool) -> Column:
    (owner, name, position, default, nullable, kind, charset, collation, extra, comment, expression, srid) = row
    kind = "json" if is_json else canonical_type(kind, catalog.dialect)
    is_text = kind != "json" and charset is not None
    return _a_column(
        _address(Kind.COLUMN, catalog.home, owner, name), comment or None, int(position), intern(kind),
        nullable == "YES", None if expression else catalog_default(default, kind, extra, catalog.dialect),
        (catalog_expression(expression) if catalog.dialect == "mysql" else expression) or None,
        _generated(extra) if expression else "", canonical_charset(charset) if is_text else None,
        canonical_collation(collation) if is_text else None, catalog_on_update(extra) if extra else None,
        "auto_increment" in extra.lower(), "INVISIBLE" in extra.upper(), int(srid) if srid is not None else None,
    )  # fmt: skip


def _generated(extra: str) -> str:
    return "stored" if {"STORED", "PERSISTENT"} & set(extra.upper().split()) else "virtual"


def _json_columns(catalog: Catalog) -> set[tuple[str, str]]:
    """MariaDB's JSON is a text with a check; the check is what says so."""
    return {
        (owner, name.lower())
        for owner, name, clause, level in catalog.rows["checks"]
        if level == "Column" and is_json_check(clause, name)
    }


def indexes(catalog: Catalog, gone: frozenset[str]) -> Iterator[Index | Constraint]:
    """Every index, and the primary keys, which are constraints too."""
    known = _tables(catalog, gone)
    for (owner, name), group in groupby(catalog.rows["indexes"], itemgetter(0, 1)):
        if owner in known:
            rows = list(group)
            yield _index(rows, catalog.home)
            if name == "PRIMARY":
                yield _primary_key(rows, catalog.home)


def _index(rows: list[Row], home: str) -> Index:
    owner, name, non_unique, _, _, _, _, kind, comment, visible, _ = rows[0]
    whole = kind in _WHOLE
    return _an_index(
        _address(Kind.INDEX, home, owner, name), comment or None, intern(owner),
        tuple([index_item(row[4], None if whole else row[6], row[5], row[10]) for row in rows]), intern(kind.lower()),
        not int(non_unique), name == "PRIMARY", bool(visible),
    )  # fmt: skip


def _primary_key(rows: list[Row], home: str) -> Constraint:
    columns = tuple([row[4].lower() for row in rows])
    return _a_key(_address(Kind.CONSTRAINT, home, rows[0][0], "PRIMARY"), "primary key", columns)


def foreign_keys(catalog: Catalog, gone: frozenset[str]) -> Iterator[Constraint]:
    """Foreign keys; what they do on DELETE and UPDATE is unread where the account may not see it."""
    known = _tables(catalog, gone)
    rules = {(row[0], row[1]): row for row in catalog.rows["rules"]}
    for (owner, name), group in groupby(catalog.rows["keys"], itemgetter(0, 1)):
        if owner in known:
            rows, rule = list(group), rules.get((owner, name))
            yield _a_foreign_key(
                _address(Kind.CONSTRAINT, catalog.home, owner, name), NOTHING if rule else _OF_RULES, "foreign key",
                tuple([row[2].lower() for row in rows]), f"{rows[0][3]}.{rows[0][4]}",
                tuple([row[5].lower() for row in rows]), _action(rule[2]) if rule else "no action",
                _action(rule[3]) if rule else "no action",
                rule[4].lower() if rule and rule[4] != "NONE" else "simple",
            )  # fmt: skip


def _action(rule: str) -> str:
    """RESTRICT and NO ACTION are one thing to InnoDB, and each server tells the other word where none was said."""
    return _ACTIONS.get(rule, rule.lower())


def checks(catalog: Catalog, gone: frozenset[str]) -> Iterator[Constraint]:
    """Checks. MySQL's names are unique in the database, MariaDB's in the table only."""
    known, mysql = _tables(catalog, gone), catalog.dialect == "mysql"
    told = {(None if mysql else row[0], row[1]): row for row in catalog.rows["checked"]}
    for table, name, clause, level in catalog.rows["checks"]:
        row = told.get((table, name))
        owner = table or (row[0] if row else None)
        if owner in known and not (level == "Column" and is_json_check(clause, name)):
            yield _a_check(
                _address(Kind.CONSTRAINT, catalog.home, owner, name), "check",
                catalog_expression(clause) if mysql else clause, bool(row[2]) if row else True,
            )  # fmt: skip
