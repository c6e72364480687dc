"""Files and rows joined as dbmate joins them: by version, a row means that it ran, no row that it did not."""

from __future__ import annotations

from collections.abc import Sequence

from console.core.habits import Habits
from console.core.migration import Belief, Ledger, Tracked
from console.core.observation import Server, Tracking
from console.core.ports import Files, Project
from console.frameworks.dbmate.dumps import DbmateFiles
from console.frameworks.dbmate.ledger import locks
from console.readers.sqlfiles.tracking import back, joined, next_run, pending, plain, tracking

_LOCK = ", which it takes where it is asked to: this session migrates, and ending it ends the migration"
_HABITS = Habits(key="a number that is the same everywhere (measured)")
_NO_HABITS = Habits(no_lock="dbmate takes a lock on PostgreSQL only.")
_HEEDS = ("DATABASE_URL", "DBMATE_MIGRATIONS_DIR", "DBMATE_MIGRATIONS_TABLE")
_WRITES = "Afterwards dbmate writes db/schema.sql anew, unless its environment says otherwise."


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
        habits=_HABITS if locks(server) else _NO_HABITS,
        rollback=back(project, _command(project), _newest(tracked), _HEEDS, _WRITES),
        next_run="" if files.unread else next_run("dbmate up", tracked, ledger, refused),
        dump=files.dump if isinstance(files, DbmateFiles) else None,
    )


def _command(project: Project | None) -> tuple[str, ...]:
    place = project.settings.get("place", "") if project is not None else ""
    return ("dbmate", "--migrations-dir", place, "rollback") if place else ("dbmate", "rollback")


def _newest(tracked: Sequence[Tracked]) -> str | None:
    """Dbmate takes back the last of its files that has a row."""
    recorded = [t.id for t in tracked if t.belief is Belief.RECORDED and t.migration is not None]
    return recorded[-1] if recorded else None
