"""Flyway's own rows, written as Flyway writes them (facts: frameworks.md 4; its JdbcTableSchemaHistory).

A failed row goes first, as `flyway repair` takes it away; the new row gets the next rank. What Flyway computes (the
checksum, the script's path below its location) is only written where it is known exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from console.core.ledger_sql import as_text, delete, insert, put_back
from console.core.migration import LedgerRow, Migration, Tracked
from console.core.observation import Server, Tracking
from console.core.plan import CannotWriteError, LedgerEdit
from console.core.ports import Project
from console.frameworks.flyway.options import options_of

_LONGEST = 200
_SCHEMES = ("filesystem:", "classpath:")


class Marks:
    """What `console.core.ports_acting.Marker` promises, for Flyway."""

    def __init__(self, project: Project | None) -> None:
        """`project` tells the locations and who Flyway says installed something."""
        self._settings: Mapping[str, str] = project.settings if project else {}

    def mark_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """The row of a success; a failed one of the same migration goes."""
        tracked = _tracked(tracking, migration)
        file = tracked.migration
        if file is None or file.checksum is None:
            raise CannotWriteError("The file is not there, so its checksum is not known.")
        if not tracking.ledger.exists:
            raise CannotWriteError(f"{tracking.ledger.name} does not exist: Flyway makes it on its first run.")
        old = tuple(r for r in _rows_of(tracking, migration) if not r.success)
        ranks = [r.rank or 0 for r in tracking.ledger.rows if r not in old]
        values: dict[str, str | int | bool | None] = {
            "installed_rank": max(ranks, default=0) + 1,
            "version": None if file.repeatable else file.id,
            "description": _cut(file.description),
            "type": "SQL",
            "script": self._script(file, tracking.tracked),
            "checksum": int(file.checksum),
            "installed_by": self._settings.get("flyway.installedBy") or server.user,
            "execution_time": 0,
            "success": True,
        }
        name = tracking.ledger.name
        sql = (*(_gone(name, row, server) for row in old), insert(name, tuple(values.items()), server))
        before = tuple(row.raw for row in old)
        back = (delete(name, (("installed_rank", int(str(values["installed_rank"]))),), server),
                *put_back(name, before, server))  # fmt: skip
        told = "The next flyway migrate goes on behind it; flyway validate compares the checksum with the file."
        return LedgerEdit(name, sql, before, (as_text(values, server),), back, told)

    def mark_not_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """Its rows go: for a failed one that is what `flyway repair` does."""
        rows = _rows_of(tracking, migration)
        if not rows:
            raise CannotWriteError("Flyway has no row of it.")
        name = tracking.ledger.name
        newest = max((r.rank or 0 for r in tracking.ledger.rows), default=0)
        before = tuple(row.raw for row in rows)
        told = "The next flyway migrate runs it again."
        if any((row.rank or 0) < newest and row.success for row in rows):
            told = "Later migrations are recorded: Flyway refuses it as out of order, unless outOfOrder is set."
        sql = tuple(_gone(name, row, server) for row in rows)
        return LedgerEdit(name, sql, before, (), put_back(name, before, server), told)

    def session_settings(self, server: Server) -> Mapping[str, str]:
        """Flyway sets the search path to its default schema, and nothing else."""
        options = options_of(self._settings)
        if server.grammar == "postgres" and options.schema:
            return {"search_path": options.schema}
        return {}

    def _script(self, file: Migration, others: Iterable[Tracked]) -> str:
        """The path below the location, as in the column `script`."""
        for folder in (*self._locations(), *_known_locations(others)):
            before, found, script = f"/{file.file}".partition(f"/{folder.strip('/')}/") if folder else ("", "", "")
            if found and "//" not in before:
                return script
        if "/" not in file.file:
            return file.file
        raise CannotWriteError("Where the location of its file begins is not known, so its script column is not.")

    def _locations(self) -> Iterable[str]:
        for location in options_of(self._settings).locations:
            plain = location
            for scheme in _SCHEMES:
                plain = plain.removeprefix(scheme)
            yield plain.removeprefix("./")


def _known_locations(others: Iterable[Tracked]) -> Iterable[str]:
    """What stands before the script of migrations that Flyway recorded itself."""
    for tracked in others:
        if tracked.migration is not None and tracked.row is not None and tracked.row.script:
            folder, found, rest = tracked.migration.file.rpartition(tracked.row.script)
            if found and not rest and folder:
                yield folder


def _tracked(tracking: Tracking, migration: str) -> Tracked:
    found = next((t for t in tracking.tracked if t.id == migration), None)
    if found is None:
        raise CannotWriteError(f"There is no migration {migration} any more.")
    return found


def _rows_of(tracking: Tracking, migration: str) -> tuple[LedgerRow, ...]:
    return tuple(row for row in tracking.ledger.rows if row.id == migration)


def _gone(ledger: str, row: LedgerRow, server: Server) -> str:
    """The row by its rank, and as what it was seen: a row that changed since stays."""
    return delete(ledger, (("installed_rank", row.rank), ("success", row.success)), server)


def _cut(description: str) -> str:
    return description if len(description) <= _LONGEST else description[: _LONGEST - 3] + "..."
