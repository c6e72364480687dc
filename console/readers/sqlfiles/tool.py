"""What a tool without a dry run says when it is asked for one."""

from __future__ import annotations

from console.core.dryrun import DryRun
from console.core.migration import Migration
from console.core.ports import Project


class NoDryRun:
    """The dry run of a tool that has none: its files are SQL as they are."""

    name: str
    dry_run_about = ""

    def dry_run_command(self, project: Project, migration: Migration) -> tuple[str, ...]:
        """None."""
        return ()

    def dry_run(self, project: Project, migration: Migration) -> DryRun:
        """There is none."""
        return DryRun("", problem=f"{self.name} has no dry run.")
