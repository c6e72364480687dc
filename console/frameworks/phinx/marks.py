"""Phinx's own row, as `migrate --fake` and `rollback --fake` write and delete it (facts: frameworks.md 15)."""

from __future__ import annotations

from collections.abc import Mapping

from console.core.ledger_sql import as_text, delete, name, no_rows, table, value
from console.core.observation import Server, Tracking
from console.core.plan import CannotWriteError, LedgerEdit
from console.core.ports import Project
from console.frameworks.phinx.reading import full_name
from console.readers.sqlfiles.marking import of_a_file, rows_of

_LONGEST = 100
_NOW = {"postgres": "CURRENT_TIMESTAMP(0)::timestamp", "mysql": "CURRENT_TIMESTAMP", "mariadb": "CURRENT_TIMESTAMP"}


class Marks:
    """What `console.core.ports_acting.Marker` promises, for Phinx."""

    def __init__(self, project: Project | None) -> None:
        """`project` is not needed: the file says everything."""

    def mark_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """The row that Phinx writes with the migration; both times are the server's."""
        found = of_a_file(tracking, migration, "Phinx")
        if not migration.isdigit():
            raise CannotWriteError("Its name begins with no version that Phinx would record.")
        if server.grammar not in _NOW:
            raise CannotWriteError("How Phinx writes the time on this server is not known.")
        named = full_name(found.text, found.description.replace(" ", "_"), "")
        known: dict[str, str | int | bool | None] = {"version": int(migration), "migration_name": named[:_LONGEST]}
        last: dict[str, str | int | bool | None] = {"breakpoint": False}
        columns = ", ".join(name(one, server) for one in (*known, "start_time", "end_time", *last))
        given = ", ".join((*(value(one, server) for one in known.values()), _NOW[server.grammar], _NOW[server.grammar],
                           *(value(one, server) for one in last.values())))  # fmt: skip
        ledger = tracking.ledger.name
        return LedgerEdit(
            ledger,
            (f"INSERT INTO {table(ledger, server)} ({columns}) VALUES ({given})",),
            after=(as_text({**known, **last}, server),),
            undo=(delete(ledger, (("version", int(migration)),), server),),
            follow_up="The next `phinx migrate` goes on without it.",
        )

    def mark_not_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """Its row goes, as `phinx rollback --fake` deletes it."""
        rows = rows_of(tracking, migration, "Phinx")
        where = (("version", int(migration)),)
        return no_rows(tracking.ledger.name, rows, where, server, "The next `phinx migrate` runs it.")

    def session_settings(self, server: Server) -> Mapping[str, str]:
        """Nothing: it is the server's own."""
        return {}
