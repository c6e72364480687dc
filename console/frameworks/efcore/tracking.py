"""Migrations and rows joined as EF Core joins them: by id whatever its case, in the order of ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from console.core.habits import Habits
from console.core.migration import Belief, Ledger, LedgerRow, Tracked
from console.core.observation import Server, Tracking
from console.core.ports import Files, Project
from console.core.rollback import Rollback
from console.frameworks.efcore.files import EfFiles
from console.frameworks.efcore.ledger import locks
from console.readers.sqlfiles.tracking import back, joined, next_run, pending, plain, tracking

_LOCK = ", which EF Core takes from 9 on: the session that migrates holds it, and ending it ends the migration"
_HABITS = Habits(key="the database's name", no_lock="")
_TABLE = "EF Core before 9 takes no lock; from 9 on it locks its own table on PostgreSQL while it migrates."
_HEEDS = ("ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "ConnectionStrings__DefaultConnection")
_SEVERAL = "Migrations of several contexts keep one history: {}. A command is to name one with --context."


def track(project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
    """One Tracked for each id."""
    own = {m.id.lower(): m.id for m in files.migrations}
    rows = {own.get(row.id.lower(), row.id): _named(row, own) for row in ledger.rows}
    tracked = joined(files.migrations, rows, plain, str.lower)
    kept = locks(server)
    contexts = files.contexts if isinstance(files, EfFiles) else ()
    return tracking(
        "efcore",
        project,
        files,
        ledger,
        tracked,
        locks=kept,
        lock_note=_LOCK if kept else "",
        about=_SEVERAL.format(", ".join(contexts)) if len(contexts) > 1 else "",
        habits=_HABITS if kept else Habits(no_lock=_TABLE),
        rollback=_back(project, tracked, contexts),
        next_run="" if files.unread else next_run("dotnet ef database update", tracked, ledger),
    )


def _named(row: LedgerRow, own: dict[str, str]) -> LedgerRow:
    return replace(row, id=own.get(row.id.lower(), row.id))


def _back(project: Project | None, tracked: Sequence[Tracked], contexts: Sequence[str]) -> Rollback:
    """An update to the migration before takes back the newest, and would run whatever is pending below."""
    known = [t for t in tracked if t.migration is not None]
    recorded = [t for t in known if t.belief is Belief.RECORDED]
    if not recorded:
        return back(project, (), None, _HEEDS, "")
    newest = recorded[-1]
    before = [t.id for t in known[: known.index(newest)]]
    waiting = [m.id for m in pending(known[: known.index(newest)])]
    if waiting:
        return Rollback(why=f"An update to the one before {newest.id} would first run {waiting[0]}, which is pending.")
    if len(contexts) > 1:
        return Rollback(why="Which context it is of decides, and there are several.")
    target = before[-1] if before else "0"
    return back(project, ("dotnet", "ef", "database", "update", target), newest.id, _HEEDS, "")
