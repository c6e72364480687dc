"""Flyway: its projects on disk, its migration files, its history table, and how it joins the two.

Everything here follows Flyway's own rules as its source states them; where Flyway would refuse, Halfway reads on and
says what Flyway would say.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from console.core.dryrun import DryRun
from console.core.migration import Ledger, Migration
from console.core.observation import Server, Tracking
from console.core.ports import Files, Project, TableRows
from console.frameworks.flyway import files as _files
from console.frameworks.flyway import ledger as _ledger
from console.frameworks.flyway import project as _project
from console.frameworks.flyway import tracking as _tracking
from console.frameworks.flyway.ledger import lock_keys

__all__ = ["Flyway", "lock_keys"]


class Flyway:
    """The framework named `flyway`."""

    name = "flyway"

    def detect(self, folder: Path, environ: Mapping[str, str]) -> Project | None:
        """The project at or around `folder`, or None."""
        return _project.detect(folder, environ)

    def read(self, project: Project, given: str | None, dialect: str, home: str) -> Files:
        """The migration files, parsed."""
        return _files.read(project, given, dialect, home)

    def ledger_tables(self, project: Project | None) -> tuple[tuple[str | None, str], ...]:
        """Where the history table may be, likeliest first."""
        return _ledger.ledger_tables(project)

    def parse_ledger(self, name: str, rows: TableRows) -> Ledger | None:
        """The history in these rows, or None when they are not Flyway's."""
        return _ledger.parse_ledger(name, rows)

    def track(self, project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
        """Files and rows joined in the order Flyway would run them."""
        return _tracking.track(project, files, ledger, server)

    def dry_run_command(self, project: Project, migration: Migration) -> tuple[str, ...]:
        """None: Flyway's files are SQL, and its own dry run is not in the free edition."""
        return ()

    def dry_run(self, project: Project, migration: Migration) -> DryRun:
        """There is none."""
        return DryRun("", problem="Flyway has no dry run.")
