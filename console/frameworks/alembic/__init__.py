"""Alembic: its projects on disk, its revisions, its table of heads, and how it joins the two.

Everything is read from files and nothing of the project is run; what only a run could tell is said to be unknown.
"""

from __future__ import annotations

from console.core.dryrun import DryRun
from console.core.migration import Migration
from console.core.ports import Project
from console.frameworks.alembic import files as _files
from console.frameworks.alembic import ledger as _ledger
from console.frameworks.alembic import offline as _offline
from console.frameworks.alembic import project as _project
from console.frameworks.alembic import tracking as _tracking

__all__ = ["Alembic"]


class Alembic:
    """The framework named `alembic`: each part of it is a module of this package."""

    name = "alembic"
    dry_run_about = _offline.ABOUT

    detect = staticmethod(_project.detect)
    read = staticmethod(_files.read)
    ledger_tables = staticmethod(_ledger.ledger_tables)
    parse_ledger = staticmethod(_ledger.parse_ledger)
    track = staticmethod(_tracking.track)

    def dry_run_command(self, project: Project, migration: Migration) -> tuple[str, ...]:
        """`alembic upgrade FROM:TO --sql` for one revision; none for a merge."""
        return _offline.command(project, migration)

    def dry_run(self, project: Project, migration: Migration) -> DryRun:
        """Run it; only ever on a person's request."""
        return _offline.run(project, migration)
