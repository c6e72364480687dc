"""Rails: its projects on disk, its migration files, its table of versions, and how it joins the two.

Everything is read from files, nothing of the application is run; what only a run could tell is said to be unknown.
"""

from __future__ import annotations

from console.core.dryrun import DryRun
from console.core.fleet.tenancy import Tenancy
from console.core.migration import Ledger, Migration
from console.core.observation import Server, Tracking
from console.core.ports import Files, Project
from console.frameworks.rails import ledger as _ledger
from console.frameworks.rails import project as _project

__all__ = ["Rails"]


class Rails:
    """The framework named `rails`: each part of it is a module of this package."""

    name = "rails"
    beside = _ledger.BESIDE
    dry_run_about = ""

    detect = staticmethod(_project.detect)
    ledger_tables = staticmethod(_ledger.ledger_tables)
    parse_ledger = staticmethod(_ledger.parse_ledger)
    with_beside = staticmethod(_ledger.with_beside)

    def read(self, project: Project, given: str | None, dialect: str, home: str) -> Files:
        """The migration files; what reads them is only loaded where there are some."""
        from console.frameworks.rails import files

        return files.read(project, given, dialect, home)

    def track(self, project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
        """Files and rows joined in the order the tool would run them."""
        from console.frameworks.rails import tracking

        return tracking.track(project, files, ledger, server)

    def tenancy(self, project: Project) -> Tenancy | None:
        """How apartment keeps tenants apart, where the project has it."""
        from console.frameworks.rails import tenants

        return tenants.tenancy_of(project)

    def dry_run_command(self, project: Project, migration: Migration) -> tuple[str, ...]:
        """Rails has none."""
        return ()

    def dry_run(self, project: Project, migration: Migration) -> DryRun:
        """Rails has none: only its own code could tell, and that is never run."""
        return DryRun("", problem="Rails has no dry run of its own.")
