"""Sqitch's registry: the changes that are deployed, and beside them every event, failures too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from console.core.migration import Ledger, LedgerRow
from console.core.observation import Server
from console.core.ports import Project, TableRows
from console.readers.sqlfiles import ledger as _rows

TABLE, EVENTS = "changes", "events"
KEY = "75474063"


def ledger_tables(project: Project | None) -> tuple[tuple[str | None, str], ...]:
    """Where the registry is: a schema (a database on MySQL) of its own."""
    registry = project.settings.get("registry", "") if project else ""
    first = ((registry, TABLE),) if registry else ()
    return (*first, (None, TABLE))


def parse_ledger(name: str, rows: TableRows) -> Ledger | None:
    """The changes in the order in which they were deployed; None when the table is not Sqitch's."""
    columns = ("change_id", "change", "project", "committed_at", "planned_at")
    return _rows.ledger(name, rows, columns, _row, lambda row: row.text("committed_at"))


def _row(row: _rows.Row) -> LedgerRow:
    return LedgerRow(
        row.text("change"),
        True,
        applied_at=row.when("committed_at"),
        checksum=row.text("script_hash") if row.text("script_hash") != row.text("change_id") else None,
        description=row.text("note"),
        script=row.text("project"),
    )


def with_beside(ledger: Ledger, rows: TableRows) -> Ledger:
    """The ledger with the last event of each change: `project change` and what happened."""
    if not _rows.has(rows, "event", "change_id", "change", "project", "committed_at"):
        return ledger
    found = sorted(_rows.read(rows), key=lambda row: row.text("committed_at"))
    last = {f"{row.text('project')} {row.text('change')}": row.text("event") for row in found}
    return replace(ledger, beside=tuple(sorted(last.items())))


def failed(ledger: Ledger, project: str) -> Iterator[str]:
    """The changes of a project of which the last thing known is a failure."""
    for name, event in ledger.beside:
        of, _, change = name.partition(" ")
        if of == project and event == "fail":
            yield change


def locks(server: Server) -> tuple[tuple[str, ...], ...]:
    """Its lock as the server lists it."""
    name = f"sqitch working on {server.name}"
    return {"postgres": ((KEY,),), "mysql": ((name.lower(),), (name,)), "mariadb": ((name,),)}.get(server.grammar, ())
