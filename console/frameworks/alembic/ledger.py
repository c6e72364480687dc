"""Alembic's table of heads: one row for each line of revisions, and nothing of those below it."""

from __future__ import annotations

from console.core.migration import Ledger, LedgerRow
from console.core.ports import Project, TableRows

TABLE = "alembic_version"
COLUMN = "version_num"


def ledger_tables(project: Project | None) -> tuple[tuple[str | None, str], ...]:
    """Where the table may be: as env.py configures it, then anywhere under that name, then under the usual one."""
    settings = project.settings if project else {}
    table = settings.get("version_table") or TABLE
    schema = settings.get("version_table_schema")
    first: list[tuple[str | None, str]] = [(schema, table)] if schema else []
    return tuple(dict.fromkeys([*first, (None, table), (None, TABLE)]))


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
