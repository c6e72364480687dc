"""Laravel's own dry run: `php artisan migrate --pretend` for one file, run only when a person asks for it.

It boots the application and runs the PHP of the file; the migration's own connection only notes what it is sent. What
a file does on other connections, or beside the database, would be done for real: such a file is refused. Laravel makes
its table of migrations when there is none.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from console.core.dryrun import DryRun
from console.core.migration import Migration
from console.core.plain import one_line
from console.core.ports import Project

SECONDS = 60.0
"""How long it may take; then it is ended."""
WIDE = 30_000
"""Columns of the terminal it is told to write for: it folds long statements at the width."""
NOT_HELD_BACK = (
    "it was not run: the file may speak to another connection or program, and --pretend holds back only what is sent on"
    " the migration's own connection; the rest would really be done."
)
_FURTHER = re.compile(
    r"connection\s*\(|\$connection\b|getPdo|Artisan|Process|withoutPretending|\bon\s*\(\s*['\"]|setConnection"
    r"|\b(?:shell_exec|proc_open|passthru|exec|system|popen|unlink|file_put_contents)\s*\(|\b(?:Http|Storage|Mail|Queue)::"
)
_LONGEST = 4_000_000
"""Characters of output that are looked at."""
_READS = re.compile(r"(?:select|show|pragma|explain)\b", re.IGNORECASE)
_BULLET = re.compile(r"\s*⇂ (.*)")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
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
    try:
        code, output = _run(words, project.folder, seconds)
    except FileNotFoundError:
        return DryRun(shown, problem="there is no php on this machine, or the project's folder is gone.")
    except subprocess.TimeoutExpired:
        return DryRun(shown, problem=f"it did not end within {seconds:g} s and was ended.")
    except OSError as error:
        return DryRun(shown, problem=f"it cannot be run: {error.strerror}.")
    if code:
        return DryRun(shown, problem=f"it ended with {code}: {_last_line(output)}")
    sql = tuple(statements(output, migration.id))
    return DryRun(shown, sql, problem="" if sql else next((why for words, why in _EMPTY if words in output), ""))


def _reaches_further(migration: Migration) -> bool:
    """Whether something of the file may be done for real."""
    return any(s.database for s in migration.statements) or _FURTHER.search(migration.text) is not None


def statements(output: str, name: str) -> Iterator[str]:
    """The statements in what it printed (Laravel 8 writes `Class: sql`, later ones a list); reads are left out."""
    found: list[str] = []
    prefix = re.compile(rf"(?:{re.escape(name)}|{_class_of(name)}): (.*)")
    for line in _COLOUR.sub("", output[:_LONGEST]).splitlines():
        start = _BULLET.fullmatch(line) or prefix.fullmatch(line)
        if start:
            found.append(start[1].strip())
        elif found and line.strip() and not _HEADING.match(line):
            found[-1] += "\n" + line.rstrip()
    return (sql for sql in found if not _READS.match(sql) and not sql.startswith("failed to dump queries"))


def _class_of(name: str) -> str:
    """`2024_01_31_093000_add_phone` is the class AddPhone."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_")[4:]) or "\\b\\B"


def _run(words: tuple[str, ...], folder: str, seconds: float) -> tuple[int, str]:
    """Exit code and output; the whole process group is ended when it takes too long."""
    process = subprocess.Popen(
        words,
        cwd=folder,
        env=_environ(os.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=seconds)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise
    return process.returncode, output.decode(errors="replace")


def _environ(environ: Mapping[str, str]) -> dict[str, str]:
    return {**environ, "COLUMNS": str(WIDE), "NO_COLOR": "1"}


def _last_line(output: str) -> str:
    lines = [line.strip() for line in _COLOUR.sub("", output).splitlines() if line.strip()]
    return one_line(lines[-1] if lines else "it said nothing", 200)
