"""Laravel's table of migrations: recognised by its columns, its rows in the order they ran."""

from __future__ import annotations

from collections.abc import Mapping

from console.core.migration import Ledger, LedgerRow
from console.core.ports import Project, TableRows

TABLE = "migrations"
COLUMNS = frozenset({"migration", "batch"})


def ledger_tables(project: Project | None) -> tuple[tuple[str | None, str], ...]:
    """Where the table may be: as configured, then anywhere under that name, then under the usual name."""
    settings: Mapping[str, str] = project.settings if project else {}
    schema, _, name = settings.get("migrations", TABLE).rpartition(".")
    table = settings.get("prefix", "") + name
    first = schema or settings.get("search_path", "").partition(",")[0]
    # `public` is the default of every project, and --schema must still mean something
    places: list[tuple[str | None, str]] = [(first, table)] if first not in ("", "public", "$user") else []
    return tuple(dict.fromkeys([*places, (None, table), (None, TABLE)]))


def parse_ledger(name: str, rows: TableRows) -> Ledger | None:
    """The ledger in these rows, oldest first; None when the table is not Laravel's."""
    columns = [column.lower() for column in rows.columns]
    if not set(columns) >= COLUMNS:
        return None
    stamps = rows.stamps or (None,) * len(rows.rows)
    found = [
        (dict(zip(columns, values, strict=True)), tuple(zip(rows.columns, values, strict=True)), stamp)
        for values, stamp in zip(rows.rows, stamps, strict=True)
    ]
    found.sort(key=lambda row: _order(row[0]))
    return Ledger(name, True, tuple(_row(*row, rank) for rank, row in enumerate(found, 1)))


def _order(values: Mapping[str, str | None]) -> tuple[int, int, str]:
    return (_number(values["batch"]) or 0, _number(values.get("id")) or 0, values["migration"] or "")


def _row(
    values: Mapping[str, str | None], raw: tuple[tuple[str, str | None], ...], stamp: int | None, rank: int
) -> LedgerRow:
    name = values["migration"] or ""
    batch = _number(values["batch"])
    return LedgerRow(id=name, success=True, batch=batch, script=f"{name}.php", rank=rank, stamp=stamp, raw=raw)


def _number(text: str | None) -> int | None:
    try:
        return int(text) if text is not None else None
    except ValueError:
        return None
