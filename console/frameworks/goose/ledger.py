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
    found = sorted(_rows.read(rows), key=lambda row: row.number("id") or 0)
    if any(row.number("version_id") is None for row in found):
        return Ledger(name, True, unread="a version of it is no number")
    made = (
        LedgerRow(
            str(row.number("version_id")),
            True,
            applied_at=row.when("tstamp"),
            type="" if row.yes("is_applied") else DOWN,
            rank=row.number("id"),
            stamp=row.stamp,
            raw=row.raw,
        )
        for row in found
        if row.number("version_id") != 0
    )
    return Ledger(name, True, tuple(made))


def applied(ledger: Ledger) -> dict[str, LedgerRow]:
    """The row of each version that counts as applied."""
    last = {row.id: row for row in ledger.rows}
    return {name: row for name, row in last.items() if row.type != DOWN}


def locks(server: Server) -> tuple[tuple[str, ...], ...]:
    """Its lock as the server lists it."""
    return tuple((lock,) for lock in LOCKS) if server.grammar == "postgres" else ()
