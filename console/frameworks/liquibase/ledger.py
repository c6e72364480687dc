"""Liquibase's table of changesets, and the row beside it that is its lock: it outlives the process that took it."""

from __future__ import annotations

from dataclasses import replace

from console.core.migration import Ledger, LedgerRow
from console.core.plain import one_line
from console.core.ports import Project, TableRows
from console.readers.sqlfiles import ledger as _rows

TABLE = "databasechangelog"
LOCK = "databasechangeloglock"
_MOST = 80


def ledger_tables(project: Project | None) -> tuple[tuple[str | None, str], ...]:
    """Where the table may be: as configured, then under the usual name, in whatever case."""
    named = project.settings.get("table", "") if project else ""
    return tuple(dict.fromkeys((None, name) for name in (named.lower(), TABLE) if name))


def parse_ledger(name: str, rows: TableRows) -> Ledger | None:
    """The rows in the order in which they were written; None when the table is not Liquibase's."""
    columns = ("id", "author", "filename", "md5sum", "orderexecuted", "exectype")
    return _rows.ledger(name, rows, columns, _row, lambda row: row.number("orderexecuted") or 0)


def _row(row: _rows.Row) -> LedgerRow:
    return LedgerRow(
        f"{row.text('id')}::{row.text('author')}::{row.text('filename')}",
        row.text("exectype") not in ("FAILED", "SKIPPED"),
        applied_at=row.when("dateexecuted"),
        checksum=row.values["md5sum"],
        description=row.text("description"),
        type=row.text("exectype"),
        rank=row.number("orderexecuted"),
    )


def with_beside(ledger: Ledger, rows: TableRows) -> Ledger:
    """The ledger with who holds the lock, since when."""
    if not _rows.has(rows, "id", "locked", "lockgranted", "lockedby"):
        return ledger
    held = next((row for row in _rows.read(rows) if row.yes("locked")), None)
    if held is None:
        return replace(ledger, beside=(("locked", "no"),))
    said = (("by", held.text("lockedby")), ("since", held.text("lockgranted")))
    return replace(ledger, beside=(("locked", "yes"), *said))


def about(ledger: Ledger) -> str:
    """What is to be said of the lock."""
    kept = dict(ledger.beside)
    if kept.get("locked") != "yes":
        return ""
    who = one_line(kept["by"], _MOST) or "nobody who said so"
    since = one_line(kept["since"], _MOST) or "nobody knows when"
    return (
        f"Liquibase's lock is held by {who} since {since}, in the clock of who took it. It outlives its process: where "
        "no session from there migrates any more, `liquibase release-locks` frees it, and until then every run waits."
    )
