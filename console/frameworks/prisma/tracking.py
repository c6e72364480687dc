"""Files and rows joined as Prisma joins them: by the folder's name; a try without an end stops everything."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from console.core.habits import Habits
from console.core.migration import Belief, Ledger, LedgerRow, Migration, Tracked
from console.core.observation import Server, Tracking
from console.core.plain import one_line
from console.core.ports import Files, Project
from console.core.rollback import Rollback
from console.frameworks.prisma.files import sums
from console.frameworks.prisma.ledger import GONE, live, locks
from console.readers.sqlfiles.files import said
from console.readers.sqlfiles.tracking import joined, next_run, tracking

_LOCK = ": this session migrates, and ending it ends the migration"
_NUMBER = re.compile(r"check the query number (\d+) from the migration file")
_ERROR = re.compile(r"(?:Database error:?\s*\n+|Error querying the database: )(?:ERROR: )?(.+)")
"""As its own program keeps it, and as its engine does behind a driver of node."""
_MOST = 160
"""Letters of what the server said that a note shows."""
_UNENDED = "begun and neither ended nor failed: it runs, or its process died"
_HABITS = Habits(key="a number or a name that is the same everywhere")
"""With PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK a run takes no lock."""
_BACK = Rollback(why="Prisma has no command that takes a migration back.")
_tracking = partial(tracking, "prisma", lock_note=_LOCK, habits=_HABITS, rollback=_BACK)


def track(project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
    """One Tracked for each migration, in the order of their names."""
    rows = live(ledger)
    gone = {row.id for row in ledger.rows if row.type == GONE} - set(rows)
    tracked = joined(files.migrations, rows, lambda file, row: _of_file(file, row, gone), str)
    told = "" if files.unread else next_run("prisma migrate deploy", tracked, ledger, _refusal(tracked))
    return _tracking(project, files, ledger, tracked, locks=locks(server), next_run=told)


def _of_file(file: Migration, row: LedgerRow | None, gone: set[str]) -> Tracked:
    if row is None:
        again = "rolled back, so it is pending again" if file.id in gone else ""
        return Tracked(file.id, Belief.PENDING, file, None, note=said(file.note, again))
    differs = row.checksum not in _sums(file, row)
    if not row.success:
        changed = "the file changed after the failure" if differs else ""
        note, at = said(file.note, _logged(row), changed), _NUMBER.search(row.description)
        counts = int(at[1]) - 1 if at is not None and not differs else None
        return Tracked(file.id, Belief.FAILED, file, row, differs, note=note, counted=counts)
    return Tracked(file.id, Belief.RECORDED, file, row, differs, note=file.note)


def _sums(file: Migration, row: LedgerRow) -> frozenset[str]:
    """What the check sum of a row may be; the oldest versions left zeros out, and of those nothing can be said."""
    if len(row.checksum or "") != len(file.checksum or ""):
        return frozenset({row.checksum or ""})
    return sums(file.text.encode()) | {file.checksum or ""}


def _logged(row: LedgerRow) -> str:
    """What Prisma wrote down of a failure."""
    if not row.description:
        return _UNENDED
    number = _NUMBER.search(row.description)
    where = f"its statement {number[1]} was refused" if number is not None else ""
    told = _ERROR.search(row.description)
    text = told[1] if told is not None else row.description.strip().splitlines()[-1]
    return said(where, f"Prisma kept: {one_line(text, _MOST)}")


def _refusal(tracked: Sequence[Tracked]) -> str:
    failed = next((t.id for t in tracked if t.belief is Belief.FAILED), "")
    if not failed:
        return ""
    return (
        f"{failed} is recorded as failed (P3009), until `prisma migrate resolve` says with --applied that it ran, or "
        "with --rolled-back that it did not"
    )
