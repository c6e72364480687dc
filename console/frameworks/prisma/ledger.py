"""Prisma's table: a row for each try; what has neither an end nor was rolled back failed, or still runs."""

from __future__ import annotations

from console.core.migration import Ledger, LedgerRow
from console.core.observation import Server
from console.core.ports import Project, TableRows
from console.readers.sqlfiles import ledger as _rows

TABLE = "_prisma_migrations"
KEY, NAME = "72707369", "prisma_migrate"
GONE = "rolled back"


def ledger_tables(project: Project | None) -> tuple[tuple[str | None, str], ...]:
    """Where the table may be: in the schema that the URL names, then anywhere."""
    schema = project.settings.get("url.schema", "") if project else ""
    first = ((schema, TABLE),) if schema else ()
    return (*first, (None, TABLE))


def parse_ledger(name: str, rows: TableRows) -> Ledger | None:
    """The rows in the order of their beginning; None when the table is not Prisma's."""
    if not _rows.has(rows, "id", "checksum", "finished_at", "migration_name", "logs", "rolled_back_at", "started_at"):
        return None
    found = sorted(_rows.read(rows), key=lambda row: (row.text("started_at"), row.text("id")))
    made = (
        LedgerRow(
            row.text("migration_name"),
            bool(row.text("finished_at")),
            applied_at=row.when("finished_at"),
            checksum=row.text("checksum"),
            description=row.text("logs"),
            type=GONE if row.text("rolled_back_at") else "",
            rank=number,
            stamp=row.stamp,
            raw=row.raw,
        )
        for number, row in enumerate(found, 1)
    )
    return Ledger(name, True, tuple(made))


def live(ledger: Ledger) -> dict[str, LedgerRow]:
    """The row of each migration that counts: not one that was rolled back, and a success before all others."""
    kept: dict[str, LedgerRow] = {}
    for row in ledger.rows:
        if row.type != GONE and not (row.id in kept and kept[row.id].success and not row.success):
            kept[row.id] = row
    return kept


def id_of(row: LedgerRow) -> str:
    """The key of a row."""
    return next((value or "" for column, value in row.raw if column.lower() == "id"), "")


def locks(server: Server) -> tuple[tuple[str, ...], ...]:
    """Its lock as the server lists it."""
    return {"postgres": ((KEY,),), "sqlite": ()}.get(server.grammar, ((NAME,),))
