"""Rails' own row: a version, and nothing else (facts: frameworks.md 2)."""

from __future__ import annotations

from collections.abc import Mapping

from console.core.ledger_sql import delete, one_row, put_back
from console.core.migration import Belief
from console.core.observation import Server, Tracking
from console.core.plan import CannotWriteError, LedgerEdit
from console.core.ports import Project
from console.frameworks.rails.several import setting


class Marks:
    """What `console.core.ports_acting.Marker` promises, for Rails."""

    def __init__(self, project: Project | None) -> None:
        """`project` tells what the connection is set to."""
        self._project = project

    def mark_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """The row that Rails writes in the migration's own transaction."""
        ledger = tracking.ledger
        if not ledger.exists:
            raise CannotWriteError(f"{ledger.name} does not exist: Rails makes it on its first run.")
        if ledger.rows_of(migration):
            raise CannotWriteError("Rails has recorded it already.")
        files = [t for t in tracking.tracked if t.migration is not None and t.belief is not Belief.IGNORED]
        if not migration.isdigit() or not any(t.id == migration for t in files):
            raise CannotWriteError("It is no file with a version that Rails would record.")
        told = "The next bin/rails db:migrate goes on behind it, and writes db/schema.rb or db/structure.sql."
        return one_row(ledger.name, (("version", migration),), server, told)

    def mark_not_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """Its row goes, as `db:migrate:down` deletes it."""
        rows = tracking.ledger.rows_of(migration)
        if not rows:
            raise CannotWriteError("Rails has no row of it.")
        before = tuple(row.raw for row in rows)
        name = tracking.ledger.name
        sql = tuple(delete(name, (("version", raw[0][1]),), server) for raw in before)
        return LedgerEdit(
            name, sql, before, (), put_back(name, before, server), "The next bin/rails db:migrate runs it again."
        )

    def session_settings(self, server: Server) -> Mapping[str, str]:
        """What the connection of the project is set to: on PostgreSQL Rails asks for UTC."""
        if server.grammar != "postgres":
            return {}
        found = {"search_path": setting(self._project, "search_path", server), "timezone": "UTC"}
        return {name: value for name, value in found.items() if value}
