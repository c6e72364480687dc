"""Files and rows joined as dbmate joins them: by version, a row means that it ran, no row that it did not."""

from __future__ import annotations

from console.core.migration import Ledger
from console.core.observation import Server, Tracking
from console.core.ports import Files, Project
from console.frameworks.dbmate.ledger import locks
from console.readers.sqlfiles.tracking import joined, next_run, pending, plain, tracking

_LOCK = ", which it takes where it is asked to: this session migrates, and ending it ends the migration"


def track(project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
    """One Tracked for each file and row, in the order of their names."""
    tracked = joined(files.migrations, {row.id: row for row in ledger.rows}, plain, lambda version: version)
    refused = next((m.unreadable for m in pending(tracked)[:1] if m.unreadable.startswith("dbmate refuses")), "")
    return tracking(
        "dbmate",
        project,
        files,
        ledger,
        tracked,
        locks=locks(server),
        lock_note=_LOCK,
        next_run="" if files.unread else next_run("dbmate up", tracked, ledger, refused),
    )
