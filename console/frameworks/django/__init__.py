"""Django: its projects on disk, its migration files, its table of migrations, and how it joins the two.

Everything is read from files, nothing of the application is run; what only a run could tell is said to be unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from console.core.dryrun import DryRun
from console.core.migration import Ledger, Migration
from console.core.observation import Server, Tracking
from console.core.ports import Files, Project, TableRows
from console.frameworks.django import files as _files
from console.frameworks.django import ledger as _ledger
from console.frameworks.django import project as _project
from console.frameworks.django import tracking as _tracking

__all__ = ["Django"]


class Django:
    """The framework named `django`."""

    name = "django"

    def detect(self, folder: Path, environ: Mapping[str, str]) -> Project | None:
        """The project at or around `folder`, or None."""
        return _project.detect(folder, environ)

    def read(self, project: Project, given: str | None, dialect: str, home: str) -> Files:
        """The migration files, read without running them."""
        return _files.read(project, given, dialect, home)

    def ledger_tables(self, project: Project | None) -> tuple[tuple[str | None, str], ...]:
        """Where the table of migrations may be."""
        return _ledger.ledger_tables(project)

    def parse_ledger(self, name: str, rows: TableRows) -> Ledger | None:
        """The ledger in these rows, or None when they are not Django's."""
        return _ledger.parse_ledger(name, rows)

    def track(self, project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
        """Files and rows joined in the order Django would run them."""
        return _tracking.track(project, files, ledger, server)

    def dry_run_command(self, project: Project, migration: Migration) -> tuple[str, ...]:
        """None yet: `sqlmigrate` would run the project's own code."""
        return ()

    def dry_run(self, project: Project, migration: Migration) -> DryRun:
        """There is none yet."""
        return DryRun("", problem="Halfway does not run Django's sqlmigrate.")
