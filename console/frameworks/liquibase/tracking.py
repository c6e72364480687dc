"""Changesets and rows joined as Liquibase joins them: by id, author and file, in the order of the changelog."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from console.core.habits import Habits
from console.core.migration import Belief, Ledger, LedgerRow, Migration, Tracked
from console.core.observation import Server, Tracking
from console.core.ports import Files, Project
from console.frameworks.liquibase.files import NEVER
from console.frameworks.liquibase.ledger import about
from console.readers.sqlfiles.files import said
from console.readers.sqlfiles.tracking import back, joined, next_run, tracking

_SUMS = "Whether a changeset was edited since it ran is not known: its check sum is Liquibase's own."
_HABITS = Habits(no_lock="Liquibase's lock is a row, which would outlive who took it.")
_HEEDS = ("LIQUIBASE_COMMAND_URL", "LIQUIBASE_COMMAND_CHANGELOG_FILE")
_NEEDS = "It runs what the changeset's own rollback says, and refuses where raw SQL has none."
_COMMAND = ("liquibase", "rollback-count", "--count=1")


def track(project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
    """One Tracked for each changeset, and behind them rows without one."""
    # it names its table in capitals, which PostgreSQL folds and a MySQL may not
    name = ledger.name if server.grammar == "postgres" else _capitals(ledger.name)
    ledger = replace(ledger, name=name)
    places = {migration.id: place for place, migration in enumerate(files.migrations)}
    rows = {row.id: row for row in ledger.rows}
    tracked = joined(files.migrations, rows, _of_file, lambda name: (places.get(name, len(places)), name))
    held = dict(ledger.beside).get("locked") == "yes"
    refused = "its lock is held, and it waits for it" if held else ""
    return tracking(
        "liquibase",
        project,
        files,
        ledger,
        tracked,
        about=" ".join(part for part in (about(ledger), _SUMS if files.migrations and rows else "") if part),
        habits=_HABITS,
        rollback=back(project, _COMMAND, _newest(ledger, places), _HEEDS, _NEEDS),
        next_run="" if files.unread else next_run("liquibase update", tracked, ledger, refused),
    )


def _capitals(name: str) -> str:
    schema, dot, table = name.rpartition(".")
    return f"{schema}{dot}{table.upper()}"


def _of_file(file: Migration, row: LedgerRow | None) -> Tracked:
    if row is None:
        belief = Belief.IGNORED if file.note.startswith(NEVER) else Belief.PENDING
        return Tracked(file.id, belief, file, None, note=file.note)
    marked = "marked as run, without being run" if row.type == "MARK_RAN" else ""
    return Tracked(file.id, Belief.RECORDED, file, row, note=said(file.note, marked))


def _newest(ledger: Ledger, places: Mapping[str, int]) -> str | None:
    """Liquibase takes back what it ran last, where the changelog has it."""
    last = ledger.rows[-1].id if ledger.rows else None
    return last if last in places else None
