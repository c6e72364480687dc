"""Files and rows joined as Phinx joins them: by version; a rollback takes the last row, and stops at a breakpoint."""

from __future__ import annotations

from collections.abc import Sequence

from console.core.habits import Habits
from console.core.migration import Ledger, LedgerRow, Tracked
from console.core.observation import Server, Tracking
from console.core.ports import Files, Project
from console.core.rollback import Rollback
from console.frameworks.phinx.files import PhinxFiles
from console.frameworks.phinx.ledger import BREAKPOINT, started
from console.readers.sqlfiles.tracking import TWIN, back, joined, next_run, pending, plain, tracking

_HABITS = Habits(no_lock="Phinx takes no lock.")
_HEEDS = ("PHINX_ENVIRONMENT",)
_FORCE = "A breakpoint is set on {}: `phinx rollback` stops there, and goes on only with -f."


def track(project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
    """One Tracked for each version, in the order of their numbers."""
    tracked = joined(files.migrations, {row.id: row for row in ledger.rows}, plain, _number)
    assumed = files.assumed if isinstance(files, PhinxFiles) and files.migrations else ""
    about = f"Which Phinx it runs is not known: {assumed} is assumed." if assumed else ""
    return tracking(
        "phinx",
        project,
        files,
        ledger,
        tracked,
        about=about,
        habits=_HABITS,
        rollback=_back(project, files, ledger),
        next_run="" if files.unread else next_run("phinx migrate", tracked, ledger, _refusal(tracked)),
    )


def _number(version: str) -> tuple[int, str]:
    return (int(version), "") if version.isdigit() else (0, version)


def _refusal(tracked: Sequence[Tracked]) -> str:
    """Phinx loads every file before it runs one."""
    if twin := next((t.id for t in tracked if TWIN in t.note), ""):
        return f"two files have version {twin}"
    stopped = next((m for m in pending(tracked) if "Phinx looks for the class" in m.note), None)
    return f"{stopped.label}: {stopped.note}" if stopped is not None else ""


def _back(project: Project | None, files: Files, ledger: Ledger) -> Rollback:
    last = _last(project, ledger)
    takes = last.id if last is not None and any(m.id == last.id for m in files.migrations) else None
    if last is not None and takes is not None and last.type == BREAKPOINT:
        return Rollback(why=_FORCE.format(last.id))
    return back(project, _command(project), takes, _HEEDS, "")


def _last(project: Project | None, ledger: Ledger) -> LedgerRow | None:
    by_time = project is not None and project.settings.get("order") == "execution"
    key = (lambda row: (started(row), row.rank or 0)) if by_time else (lambda row: ("", row.rank or 0))
    return max(ledger.rows, key=key, default=None)


def _command(project: Project | None) -> tuple[str, ...]:
    settings = project.settings if project is not None else {}
    config = ("-c", settings["config"]) if settings.get("config") else ()
    environment = ("-e", settings["environment"]) if settings.get("environment") else ()
    return ("vendor/bin/phinx", "rollback", *config, *environment)
