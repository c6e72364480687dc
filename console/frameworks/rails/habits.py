"""How Rails keeps two runs of itself apart, and that it has no maintenance mode of its own (facts: frameworks.md 2)."""

from __future__ import annotations

from console.core.habits import Habits
from console.core.observation import Server
from console.core.ports import Project
from console.frameworks.rails.ledger import LOCK_SALT
from console.frameworks.rails.several import setting

_REST = (
    "Rails has no maintenance mode of its own: stop the web and job processes, or use what your deployment has for it "
    "(Heroku: heroku maintenance:on)."
)


def locks_itself(project: Project | None, server: Server) -> bool:
    """Whether this Rails takes a lock of the database."""
    return server.grammar != "sqlite" and setting(project, "advisory_locks", server) != "no"


def habits(project: Project | None, server: Server) -> Habits:
    """Its lock is one for each database, whatever is migrated there."""
    if locks_itself(project, server):
        return Habits(
            key=f"{LOCK_SALT} times the CRC-32 of {server.name}",
            meets="a run that meets it ends at once with ConcurrentMigrationError",
            about_rest=_REST,
        )
    off = "config/database.yml turns Rails' lock off (advisory_locks: false)."
    return Habits(no_lock="On SQLite Rails takes no lock." if server.grammar == "sqlite" else off, about_rest=_REST)
