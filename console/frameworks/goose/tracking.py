"""Files and rows joined as goose joins them: by version; what is missing below the newest stops it."""

from __future__ import annotations

from collections.abc import Sequence

from console.core.habits import Habits
from console.core.migration import Ledger, Migration, Tracked
from console.core.observation import Server, Tracking
from console.core.ports import Files, Project
from console.frameworks.goose.files import REFUSES
from console.frameworks.goose.ledger import applied, locks
from console.readers.sqlfiles.tracking import TWIN, back, joined, next_run, pending, plain, tracking

_LOCK = ": the session that migrates holds it, where a program with goose inside asks for one"
_HABITS = Habits(no_lock="The command goose takes no lock.")
_HEEDS = ("GOOSE_DRIVER", "GOOSE_DBSTRING", "GOOSE_MIGRATION_DIR", "GOOSE_TABLE")
_NEEDS = "It reads GOOSE_DRIVER and GOOSE_DBSTRING from its environment, or from .env."


def track(project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
    """One Tracked for each version, in the order of their numbers."""
    rows = applied(ledger)
    tracked = joined(files.migrations, rows, plain, int)
    return tracking(
        "goose",
        project,
        files,
        ledger,
        tracked,
        locks=locks(server),
        lock_note=_LOCK,
        habits=_HABITS,
        rollback=back(project, _command(project), _newest(files, ledger), _HEEDS, _NEEDS),
        next_run="" if files.unread else next_run("goose up", tracked, ledger, _refusal(tracked, set(rows))),
    )


def _refusal(tracked: Sequence[Tracked], rows: set[str]) -> str:
    if twin := next((t.id for t in tracked if TWIN in t.note), ""):
        return f"two files have version {twin}"
    waiting = pending(tracked)
    newest = max(map(int, rows), default=0)
    missed = [m for m in waiting if int(m.id) < newest]
    if missed:
        return f"{missed[0].id} is missing below {newest}, which is recorded; only `goose up -allow-missing` runs it"
    return _unrunnable(waiting)


def _unrunnable(waiting: Sequence[Migration]) -> str:
    first = waiting[0] if waiting else None
    return f"{first.label}: {first.unreadable}" if first is not None and first.unreadable.startswith(REFUSES) else ""


def _command(project: Project | None) -> tuple[str, ...]:
    place = project.settings.get("place", "") if project is not None else ""
    return ("goose", "-dir", place, "down") if place else ("goose", "down")


def _newest(files: Files, ledger: Ledger) -> str | None:
    """Goose takes back the version of the newest row that counts, where it has a file of it."""
    counting = applied(ledger).values()
    newest = max(counting, key=lambda row: row.rank or 0, default=None)
    return newest.id if newest is not None and any(m.id == newest.id for m in files.migrations) else None
