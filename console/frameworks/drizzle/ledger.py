"""Drizzle's table: a hash and a time for each file that ran; no name before 1.0."""

from __future__ import annotations

from console.core.migration import Ledger, LedgerRow
from console.core.ports import Project, TableRows
from console.readers.sqlfiles import ledger as _rows

TABLE = "__drizzle_migrations"
SCHEMA = "drizzle"
"""Where the table is on PostgreSQL; elsewhere it is in the database itself."""


def ledger_tables(project: Project | None) -> tuple[tuple[str | None, str], ...]:
    """Where the table may be: as configured, then where it usually is."""
    if project is None:
        return ((None, TABLE),)
    table = project.settings.get("table") or TABLE
    apart = project.url is None or project.url.get_backend_name() == "postgresql"
    first = ((project.settings.get("schema") or SCHEMA, table),) if apart else ()
    return tuple(dict.fromkeys((*first, (None, table), (None, TABLE))))


def parse_ledger(name: str, rows: TableRows) -> Ledger | None:
    """The rows by their times; None when the table is not Drizzle's."""
    if not _rows.has(rows, "id", "hash", "created_at"):
        return None
    if _rows.has(rows, "name"):
        return Ledger(name, True, unread="it is that of Drizzle 1.0, which Halfway does not read")
    if any(row.number("created_at") is None for row in _rows.read(rows)):
        return Ledger(name, True, unread="one of its times is no number")
    return _rows.ledger(name, rows, (), _row, lambda row: (row.number("created_at"), row.number("id") or 0))


def _row(row: _rows.Row) -> LedgerRow:
    return LedgerRow(row.text("created_at"), True, checksum=row.text("hash"), rank=row.number("created_at"))
