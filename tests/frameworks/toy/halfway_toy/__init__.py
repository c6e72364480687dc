"""A migration tool that runs `toy/NNN-name.sql` in the order of the numbers and writes each into `toy_log`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from console.core.habits import Habits
from console.core.migration import Ledger, LedgerRow
from console.core.observation import Server, Tracking
from console.core.ports import Files, Project, TableRows
from console.readers.sources import SourceFile
from console.readers.sources.around import Sign
from console.readers.sqlfiles import ledger as rows_of
from console.readers.sqlfiles.files import Script, gathered, migration
from console.readers.sqlfiles.projects import Told, from_variables, lying_in, project_of
from console.readers.sqlfiles.tool import NoDryRun
from console.readers.sqlfiles.tracking import joined, next_run, plain, tracking

PLACE, TABLE = "toy", "toy_log"
_NAME = re.compile(r"([0-9]{3})-(.+)\.sql")


def wanted(name: str) -> bool:
    """Whether the tool takes a file of that name."""
    return _NAME.fullmatch(name) is not None


SIGN = Sign("toy", lambda folder: lying_in(folder, (PLACE,), wanted) is not None)


class Toy(NoDryRun):
    """What `console.core.ports.Framework` asks for."""

    name = "toy"
    programs = ("toy",)

    def detect(self, folder: Path, environ: Mapping[str, str]) -> Project | None:
        """At, above or just below `folder`."""
        return project_of("toy", SIGN, folder, environ, _told)

    def read(self, project: Project, given: str | None, dialect: str, home: str) -> Files:
        """The files, or those that --migrations named."""
        files, unread = gathered(project, given, PLACE, wanted, lambda file: file.name)
        made = (migration(file, _script(file), dialect, home) for file in sorted(files, key=lambda file: file.name))
        return Files(tuple(made), unread=unread)

    def ledger_tables(self, project: Project | None) -> tuple[tuple[str | None, str], ...]:
        """In any schema."""
        return ((None, TABLE),)

    def parse_ledger(self, name: str, rows: TableRows) -> Ledger | None:
        """A row for each that ran."""
        if not rows_of.has(rows, "step", "done"):
            return None
        made = (LedgerRow(row.text("step"), True, stamp=row.stamp, raw=row.raw) for row in rows_of.read(rows))
        return Ledger(name, True, tuple(made))

    def track(self, project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
        """By their numbers."""
        tracked = joined(files.migrations, {row.id: row for row in ledger.rows}, plain, str)
        told = "" if files.unread else next_run("toy up", tracked, ledger)
        habits = Habits(no_lock="The toy takes no lock.")
        return tracking("toy", project, files, ledger, tracked, next_run=told, habits=habits)


def _told(folder: Path, environ: Mapping[str, str]) -> Told:
    return from_variables(folder, environ, ("TOY_URL",))


def _script(file: SourceFile) -> Script:
    number, described = file.name.removesuffix(".sql").split("-", 1)
    return Script(number, described.replace("-", " "), file.text, transactional=True)
