"""golang-migrate's one row, moved as `migrate force` moves it (facts: frameworks.md 8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from console.core.ledger_sql import as_text, delete, insert, put_back
from console.core.migration import Migration
from console.core.observation import Server, Tracking
from console.core.plan import CannotWriteError, LedgerEdit
from console.core.ports import Project
from console.frameworks.golang_migrate.ledger import NOTHING
from console.frameworks.golang_migrate.tracking import following, preceding


class Marks:
    """What `console.core.ports_acting.Marker` promises, for golang-migrate."""

    def __init__(self, project: Project | None) -> None:
        """`project` is not needed: the files and the row say everything."""

    def mark_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """The row names it, and is clean."""
        files = _ready(tracking, migration)
        row = tracking.ledger.rows[0] if tracking.ledger.rows else None
        at = int(row.id) if row is not None else NOTHING
        if row is not None and row.success and int(migration) <= at:
            raise CannotWriteError("golang-migrate takes it for done already: the row names it or a later one.")
        if row is not None and not row.success and int(migration) != at:
            raise CannotWriteError(f"The row is dirty at {row.id}: that one comes first.")
        after = following(at, files)
        if int(migration) != at and (after is None or after.id != migration):
            first = after.id if after is not None else "another"
            raise CannotWriteError(f"{first} comes first: the row names one version, and all below it count as done.")
        return _moved(tracking, int(migration), server, "The next migrate up goes on behind it.")

    def mark_not_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """The row names the version before it; where there is none, it goes."""
        files = _ready(tracking, migration)
        row = tracking.ledger.rows[0] if tracking.ledger.rows else None
        if row is None or int(row.id) != int(migration):
            raise CannotWriteError("The row names another version: only the one it names can be taken back.")
        before = preceding(int(migration), files)
        to = int(before.id) if before is not None else NOTHING
        return _moved(tracking, to, server, "The next migrate up runs it again.")

    def session_settings(self, server: Server) -> Mapping[str, str]:
        """Nothing: it is the server's own."""
        return {}


def _ready(tracking: Tracking, migration: str) -> Sequence[Migration]:
    """The files in their order. CannotWriteError where golang-migrate's own row is not known."""
    if not tracking.ledger.exists:
        raise CannotWriteError(f"{tracking.ledger.name} does not exist: golang-migrate makes it on its first run.")
    if not tracking.files.complete:
        raise CannotWriteError("Its files were not all read, so which version comes before it is not known.")
    files = [t.migration for t in tracking.tracked if t.migration is not None]
    if not any(file.id == migration for file in files):
        raise CannotWriteError("No file has this version: golang-migrate refuses to go on from it.")
    return files


def _moved(tracking: Tracking, version: int, server: Server, told: str) -> LedgerEdit:
    """The old row goes, the new one comes: golang-migrate empties the table and writes it in one transaction."""
    name = tracking.ledger.name
    before = tuple(row.raw for row in tracking.ledger.rows)
    values: dict[str, str | int | bool | None] = {"version": version, "dirty": False}
    old = tuple(
        delete(name, (("version", int(row.id)), ("dirty", not row.success)), server) for row in tracking.ledger.rows
    )
    back = put_back(name, before, server)
    if version == NOTHING:
        return LedgerEdit(name, old, before, (), back, told)
    given = tuple(values.items())
    sql = (*old, insert(name, given, server))
    return LedgerEdit(name, sql, before, (as_text(values, server),), (delete(name, given, server), *back), told)
