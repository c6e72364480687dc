"""Files and rows joined as Laravel joins them: by name alone, a row means that it ran, no row that it did not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from console.core.migration import Belief, Ledger, LedgerRow, Migration, Tracked
from console.core.observation import Health, Reading, Server, Tracking
from console.core.ports import Files, Project
from console.frameworks.laravel.files import LaravelFiles
from console.frameworks.laravel.habits import HABITS
from console.frameworks.laravel.next_run import next_run
from console.frameworks.laravel.reading import class_for
from console.frameworks.laravel.rollback import rollback

OF_TENANTS = "it is for the databases of tenants, and none of those files is recorded here"
OF_THE_CENTRE = "it is for the central database, and only files for tenants are recorded here"
BELOW = "Laravel does not look into folders inside database/migrations: it only runs when it is named with --path"
IN_DUMP = "it is part of"
_WITHOUT_NAME = "stdin"


@dataclass(frozen=True, slots=True)
class _View:
    """Everything the joining looks at."""

    files: LaravelFiles
    rows: Mapping[str, tuple[LedgerRow, ...]]
    """By name, in the order they were written."""
    tenant: bool
    """Files for tenants are recorded here."""
    central: bool
    """This is the central database, as far as the rows tell."""


def track(project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
    """One Tracked per migration or row, in the order Laravel runs them.

    It names no lock: Laravel takes none, and with --isolated one in its cache, which is no lock of this server.
    """
    view = _view(files, ledger)
    tracked = _first_of_each([*_of_files(view), *_of_rows(view)])
    ordered = tuple(sorted(tracked, key=lambda item: item.id.encode()))
    if (unit := _dump_to_load(view, ledger)) is not None:
        ordered = (unit, *ordered)
    count = len(view.files.migrations) + len(view.files.tenant)
    health = Health.NOT_READ if files.unread else Health.OK if count else Health.NONE
    return Tracking(
        framework="laravel",
        habits=HABITS,
        project=project.folder if project else None,
        ledger=ledger,
        tracked=ordered,
        files=Reading(count, health, files.unread or _not_judged(ordered)),
        releases=project.releases if project else (),
        current_release=project.current_release if project else None,
        next_run="" if ledger.unread else next_run(ordered, ledger),
        rollback=rollback(project, ledger),
    )


def _not_judged(tracked: Iterable[Tracked]) -> str:
    """How many files there are that are not judged here, by the reason."""
    why = [item.note.rpartition("; ")[2] for item in tracked if item.belief is Belief.IGNORED]
    return "; ".join(f"{_files(why.count(text))} not judged: {text}" for text in dict.fromkeys(why))


def _files(count: int) -> str:
    return "1 file is" if count == 1 else f"{count} files are"


def _view(files: Files, ledger: Ledger) -> _View:
    known = files if isinstance(files, LaravelFiles) else LaravelFiles(files.migrations, files.down, files.unread)
    rows: dict[str, tuple[LedgerRow, ...]] = {}
    for row in ledger.rows:
        rows[row.id] = (*rows.get(row.id, ()), row)
    main, tenant = ({m.id for m in many} for many in (known.migrations, known.tenant))
    of_tenants = bool((tenant - main) & rows.keys())
    of_centre = bool((main - tenant) & rows.keys())
    return _View(known, rows, of_tenants, of_centre or not of_tenants)


def _first_of_each(items: Iterable[Tracked]) -> list[Tracked]:
    """Each name once."""
    found: dict[str, Tracked] = {}
    for item in items:
        found.setdefault(item.id, item)
    return list(found.values())


def _of_files(view: _View) -> Iterator[Tracked]:
    """What is to be judged before what is not."""
    files = view.files
    here = [*(files.migrations if view.central else ()), *(files.tenant if view.tenant else ())]
    for migration in here:
        yield _of_file(migration, view)
    for migration in (*files.below, *files.loose, *files.migrations, *files.tenant):
        if migration.id in view.rows:
            yield _recorded(migration, view)
    if not view.central:
        yield from (_ignored(migration, OF_THE_CENTRE) for migration in files.migrations)
    if not view.tenant:
        yield from (_ignored(migration, OF_TENANTS) for migration in files.tenant)
    yield from (_ignored(migration, BELOW) for migration in files.below)


def _ignored(migration: Migration, why: str) -> Tracked:
    return Tracked(migration.id, Belief.IGNORED, migration, None, note=_said(migration.note, why))


def _of_file(migration: Migration, view: _View) -> Tracked:
    if migration.id in view.rows:
        return _recorded(migration, view)
    row = _row_without_name(migration, view)
    if row is not None:
        note = f"taken for the file of {row.id}: it came without its name"
        return Tracked(row.id, Belief.RECORDED, migration, row, note=_said(note, migration.note))
    dump = view.files.dump
    if not view.rows and dump is not None and migration.id in dump.names:
        return _ignored(migration, f"{IN_DUMP} {dump.migration.file}, which Laravel loads first")
    return Tracked(migration.id, Belief.PENDING, migration, None, note=_said(migration.note, *_doubts(migration, view)))


def _doubts(migration: Migration, view: _View) -> Iterator[str]:
    """What is not certain about a run that is still to come."""
    if migration.file in view.files.doubtful:
        yield "it is registered under a condition, so Laravel may not run it"
    if view.files.assumed:
        yield f"read as Laravel {view.files.assumed} would run it: the version is not known"


def _row_without_name(migration: Migration, view: _View) -> LedgerRow | None:
    """The row of a file that came on stdin: its class has the name of exactly one."""
    if migration.id != _WITHOUT_NAME or not migration.description:
        return None
    wanted = migration.description.lower()
    found = [rows[0] for name, rows in view.rows.items() if class_for(name).lower() == wanted]
    return found[0] if len(found) == 1 else None


def _recorded(migration: Migration, view: _View) -> Tracked:
    rows = view.rows[migration.id]
    return Tracked(migration.id, Belief.RECORDED, migration, rows[0], note=_said(migration.note, _repeated(rows)))


def _repeated(rows: Sequence[LedgerRow]) -> str:
    if len(rows) < 2:
        return ""
    times = "twice" if len(rows) == 2 else f"{len(rows)} times"
    return f"recorded {times} (batches {', '.join(str(row.batch) for row in rows)})"


def _of_rows(view: _View) -> Iterator[Tracked]:
    """Rows without a file, as far as no file was found for them before."""
    for name, rows in view.rows.items():
        note, expected = _without_file(name, view)
        yield Tracked(name, Belief.RECORDED, None, rows[0], file_expected=expected, note=_said(note, _repeated(rows)))


def _without_file(name: str, view: _View) -> tuple[str, bool]:
    """What is to be said of a row whose file is not here, and whether the file is missed."""
    dump = view.files.dump
    if dump is not None and name in dump.names:
        return f"squashed into {dump.migration.file}", False
    if dump is not None and dump.unread:
        return f"it may be squashed into {dump.migration.file}, which is not read: {dump.unread}", False
    if view.files.elsewhere:
        return view.files.elsewhere, False
    return "", True


def _dump_to_load(view: _View, ledger: Ledger) -> Tracked | None:
    """Laravel loads the dump when nothing is recorded, and only then."""
    dump = view.files.dump
    if dump is None or ledger.rows or ledger.unread:
        return None
    note = _said(dump.migration.note, "Laravel loads it before any file, because nothing is recorded")
    return Tracked(dump.migration.id, Belief.PENDING, dump.migration, None, note=note)


def _said(*notes: str) -> str:
    return "; ".join(note for note in notes if note)
