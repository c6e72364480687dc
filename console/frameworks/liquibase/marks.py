"""Liquibase's own rows: one is taken away as its rollback does; none is written, for its check sum is its own."""

from __future__ import annotations

from collections.abc import Mapping

from console.core.ledger_sql import no_rows
from console.core.observation import Server, Tracking
from console.core.plan import CannotWriteError, LedgerEdit
from console.core.ports import Project
from console.readers.sqlfiles.marking import of_a_file, rows_of


class Marks:
    """What `console.core.ports_acting.Marker` promises, for Liquibase."""

    def __init__(self, project: Project | None) -> None:
        """`project` is not needed: the rows say everything."""

    def mark_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """Never: the MD5SUM of a changeset is not known exactly."""
        of_a_file(tracking, migration, "Liquibase")
        raise CannotWriteError(
            "Its MD5SUM is Liquibase's own and not known exactly here: `liquibase mark-next-changeset-ran` writes the "
            "row of the first changeset that has none."
        )

    def mark_not_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """Its row goes, as Liquibase's rollback deletes it: by id, author and file."""
        _free(tracking)
        rows = rows_of(tracking, migration, "Liquibase")
        keys = ("id", "author", "filename")
        where = tuple((column, text) for column, text in rows[0].raw if column.lower() in keys)
        return no_rows(tracking.ledger.name, rows, where, server, "The next liquibase update runs it again.")

    def session_settings(self, server: Server) -> Mapping[str, str]:
        """Nothing: it is the server's own."""
        return {}


def _free(tracking: Tracking) -> None:
    """CannotWriteError while the lock is held: nobody can tell here whether its holder still works."""
    if dict(tracking.ledger.beside).get("locked") == "yes":
        raise CannotWriteError("Liquibase's lock is held: release it first, once nobody migrates any more.")
