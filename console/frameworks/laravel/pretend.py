"""Laravel's own dry run: `php artisan migrate --pretend` for one file, run only when a person asks for it.

It boots the application and runs the PHP of the file; the migration's own connection only notes what it is sent. What
a file does on other connections, or beside the database, would be done for real: such a file is refused. Laravel makes
its table of migrations when there is none.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from console.core.dryrun import DryRun
from console.core.migration import Migration
from console.core.ports import Project
from console.readers.own_command import SECONDS, run_own

ABOUT = (
    "This boots the application and runs the PHP of the file; only SQL on the migration's own connection is held back."
    " Laravel makes its table of migrations if there is none."
)
NOT_HELD_BACK = (
    "it was not run: the file may speak to another connection or program, and --pretend holds back only what is sent on"
    " the migration's own connection; the rest would really be done."
)
_FURTHER = re.compile(
    r"connection\s*\(|\$connection\b|getPdo|Artisan|Process|withoutPretending|\bon\s*\(\s*['\"]|setConnection"
    r"|\b(?:shell_exec|proc_open|passthru|exec|system|popen|unlink|file_put_contents)\s*\(|\b(?:Http|Storage|Mail|Queue)::"
)
_READS = re.compile(r"(?:select|show|pragma|explain)\b", re.IGNORECASE)
_BULLET = re.compile(r"\s*⇂ (.*)")
_EMPTY = (
    ("Nothing to migrate", "Laravel finds nothing to migrate there: the migration is recorded, or its file is not."),
    ("failed to dump queries", "the file changes columns, and for those this version of Laravel needs a real run."),
)
"""What it prints when it shows no statements, and what that means."""
_HEADING = re.compile(r"\s*(?:INFO|ERROR|WARN)\b|.*\.{4,}\s*\S*$")


def command(project: Project, migration: Migration) -> tuple[str, ...]:
    """The command line, to be shown before it is run in the project's folder."""
    path = str(Path(migration.file).as_posix())
    options = ("--pretend", "--force", "--no-ansi", "--no-interaction", f"--path={path}")
    return ("php", "artisan", "migrate", *options)


def run(project: Project, migration: Migration, seconds: float = SECONDS) -> DryRun:
    """What it prints. Never raises: what goes wrong is the run's problem."""
    words = command(project, migration)
    shown = shlex.join(words)
    if _reaches_further(migration):
        return DryRun(shown, problem=NOT_HELD_BACK)
    ended = run_own(words, project.folder, seconds)
    if ended.problem:
        return DryRun(shown, problem=ended.problem)
    sql = tuple(statements(ended.output, migration.id))
    return DryRun(shown, sql, problem="" if sql else next((why for words, why in _EMPTY if words in ended.output), ""))


def _reaches_further(migration: Migration) -> bool:
    """Whether something of the file may be done for real."""
    return any(s.database for s in migration.statements) or _FURTHER.search(migration.text) is not None


def statements(output: str, name: str) -> Iterator[str]:
    """The statements in what it printed (Laravel 8 writes `Class: sql`, later ones a list); reads are left out."""
    found: list[str] = []
    prefix = re.compile(rf"(?:{re.escape(name)}|{_class_of(name)}): (.*)")
    for line in output.splitlines():
        start = _BULLET.fullmatch(line) or prefix.fullmatch(line)
        if start:
            found.append(start[1].strip())
        elif found and line.strip() and not _HEADING.match(line):
            found[-1] += "\n" + line.rstrip()
    return (sql for sql in found if not _READS.match(sql) and not sql.startswith("failed to dump queries"))


def _class_of(name: str) -> str:
    """`2024_01_31_093000_add_phone` is the class AddPhone."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_")[4:]) or "\\b\\B"
