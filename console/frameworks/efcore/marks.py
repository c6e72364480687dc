"""EF Core's own row: the id, and the version of EF Core its model was made with (facts: frameworks.md 17)."""

from __future__ import annotations

from collections.abc import Mapping

from console.core.ledger_sql import no_rows, one_row
from console.core.observation import Server, Tracking
from console.core.plan import CannotWriteError, LedgerEdit
from console.core.ports import Project
from console.frameworks.efcore.files import EfFiles, read
from console.frameworks.efcore.ledger import columns_of
from console.readers.sqlfiles.marking import of_a_file, rows_of

_FOLLOW = "The next update goes on without it."


class Marks:
    """What `console.core.ports_acting.Marker` promises, for EF Core."""

    def __init__(self, project: Project | None) -> None:
        """`project` holds the files that say the version."""
        self._project = project

    def mark_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """The row that EF Core writes with the migration."""
        of_a_file(tracking, migration, "EF Core")
        known = self._files(server)
        version = known.versions.get(migration, "")
        if not version:
            raise CannotWriteError(
                "The ProductVersion of its row is not known: neither a script nor a designer file has it."
            )
        first, second = columns_of(tracking.ledger, snake=known.snake)
        return one_row(tracking.ledger.name, ((first, migration), (second, version)), server, _FOLLOW)

    def mark_not_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """Its row goes, as EF Core deletes it."""
        rows = rows_of(tracking, migration, "EF Core")
        first, _ = columns_of(tracking.ledger, snake=False)
        where = ((first, migration),)
        return no_rows(tracking.ledger.name, rows, where, server, "The next update runs it.")

    def _files(self, server: Server) -> EfFiles:
        found = read(self._project, None, server.grammar, server.home) if self._project is not None else None
        return found if isinstance(found, EfFiles) else EfFiles()

    def session_settings(self, server: Server) -> Mapping[str, str]:
        """Nothing: it is the server's own."""
        return {}
