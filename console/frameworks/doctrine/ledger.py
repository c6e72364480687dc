"""Doctrine's table: the full name of the class, when it ran, and for how many milliseconds."""

from __future__ import annotations

from console.core.migration import Ledger, LedgerRow
from console.core.ports import Project, TableRows
from console.readers.sqlfiles import ledger as _rows

TABLE = "doctrine_migration_versions"
_OLD = "it is the table of Doctrine Migrations 2: `migrations:sync-metadata-storage` of 3 makes it new"


def ledger_tables(project: Project | None) -> tuple[tuple[str | None, str], ...]:
    """Where the table may be: as configured, then under the usual name."""
    schema, _, table = (project.settings.get("table", "") if project else "").rpartition(".")
    first = ((schema or None, table),) if table else ()
    return tuple(dict.fromkeys((*first, (None, TABLE))))


def parse_ledger(name: str, rows: TableRows) -> Ledger | None:
    """The rows in the order of their names; None when the table is not Doctrine's."""
    columns = {column.lower() for column in rows.columns}
    if not {"version", "executed_at"} <= columns or len(columns) > len(_COLUMNS):
        return None
    if "execution_time" not in columns:
        return Ledger(name, True, unread=_OLD)
    found = sorted(_rows.read(rows), key=lambda row: row.text("version").encode())
    made = (
        LedgerRow(
            row.text("version"),
            True,
            applied_at=row.when("executed_at"),
            rank=n,
            stamp=row.stamp,
            raw=row.raw,
        )
        for n, row in enumerate(found, 1)
    )
    return Ledger(name, True, tuple(made))


_COLUMNS = ("version", "executed_at", "execution_time")
