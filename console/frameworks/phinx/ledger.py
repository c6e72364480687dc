"""phinxlog: the version, the class's name, when it began and ended, and whether a rollback stops there."""

from __future__ import annotations

from console.core.migration import Ledger, LedgerRow
from console.core.ports import Project, TableRows
from console.readers.sqlfiles import ledger as _rows

TABLE = "phinxlog"
BREAKPOINT = "breakpoint"
"""The type of a row at which a rollback stops."""


def ledger_tables(project: Project | None) -> tuple[tuple[str | None, str], ...]:
    """Where the table may be: as configured, then under the usual name."""
    settings = project.settings if project else {}
    schema, _, table = settings.get("table", "").rpartition(".")
    first = ((schema or None, table),) if table else ()
    own = ((settings["schema"], TABLE),) if settings.get("schema") and not table else ()
    return tuple(dict.fromkeys((*first, *own, (None, TABLE))))


def parse_ledger(name: str, rows: TableRows) -> Ledger | None:
    """The rows by their versions; None when the table is not Phinx's."""
    if not _rows.has(rows, "version", "start_time", "end_time"):
        return None
    if any(row.number("version") is None for row in _rows.read(rows)):
        return Ledger(name, True, unread="a version of it is no number")
    return _rows.ledger(name, rows, (), _row, lambda row: row.number("version") or 0)


def _row(row: _rows.Row) -> LedgerRow:
    return LedgerRow(
        str(row.number("version")),
        True,
        applied_at=row.when("end_time"),
        description=row.text("migration_name"),
        type=BREAKPOINT if row.yes("breakpoint") else "",
        rank=row.number("version"),
    )


def started(row: LedgerRow) -> str:
    """When it began, as the table has it: what an order by execution goes by."""
    return next((value or "" for column, value in row.raw if column.lower() == "start_time"), "")
