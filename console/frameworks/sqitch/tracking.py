"""The plan and the registry joined by project, name and order: a reworked change is deployed under its name twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from console.core.habits import Habits
from console.core.migration import Belief, Ledger, LedgerRow, Migration, Tracked
from console.core.observation import Server, Tracking
from console.core.ports import Files, Project
from console.frameworks.sqitch.files import SqitchFiles
from console.frameworks.sqitch.ledger import failed, locks
from console.readers.sqlfiles.files import said
from console.readers.sqlfiles.tracking import back, next_run, tracking

_ELSEWHERE = "on SQLite Sqitch keeps its registry in a file of its own beside the database, which is not read here"
_LOCK = ": it keeps the registry, and its scripts run in a session of psql or mysql that it started"
_FAILED = "its last event is a failure; Sqitch reverts what it deployed in the same run, unless it was told otherwise"
_HABITS = Habits(
    key="a number that is the same everywhere, on MySQL a name with the database in it",
    meets="a run that meets it waits for 60 seconds, and ends with an error",
)
_COMMAND = ("sqitch", "revert", "--to", "@HEAD^", "-y")
_CAREFUL = "It runs the revert script of the change, whatever of it landed."


def track(project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
    """One Tracked for each change, in the order of the plan, and behind them rows without one."""
    elsewhere = project is not None and server.grammar == "sqlite" and not ledger.exists
    if elsewhere:
        ledger = replace(ledger, unread=ledger.unread or _ELSEWHERE)
    known = files if isinstance(files, SqitchFiles) else SqitchFiles(files.migrations, files.down, files.unread)
    others = sorted({row.script for row in ledger.rows} - {known.project}) if known.project else []
    own = tuple(row for row in ledger.rows if row.script not in others)
    tracked = () if elsewhere else tuple(_tracked(known, own, set(failed(ledger, known.project))))
    named = f"The registry holds other projects, too: {', '.join(others[:4])}." if others else ""
    return tracking(
        "sqitch",
        project,
        files,
        replace(ledger, rows=tuple(replace(t.row, id=t.id) for t in tracked if t.row is not None)),
        tracked,
        locks=locks(server),
        lock_note=_LOCK,
        about=named,
        habits=_HABITS,
        rollback=back(project, _COMMAND, _newest(tracked, own), ("SQITCH_TARGET",), _CAREFUL),
        next_run="" if files.unread else next_run("sqitch deploy", tracked, ledger),
    )


def _tracked(files: SqitchFiles, rows: tuple[LedgerRow, ...], broken: set[str]) -> Iterator[Tracked]:
    waiting: dict[str, list[LedgerRow]] = {}
    for row in rows:
        waiting.setdefault(row.id, []).append(row)
    for file in files.migrations:
        name = file.description
        yield _of_file(file, waiting[name].pop(0) if waiting.get(name) else None, fails=name in broken)
    for left in waiting.values():
        yield from (Tracked(row.id, Belief.RECORDED, None, row) for row in left)


def _of_file(file: Migration, row: LedgerRow | None, *, fails: bool) -> Tracked:
    if row is None:
        note = said(file.note, _FAILED if fails else "")
        return Tracked(file.id, Belief.FAILED if fails else Belief.PENDING, file, None, note=note)
    differs = row.checksum is not None and file.checksum is not None and row.checksum != file.checksum
    after = "deployed, and its last event is a failure: a revert of it may have stopped" if fails else ""
    return Tracked(file.id, Belief.RECORDED, file, replace(row, id=file.id), differs, note=said(file.note, after))


def _newest(tracked: Sequence[Tracked], rows: tuple[LedgerRow, ...]) -> str | None:
    """Sqitch takes back what is deployed last, where the plan has it."""
    last = rows[-1].raw if rows else None
    return next((t.id for t in tracked if t.migration is not None and t.row is not None and t.row.raw == last), None)
