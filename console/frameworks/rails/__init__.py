"""Rails: its projects on disk, its migration files, its table of versions, and how it joins the two.

Everything is read from files, nothing of the application is run; what only a run could tell is said to be unknown.
"""

from __future__ import annotations

from console.core.dryrun import DryRun
from console.core.migration import Migration
from console.core.ports import Project
from console.frameworks.rails import files as _files
from console.frameworks.rails import ledger as _ledger
from console.frameworks.rails import project as _project
from console.frameworks.rails import tracking as _tracking

__all__ = ["Rails"]


class Rails:
    """The framework named `rails`: each part of it is a module of this package."""

    name = "rails"
    beside = _ledger.BESIDE
    dry_run_about = ""

    detect = staticmethod(_project.detect)
    read = staticmethod(_files.read)
    ledger_tables = staticmethod(_ledger.ledger_tables)
    parse_ledger = staticmethod(_ledger.parse_ledger)
    with_beside = staticmethod(_ledger.with_beside)
    track = staticmethod(_tracking.track)

    def dry_run_command(self, project: Project, migration: Migration) -> tuple[str, ...]:
        """Rails has none."""
        return ()

    def dry_run(self, project: Project, migration: Migration) -> DryRun:
        """Rails has none: only its own code could tell, and that is never run."""
        return DryRun("", problem="Rails has no dry run of its own.")
