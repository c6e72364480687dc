"""Files and the one row joined: everything up to its version ran, and where it is dirty, one did not run to its end.

The row does not say in which direction it stopped: a failed down leaves the version below it, dirty, exactly as that
version's own failed up does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from console.core.habits import Habits
from console.core.migration import Belief, Ledger, LedgerRow, Migration, Tracked
from console.core.observation import Server, Tracking
from console.core.ports import Files, Project
from console.core.rollback import Rollback
from console.frameworks.golang_migrate.files import TWICE
from console.frameworks.golang_migrate.ledger import NOTHING, lock_keys
from console.readers.sqlfiles.files import said
from console.readers.sqlfiles.tracking import next_run, tracking

COMMAND = "migrate up"
_LOCK = ", as long as it is connected: this session migrates, and ending it ends the migration"
_HABITS = Habits(key="the CRC-32 of schema, table and database, times 1486364155")
"""With x-no-lock, or another x-lock-strategy, in its URL a run does not take this lock."""
_BACK = Rollback(why="`migrate down 1` is given the database's URL on its command line, with the password in it.")


def track(project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
    """One Tracked per version, in the order of their numbers."""
    row = ledger.rows[0] if ledger.rows else None
    tracked = tuple(sorted(_tracked(files.migrations, row), key=lambda each: int(each.id)))
    return tracking(
        "golang-migrate",
        project,
        files,
        ledger,
        tracked,
        locks=tuple((key,) for key in lock_keys(ledger.name, server)),
        lock_note=_LOCK,
        habits=_HABITS,
        rollback=_BACK,
        next_run="" if files.unread else next_run(COMMAND, tracked, ledger, _refusal(files.migrations, row)),
    )


def _tracked(migrations: Sequence[Migration], row: LedgerRow | None) -> Iterator[Tracked]:
    at = int(row.id) if row is not None else NOTHING
    for migration in migrations:
        version = int(migration.id)
        if row is not None and version == at:
            belief = Belief.RECORDED if row.success else Belief.FAILED
            yield Tracked(migration.id, belief, migration, row, note=said(migration.note, _either(row, migrations)))
        elif version < at:
            below = f"below {at}, which is recorded" if row is not None and row.success else f"below {at}"
            yield Tracked(migration.id, Belief.RECORDED, migration, None, note=said(migration.note, below))
        else:
            note = _other_end(version, migrations, row)
            yield Tracked(migration.id, Belief.PENDING, migration, None, note=said(migration.note, note))
    if row is not None and not any(int(m.id) == at for m in migrations):
        belief = Belief.RECORDED if row.success else Belief.FAILED
        none = at == NOTHING
        note = "a down to nothing stopped" if none else ""
        yield Tracked(row.id, belief, None, row, file_expected=not none, note=note)


def _either(row: LedgerRow, migrations: Sequence[Migration]) -> str:
    """What a dirty row may mean besides the obvious."""
    above = following(int(row.id), migrations)
    if row.success or above is None:
        return ""
    return f"dirty: its up stopped, or the down of {above.id} did, which leaves the same row"


def _other_end(version: int, migrations: Sequence[Migration], row: LedgerRow | None) -> str:
    if row is None or row.success:
        return ""
    above = following(int(row.id), migrations)
    return "its down may be what stopped" if above is not None and int(above.id) == version else ""


def following(version: int, migrations: Sequence[Migration]) -> Migration | None:
    """The one that is run after that version."""
    return min((m for m in migrations if int(m.id) > version), key=lambda m: int(m.id), default=None)


def preceding(version: int, migrations: Sequence[Migration]) -> Migration | None:
    """The one before that version."""
    return max((m for m in migrations if int(m.id) < version), key=lambda m: int(m.id), default=None)


def _refusal(migrations: Sequence[Migration], row: LedgerRow | None) -> str:
    if any(m.note.startswith(TWICE) for m in migrations):
        return "two files have one version"
    if row is None:
        return ""
    if not row.success:
        before = preceding(int(row.id), migrations)
        back = f"`migrate force {before.id if before is not None else NOTHING}`"
        return (
            f"version {row.id} is dirty, and it stays so until `migrate force {row.id}` says that it ran, or {back} "
            "that it did not"
        )
    if not any(m.id == row.id for m in migrations):
        return f"no file has version {row.id}, at which the database is"
    return ""
