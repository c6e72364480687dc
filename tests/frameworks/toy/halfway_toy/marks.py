"""The toy's own row; only what acts imports this module."""

from __future__ import annotations

from collections.abc import Mapping

from console.core.ledger_sql import no_rows, one_row
from console.core.observation import Server, Tracking
from console.core.plan import LedgerEdit
from console.core.ports import Project
from console.readers.sqlfiles.marking import of_a_file, rows_of


class Marks:
    """What `console.core.ports_acting.Marker` asks for."""

    def __init__(self, project: Project | None) -> None:
        """The number says everything."""

    def mark_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """The row that the tool writes."""
        of_a_file(tracking, migration, "the toy")
        values = (("step", migration), ("done", True))
        return one_row(tracking.ledger.name, values, server, "The next toy up goes on without it.")

    def mark_not_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """It goes."""
        rows = rows_of(tracking, migration, "the toy")
        return no_rows(tracking.ledger.name, rows, (("step", migration),), server, "The next toy up runs it again.")

    def session_settings(self, server: Server) -> Mapping[str, str]:
        """The server's own."""
        return {}
