"""Files and rows joined by their times: Drizzle runs what is newer than the newest row, and nothing else, ever."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from console.core.habits import Habits
from console.core.migration import Belief, Ledger, LedgerRow, Migration, Tracked
from console.core.observation import Server, Tracking
from console.core.ports import Files, Project
from console.core.rollback import Rollback
from console.core.statements import Nature
from console.frameworks.drizzle.files import DrizzleFiles
from console.readers.sqlfiles.files import said
from console.readers.sqlfiles.tracking import tracking

PASSED = "it has no row, but is older than the newest one: Drizzle takes it for done, and never runs it"
_COMMAND = "drizzle-kit migrate"


@dataclass(frozen=True, slots=True)
class Timed(Tracked):
    """A migration with the time that stands for it in the table."""

    when: int = 0


_HABITS = Habits(no_lock="Drizzle takes no lock.")
_BACK = Rollback(why="Drizzle has no command that takes a migration back.")


def track(project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
    """One Tracked for each file in the order of the journal, and behind them rows without one."""
    known = files if isinstance(files, DrizzleFiles) else DrizzleFiles(files.migrations, files.down, files.unread)
    names = {when: name for name, when in known.when.items()}
    ledger = replace(ledger, rows=tuple(replace(row, id=names.get(row.rank or 0, row.id)) for row in ledger.rows))
    rows = {row.id: row for row in ledger.rows}
    newest = max((row.rank or 0 for row in ledger.rows), default=None)
    tracked = (*(_of_file(m, rows.get(m.id), known.when.get(m.id, 0), newest) for m in known.migrations),
               *_without_file(known, rows))  # fmt: skip
    waiting = [t.migration for t in tracked if t.belief is Belief.PENDING and PASSED not in t.note and t.migration]
    never = [t.id for t in tracked if PASSED in t.note]
    told = "" if ledger.unread or files.unread else " ".join(filter(None, (_next_run(waiting, server), _never(never))))
    return tracking("drizzle", project, known, ledger, tracked, next_run=told, habits=_HABITS, rollback=_BACK)


def _of_file(file: Migration, row: LedgerRow | None, when: int, newest: int | None) -> Tracked:
    if row is None:
        passed = newest is not None and when <= newest
        # what no catalog can tell stays pending: nobody is to take it for applied
        told = any(statement.nature is Nature.SCHEMA for statement in file.statements)
        belief = Belief.RECORDED if passed and told else Belief.PENDING
        return Timed(file.id, belief, file, None, note=said(file.note, PASSED if passed else ""), when=when)
    differs = file.checksum is not None and row.checksum != file.checksum
    return Timed(file.id, Belief.RECORDED, file, row, differs, note=file.note, when=when)


def _without_file(files: DrizzleFiles, rows: dict[str, LedgerRow]) -> Iterator[Tracked]:
    for name, row in rows.items():
        if name not in files.when:
            yield Timed(name, Belief.RECORDED, None, row, when=row.rank or 0)


def _next_run(waiting: list[Migration], server: Server) -> str:
    lost = next((m for m in waiting if not m.statements and m.unreadable), None)
    if lost is not None:
        return f"`{_COMMAND}` runs nothing: the file of {lost.id} is not here."
    if not waiting:
        return ""
    first = waiting[0].run_as(waiting[0].id)
    if len(waiting) == 1 or not waiting[0].transactional:
        return f"`{_COMMAND}` runs {first}."
    return f"`{_COMMAND}` runs all {len(waiting)} in one transaction: if one fails, none of them stays."


def _never(passed: list[str]) -> str:
    more = f" and {len(passed) - 1} more" if len(passed) > 1 else ""
    return f"It never runs {passed[0]}{more}: what is older than the newest row counts as done." if passed else ""
