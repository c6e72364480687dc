"""Files and rows joined where a row stands for one migration, and what every such tracking says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from console.core.expected_base import Dumped
from console.core.habits import Habits
from console.core.migration import Belief, Ledger, LedgerRow, Migration, Tracked
from console.core.observation import Health, Reading, Tracking
from console.core.ports import Files, Project
from console.core.rollback import Rollback, heeded
from console.readers.settings import environ_of
from console.readers.sqlfiles.files import said

TWIN = "another file has the same version"
NO_REST = (
    "It only migrates and knows no application, so it has no maintenance mode: stop what writes, or what sends it work."
)


NOTHING_TOLD = Habits()


def tracking(
    name: str,
    project: Project | None,
    files: Files,
    ledger: Ledger,
    tracked: Iterable[Tracked],
    *,
    locks: tuple[tuple[str, ...], ...] = (),
    lock_note: str = "",
    next_run: str = "",
    about: str = "",
    habits: Habits = NOTHING_TOLD,
    rollback: Rollback | None = None,
    dump: Dumped | None = None,
) -> Tracking:
    """What is the same for every tool."""
    health = Health.NOT_READ if files.unread else Health.OK if files.migrations else Health.NONE
    return Tracking(
        framework=name,
        project=project.folder if project else None,
        ledger=ledger,
        tracked=tuple(tracked),
        files=Reading(len(files.migrations), health, files.unread),
        releases=project.releases if project else (),
        current_release=project.current_release if project else None,
        locks=locks,
        lock_note=lock_note,
        next_run=next_run,
        about=about,
        habits=replace(habits, about_rest=habits.about_rest or NO_REST),
        rollback=rollback or Rollback(),
        dump=dump,
    )


def joined(
    migrations: Sequence[Migration],
    rows: Mapping[str, LedgerRow],
    of_file: Callable[[Migration, LedgerRow | None], Tracked],
    key: Callable[[str], Any],
) -> tuple[Tracked, ...]:
    """One for each file and each row without one, in the order of their names; of two files of one name the second is
    none to the tool."""
    return tuple(sorted(_each(migrations, rows, of_file), key=lambda tracked: key(tracked.id)))


def _each(
    migrations: Sequence[Migration],
    rows: Mapping[str, LedgerRow],
    of_file: Callable[[Migration, LedgerRow | None], Tracked],
) -> Iterator[Tracked]:
    seen: set[str] = set()
    for migration in migrations:
        if migration.id in seen:
            yield Tracked(migration.id, Belief.IGNORED, migration, None, note=said(migration.note, TWIN))
            continue
        seen.add(migration.id)
        yield of_file(migration, rows.get(migration.id))
    for name, row in rows.items():
        if name not in seen:
            yield Tracked(name, Belief.RECORDED if row.success else Belief.FAILED, None, row)


def plain(migration: Migration, row: LedgerRow | None) -> Tracked:
    """A tool that keeps a row for what ran, and nothing for what failed."""
    return Tracked(
        migration.id, Belief.PENDING if row is None else Belief.RECORDED, migration, row, note=migration.note
    )


def pending(tracked: Iterable[Tracked]) -> list[Migration]:
    """What is still to be run, in its order."""
    return [one.migration for one in tracked if one.belief is Belief.PENDING and one.migration is not None]


def next_run(command: str, tracked: Iterable[Tracked], ledger: Ledger, refused: str = "") -> str:
    """What the tool does next in the present state; '' when there is nothing to do."""
    waiting = pending(tracked)
    if ledger.unread:
        return ""
    if refused:
        return f"`{command}` runs nothing: {refused}."
    if not waiting:
        return ""
    table = "" if ledger.exists else "makes its table, then "
    return f"`{command}` {table}runs {waiting[0].run_as(waiting[0].label)}."


def back(
    project: Project | None, argv: tuple[str, ...], takes: str | None, heeds: Sequence[str], careful: str
) -> Rollback:
    """The tool's own command that takes one migration back; none where it would take nothing, or where is not known."""
    if project is None:
        return Rollback(why="No project of it was found here.")
    if takes is None:
        return Rollback(why="It has recorded nothing that a file here stands for.")
    environ = tuple(heeded(environ_of(project.settings), heeds))
    return Rollback(argv, project.folder, (takes,), environ, (careful,) if careful else ())
