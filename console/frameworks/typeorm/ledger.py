"""TypeORM's table: the class of each migration that ran and its time; `id` says in which order they ran."""

from __future__ import annotations

from console.core.migration import Ledger, LedgerRow
from console.core.ports import Project, TableRows
from console.readers.sqlfiles import ledger as _rows

TABLE = "migrations"


def ledger_tables(project: Project | None) -> tuple[tuple[str | None, str], ...]:
    """Where the table may be: as configured, then under the usual name."""
    settings = project.settings if project is not None else {}
    table = settings.get("migrationsTableName") or TABLE
    return tuple(dict.fromkeys(((settings.get("schema") or None, table), (None, TABLE))))


def parse_ledger(name: str, rows: TableRows) -> Ledger | None:
    """The rows in the order they were written; None when the table is another's (Laravel's has the same name)."""
    if {column.lower() for column in rows.columns} != {"id", "timestamp", "name"}:
        return None
    found = sorted(_rows.read(rows), key=lambda row: row.number("id") or 0)
    if any(row.number("timestamp") is None for row in found):
        return Ledger(name, True, unread="one of its times is no number")
    made = (LedgerRow(row.text("name"), True, rank=row.number("id"), stamp=row.stamp, raw=row.raw) for row in found)
    return Ledger(name, True, tuple(made))
