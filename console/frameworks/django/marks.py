"""Django's own rows: app, name and time, as its MigrationRecorder writes them (facts: frameworks.md 3)."""

from __future__ import annotations

from collections.abc import Mapping

from console.core.ledger_sql import as_text, delete, name, no_rows, table, value
from console.core.migration import Tracked
from console.core.observation import Server, Tracking
from console.core.plan import CannotWriteError, LedgerEdit
from console.core.ports import Project

AFTERWARDS = (
    "The permissions and content types of new models, which Django makes at the end of a run (post_migrate), come with "
    "the next `manage.py migrate`."
)


class Marks:
    """What `console.core.ports_acting.Marker` promises, for Django."""

    def __init__(self, project: Project | None) -> None:
        """`project` tells whether times are kept in UTC."""
        self._settings: Mapping[str, str] = project.settings if project else {}

    def mark_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """The row that `migrate` would have written, at the server's own time."""
        tracked = _tracked(tracking, migration)
        ledger = tracking.ledger
        if not ledger.exists:
            raise CannotWriteError(f"{ledger.name} does not exist: Django makes it on its first run.")
        if tracked.row is not None or ledger.rows_of(migration):
            raise CannotWriteError("Django has recorded it already.")
        if tracked.migration is None or "." not in migration.strip("."):
            raise CannotWriteError("Which app it belongs to is not known.")
        if "a squash of" in tracked.migration.note:
            raise CannotWriteError("It is a squash: Django writes a row for each migration it replaces.")
        app, _, plain = migration.partition(".")
        values: dict[str, str | int | bool | None] = {"app": app, "name": plain}
        return LedgerEdit(
            ledger.name,
            (self._insert(ledger.name, values, server),),
            after=(as_text(values, server),),
            undo=(delete(ledger.name, tuple(values.items()), server),),
            follow_up=AFTERWARDS,
        )

    def _insert(self, ledger: str, values: Mapping[str, str | int | bool | None], server: Server) -> str:
        columns = ", ".join(name(column, server) for column in (*values, "applied"))
        given = ", ".join(value(what, server) for what in values.values())
        return f"INSERT INTO {table(ledger, server)} ({columns}) VALUES ({given}, {self._now(server)})"

    def _now(self, server: Server) -> str:
        """The time as Django keeps it: with its zone on PostgreSQL, else in UTC unless USE_TZ is off."""
        if server.grammar == "postgres":
            return "CURRENT_TIMESTAMP"
        if server.grammar not in ("mysql", "mariadb"):
            raise CannotWriteError("How Django writes the time on this server is not known.")
        zoned = self._settings.get("use_tz")
        if zoned is None:
            raise CannotWriteError("Whether Django keeps its times in UTC (USE_TZ) is not known without its settings.")
        return "UTC_TIMESTAMP(6)" if zoned == "true" else "CURRENT_TIMESTAMP(6)"

    def mark_not_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """Its rows go, as `record_unapplied` deletes them."""
        ledger = tracking.ledger
        rows = ledger.rows_of(migration)
        if not rows:
            raise CannotWriteError("Django has no row of it.")
        app, _, plain = migration.partition(".")
        told = "The next `manage.py migrate` runs it again, unless one that depends on it is recorded: then it refuses."
        return no_rows(ledger.name, rows, (("app", app), ("name", plain)), server, told)

    def session_settings(self, server: Server) -> Mapping[str, str]:
        """Django works in UTC, and sets nothing else that changes what a statement makes."""
        return {}


def _tracked(tracking: Tracking, migration: str) -> Tracked:
    found = next((t for t in tracking.tracked if t.id == migration), None)
    if found is None:
        raise CannotWriteError(f"There is no migration {migration} any more.")
    return found
