"""Django's own dry run: `manage.py sqlmigrate APP NAME` for one migration, run only when a person asks for it.

It boots the project and imports its migrations; it connects to the database, for it looks names up there. Functions of
RunPython are left out, but what stands inside SeparateDatabaseAndState or is an operation of the project's own would
really be done: a file with such is refused.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from console.core.dryrun import DryRun
from console.core.migration import Migration
from console.core.ports import Project
from console.readers.own_command import SECONDS, run_own
from console.readers.python.django_file import read_file
from console.readers.python.django_operations import is_djangos_own
from console.readers.python.django_values import Made

ABOUT = (
    "This boots the project: its settings, apps, models and all its migrations are imported. It connects to the"
    " project's own database to look names up and waits there as any client does; no function of RunPython is run."
)
NOT_HELD_BACK = (
    "it was not run: {name} is not written down by sqlmigrate as SQL alone, and what it does would really be done."
)
OTHER_ORDER = (
    "it was not run: on SQLite sqlmigrate puts the columns of a table that is made anew in another order than migrate."
)
_NOTHING = "Django prints no SQL for it."
_PLACES = (".venv", "venv", "env")
_FRAME = frozenset({"BEGIN;", "COMMIT;"})


def command(project: Project, migration: Migration) -> tuple[str, ...]:
    """The command line, to be shown before it is run in the project's folder."""
    app, _, name = migration.id.partition(".")
    which = ("--database=default",) if project.others else ()
    return (python(project), "manage.py", "sqlmigrate", app, name, "--no-color", *which)


def python(project: Project) -> str:
    """That of the project's own environment, where it has one."""
    places = (Path(project.folder, place, "bin", "python") for place in _PLACES)
    return next((str(place.relative_to(project.folder)) for place in places if place.is_file()), "python3")


def run(project: Project, migration: Migration, seconds: float = SECONDS) -> DryRun:
    """What it prints. Never raises: what goes wrong is the run's problem."""
    words = command(project, migration)
    shown = shlex.join(words)
    if problem := _refused(migration):
        return DryRun(shown, problem=problem)
    ended = run_own(words, project.folder, seconds)
    if ended.problem:
        return DryRun(shown, problem=ended.problem)
    sql = tuple(statements(ended.output))
    return DryRun(shown, sql, problem="" if sql else _NOTHING)


def _refused(migration: Migration) -> str:
    """Why it is not run at all."""
    file = read_file(migration.text)
    if file.unreadable:
        return NOT_HELD_BACK.format(name=f"a file of which is said that {file.unreadable}")
    for written in file.operations:
        if name := _done_for_real(written):
            return NOT_HELD_BACK.format(name=name)
    return OTHER_ORDER if any('TABLE "new__' in s.sql for s in migration.statements) else ""


def _done_for_real(written: Any, *, inside: bool = False) -> str:  # noqa: ANN401 - an operation as it is written
    """The first operation that sqlmigrate would carry out."""
    if not isinstance(written, Made) or not is_djangos_own(written):
        return str(getattr(written, "path", "")) or "an operation that is not read"
    if written.name == "RunPython" and inside:
        return "RunPython inside SeparateDatabaseAndState"
    if written.name == "SeparateDatabaseAndState":
        inner = written.kwargs.get("database_operations", written.args[0] if written.args else ())
        if not isinstance(inner, (list, tuple)):
            return "SeparateDatabaseAndState"
        return next((name for one in inner if (name := _done_for_real(one, inside=True))), "")
    return ""


def statements(output: str) -> Iterator[str]:
    """The statements in what it printed: each ends its line; comments stand between them."""
    lines = output.splitlines()
    start = next((n for n, line in enumerate(lines) if line in _FRAME or line == "--"), len(lines))
    found: list[str] = []
    for line in lines[start:]:
        if not found and (line in _FRAME or line.startswith("--") or not line.strip()):
            continue
        found.append(line)
        if line.rstrip().endswith(";"):
            yield "\n".join(found)
            found = []
    if found:
        yield "\n".join(found)
