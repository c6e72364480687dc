"""Knex's own row: the name of the file, the batch and the time (facts: frameworks.md 11)."""

from __future__ import annotations

from collections.abc import Mapping

from console.core.ledger_sql import as_text, delete, name, no_rows, table, value
from console.core.observation import Server, Tracking
from console.core.plan import CannotWriteError, LedgerEdit
from console.core.ports import Project
from console.frameworks.knex.ledger import held
from console.readers.sqlfiles.marking import of_a_file, rows_of


class Marks:
    """What `console.core.ports_acting.Marker` promises, for Knex."""

    def __init__(self, project: Project | None) -> None:
        """`project` is not needed: the file's name says everything."""

    def mark_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """The row that Knex writes behind the migration, in a batch of its own; its number is the server's."""
        _free(tracking)
        of_a_file(tracking, migration, "Knex")
        ledger = tracking.ledger
        newest = max((row.batch or 0 for row in ledger.rows), default=0)
        values: dict[str, str | int | bool | None] = {"name": migration, "batch": newest + 1}
        columns = ", ".join(name(column, server) for column in (*values, "migration_time"))
        given = ", ".join(value(what, server) for what in values.values())
        return LedgerEdit(
            ledger.name,
            (f"INSERT INTO {table(ledger.name, server)} ({columns}) VALUES ({given}, {_now(server)})",),
            after=(as_text(values, server),),
            undo=(delete(ledger.name, tuple(values.items()), server),),
            follow_up="The next knex migrate:latest goes on without it.",
        )

    def mark_not_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """Its rows go, as Knex deletes them: by name."""
        _free(tracking)
        rows = rows_of(tracking, migration, "Knex")
        where = (("name", migration),)
        return no_rows(tracking.ledger.name, rows, where, server, "The next knex migrate:latest runs it again.")

    def session_settings(self, server: Server) -> Mapping[str, str]:
        """Nothing: it is the server's own."""
        return {}


def _free(tracking: Tracking) -> None:
    """CannotWriteError while the lock is taken: nobody can tell here whether its holder still works."""
    if held(tracking.ledger):
        raise CannotWriteError("Knex's lock row is taken: release it first, once nobody migrates any more.")


def _now(server: Server) -> str:
    """The moment, as the server keeps it in a column with a time zone."""
    if server.grammar == "sqlite":
        raise CannotWriteError("How Knex writes a time there is not known.")
    return "CURRENT_TIMESTAMP"
