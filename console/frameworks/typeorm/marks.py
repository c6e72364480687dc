"""TypeORM's own row: the time and the name of the class (facts: frameworks.md 13); `id` is the server's."""

from __future__ import annotations

from collections.abc import Mapping

from console.core.ledger_sql import no_rows, one_row
from console.core.observation import Server, Tracking
from console.core.plan import CannotWriteError, LedgerEdit
from console.core.ports import Project
from console.frameworks.typeorm.names import time_of
from console.readers.sqlfiles.marking import of_a_file, rows_of


class Marks:
    """What `console.core.ports_acting.Marker` promises, for TypeORM."""

    def __init__(self, project: Project | None) -> None:
        """`project` is not needed: the name of the class says everything."""

    def mark_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """The row that is written behind the migration, and by `migration:run --fake` for all that wait."""
        of_a_file(tracking, migration, "TypeORM")
        told = "The next typeorm migration:run goes on without it."
        values = (("timestamp", _time(migration)), ("name", migration))
        return one_row(tracking.ledger.name, values, server, told)

    def mark_not_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """Its row goes, as `migration:revert` deletes it."""
        rows = rows_of(tracking, migration, "TypeORM")
        told = "The next typeorm migration:run runs it."
        where = (("timestamp", int(dict(rows[0].raw)["timestamp"] or 0)), ("name", migration))
        return no_rows(tracking.ledger.name, rows, where, server, told)

    def session_settings(self, server: Server) -> Mapping[str, str]:
        """Nothing: it is the server's own."""
        return {}


def _time(migration: str) -> int:
    found = time_of(migration)
    if found is None:
        raise CannotWriteError("TypeORM refuses it: its class has no name that ends in a time.")
    return found
