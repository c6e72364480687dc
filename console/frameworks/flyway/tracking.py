"""Files and history joined as Flyway joins them: what it believes of each migration, and what it would do next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from console.core.migration import Belief, Ledger, LedgerRow, Migration, Tracked
from console.core.observation import Health, Reading, Server, Tracking
from console.core.ports import Files, Project
from console.frameworks.flyway.callbacks import Callback, FlywayFiles, around_a_run, beside_a_migration
from console.frameworks.flyway.choice import limit_of, picked
from console.frameworks.flyway.differs import (
    SQL_TYPES,
    differing_checksum,
    differing_description,
    differing_type,
    is_script_baseline,
)
from console.frameworks.flyway.files import builtin_of
from console.frameworks.flyway.habits import habits
from console.frameworks.flyway.history import Entry, History, Key, folded, is_baseline, key_of
from console.frameworks.flyway.ledger import lock_names, lock_note
from console.frameworks.flyway.names import checksum, version_key
from console.frameworks.flyway.next_run import (
    ABOVE_TARGET,
    LOWER,
    NOT_PICKED,
    REFUSES,
    STALE,
    next_run,
    next_run_without_files,
)
from console.frameworks.flyway.options import Options, ignores, options_of
from console.frameworks.flyway.placeholders import Placeholders, placeholders_of
from console.frameworks.flyway.repair import explained, repairs, told
from console.frameworks.flyway.rollback import rollback

_OPEN = frozenset({Belief.PENDING, Belief.FAILED})


@dataclass(frozen=True, slots=True)
class _View:
    """Everything the joining looks at."""

    options: Options
    history: History
    placeholders: Placeholders
    highest: tuple[int, ...]
    """The highest version there is a file for."""
    with_files: bool
    next_baseline: Key | None
    """The version of the baseline script that runs next, on an empty history."""
    undo: Mapping[Key, str]
    """The names of the undo scripts by version."""


def track(project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
    """One Tracked per migration or row, in the order Flyway runs them."""
    options = options_of(project.settings if project else {})
    history = folded(ledger.rows)
    keys = [key for m in files.migrations if isinstance(key := _key(m), tuple)]
    builtin = {**builtin_of(project, options, server.home), "user": server.user, "database": server.name}
    placeholders = placeholders_of(project.settings if project else {}, options, builtin)
    base = _next_baseline(files.migrations, options, history)
    view = _View(options, history, placeholders, max(keys, default=()), not files.unread, base, _undo(files))
    callbacks = files.callbacks if isinstance(files, FlywayFiles) else ()
    ordered = _in_order(_tracked(_claimed(files.migrations, ledger), view))
    tracked = tuple(_with_callbacks(_outside(ordered, options), callbacks))
    health = Health.NOT_READ if files.unread else Health.OK if files.migrations else Health.NONE
    found = repairs(tracked, ledger, options, files_known=not files.unread)
    coming = next_run_without_files(tracked) if files.unread else next_run(tracked, options, ledger, history)
    return Tracking(
        framework="flyway",
        project=project.folder if project else None,
        ledger=ledger,
        tracked=tuple(explained(tracked, found)),
        files=Reading(len(files.migrations), health, files.unread),
        locks=tuple((name,) for name in lock_names(project, ledger.name, server.dialect)),
        lock_note=lock_note(project, server.dialect),
        habits=habits(ledger.name, server),
        rollback=rollback(project, history, view.undo),
        releases=project.releases if project else (),
        current_release=project.current_release if project else None,
        next_run=coming and coming + (told(found) if REFUSES in coming else around_a_run(callbacks)),
    )


def _undo(files: Files) -> dict[Key, str]:
    scripts = ((version_key(script.id.removeprefix("U")), script.file.rpartition("/")[2]) for script in files.down)
    return {key: name for key, name in scripts if key is not None}


def _outside(tracked: Sequence[Tracked], options: Options) -> Iterator[Tracked]:
    """With `group` and `mixed` one file that cannot be in a transaction takes all that run with it out of theirs."""
    open_ones = [t.migration for t in tracked if t.belief in _OPEN and t.migration is not None]
    mixed = options.group and options.mixed and len({migration.transactional for migration in open_ones}) > 1
    for item in tracked:
        if mixed and item.belief in _OPEN and item.migration is not None and item.migration.transactional:
            note = _said(item.note, "outside a transaction, for it runs in a group with one that has to (mixed)")
            yield replace(item, migration=replace(item.migration, transactional=False), note=note)
        else:
            yield item


def _with_callbacks(tracked: Iterable[Tracked], callbacks: Sequence[Callback]) -> Iterator[Tracked]:
    """Those that failed, and the one that comes next, with what runs beside them."""
    beside, met = beside_a_migration(callbacks), False
    for item in tracked:
        coming = item.belief is Belief.PENDING and not met
        met = met or coming
        named = beside and item.migration is not None and (coming or item.belief is Belief.FAILED)
        yield replace(item, note=_said(item.note, beside)) if named else item


def _key(migration: Migration) -> Key:
    if migration.repeatable:
        return migration.id
    text = migration.id.partition(" (")[0]
    return version_key(text.removeprefix("B")) or migration.id


def _next_baseline(migrations: tuple[Migration, ...], options: Options, history: History) -> Key | None:
    """The highest baseline script that the target allows, while nothing has been run."""
    if history.versions or history.baseline is not None:
        return None
    target = limit_of(options, history)
    keys = [key for m in migrations if is_script_baseline(m) and isinstance(key := _key(m), tuple)]
    return max((key for key in keys if target is None or key <= target), default=None)


def _claimed(migrations: tuple[Migration, ...], ledger: Ledger) -> list[tuple[Key, Migration, str]]:
    """Each migration with the key it is looked up by. SQL without a name is taken for the failed row's file."""
    named = {_key(m) for m in migrations}
    found: list[tuple[Key, Migration, str]] = []
    for migration in migrations:
        key = _key(migration)
        note = ""
        if isinstance(key, str) and not migration.repeatable:
            row = _row_for(migration, [r for r in ledger.rows if key_of(r) not in named])
            if row is not None:
                key, note = key_of(row), f"taken for the file of version {row.id}: the SQL came without its name"
        found.append((key, migration, note))
    return found


def _row_for(migration: Migration, rows: Iterable[LedgerRow]) -> LedgerRow | None:
    open_rows = [row for row in rows if row.type in SQL_TYPES]
    same = [row for row in open_rows if row.checksum == migration.checksum or row.script == migration.id]
    failed = [row for row in open_rows if not row.success]
    return same[-1] if same else failed[0] if len(failed) == 1 else None


def _tracked(claimed: list[tuple[Key, Migration, str]], view: _View) -> Iterator[tuple[Key, Tracked]]:
    joined: set[Key] = set()
    choice = _choice(claimed, view.history)
    for at, (key, migration, note) in enumerate(claimed):
        first = choice.get((key, migration.repeatable, is_script_baseline(migration))) == at
        if first and not is_script_baseline(migration):
            joined.add(key)
        yield key, _of_file(key, migration, view, first, note)
    for key, entry in view.history.versions.items():
        if key not in joined:
            yield key, _of_row(key, entry, view)
    for name, entry in view.history.repeatables.items():
        if f"R__{name}" not in joined:
            yield f"R__{name}", _of_row(f"R__{name}", entry, view)
    yield from _of_markers(joined, claimed, view)


def _choice(claimed: list[tuple[Key, Migration, str]], history: History) -> dict[tuple[Key, bool, bool], int]:
    """Of several files for one version, the one whose checksum or name the row has."""
    best: dict[tuple[Key, bool, bool], tuple[int, int]] = {}
    for at, (key, migration, _) in enumerate(claimed):
        entry = history.versions.get(key)
        score = 0
        if entry is not None:
            score = 2 * (entry.row.checksum == migration.checksum) + migration.file.endswith(entry.row.script)
        group = (key, migration.repeatable, is_script_baseline(migration))
        if group not in best or score > best[group][0]:
            best[group] = (score, at)
    return {group: at for group, (_, at) in best.items()}


def _of_file(key: Key, migration: Migration, view: _View, first: bool, note: str) -> Tracked:
    if migration.repeatable:
        return _repeatable(migration, view.history.repeatables.get(migration.id.removeprefix("R__")), view)
    if is_script_baseline(migration):
        return _script_baseline(key, migration, view)
    entry = view.history.versions.get(key) if first else None
    if entry is not None and entry.live:
        return _recorded(key, migration, entry, view, note)
    return _without_row(key, migration, entry, view, note)


def _recorded(key: Key, migration: Migration, entry: Entry, view: _View, note: str) -> Tracked:
    row = entry.row
    name = row.id if isinstance(_key(migration), str) else migration.id
    undo = view.history.failed_undos.get(key)
    if undo is not None:
        return Tracked(name, Belief.FAILED, migration, undo, note=_said(note, migration.note, "its undo failed"))
    baseline = view.history.baseline_key
    below = isinstance(key, tuple) and baseline is not None and key <= baseline
    differs = differing_checksum(row, migration) and not below
    notes = [note, migration.note]
    if not row.success:
        notes.append("the file changed after the failure: its checksum is not the recorded one" if differs else "")
        return Tracked(name, Belief.FAILED, migration, row, differs, note=_said(*notes))
    notes += [
        "recorded twice" if entry.repeated else "",
        STALE if entry.stale else "",
        "run out of order: a higher version was recorded before it" if entry.out_of_order else "",
        _undoable(key, view),
        _other_type(row, migration),
        _other_description(row, migration),
    ]
    return Tracked(name, Belief.RECORDED, migration, row, differs, note=_said(*notes))


def _undoable(key: Key, view: _View) -> str:
    """The undo script of the version that would be undone next."""
    script = view.undo.get(key) if key == view.history.current else None
    return f"{script} takes it back with `flyway undo`, in the editions that have that" if script else ""


def _other_type(row: LedgerRow, migration: Migration) -> str:
    if not differing_type(row, migration):
        return ""
    return f"recorded as {row.type}, here it is SQL: Flyway's validate refuses that"


def _other_description(row: LedgerRow, migration: Migration) -> str:
    if not differing_description(row, migration):
        return ""
    return f"recorded as {row.description!r}, the file says {migration.description!r}"


def _without_row(key: Key, migration: Migration, entry: Entry | None, view: _View, note: str) -> Tracked:
    """A versioned file that no live row stands for."""
    history, options = view.history, view.options
    baseline = history.baseline_key
    notes = [note, migration.note]
    if baseline is not None and isinstance(key, tuple) and key <= baseline and history.baseline is not None:
        row = history.baseline if key == baseline and history.baseline.type == "BASELINE" else None
        notes.append(f"not run: at or below the baseline {history.baseline.id}")
        return Tracked(migration.id, Belief.IGNORED, migration, row, note=_said(*notes))
    if isinstance(key, tuple) and isinstance(view.next_baseline, tuple) and key <= view.next_baseline:
        notes.append("not run: at or below a baseline script")
        return Tracked(migration.id, Belief.IGNORED, migration, None, note=_said(*notes))
    if entry is not None:
        notes.append("undone, so it is pending again" if entry.undone else "its row was deleted by repair")
    target = limit_of(options, history)
    if options.cherry_pick and picked(options, migration, key) is None:
        notes.append(NOT_PICKED)
    elif target is not None and isinstance(key, tuple) and key > target:
        notes.append(f"{ABOVE_TARGET} {options.target}")
    elif view.history.current is not None and isinstance(key, tuple) and key < view.history.current:
        notes.append(_lower(options))
    return Tracked(migration.id, Belief.PENDING, migration, None, note=_said(*notes))


def _lower(options: Options) -> str:
    if options.out_of_order:
        return "out of order: a higher version is recorded"
    return LOWER


def _script_baseline(key: Key, migration: Migration, view: _View) -> Tracked:
    history = view.history
    if history.baseline is not None and history.baseline.type != "BASELINE" and key_of(history.baseline) == key:
        row = history.baseline
        differs = differing_checksum(row, migration)
        return Tracked(migration.id, _belief(row), migration, row, differs, note=migration.note)
    if key != view.next_baseline:
        note = _said(migration.note, "not run: only the highest baseline script runs, and on an empty history only")
        return Tracked(migration.id, Belief.IGNORED, migration, None, note=note)
    return Tracked(migration.id, Belief.PENDING, migration, None, note=migration.note)


def _repeatable(migration: Migration, entry: Entry | None, view: _View) -> Tracked:
    if entry is None or entry.deleted:
        passed = view.options.cherry_pick and picked(view.options, migration, migration.id) is None
        note = _said(migration.note, NOT_PICKED if passed else "")
        return Tracked(migration.id, Belief.PENDING, migration, None, note=note)
    row = entry.row
    if not row.success:
        return Tracked(migration.id, Belief.FAILED, migration, row, note=migration.note)
    replaced = view.placeholders.replace(migration.text, reveal=True)
    sums = {migration.checksum, str(checksum(migration.text)), str(checksum(replaced.text))}
    if row.checksum in sums:
        note = _said(migration.note, STALE if entry.stale else "")
        return Tracked(migration.id, Belief.RECORDED, migration, row, note=note)
    if view.options.cherry_pick and picked(view.options, migration, migration.id) is None:
        return Tracked(migration.id, Belief.PENDING, migration, row, note=_said(migration.note, NOT_PICKED))
    timestamp = f"flyway{view.options.placeholder_separator}timestamp"
    if any(name != timestamp for name in replaced.unknown):
        note = "whether it changed cannot be told without the values of its placeholders"
        return Tracked(migration.id, Belief.RECORDED, migration, row, note=_said(migration.note, note))
    return Tracked(
        migration.id,
        Belief.PENDING,
        migration,
        row,
        note=_said(migration.note, "changed since its last run: it runs again"),
    )


def _of_row(key: Key, entry: Entry, view: _View) -> Tracked:
    """A row without a file."""
    row = entry.row
    if not entry.live:
        note = "undone, and its file is gone" if entry.undone else "deleted by repair: its file was gone"
        return Tracked(row.id, Belief.IGNORED, None, row, file_expected=False, note=note)
    if row.type not in SQL_TYPES:
        note = f"written as {row.type or 'no type'}: Halfway reads only SQL migrations"
        return Tracked(row.id, _belief(row), None, row, file_expected=False, note=note)
    baseline = view.history.baseline_key
    future = isinstance(key, tuple) and view.with_files and key > view.highest
    state = "future" if future else "missing"
    chosen = view.options.ignored_by_choice and ignores(view.options, "versioned" if future else _kind(row), state)
    below = isinstance(key, tuple) and baseline is not None and key <= baseline
    note = "newer than every file here" if future and view.highest else ""
    return Tracked(row.id, _belief(row), None, row, file_expected=not (chosen or below), note=note)


def _belief(row: LedgerRow) -> Belief:
    return Belief.RECORDED if row.success else Belief.FAILED


def _kind(row: LedgerRow) -> str:
    return "repeatable" if row.id.startswith("R__") else "versioned"


def _of_markers(
    joined: set[Key], claimed: list[tuple[Key, Migration, str]], view: _View
) -> Iterator[tuple[Key, Tracked]]:
    for row in view.history.markers:
        yield (), Tracked(row.id, Belief.RECORDED, None, row, file_expected=False, note="Flyway made the schema")
    row_of_baseline = view.history.baseline
    if row_of_baseline is None:
        return
    key = key_of(row_of_baseline)
    scripted = any(k == key and is_script_baseline(m) for k, m, _ in claimed)
    if is_baseline(row_of_baseline) and row_of_baseline.type != "BASELINE":
        if not scripted:
            overlooked = view.options.ignored_by_choice and ignores(view.options, "versioned", "missing")
            belief = _belief(row_of_baseline)
            yield key, Tracked(row_of_baseline.id, belief, None, row_of_baseline, file_expected=not overlooked)
    elif key not in joined:
        note = "the baseline: everything up to it was there before Flyway"
        yield key, Tracked(row_of_baseline.id, Belief.RECORDED, None, row_of_baseline, file_expected=False, note=note)


def _in_order(pairs: Iterable[tuple[Key, Tracked]]) -> list[Tracked]:
    def place(pair: tuple[Key, Tracked]) -> tuple[int, tuple[int, ...], str]:
        key, tracked = pair
        if isinstance(key, tuple):
            return (0, key, tracked.id)
        return (2 if key.startswith("R__") else 1, (), tracked.id)

    return [tracked for _, tracked in sorted(pairs, key=place)]


def _said(*notes: str) -> str:
    return "; ".join(note for note in notes if note)
