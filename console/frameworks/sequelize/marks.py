"""Sequelize's own row: the file's name with its ending, and two times where the project wished for them (facts:
frameworks.md 12)."""

from __future__ import annotations

from collections.abc import Mapping

from console.core.ledger_sql import as_text, delete, name, no_rows, one_row, table, value
from console.core.observation import Server, Tracking
from console.core.plan import CannotWriteError, LedgerEdit
from console.core.ports import Project
from console.frameworks.sequelize.ledger import times_of
from console.readers.sqlfiles.marking import of_a_file, rows_of

_NOW = {"postgres": "CURRENT_TIMESTAMP(3)", "mysql": "UTC_TIMESTAMP()", "mariadb": "UTC_TIMESTAMP()"}
_TOLD = "The next sequelize-cli db:migrate goes on without it."


class Marks:
    """What `console.core.ports_acting.Marker` promises, for Sequelize."""

    def __init__(self, project: Project | None) -> None:
        """Of `project` only the time zone is asked for, in which the times of rows are written."""
        self._zone = project.settings.get("timezone", "") if project is not None else ""

    def mark_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """The row that is written behind the migration."""
        of_a_file(tracking, migration, "Sequelize")
        ledger, values = tracking.ledger.name, {"name": migration}
        times = times_of(tracking.ledger)
        if not times:
            return one_row(ledger, tuple(values.items()), server, _TOLD)
        columns = ", ".join(name(column, server) for column in ("name", *times))
        given = ", ".join((value(migration, server), *(self._now(server) for _ in times)))
        return LedgerEdit(
            ledger,
            (f"INSERT INTO {table(ledger, server)} ({columns}) VALUES ({given})",),
            after=(as_text(values, server),),
            undo=(delete(ledger, tuple(values.items()), server),),
            follow_up=_TOLD,
        )

    def _now(self, server: Server) -> str:
        if server.grammar not in _NOW or (self._zone not in ("", "+00:00") and server.grammar != "postgres"):
            raise CannotWriteError("Its rows hold times, and how they are written here is not known.")
        return _NOW[server.grammar]

    def mark_not_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """Its row goes, as `db:migrate:undo` deletes it."""
        rows = rows_of(tracking, migration, "Sequelize")
        told = "The next sequelize-cli db:migrate runs it."
        return no_rows(tracking.ledger.name, rows, (("name", migration),), server, told)

    def session_settings(self, server: Server) -> Mapping[str, str]:
        """Nothing: it is the server's own."""
        return {}
