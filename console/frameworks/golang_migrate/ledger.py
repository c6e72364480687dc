"""golang-migrate's table: at most one row, `version` and `dirty`; and the number of its lock."""

from __future__ import annotations

import zlib

from console.core.migration import Ledger, LedgerRow
from console.core.observation import Server
from console.core.ports import Project, TableRows
from console.readers.sqlfiles import ledger as _rows

TABLE = "schema_migrations"
NOTHING = -1
"""The version that stands for none."""
_SALT = 1486364155


def table_of(project: Project | None) -> str:
    """The table's name without its schema, as the URL names it."""
    named = project.settings.get("url.x-migrations-table", "") if project else ""
    return named.strip('"').replace('"."', ".").rpartition(".")[2] or TABLE


def ledger_tables(project: Project | None) -> tuple[tuple[str | None, str], ...]:
    """Where the table may be: as the URL names it, then under the usual name."""
    return tuple(dict.fromkeys(((None, table_of(project)), (None, TABLE))))


def parse_ledger(name: str, rows: TableRows) -> Ledger | None:
    """The row; None when the table is not golang-migrate's."""
    if {column.lower() for column in rows.columns} != {"version", "dirty"}:
        return None
    found = tuple(_rows.read(rows))
    if any(row.number("version") is None for row in found):
        return Ledger(name, True, unread="its version is no number")
    if len(found) > 1:
        return Ledger(name, True, unread=f"it has {len(found)} rows, and golang-migrate writes one")
    made = (LedgerRow(str(row.number("version")), not row.yes("dirty"), stamp=row.stamp, raw=row.raw) for row in found)
    return Ledger(name, True, tuple(made))


def lock_keys(ledger: str, server: Server) -> tuple[str, ...]:
    """Its lock as the server lists it: the program gives the database's name with a slash before it, a program that
    has golang-migrate inside gives it without."""
    schema, _, table = ledger.rpartition(".")
    if server.grammar == "sqlite":
        return ()
    if server.grammar == "postgres":
        return tuple(_key(f"{schema}\0{table}\0{name}") for name in (f"/{server.name}", server.name))
    return (_key(f"{server.name}:{table}"),)


def _key(text: str) -> str:
    return str(zlib.crc32(text.encode()) * _SALT & 0xFFFFFFFF)
