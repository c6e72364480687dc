"""dbmate's own row: a version, and nothing else (facts: frameworks.md 9)."""

from __future__ import annotations

from collections.abc import Mapping

from console.core.ledger_sql import no_rows, one_row
from console.core.observation import Server, Tracking
from console.core.plan import CannotWriteError, LedgerEdit
from console.core.ports import Project
from console.readers.sqlfiles.marking import of_a_file, rows_of


class Marks:
    """What `console.core.ports_acting.Marker` promises, for dbmate."""

    def __init__(self, project: Project | None) -> None:
        """`project` is not needed: the file's name says everything."""

    def mark_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """The row that dbmate writes with the migration."""
        of_a_file(tracking, migration, "dbmate")
        if migration.startswith("/") or not migration.isdigit():
            raise CannotWriteError("Its name begins with no version that dbmate would record.")
        told = "The next dbmate up goes on without it."
        return one_row(tracking.ledger.name, (("version", migration),), server, told)

    def mark_not_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """Its row goes, as `dbmate rollback` deletes it."""
        rows = rows_of(tracking, migration, "dbmate")
        return no_rows(tracking.ledger.name, rows, (("version", migration),), server, "The next dbmate up runs it.")

    def session_settings(self, server: Server) -> Mapping[str, str]:
        """Nothing: it is the server's own."""
        return {}
