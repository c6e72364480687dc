"""Laravel's own rows: a name and a batch, as its DatabaseMigrationRepository writes them (facts: frameworks.md 1)."""

from __future__ import annotations

from collections.abc import Mapping

from console.core.ledger_sql import no_rows, one_row
from console.core.observation import Server, Tracking
from console.core.plan import CannotWriteError, LedgerEdit
from console.core.ports import Project

_SESSION = ("search_path", "timezone", "charset", "collation", "sql_mode")


class Marks:
    """What `console.core.ports_acting.Marker` promises, for Laravel."""

    def __init__(self, project: Project | None) -> None:
        """`project` tells what the connection is set to."""
        self._settings: Mapping[str, str] = project.settings if project else {}

    def mark_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """The row that the next `artisan migrate` would write: its batch is the next one."""
        ledger = tracking.ledger
        if not ledger.exists:
            raise CannotWriteError(f"{ledger.name} does not exist: Laravel makes it (artisan migrate:install).")
        if ledger.rows_of(migration):
            raise CannotWriteError("Laravel has recorded it already.")
        if not any(t.id == migration and t.migration is not None and t.migration.file.endswith(".php")
                   for t in tracking.tracked):  # fmt: skip
            raise CannotWriteError("It is no file that Laravel records by its name.")
        batch = max((row.batch or 0 for row in ledger.rows), default=0) + 1
        told = f"artisan migrate:rollback takes batch {batch}, which is this migration alone."
        return one_row(ledger.name, (("migration", migration), ("batch", batch)), server, told)

    def mark_not_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """Its rows go, as `migrate:rollback` deletes them."""
        ledger = tracking.ledger
        rows = ledger.rows_of(migration)
        if not rows:
            raise CannotWriteError("Laravel has no row of it.")
        told = "The next artisan migrate runs it again."
        return no_rows(ledger.name, rows, (("migration", migration),), server, told)

    def session_settings(self, server: Server) -> Mapping[str, str]:
        """What the connection of the project is set to."""
        return {name: self._settings[name] for name in _SESSION if self._settings.get(name)}
