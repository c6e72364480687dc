"""Files and revisions joined as Atlas joins them: by version; one that is not counted to its end is gone on with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from console.core.habits import Habits
from console.core.migration import Belief, Ledger, LedgerRow, Migration, Tracked
from console.core.observation import Server, Tracking
from console.core.plain import one_line
from console.core.ports import Files, Project
from console.core.rollback import Rollback
from console.frameworks.atlas.files import AtlasFiles
from console.frameworks.atlas.ledger import BASELINE, RESOLVED, counted, locks
from console.readers.sqlfiles.files import said
from console.readers.sqlfiles.tracking import joined, next_run, tracking

_LOCK = ": this session migrates, and ending it ends the migration"
_MOST = 160
_COMMAND = "atlas migrate apply"


@dataclass(frozen=True, slots=True)
class _View:
    """Everything the joining looks at."""

    files: AtlasFiles
    rows: Mapping[str, LedgerRow]
    baseline: str
    differing: frozenset[str]
    unknown: frozenset[str]


_HABITS = Habits(
    key="the FNV-1 hash of atlas_migrate_execute, unless --lock-name says otherwise",
    meets="a run that meets it waits as long as --lock-timeout says, and ends with an error",
)
_BACK = Rollback(why="`atlas migrate down` works the way back out on another database, which it must be given.")
_tracking = partial(tracking, "atlas", lock_note=_LOCK, habits=_HABITS, rollback=_BACK)


def track(project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
    """One Tracked for each version, in their order."""
    known = files if isinstance(files, AtlasFiles) else AtlasFiles(files.migrations, files.down, files.unread)
    rows = {row.id: row for row in ledger.rows}
    baseline = max((row.id for row in ledger.rows if counted(row).kind & BASELINE), default="")
    view = _View(known, rows, baseline, *_compared(known, rows))
    tracked = joined(known.migrations, rows, lambda file, row: _of_file(file, row, view), str)
    told = "" if files.unread else _next_run(tracked, ledger, view)
    return _tracking(project, files, ledger, tracked, locks=locks(server), next_run=told)


def _of_file(file: Migration, row: LedgerRow | None, view: _View) -> Tracked:
    if row is None:
        return _without_row(file, view)
    differs = file.id in view.differing
    unsure = "whether it changed is not known: one before it did" if file.id in view.unknown else ""
    found = counted(row)
    if not row.success:
        note = said(file.note, _stopped(row, file), unsure)
        counts = found.applied if found.total == len(file.statements) and not differs else None
        return Tracked(file.id, Belief.FAILED, file, row, differs, note=note, counted=counts)
    by_hand = "set by hand: `atlas migrate set` does not run it" if found.kind == RESOLVED else ""
    half = f"Atlas counted {found.applied} of {found.total}, and a person set it as done" if _half(row) else ""
    return Tracked(file.id, Belief.RECORDED, file, row, differs, note=said(file.note, by_hand, half, unsure))


def _half(row: LedgerRow) -> bool:
    found = counted(row)
    return found.applied != found.total and bool(found.kind & RESOLVED) and found.kind != RESOLVED


def _stopped(row: LedgerRow, file: Migration) -> str:
    found = counted(row)
    count = f"Atlas counts {found.applied} of {found.total} statements as done"
    other = f"here are {len(file.statements)}" if found.total != len(file.statements) and not file.unreadable else ""
    lines = [line for line in found.error.splitlines() if line.strip()]
    return said(count, other, f"Atlas kept: {one_line(lines[-1], _MOST)}" if lines else "")


def _without_row(file: Migration, view: _View) -> Tracked:
    newest = max(view.rows, default="")
    if file.id <= view.baseline:
        return Tracked(file.id, Belief.IGNORED, file, None, note=said(file.note, "at or below the baseline"))
    if file.id in view.files.checkpoints and view.rows:
        return Tracked(file.id, Belief.IGNORED, file, None, note=said(file.note, "a checkpoint, for an empty table"))
    if not view.rows and file.id < max(view.files.checkpoints, default=""):
        return Tracked(file.id, Belief.IGNORED, file, None, note=said(file.note, "a checkpoint stands for it"))
    late = f"below {newest}, which is recorded: Atlas refuses it, unless --exec-order says otherwise"
    return Tracked(file.id, Belief.PENDING, file, None, note=said(file.note, late if file.id < newest else ""))


def _compared(files: AtlasFiles, rows: Mapping[str, LedgerRow]) -> tuple[frozenset[str], frozenset[str]]:
    """Versions whose file is not what was recorded, and those of which that cannot be told: a sum is over all files up
    to it, so only the first that differs shows that it changed, and only where no file came between."""
    names = {file.id: file.file.rpartition("/")[2] for file in files.migrations}
    alone = files.sums.of_only({names[version] for version in rows if version in names})
    wrong = [version for version, row in sorted(rows.items()) if version in names and row.checksum
             and row.checksum not in (files.sums.known.get(names[version]), alone.get(names[version]))]  # fmt: skip
    if not wrong:
        return frozenset(), frozenset()
    between = any(version < wrong[0] and version not in rows for version in names)
    first: frozenset[str] = frozenset() if between else frozenset(wrong[:1])
    return first, frozenset(wrong) - first


def _next_run(tracked: tuple[Tracked, ...], ledger: Ledger, view: _View) -> str:
    if ledger.unread:
        return ""
    if not view.files.sums.fits:
        return f"`{_COMMAND}` runs nothing: atlas.sum does not say what the files are (`atlas migrate hash` writes it)."
    return "".join(_goes_on(tracked)) or next_run(_COMMAND, tracked, ledger, _refusal(tracked, view))


def _goes_on(tracked: tuple[Tracked, ...]) -> Iterator[str]:
    failed = next((t for t in tracked if t.belief is Belief.FAILED and t.row is not None), None)
    if failed is not None and failed.row is not None:
        found = counted(failed.row)
        yield (
            f"`{_COMMAND}` goes on with statement {found.applied + 1} of {found.total} of {failed.id}, where its "
            "counter stands, and refuses if a statement before that was changed."
        )


def _refusal(tracked: tuple[Tracked, ...], view: _View) -> str:
    newest = max(view.rows, default="")
    if newest and view.files.migrations and not any(m.id == newest for m in view.files.migrations):
        return f"no file has version {newest}, which is recorded last"
    late = next((t.id for t in tracked if t.belief is Belief.PENDING and t.id < newest), "")
    return f"{late} was added below {newest}, which is recorded" if late else ""
