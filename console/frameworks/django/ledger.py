"""Django's table of migrations: recognised by its columns, its rows in the order they were written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from console.core.migration import Ledger, LedgerRow
from console.core.ports import Project, TableRows

TABLE = "django_migrations"
COLUMNS = frozenset({"app", "name", "applied"})


def ledger_tables(project: Project | None) -> tuple[tuple[str | None, str], ...]:
    """Where the table may be: its name is Django's own, its schema is whatever the connection means."""
    return ((None, TABLE),)


def parse_ledger(name: str, rows: TableRows) -> Ledger | None:
    """The ledger in these rows, oldest first; None when the table is not Django's."""
    columns = [column.lower() for column in rows.columns]
    if not set(columns) >= COLUMNS:
        return None
    stamps = rows.stamps or (None,) * len(rows.rows)
    found = [
        _row(dict(zip(columns, values, strict=True)), tuple(zip(rows.columns, values, strict=True)), stamp)
        for values, stamp in zip(rows.rows, stamps, strict=True)
    ]
    return Ledger(name, True, tuple(sorted(found, key=lambda row: row.rank or 0)))


def _row(values: Mapping[str, str | None], raw: tuple[tuple[str, str | None], ...], stamp: int | None) -> LedgerRow:
    app, name = values["app"] or "", values["name"] or ""
    return LedgerRow(
        id=f"{app}.{name}",
        success=True,
        applied_at=_when(values["applied"]),
        description=name,
        script=f"{app}/migrations/{name}.py",
        rank=_number(values.get("id")),
        stamp=stamp,
        raw=raw,
    )


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None


def _when(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
