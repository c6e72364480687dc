"""Rails' own row: a version, and nothing else (facts: frameworks.md 2)."""

from __future__ import annotations

from collections.abc import Mapping

from console.core.ledger_sql import as_text, delete, insert, put_back
from console.core.migration import LedgerRow
from console.core.observation import Server, Tracking
from console.core.plan import CannotWriteError, LedgerEdit
from console.core.ports import Project


class Marks:
    """What `console.core.ports_acting.Marker` promises, for Rails."""

    def __init__(self, project: Project | None) -> None:
        """`project` tells what the connection is set to."""
        self._settings: Mapping[str, str] = project.settings if project else {}

    def mark_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """The row that Rails writes in the migration's own transaction."""
        ledger = tracking.ledger
        if not ledger.exists:
            raise CannotWriteError(f"{ledger.name} does not exist: Rails makes it on its first run.")
        if _rows_of(tracking, migration):
            raise CannotWriteError("Rails has recorded it already.")
        if not migration.isdigit() or not any(t.id == migration and t.migration is not None for t in tracking.tracked):
            raise CannotWriteError("It is no file with a version that Rails would record.")
        values: dict[str, str | int | bool | None] = {"version": migration}
        return LedgerEdit(
            ledger.name,
            (insert(ledger.name, tuple(values.items()), server),),
            after=(as_text(values, server),),
            undo=(delete(ledger.name, tuple(values.items()), server),),
            follow_up="The next bin/rails db:migrate goes on behind it, and writes db/schema.rb or db/structure.sql.",
        )

    def mark_not_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """Its row goes, as `db:migrate:down` deletes it."""
        rows = _rows_of(tracking, migration)
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
        found = {"search_path": self._settings.get("search_path", ""), "timezone": "UTC"}
        return {name: value for name, value in found.items() if value}


def _rows_of(tracking: Tracking, migration: str) -> tuple[LedgerRow, ...]:
    return tuple(row for row in tracking.ledger.rows if row.id == migration)
