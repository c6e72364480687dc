"""Django: its projects on disk, its migration files, its table of migrations, and how it joins the two.

Everything is read from files, nothing of the application is run; what only a run could tell is said to be unknown.
"""

from __future__ import annotations

from console.core.dryrun import DryRun
from console.core.fleet.tenancy import Tenancy
from console.core.migration import Ledger, Migration
from console.core.observation import Server, Tracking
from console.core.ports import Files, Project
from console.frameworks.django import ledger as _ledger
from console.frameworks.django import project as _project

__all__ = ["Django"]


class Django:
    """The framework named `django`: each part of it is a module of this package."""

    name = "django"

    detect = staticmethod(_project.detect)
    ledger_tables = staticmethod(_ledger.ledger_tables)
    parse_ledger = staticmethod(_ledger.parse_ledger)

    def read(self, project: Project, given: str | None, dialect: str, home: str) -> Files:
        """The migration files; what reads them is only loaded where there are some."""
        from console.frameworks.django import files

        return files.read(project, given, dialect, home)

    def track(self, project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
        """Files and rows joined in the order the tool would run them."""
        from console.frameworks.django import tracking

        return tracking.track(project, files, ledger, server)

    def tenancy(self, project: Project) -> Tenancy | None:
        """How django-tenants keeps tenants apart, where the project has it."""
        from console.frameworks.django import tenants

        return tenants.tenancy_of(project)

    @property
    def dry_run_about(self) -> str:
        """What its own dry run does besides printing SQL."""
        from console.frameworks.django.sqlmigrate import ABOUT

        return ABOUT

    def dry_run_command(self, project: Project, migration: Migration) -> tuple[str, ...]:
        """`manage.py sqlmigrate` for one migration."""
        from console.frameworks.django import sqlmigrate

        return sqlmigrate.command(project, migration)

    def dry_run(self, project: Project, migration: Migration) -> DryRun:
        """Run it; only ever on a person's request."""
        from console.frameworks.django import sqlmigrate

        return sqlmigrate.run(project, migration)
