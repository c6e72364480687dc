"""Knex's table: a row for each file that ran, with its batch; and the row beside it that is its lock."""

from __future__ import annotations

from dataclasses import replace

from console.core.migration import Ledger, LedgerRow
from console.core.ports import Project, TableRows
from console.frameworks.knex.project import TABLE
from console.readers.sqlfiles import ledger as _rows

LOCK = "{}_lock"
"""What it is called beside its ledger."""


def ledger_tables(project: Project | None) -> tuple[tuple[str | None, str], ...]:
    """Where the table may be: as configured, then under the usual name."""
    known = project.settings if project is not None else {}
    table, schema = known.get("table") or TABLE, known.get("schema") or None
    return tuple(dict.fromkeys(((schema, table), (None, table), (None, TABLE))))


def parse_ledger(name: str, rows: TableRows) -> Ledger | None:
    """The rows in the order in which they were written; None when the table is not Knex's."""
    columns = ("id", "name", "batch", "migration_time")
    return _rows.ledger(name, rows, columns, _row, lambda row: row.number("id") or 0)


def _row(row: _rows.Row) -> LedgerRow:
    when = row.when("migration_time")
    return LedgerRow(row.text("name"), True, applied_at=when, batch=row.number("batch"), rank=row.number("id"))


def with_beside(ledger: Ledger, rows: TableRows) -> Ledger:
    """The ledger with its lock: how many rows there are, and whether one says that it is taken."""
    if not _rows.has(rows, "index", "is_locked"):
        return ledger
    found = list(_rows.read(rows))
    held = any(row.number("is_locked") not in (None, 0) for row in found)
    return replace(ledger, beside=(("locked", "yes" if held else "no"), ("rows", str(len(found)))))


def held(ledger: Ledger) -> str:
    """Why no run takes the lock; '' where one can."""
    kept = dict(ledger.beside)
    if kept.get("locked") == "yes":
        return "its lock row is taken, and it stops at once"
    return f"its lock table has {kept['rows']} rows, and it asks for one" if int(kept.get("rows", "1")) > 1 else ""


def about(ledger: Ledger) -> str:
    """What is to be said of the lock."""
    kept = dict(ledger.beside)
    if kept.get("locked") != "yes":
        return ""
    return (
        "Knex's lock row says that a migration runs; it does not say whose, and it outlives its process: where no "
        "session of Knex migrates any more, `knex migrate:unlock` frees it, and until then every run stops."
    )
