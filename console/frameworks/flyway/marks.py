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
from console.frameworks.flyway.files import TWIN, VALUELESS
from console.frameworks.flyway.names import abbreviated, version_key
from console.frameworks.flyway.options import options_of
from console.frameworks.flyway.repair import repairs, summary

_MARKERS = frozenset({"BASELINE", "SCHEMA"})
_NO_REPAIR = "`flyway repair` is no way to this: it deletes the failed row, and the next migrate runs everything again."
_SCHEMES = ("filesystem:", "classpath:")


class Marks:
    """What `console.core.ports_acting.Marker` promises, for Flyway."""

    def __init__(self, project: Project | None) -> None:
        """`project` tells the locations and who Flyway says installed something."""
        self._settings: Mapping[str, str] = project.settings if project else {}

    def mark_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """The row of a success; a failed one of the same migration goes."""
        tracked = _tracked(tracking, migration)
        if not tracking.ledger.exists:
            raise CannotWriteError(f"{tracking.ledger.name} does not exist: Flyway makes it on its first run.")
        old = tuple(r for r in _rows_of(tracking, tracked) if not r.success)
        ranks = [r.rank or 0 for r in tracking.ledger.rows if r not in old]
        values: dict[str, str | int | bool | None] = {
            "installed_rank": max(ranks, default=0) + 1,
            **self._named(tracked, tracking),
            "installed_by": self._settings.get("flyway.installedBy") or server.user,
            "execution_time": 0,
            "success": True,
        }
        name = tracking.ledger.name
        sql = (*(_gone(name, row, server) for row in old), insert(name, tuple(values.items()), server))
        before = tuple(row.raw for row in old)
        back = (delete(name, (("installed_rank", int(str(values["installed_rank"]))),), server),
                *put_back(name, before, server))  # fmt: skip
        told = _stopped_by(tracking, old) or (
            "The next flyway migrate goes on behind it; flyway validate compares the checksum with the file."
        )
        told += f" {_NO_REPAIR}" if old else ""
        return LedgerEdit(name, sql, before, (as_text(values, server),), back, told)

    def mark_not_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """Its rows go: for a failed one that is what `flyway repair` does."""
        tracked = _tracked(tracking, migration)
        rows = _counting(_rows_of(tracking, tracked))
        if not rows or tracked.row is None:
            raise CannotWriteError("Flyway has no row of it.")
        if marker := next((row for row in (tracked.row, *rows) if row.type in _MARKERS), None):
            raise CannotWriteError(f"Its row is a {marker.type} marker: without it Flyway takes the rest for new.")
        if not tracked.row.success:
            rows = tuple(row for row in rows if not row.success)
        name = tracking.ledger.name
        newest = max((r.rank or 0 for r in tracking.ledger.rows), default=0)
        before = tuple(row.raw for row in rows)
        told = _stopped_by(tracking, rows) or "The next flyway migrate runs it again."
        if any((row.rank or 0) < newest and row.success for row in rows) and not _repeats(tracked):
            told = "Later migrations are recorded: Flyway refuses it as out of order, unless outOfOrder is set."
        told += self._repair_too(tracking, rows) if not tracked.row.success else _undo_instead(tracking)
        sql = tuple(_gone(name, row, server) for row in rows)
        return LedgerEdit(name, sql, before, (), put_back(name, before, server), told)

    def session_settings(self, server: Server) -> Mapping[str, str]:
        """Flyway sets the search path to its default schema, and nothing else."""
        options = options_of(self._settings)
        if server.grammar == "postgres" and options.schema:
            return {"search_path": options.schema}
        return {}

    def _repair_too(self, tracking: Tracking, rows: tuple[LedgerRow, ...]) -> str:
        """What `flyway repair` would do instead: the same to these rows, and more to others."""
        options = options_of(self._settings)
        found = repairs(tracking.tracked, tracking.ledger, options, files_known=tracking.files.complete)
        if not found:
            return ""
        others = summary(repair for repair in found if repair.row not in rows)
        return " `flyway repair` would do the same" + (f", and besides {others}." if others else ".")

    def _named(self, tracked: Tracked, tracking: Tracking) -> dict[str, str | int | bool | None]:
        """What the file's name and text put into the row. CannotWriteError where Flyway would write none."""
        file, row = tracked.migration, tracked.row
        if file is None or file.checksum is None:
            raise CannotWriteError("The file is not there, so its checksum is not known.")
        if why := _never(tracked, file):
            raise CannotWriteError(why)
        checksum = int(file.checksum)
        if row is not None and not row.success and row.checksum == file.checksum:
            return {"version": _version(row.id, row.type), "description": row.description, "type": row.type,
                    "script": row.script, "checksum": checksum}  # fmt: skip
        kind = "SQL_BASELINE" if not file.repeatable and file.id.startswith("B") else "SQL"
        version = None if file.repeatable else _version(file.id, kind)
        if version is not None and version_key(version) is None:
            raise CannotWriteError(f"{file.file} is no name from which Flyway reads a version.")
        script = self._script(file, tracking.tracked)
        return {"version": version, "description": abbreviated(file.description), "type": kind, "script": script,
                "checksum": checksum}  # fmt: skip

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


def _undo_instead(tracking: Tracking) -> str:
    """Where the history shows that `flyway undo` is used: its own row is not written here, for its source is closed."""
    if not any(row.type.startswith("UNDO") and row.success for row in tracking.ledger.rows):
        return ""
    return " `flyway undo` would keep the row and add one of its own; here the row goes, as if it had never run."


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


def _rows_of(tracking: Tracking, tracked: Tracked) -> tuple[LedgerRow, ...]:
    """Its rows, oldest first; 1.0 and 1 are one version."""
    mine = _key(tracked.id)
    return tuple(row for row in tracking.ledger.rows if row is tracked.row or _key(row.id) == mine)


def _key(name: str) -> tuple[int, ...] | str:
    return version_key(name) or name


def _counting(rows: tuple[LedgerRow, ...]) -> tuple[LedgerRow, ...]:
    """Without those that an undo or a repair has ended already: they are history, and stay."""
    ends = [n for n, row in enumerate(rows, start=1)
            if row.success and (row.type == "DELETE" or row.type.startswith("UNDO"))]  # fmt: skip
    return rows[ends[-1] :] if ends else rows


def _never(tracked: Tracked, file: Migration) -> str:
    """Why Flyway would not write a row for it, or nobody can say which; '' when it would."""
    if TWIN in file.note:
        return f"Two files are one migration to Flyway: {file.note}."
    if file.repeatable and VALUELESS in file.note:
        return f"Its checksum is not known: {file.note}."
    if tracked.row is not None and tracked.row.type.startswith("UNDO"):
        return "Its undo failed, and what that took back is not known."
    return ""


def _version(name: str, kind: str) -> str | None:
    """The column `version` of a row or file that is called so."""
    if name.startswith("R__"):
        return None
    return name.removeprefix("B") if kind == "SQL_BASELINE" else name


def _repeats(tracked: Tracked) -> bool:
    return tracked.id.startswith("R__")


def _stopped_by(tracking: Tracking, gone: tuple[LedgerRow, ...]) -> str:
    """Another failed row stops Flyway all the same."""
    other = next((row for row in tracking.ledger.rows if not row.success and row not in gone), None)
    return f"{other.id} is still recorded as failed: flyway migrate stops at it." if other is not None else ""


def _gone(ledger: str, row: LedgerRow, server: Server) -> str:
    """The row by its rank, and as what it was seen: a row that changed since stays."""
    return delete(ledger, (("installed_rank", row.rank), ("success", row.success)), server)
