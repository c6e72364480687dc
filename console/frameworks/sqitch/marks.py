"""Sqitch's registry is written in five tables together, so no row of it is written here: its own command does that."""

from __future__ import annotations

from collections.abc import Mapping

from console.core.observation import Server, Tracking
from console.core.plan import CannotWriteError, LedgerEdit
from console.core.ports import Project
from console.readers.sqlfiles.marking import of_a_file, rows_of


class Marks:
    """What `console.core.ports_acting.Marker` promises, for Sqitch."""

    def __init__(self, project: Project | None) -> None:
        """`project` is not needed."""

    def mark_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """Never: `sqitch deploy --log-only` does."""
        of_a_file(tracking, migration, "Sqitch")
        raise CannotWriteError(
            "Sqitch writes changes, tags, dependencies and events together, with who did it: "
            f"`sqitch deploy --log-only --to {migration}` does that."
        )

    def mark_not_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """Never: `sqitch revert --log-only` does."""
        rows_of(tracking, migration, "Sqitch")
        raise CannotWriteError(
            "Sqitch takes it out of changes, tags and dependencies and writes an event, with who did it: "
            f"`sqitch revert --log-only --to {migration}^` does that, for it and all after it."
        )

    def session_settings(self, server: Server) -> Mapping[str, str]:
        """Nothing: the scripts say what they need."""
        return {}
