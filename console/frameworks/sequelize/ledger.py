"""Sequelize's table: the names of the files that ran, and times only where the project wished for them."""

from __future__ import annotations

from console.core.migration import Ledger, LedgerRow
from console.core.ports import Project, TableRows
from console.readers.sqlfiles import ledger as _rows

TABLE = "SequelizeMeta"
_TIMES = {"createdat", "updatedat"}


def ledger_tables(project: Project | None) -> tuple[tuple[str | None, str], ...]:
    """Where the table may be: as configured, then under the usual name."""
    settings = project.settings if project is not None else {}
    table = settings.get("migrationStorageTableName") or TABLE
    return tuple(dict.fromkeys(((settings.get("migrationStorageTableSchema") or None, table), (None, TABLE))))


def parse_ledger(name: str, rows: TableRows) -> Ledger | None:
    """The names; None when the table is another's."""
    columns = {column.lower() for column in rows.columns}
    if "name" not in columns or not columns <= {"name", *_TIMES}:
        return None
    found = sorted(_rows.read(rows), key=lambda row: row.text("name"))
    made = (
        LedgerRow(row.text("name"), True, applied_at=row.when("createdat"), rank=n, stamp=row.stamp, raw=row.raw)
        for n, row in enumerate(found, 1)
    )
    return Ledger(name, True, tuple(made))


def times_of(ledger: Ledger) -> tuple[str, ...]:
    """The columns of a row that hold times, as they are spelled; none where no row shows them."""
    first = ledger.rows[0].raw if ledger.rows else ()
    return tuple(column for column, _ in first if column.lower() in _TIMES)
