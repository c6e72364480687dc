"""Alembic's table of heads: one row for each line of revisions, and nothing of those below it."""

from __future__ import annotations

from console.core.migration import Ledger, LedgerRow
from console.core.ports import Project, TableRows

TABLE = "alembic_version"
COLUMN = "version_num"


def ledger_tables(project: Project | None) -> tuple[tuple[str | None, str], ...]:
    """Where the table is: only where env.py says, for one of another name or in another schema is another project's,
    who may well share the database."""
    settings = project.settings if project else {}
    return ((settings.get("version_table_schema") or None, settings.get("version_table") or TABLE),)


def parse_ledger(name: str, rows: TableRows) -> Ledger | None:
    """The heads in these rows; None when the table is not Alembic's."""
    if [column.lower() for column in rows.columns] != [COLUMN]:
        return None
    stamps = rows.stamps or (None,) * len(rows.rows)
    found = [
        LedgerRow(id=values[0] or "", success=True, stamp=stamp, raw=tuple(zip(rows.columns, values, strict=True)))
        for values, stamp in zip(rows.rows, stamps, strict=True)
    ]
    return Ledger(name, True, tuple(sorted(found, key=lambda row: row.id)))
