"""Drizzle's own row: the hash of the file, and the time that the journal gives it (facts: frameworks.md 14)."""

from __future__ import annotations

from collections.abc import Mapping

from console.core.ledger_sql import no_rows, one_row
from console.core.migration import Belief
from console.core.observation import Server, Tracking
from console.core.plan import CannotWriteError, LedgerEdit
from console.core.ports import Project
from console.frameworks.drizzle.tracking import PASSED, Timed
from console.readers.sqlfiles.marking import of_a_file, rows_of


class Marks:
    """What `console.core.ports_acting.Marker` promises, for Drizzle."""

    def __init__(self, project: Project | None) -> None:
        """`project` is not needed: the journal is in the tracking."""

    def mark_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """The row that Drizzle writes behind the migration."""
        file = of_a_file(tracking, migration, "Drizzle")
        when = _time(tracking, migration)
        if file.checksum is None:
            raise CannotWriteError("Its file is not here, so its hash is not known.")
        waiting = (t for t in tracking.tracked if t.belief is Belief.PENDING and PASSED not in t.note)
        first = next((t.id for t in waiting if isinstance(t, Timed) and t.when < when), None)
        if first is not None:
            raise CannotWriteError(f"{first} comes first: with a newer row Drizzle would never run it.")
        told = "The next drizzle-kit migrate goes on behind it."
        return one_row(tracking.ledger.name, (("hash", file.checksum), ("created_at", when)), server, told)

    def mark_not_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """Its row goes, where it is the newest: Drizzle only looks at that one."""
        rows = rows_of(tracking, migration, "Drizzle")
        when = _time(tracking, migration)
        newer = next((row.id for row in tracking.ledger.rows if (row.rank or 0) > when), None)
        if newer is not None:
            raise CannotWriteError(f"{newer} is newer and recorded: Drizzle would not run this one again.")
        where = (("created_at", when),)
        return no_rows(tracking.ledger.name, rows, where, server, "The next drizzle-kit migrate runs it again.")

    def session_settings(self, server: Server) -> Mapping[str, str]:
        """Nothing: it is the server's own."""
        return {}


def _time(tracking: Tracking, migration: str) -> int:
    found = next((t for t in tracking.tracked if t.id == migration), None)
    if not isinstance(found, Timed):
        raise CannotWriteError("The journal does not name it, so its time is not known.")
    return found.when
