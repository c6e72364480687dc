"""What a tool is whose parts are the modules of a package, and what one without a dry run says when asked for it."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import cast

from console.core.dryrun import DryRun
from console.core.migration import Ledger, Migration
from console.core.observation import Server, Tracking
from console.core.ports import Files, Project


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


class InParts(NoDryRun):
    """A tool in a package of its own: what reads its files, and what joins them, is loaded when it is first needed."""

    def read(self, project: Project, given: str | None, dialect: str, home: str) -> Files:
        """The migration files."""
        return cast("Files", self._part("files").read(project, given, dialect, home))

    def track(self, project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
        """Files and rows joined in the order the tool would run them."""
        return cast("Tracking", self._part("tracking").track(project, files, ledger, server))

    def _part(self, name: str) -> ModuleType:
        return import_module(f"{type(self).__module__}.{name}")
