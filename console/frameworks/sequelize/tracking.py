"""Files and rows joined as umzug joins them: by the file's name, a row means that it ran, no row that it did not."""

from __future__ import annotations

from collections.abc import Sequence

from console.core.habits import Habits
from console.core.migration import Belief, Ledger, Tracked
from console.core.observation import Server, Tracking
from console.core.ports import Files, Project
from console.readers.sqlfiles.tracking import back, joined, next_run, plain, tracking

_HABITS = Habits(no_lock="Sequelize takes no lock.")
_COMMAND = "sequelize-cli db:migrate"
_HEEDS = ("NODE_ENV", "DATABASE_URL")
_WRITES = "It runs the down of the file on this machine, with the packages that are installed here."


def track(project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
    """One Tracked for each file and row, in the order of their names."""
    tracked = joined(files.migrations, {row.id: row for row in ledger.rows}, plain, lambda name: name)
    command = ("npx", "--no-install", "sequelize-cli", "db:migrate:undo")
    return tracking(
        "sequelize",
        project,
        files,
        ledger,
        tracked,
        habits=_HABITS,
        rollback=back(project, command, _newest(tracked), _HEEDS, _WRITES),
        next_run="" if files.unread else next_run(_COMMAND, tracked, ledger),
    )


def _newest(tracked: Sequence[Tracked]) -> str | None:
    """The last row by its name; umzug refuses to take it back where its file is not here."""
    recorded = [t for t in tracked if t.belief is Belief.RECORDED]
    return recorded[-1].id if recorded and recorded[-1].migration is not None else None
