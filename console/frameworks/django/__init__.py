"""Django: its projects on disk, its migration files, its table of migrations, and how it joins the two.

Everything is read from files, nothing of the application is run; what only a run could tell is said to be unknown.
"""

from __future__ import annotations

from console.core.dryrun import DryRun
from console.core.migration import Migration
from console.core.ports import Project
from console.frameworks.django import files as _files
from console.frameworks.django import ledger as _ledger
from console.frameworks.django import project as _project
from console.frameworks.django import sqlmigrate as _sqlmigrate
from console.frameworks.django import tracking as _tracking

__all__ = ["Django"]


class Django:
    """The framework named `django`: each part of it is a module of this package."""

    name = "django"
    dry_run_about = _sqlmigrate.ABOUT

    detect = staticmethod(_project.detect)
    read = staticmethod(_files.read)
    ledger_tables = staticmethod(_ledger.ledger_tables)
    parse_ledger = staticmethod(_ledger.parse_ledger)
    track = staticmethod(_tracking.track)

    def dry_run_command(self, project: Project, migration: Migration) -> tuple[str, ...]:
        """`manage.py sqlmigrate` for one migration."""
        return _sqlmigrate.command(project, migration)

    def dry_run(self, project: Project, migration: Migration) -> DryRun:
        """Run it; only ever on a person's request."""
        return _sqlmigrate.run(project, migration)
