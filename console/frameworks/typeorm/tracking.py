"""Files and rows joined as TypeORM joins them: by the name of the class, run in the order of the times in them."""

from __future__ import annotations

from collections.abc import Sequence

from console.core.habits import Habits
from console.core.migration import Belief, Ledger, Migration, Tracked
from console.core.observation import Server, Tracking
from console.core.ports import Files, Project
from console.frameworks.typeorm.files import OWN_WISH
from console.frameworks.typeorm.names import time_of
from console.frameworks.typeorm.project import ALL, mode_of
from console.readers.sqlfiles.tracking import back, joined, next_run, pending, plain, tracking

_HABITS = Habits(no_lock="TypeORM takes no lock.")
_COMMAND = "typeorm migration:run"
_HEEDS = ("NODE_ENV", "DATABASE_URL", "TYPEORM_URL")
_WRITES = "It runs the down of the class on this machine, with the packages that are installed here."


def track(project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
    """One Tracked for each class and row, in the order of their times."""
    tracked = joined(files.migrations, {row.id: row for row in ledger.rows}, plain, _key)
    return tracking(
        "typeorm",
        project,
        files,
        ledger,
        tracked,
        habits=_HABITS,
        rollback=back(project, _command(project), _newest(ledger, tracked), _HEEDS, _WRITES),
        next_run="" if files.unread else _next_run(project, tracked, ledger),
    )


def _key(name: str) -> tuple[int, str]:
    return time_of(name) or 0, name


def _command(project: Project | None) -> tuple[str, ...]:
    place = project.settings.get("source", "") if project is not None else ""
    program = "typeorm-ts-node-commonjs" if place.endswith(".ts") else "typeorm"
    source = ("-d", place) if place and not place.startswith("ormconfig") else ()
    return ("npx", "--no-install", program, "migration:revert", *source)


def _newest(ledger: Ledger, tracked: Sequence[Tracked]) -> str | None:
    """The row that was written last, whatever its time says."""
    last = max(ledger.rows, key=lambda row: row.rank or 0, default=None)
    here = {one.id for one in tracked if one.migration is not None}
    return last.id if last is not None and last.id in here else None


def _next_run(project: Project | None, tracked: Sequence[Tracked], ledger: Ledger) -> str:
    waiting = pending(tracked)
    refused = _refused(project, tracked, waiting)
    together = len(waiting) > 1 and all(one.transactional for one in waiting)
    if refused or ledger.unread or not together or _mode(project) != ALL:
        return next_run(_COMMAND, tracked, ledger, refused)
    table = "" if ledger.exists else "makes its table, then "
    return f"`{_COMMAND}` {table}runs all {len(waiting)} in one transaction: if one fails, none of them stays."


def _mode(project: Project | None) -> str:
    return mode_of(project.settings) if project is not None else ALL


def _refused(project: Project | None, tracked: Sequence[Tracked], waiting: Sequence[Migration]) -> str:
    nameless = next((m.id for m in waiting if time_of(m.id) is None), "")
    if nameless:
        return f"the name of {nameless} does not end in a time"
    twice = next((one.id for one in tracked if one.belief is Belief.IGNORED), "")
    if twice:
        return f"two classes are called {twice}"
    own = next((m.id for m in waiting if OWN_WISH in m.note), "")
    if own and _mode(project) == ALL:
        return f"{own} says itself whether it wants a transaction, which is refused while one is made for all"
    return ""
