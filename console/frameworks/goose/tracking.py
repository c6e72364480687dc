"""Files and rows joined as goose joins them: by version; what is missing below the newest stops it."""

from __future__ import annotations

from collections.abc import Sequence

from console.core.migration import Ledger, Migration, Tracked
from console.core.observation import Server, Tracking
from console.core.ports import Files, Project
from console.frameworks.goose.files import REFUSES
from console.frameworks.goose.ledger import applied, locks
from console.readers.sqlfiles.tracking import TWIN, joined, next_run, pending, plain, tracking

_LOCK = ": the session that migrates holds it, where a program with goose inside asks for one"


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
