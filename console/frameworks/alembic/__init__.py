"""Alembic: its projects on disk, its revisions, its table of heads, and how it joins the two.

Everything is read from files and nothing of the project is run; what only a run could tell is said to be unknown.
"""

from __future__ import annotations

from console.core.dryrun import DryRun
from console.core.migration import Ledger, Migration
from console.core.observation import Server, Tracking
from console.core.ports import Files, Project
from console.frameworks.alembic import ledger as _ledger
from console.frameworks.alembic import project as _project

__all__ = ["Alembic"]


class Alembic:
    """The framework named `alembic`: each part of it is a module of this package."""

    name = "alembic"

    detect = staticmethod(_project.detect)
    ledger_tables = staticmethod(_ledger.ledger_tables)
    parse_ledger = staticmethod(_ledger.parse_ledger)

    def read(self, project: Project, given: str | None, dialect: str, home: str) -> Files:
        """The migration files; what reads them is only loaded where there are some."""
        from console.frameworks.alembic import files

        return files.read(project, given, dialect, home)

    def track(self, project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
        """Files and rows joined in the order the tool would run them."""
        from console.frameworks.alembic import tracking

        return tracking.track(project, files, ledger, server)

    @property
    def dry_run_about(self) -> str:
        """What its own dry run does besides printing SQL."""
        from console.frameworks.alembic.offline import ABOUT

        return ABOUT

    def dry_run_command(self, project: Project, migration: Migration) -> tuple[str, ...]:
        """`alembic upgrade FROM:TO --sql` for one revision; none for a merge."""
        from console.frameworks.alembic import offline

        return offline.command(project, migration)

    def dry_run(self, project: Project, migration: Migration) -> DryRun:
        """Run it; only ever on a person's request."""
        from console.frameworks.alembic import offline

        return offline.run(project, migration)
