"""Files and rows joined as Rails joins them: by version alone, a row means that it ran, no row that it did not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from console.core.expected_base import Dumped
from console.core.migration import Belief, Ledger, LedgerRow, Migration, Tracked
from console.core.observation import Health, Reading, Server, Tracking
from console.core.ports import Files, Project
from console.frameworks.rails.dumps import Dump
from console.frameworks.rails.files import RailsFiles, clash
from console.frameworks.rails.habits import habits, locks_itself
from console.frameworks.rails.ledger import lock_number
from console.frameworks.rails.metadata import about
from console.frameworks.rails.rollback import rollback
from console.frameworks.rails.several import Here, here

_APART = "in a session of its own, and ending that one does not end the migration"
_WITH_IT = ": this session migrates, and ending it ends the migration"
_SINCE_WITH_IT = (7, 2)
"""Since then Rails takes its lock where it migrates."""


def track(project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
    """One Tracked per migration or row, in the order Rails runs them."""
    known = files if isinstance(files, RailsFiles) else RailsFiles(files.migrations, files.down, files.unread)
    found = here(project, known, ledger, server)
    tracked = tuple(sorted(_tracked(found, ledger, known), key=_order))
    health = Health.NOT_READ if files.unread else Health.OK if found.migrations else Health.NONE
    return Tracking(
        framework="rails",
        project=project.folder if project else None,
        ledger=ledger,
        tracked=tracked,
        files=Reading(len(found.migrations), health, files.unread or found.told),
        locks=_locks(project, server),
        lock_note=_lock_note(project),
        habits=habits(project, server),
        releases=project.releases if project else (),
        current_release=project.current_release if project else None,
        about=about(ledger, project, found.dump),
        dump=_kept(found.dump, tracked),
        next_run="" if ledger.unread else next_run(tracked, ledger, clash(found.migrations)),
        rollback=rollback(project, ledger),
    )


def _kept(dump: Dump | None, tracked: Sequence[Tracked]) -> Dumped | None:
    """The schema as db/schema.rb or db/structure.sql keeps it, where all of it can be read."""
    if dump is None or dump.unread:
        return None
    return Dumped(dump.migration.file, dump.migration.statements, frozenset(t.id for t in tracked if dump.holds(t.id)))


def _lock_note(project: Project | None) -> str:
    """Who holds the lock, by the Rails that is installed."""
    installed = tuple(int(part) for part in (project.settings.get("version", "") if project else "").split(".") if part)
    if not installed:
        return f": up to Rails 7.1 {_APART}"
    return _WITH_IT if installed >= _SINCE_WITH_IT else f": {_APART}"


def _locks(project: Project | None, server: Server) -> tuple[tuple[str | None, ...], ...]:
    """Rails' lock of this database: on PostgreSQL an advisory one of that number, on MySQL one of that name."""
    return ((str(lock_number(server.name)),),) if locks_itself(project, server) else ()


def _order(tracked: Tracked) -> tuple[int, str]:
    return (int(tracked.id) if tracked.id.isdigit() else -1, tracked.migration.file if tracked.migration else "")


def _tracked(found: Here, ledger: Ledger, files: RailsFiles) -> Iterator[Tracked]:
    rows = {row.id: row for row in ledger.rows}
    seen: set[str] = set()
    highest = max((int(row.id) for row in ledger.rows), default=-1)
    for migration in found.migrations:
        again = migration.id in seen
        seen.add(migration.id)
        yield _of_file(migration, rows.get(migration.id), highest, again=again)
    for version, row in rows.items():
        if version not in seen:
            note = files.elsewhere or _of_another(version, found) or _may_be_loaded(row, found)
            yield Tracked(version, Belief.RECORDED, None, row, file_expected=not note, note=note)
    for why, migration in found.others:
        yield Tracked(migration.id, Belief.IGNORED, migration, None, note=_said(migration.note, why))


def _of_another(version: str, found: Here) -> str:
    name = found.files_of.get(version, "")
    return f"its file is for the database {name} of this project" if name else ""


def _may_be_loaded(row: LedgerRow, found: Here) -> str:
    """Old files are deleted once db/schema.rb or db/structure.sql stands for them."""
    lowest = min((int(m.id) for m in found.migrations if m.id.isdigit()), default=0)
    if int(row.id) >= lowest:
        return ""
    file = found.dump.migration.file if found.dump is not None and found.dump.holds(row.id) else ""
    return f"older than every file here: {file or 'db/schema.rb or db/structure.sql'} may stand for it"


def _of_file(migration: Migration, row: LedgerRow | None, highest: int, *, again: bool) -> Tracked:
    notes = [migration.note]
    if again:
        notes.append("another file has the same version: Rails refuses to run any")
        return Tracked(migration.id, Belief.IGNORED, migration, None, note=_said(*notes))
    if row is not None:
        return Tracked(migration.id, Belief.RECORDED, migration, row, note=_said(*notes))
    if migration.id.isdigit() and int(migration.id) < highest:
        notes.append("a higher version is recorded: Rails runs it all the same")
    return Tracked(migration.id, Belief.PENDING, migration, None, note=_said(*notes))


def _said(*notes: str) -> str:
    return "; ".join(note for note in notes if note)


def next_run(tracked: Sequence[Tracked], ledger: Ledger, refused: str) -> str:
    """What `bin/rails db:migrate` does next in the present state; '' when there is nothing to do."""
    if refused:
        return f"`bin/rails db:migrate` runs nothing: {refused}."
    pending = [item.migration for item in tracked if item.belief is Belief.PENDING and item.migration is not None]
    if not pending:
        return ""
    table = "" if ledger.exists else "makes its table of versions, then "
    return f"`bin/rails db:migrate` {table}runs {pending[0].run_as(pending[0].label)}."
