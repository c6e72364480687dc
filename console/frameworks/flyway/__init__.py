"""Flyway: its projects on disk, its migration files, its history table, and how it joins the two.

Everything here follows Flyway's own rules as its source states them; where Flyway would refuse, Halfway reads on and
says what Flyway would say.
"""

from __future__ import annotations

from console.core.dryrun import DryRun
from console.core.migration import Ledger, Migration
from console.core.observation import Server, Tracking
from console.core.ports import Files, Project
from console.frameworks.flyway import ledger as _ledger
from console.frameworks.flyway import project as _project
from console.frameworks.flyway.ledger import lock_keys

__all__ = ["Flyway", "lock_keys"]


class Flyway:
    """The framework named `flyway`: each part of it is a module of this package."""

    name = "flyway"
    dry_run_about = ""

    detect = staticmethod(_project.detect)
    ledger_tables = staticmethod(_ledger.ledger_tables)
    parse_ledger = staticmethod(_ledger.parse_ledger)

    def read(self, project: Project, given: str | None, dialect: str, home: str) -> Files:
        """The migration files; what reads them is only loaded where there are some."""
        from console.frameworks.flyway import files

        return files.read(project, given, dialect, home)

    def track(self, project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
        """Files and rows joined in the order the tool would run them."""
        from console.frameworks.flyway import tracking

        return tracking.track(project, files, ledger, server)

    def dry_run_command(self, project: Project, migration: Migration) -> tuple[str, ...]:
        """None: Flyway's files are SQL, and its own dry run is not in the free edition."""
        return ()

    def dry_run(self, project: Project, migration: Migration) -> DryRun:
        """There is none."""
        return DryRun("", problem="Flyway has no dry run.")
