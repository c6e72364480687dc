"""goose's own row: the version, and that it is applied (facts: frameworks.md 10)."""

from __future__ import annotations

from collections.abc import Mapping

from console.core.ledger_sql import no_rows, one_row
from console.core.observation import Server, Tracking
from console.core.plan import LedgerEdit
from console.core.ports import Project
from console.readers.sqlfiles.marking import of_a_file, rows_of


class Marks:
    """What `console.core.ports_acting.Marker` promises, for goose."""

    def __init__(self, project: Project | None) -> None:
        """`project` is not needed: the file's name says everything."""

    def mark_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """The row that goose writes with the migration; its number and its time are the server's."""
        of_a_file(tracking, migration, "goose")
        values = (("version_id", int(migration)), ("is_applied", True))
        return one_row(tracking.ledger.name, values, server, "The next goose up goes on without it.")

    def mark_not_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """All rows of it go, as `goose down` deletes them."""
        rows = rows_of(tracking, migration, "goose")
        where = (("version_id", int(migration)),)
        return no_rows(tracking.ledger.name, rows, where, server, "The next goose up runs it.")

    def session_settings(self, server: Server) -> Mapping[str, str]:
        """Nothing: it is the server's own."""
        return {}
