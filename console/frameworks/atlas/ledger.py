"""Atlas' table of revisions: how many statements of each ran, and what stopped it; and the numbers of its lock."""

from __future__ import annotations

from dataclasses import dataclass

from console.core.migration import Ledger, LedgerRow
from console.core.observation import Server
from console.core.ports import Project, TableRows
from console.readers.sqlfiles import ledger as _rows

TABLE = "atlas_schema_revisions"
BASELINE, EXECUTED, RESOLVED = 1, 2, 4
LOCK = "atlas_migrate_execute"


def ledger_tables(project: Project | None) -> tuple[tuple[str | None, str], ...]:
    """Where the table may be: anywhere, for Atlas keeps it in the connected schema or in one of the same name."""
    return ((None, TABLE),)


def parse_ledger(name: str, rows: TableRows) -> Ledger | None:
    """The revisions by their versions; None when the table is not Atlas'."""
    columns = ("version", "type", "applied", "total", "hash", "error", "operator_version")
    return _rows.ledger(name, rows, columns, _row, lambda row: row.text("version"))


def _row(row: _rows.Row) -> LedgerRow | None:
    """None for its own marks."""
    if row.text("version").startswith("."):
        return None
    return LedgerRow(
        row.text("version"),
        _ran(row),
        applied_at=row.when("executed_at"),
        checksum=row.text("hash"),
        description=row.text("description"),
        type=row.text("type"),
    )


def _ran(row: _rows.Row) -> bool:
    """By Atlas' own word: what a person resolved counts as done."""
    kind = row.number("type") or 0
    whole = row.number("applied") == row.number("total") and not row.text("error")
    return whole or bool(kind & (RESOLVED | BASELINE))


@dataclass(frozen=True, slots=True)
class Counted:
    """What a revision says of its statements."""

    applied: int
    total: int
    error: str
    kind: int


def counted(row: LedgerRow) -> Counted:
    """The counter of a row."""
    values = {column.lower(): text or "" for column, text in row.raw}
    numbers = [int(values[name]) if values[name].isdecimal() else 0 for name in ("applied", "total", "type")]
    return Counted(numbers[0], numbers[1], values["error"], numbers[2])


def locks(server: Server) -> tuple[tuple[str, ...], ...]:
    """Its lock as the server lists it."""
    if server.grammar == "postgres":
        return ((str(fnv(LOCK)),),)
    return () if server.grammar == "sqlite" else ((LOCK,),)


def fnv(text: str) -> int:
    """FNV-1 of 32 bits."""
    total = 0x811C9DC5
    for byte in text.encode():
        total = total * 16777619 & 0xFFFFFFFF ^ byte
    return total
