"""dbmate's table: versions and nothing else, as Rails' is; what Rails keeps beside its own tells them apart."""

from __future__ import annotations

from dataclasses import replace

from console.core.migration import Ledger, LedgerRow
from console.core.observation import Server
from console.core.ports import Project, TableRows
from console.readers.sqlfiles import ledger as _rows

TABLE = "schema_migrations"
NOT_BESIDE = "ar_internal_metadata"
"""Rails makes it, dbmate does not."""
LOCK = "48372615"
"""Taken on PostgreSQL since 2.37 where it is asked to (measured)."""


def ledger_tables(project: Project | None) -> tuple[tuple[str | None, str], ...]:
    """Where the table may be: as configured, then under the usual name."""
    named = (project.settings.get("table", "") if project else "").replace('"', "")
    schema, _, table = named.rpartition(".")
    first = ((schema or None, table),) if table else ()
    return tuple(dict.fromkeys((*first, (None, TABLE))))


def parse_ledger(name: str, rows: TableRows) -> Ledger | None:
    """The versions; None when the table is another's."""
    if [column.lower() for column in rows.columns] != ["version"]:
        return None
    found = sorted(_rows.read(rows), key=lambda row: row.text("version"))
    versions = [row.text("version") for row in found]
    if not all(text.isascii() and text.isdigit() for text in versions):
        mixed = any(text.isdigit() for text in versions)
        return Ledger(name, True, unread="one of its rows is no version") if mixed else None
    made = (
        LedgerRow(row.text("version"), True, rank=n, stamp=row.stamp, raw=row.raw) for n, row in enumerate(found, 1)
    )
    return Ledger(name, True, tuple(made))


def with_beside(ledger: Ledger, rows: TableRows) -> Ledger:
    """None at all where Rails' own table stands beside it."""
    return replace(ledger, exists=False, rows=()) if _rows.has(rows, "key", "value") else ledger


def locks(server: Server) -> tuple[tuple[str, ...], ...]:
    """Its lock as the server lists it."""
    return ((LOCK,),) if server.grammar == "postgres" else ()
