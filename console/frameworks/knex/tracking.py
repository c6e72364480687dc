"""Files and rows joined as Knex joins them: by the whole name of the file; a row without a file stops every run."""

from __future__ import annotations

from collections.abc import Sequence

from console.core.habits import Habits
from console.core.migration import Ledger, Migration, Tracked
from console.core.observation import Server, Tracking
from console.core.ports import Files, Project
from console.core.rollback import Rollback
from console.frameworks.knex.files import refused
from console.frameworks.knex.ledger import about, held
from console.readers.sqlfiles.tracking import back, joined, next_run, pending, plain, tracking

_COMMAND = "knex migrate:latest"
_HABITS = Habits(no_lock="Knex's lock is a row, which would outlive who took it.")
_CAREFUL = "It takes back the newest alone; `knex migrate:rollback` takes back all of the last batch."


def track(project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
    """One Tracked for each file in Knex's order, and rows without one among them."""
    rows = {row.id: row for row in ledger.rows}
    places = {migration.id: place for place, migration in enumerate(files.migrations)}
    tracked = joined(files.migrations, rows, plain, lambda name: (places.get(name, len(places)), name))
    return tracking(
        "knex",
        project,
        files,
        ledger,
        tracked,
        about=about(ledger),
        habits=_HABITS,
        rollback=_back(project, files, ledger),
        next_run="" if files.unread or ledger.unread else _next(project, files, ledger, tracked, server),
    )


def _back(project: Project | None, files: Files, ledger: Ledger) -> Rollback:
    known = {migration.id for migration in files.migrations}
    heeds = ("NODE_ENV", *(project.settings.get("heeds", "").split() if project is not None else ()))
    why = _stopped(project, files, ledger, [row.id for row in ledger.rows if row.id not in known])
    if why:
        return Rollback(why=f"Knex would not: {why}.")
    newest = [migration.id for migration in files.migrations if ledger.rows_of(migration.id)]
    return back(project, ("npx", "knex", "migrate:down"), newest[-1] if newest else None, heeds, _CAREFUL)


def _next(project: Project | None, files: Files, ledger: Ledger, tracked: Sequence[Tracked], server: Server) -> str:
    waiting = pending(tracked)
    why = _refusal(project, files, ledger, tracked)
    if why or len(waiting) < 2 or not _all_in_one(project, waiting):
        return next_run(_COMMAND, tracked, ledger, why)
    table = "" if ledger.exists else "makes its tables, then "
    if server.grammar in ("postgres", "sqlite"):
        return f"`{_COMMAND}` {table}runs all {len(waiting)} in one transaction: if one fails, none of them stays."
    return f"`{_COMMAND}` {table}runs {waiting[0].run_as(waiting[0].label)}, then the other {len(waiting) - 1}."


def _all_in_one(project: Project | None, waiting: Sequence[Migration]) -> bool:
    """One file that wants no transaction takes it from all of them."""
    server_has_none = all(not migration.transactional for migration in waiting)
    return server_has_none or all(migration.transactional for migration in waiting)


def _refusal(project: Project | None, files: Files, ledger: Ledger, tracked: Sequence[Tracked]) -> str:
    why = _stopped(project, files, ledger, [one.id for one in tracked if one.migration is None])
    broken = next(refused(pending(tracked)), None)
    return why or (f"{broken.label} must have both an up and a down function" if broken is not None else "")


def _stopped(project: Project | None, files: Files, ledger: Ledger, lost: Sequence[str]) -> str:
    """Why neither way goes."""
    unchecked = project is not None and project.settings.get("unchecked")
    if lost and not unchecked and files.migrations:
        return f"the migration directory is corrupt to it, for {', '.join(lost[:3])} is not here"
    return held(ledger)
