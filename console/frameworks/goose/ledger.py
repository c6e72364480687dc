"""goose's table: a row for each up, and in old versions one for each down, too; the last of a version decides."""

from __future__ import annotations

from console.core.migration import Ledger, LedgerRow
from console.core.observation import Server
from console.core.ports import Project, TableRows
from console.readers.sqlfiles import ledger as _rows

TABLE = "goose_db_version"
LOCK = "4097083626"
"""What a program takes that has goose inside and asks for a lock of the session; the command takes none."""
LOCKS = (LOCK, "5887940537704921958")
"""Newer and older versions."""
DOWN = "down"


def ledger_tables(project: Project | None) -> tuple[tuple[str | None, str], ...]:
    """Where the table may be: as configured, then under the usual name."""
    schema, _, table = (project.settings.get("table", "") if project else "").rpartition(".")
    first = ((schema or None, table),) if table else ()
    return tuple(dict.fromkeys((*first, (None, TABLE))))


def parse_ledger(name: str, rows: TableRows) -> Ledger | None:
    """The rows in the order in which they were written; None when the table is not goose's."""
    if not _rows.has(rows, "id", "version_id", "is_applied"):
        return None
    if any(row.number("version_id") is None for row in _rows.read(rows)):
        return Ledger(name, True, unread="a version of it is no number")
    return _rows.ledger(name, rows, (), _row, lambda row: row.number("id") or 0)


def _row(row: _rows.Row) -> LedgerRow | None:
    """None for the row that goose makes with the table."""
    if row.number("version_id") == 0:
        return None
    kind = "" if row.yes("is_applied") else DOWN
    when, place = row.when("tstamp"), row.number("id")
    return LedgerRow(str(row.number("version_id")), True, applied_at=when, type=kind, rank=place)


def applied(ledger: Ledger) -> dict[str, LedgerRow]:
    """The row of each version that counts as applied."""
    last = {row.id: row for row in ledger.rows}
    return {name: row for name, row in last.items() if row.type != DOWN}


def locks(server: Server) -> tuple[tuple[str, ...], ...]:
    """Its lock as the server lists it."""
    return tuple((lock,) for lock in LOCKS) if server.grammar == "postgres" else ()
