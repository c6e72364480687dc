"""`artisan migrate:rollback --step=1`: it takes the row with the highest batch, and of that the last name."""

from __future__ import annotations

from console.core.migration import Ledger
from console.core.ports import Project
from console.core.rollback import Rollback, heeded
from console.readers.settings import environ_of

_HEEDS = ("APP_ENV", "DB_URL", "DATABASE_URL", "DB_CONNECTION", "DB_HOST", "DB_PORT", "DB_DATABASE", "DB_USERNAME",
          "DB_PASSWORD")  # fmt: skip


def rollback(project: Project | None, ledger: Ledger) -> Rollback:
    """What `php artisan` would take back now; `--force` because it asks in production, where it has no terminal."""
    if project is None:
        return Rollback(why="Laravel's project was not found here.")
    rows = [row for row in ledger.rows if row.batch is not None and row.batch >= 1]
    if len(rows) < len(ledger.rows) or not rows:
        return Rollback(why="Which row Laravel would take is not known.")
    newest = max(rows, key=lambda row: (row.batch or 0, row.id))
    return Rollback(
        ("php", "artisan", "migrate:rollback", "--step=1", "--force", "--no-ansi", "--no-interaction"),
        project.folder,
        (newest.id,),
        tuple(heeded(environ_of(project.settings), _HEEDS)),
    )
