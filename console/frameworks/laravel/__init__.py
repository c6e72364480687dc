"""Laravel: its projects on disk, its migration files, its table of migrations, and how it joins the two.

Everything is read from files, nothing of the application is run; what only a run could tell is said to be unknown.
"""

from __future__ import annotations

from console.core.dryrun import DryRun
from console.core.fleet.tenancy import Tenancy
from console.core.migration import Ledger, Migration
from console.core.observation import Server, Tracking
from console.core.ports import Files, Project
from console.frameworks.laravel import ledger as _ledger
from console.frameworks.laravel import project as _project

__all__ = ["Laravel"]


class Laravel:
    """The framework named `laravel`: each part of it is a module of this package."""

    name = "laravel"

    detect = staticmethod(_project.detect)
    ledger_tables = staticmethod(_ledger.ledger_tables)
    parse_ledger = staticmethod(_ledger.parse_ledger)

    def read(self, project: Project, given: str | None, dialect: str, home: str) -> Files:
        """The migration files; what reads them is only loaded where there are some."""
        from console.frameworks.laravel import files

        return files.read(project, given, dialect, home)

    def track(self, project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
        """Files and rows joined in the order the tool would run them."""
        from console.frameworks.laravel import tracking

        return tracking.track(project, files, ledger, server)

    def tenancy(self, project: Project) -> Tenancy | None:
        """How stancl/tenancy keeps tenants apart, where the project has it."""
        from console.frameworks.laravel import tenants

        return tenants.tenancy_of(project)

    @property
    def dry_run_about(self) -> str:
        """What its own dry run does besides printing SQL."""
        from console.frameworks.laravel.pretend import ABOUT

        return ABOUT

    def dry_run_command(self, project: Project, migration: Migration) -> tuple[str, ...]:
        """`php artisan migrate --pretend` for one file; none for a dump."""
        from console.frameworks.laravel import pretend

        return pretend.command(project, migration) if migration.file.endswith(".php") else ()

    def dry_run(self, project: Project, migration: Migration) -> DryRun:
        """Run it; only ever on a person's request."""
        from console.frameworks.laravel import pretend

        return pretend.run(project, migration)
