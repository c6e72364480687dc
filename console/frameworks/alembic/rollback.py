"""`alembic downgrade -1`: from the one head to the one revision that it stands on."""

from __future__ import annotations

from collections.abc import Sequence

from console.core.migration import Ledger, Tracked
from console.core.ports import Project
from console.core.rollback import Rollback, heeded
from console.frameworks.alembic.offline import program
from console.readers.settings import environ_of

_HEEDS = ("DATABASE_URL", "SQLALCHEMY_DATABASE_URI", "PYTHONPATH")


def rollback(project: Project | None, ledger: Ledger, tracked: Sequence[Tracked]) -> Rollback:
    """What alembic would take back now."""
    if project is None or not project.settings.get("configuration"):
        return Rollback(why="Alembic's configuration was not found here.")
    if project.settings.get("needs_application") == "true":
        return Rollback(why="Its env.py needs the application: only that knows how it is run.")
    heads = [t for t in tracked if t.row is not None and t.migration is not None]
    if len(ledger.rows) != 1 or len(heads) != 1:
        return Rollback(why="Alembic has not exactly one head, so -1 does not say which revision is meant.")
    if len(heads[0].after or ()) > 1:
        return Rollback(why=f"{heads[0].id} joins several revisions, so -1 does not say where it goes.")
    configuration = project.settings["configuration"]
    which = ("-c", configuration) if configuration.endswith(".ini") else ()
    heeds = tuple(heeded(environ_of(project.settings), _HEEDS))
    return Rollback((program(project), *which, "downgrade", "-1"), project.folder, (heads[0].id,), heeds)
