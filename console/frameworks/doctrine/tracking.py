"""Files and rows joined as Doctrine joins them: by the full name of the class, in the order of these names."""

from __future__ import annotations

from collections.abc import Sequence

from console.core.habits import Habits
from console.core.migration import Belief, Ledger, Tracked
from console.core.observation import Server, Tracking
from console.core.ports import Files, Project
from console.core.rollback import Rollback
from console.readers.sqlfiles.tracking import TWIN, back, joined, next_run, plain, tracking

_HABITS = Habits(no_lock="Doctrine Migrations takes no lock.")
_HEEDS = ("DATABASE_URL", "APP_ENV")
_WHOLE = "All migrations of a run are one transaction (all_or_nothing): where one of them fails, the others go with it."


def track(project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
    """One Tracked for each class."""
    tracked = joined(files.migrations, {row.id: row for row in ledger.rows}, plain, str.encode)
    command = " ".join((*program(project), "migrate"))
    whole = project is not None and project.settings.get("all_or_nothing") == "true" and server.grammar == "postgres"
    return tracking(
        "doctrine",
        project,
        files,
        ledger,
        tracked,
        about=_WHOLE if whole else "",
        habits=_HABITS,
        rollback=_back(project, tracked),
        next_run="" if files.unread else next_run(_joined(command), tracked, ledger, _refusal(tracked)),
    )


def program(project: Project | None) -> tuple[str, ...]:
    """The command as a project has it."""
    if project is not None and project.settings.get("symfony"):
        return ("php", "bin/console", "doctrine:migrations")
    return ("vendor/bin/doctrine-migrations",)


def _joined(command: str) -> str:
    """`doctrine:migrations` and the word behind it are one."""
    return command.replace("doctrine:migrations ", "doctrine:migrations:")


def _refusal(tracked: Sequence[Tracked]) -> str:
    twin = next((t.id for t in tracked if TWIN in t.note), "")
    return f"two files have the class {twin}" if twin else ""


def _back(project: Project | None, tracked: Sequence[Tracked]) -> Rollback:
    recorded = [t.id for t in tracked if t.belief is Belief.RECORDED and t.migration is not None]
    takes = recorded[-1] if recorded else None
    words = program(project)
    head = (
        (*words[:-1], f"{words[-1]}:execute") if words[-1].endswith(":migrations") else (*words, "migrations:execute")
    )
    return back(project, (*head, takes or "", "--down", "--no-interaction"), takes, _HEEDS, "")
