"""Doctrine's own row, as `migrations:version --add` and `--delete` write and delete it (facts: frameworks.md 16)."""

from __future__ import annotations

from collections.abc import Mapping

from console.core.ledger_sql import no_rows, one_row
from console.core.observation import Server, Tracking
from console.core.plan import LedgerEdit
from console.core.ports import Project
from console.readers.sqlfiles.marking import of_a_file, rows_of

_FOLLOW = "The next migrations:migrate goes on without it."


class Marks:
    """What `console.core.ports_acting.Marker` promises, for Doctrine Migrations."""

    def __init__(self, project: Project | None) -> None:
        """`project` is not needed: the class's name says everything."""

    def mark_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """The row that `version --add` writes: without a time, for it did not run."""
        of_a_file(tracking, migration, "Doctrine")
        values = (("version", migration), ("executed_at", None), ("execution_time", None))
        return one_row(tracking.ledger.name, values, server, _FOLLOW)

    def mark_not_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """Its row goes, as `version --delete` deletes it."""
        rows = rows_of(tracking, migration, "Doctrine")
        where = (("version", migration),)
        return no_rows(tracking.ledger.name, rows, where, server, "The next migrations:migrate runs it.")

    def session_settings(self, server: Server) -> Mapping[str, str]:
        """Nothing: it is the server's own."""
        return {}
