"""What the rows of the history mean once read in order: which version is live, failed, undone, deleted, baselined.

Later rows speak about earlier ones (DELETE, UNDO, a second run), so no row has a meaning alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from console.core.migration import LedgerRow
from console.frameworks.flyway.names import version_key

Key = tuple[int, ...] | str
"""Comparable part of a version; its text when it is none."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One version, or one repeatable, as the rows leave it."""

    row: LedgerRow
    deleted: bool = False
    undone: bool = False
    repeated: bool = False
    """An earlier row for it was still good when this one was written."""
    out_of_order: bool = False
    stale: bool = False
    """A failed row of it was left when this one was written: Flyway never does that, and stops at it."""

    @property
    def live(self) -> bool:
        """It counts as applied (or as failed)."""
        return not (self.deleted or self.undone)


@dataclass(frozen=True)
class History:
    """The history, folded."""

    versions: dict[Key, Entry] = field(default_factory=dict)
    repeatables: dict[str, Entry] = field(default_factory=dict)
    """By description."""
    markers: tuple[LedgerRow, ...] = ()
    """SCHEMA rows and the like."""
    failed_undos: dict[Key, LedgerRow] = field(default_factory=dict)
    baseline: LedgerRow | None = None
    """A baseline script that failed counts too: nothing at or below it is run."""

    @property
    def baseline_key(self) -> tuple[int, ...] | None:
        """The highest baseline's version."""
        return _numbers(self.baseline) if self.baseline else None

    @cached_property
    def current(self) -> tuple[int, ...] | None:
        """The highest live version; looked for once, when all rows are in."""
        return max(_highest(self), self.baseline_key or ()) or None


def key_of(row: LedgerRow) -> Key:
    """What the row is about."""
    return _numbers(row) or row.id


def _numbers(row: LedgerRow) -> tuple[int, ...] | None:
    return version_key(row.id.removeprefix("B") if row.type == "SQL_BASELINE" else row.id)


def is_baseline(row: LedgerRow) -> bool:
    """BASELINE markers and baseline scripts."""
    return row.type == "BASELINE" or row.type.endswith("_BASELINE")


def folded(rows: Iterable[LedgerRow]) -> History:
    """Rows, oldest first, as a History."""
    history = History()
    markers: list[LedgerRow] = []
    baseline: LedgerRow | None = None
    highest: tuple[int, ...] = ()
    for row in rows:
        if row.type == "SCHEMA":
            markers.append(row)
        elif row.id.startswith("R__"):
            _repeatable(history, row)
        elif is_baseline(row):
            if baseline is None or (_numbers(row) or ()) >= (_numbers(baseline) or ()):
                baseline = row
        else:
            highest = _versioned(history, row, highest)
    return replace(history, markers=tuple(markers), baseline=baseline)


def _repeatable(history: History, row: LedgerRow) -> None:
    name = row.id.removeprefix("R__")
    before = history.repeatables.get(name)
    if row.type == "DELETE" and row.success:
        if before:
            history.repeatables[name] = replace(before, deleted=True)
        return
    history.repeatables[name] = Entry(row, stale=_leaves_failed(before))


def _highest(history: History) -> tuple[int, ...]:
    """Of the live versions."""
    return max((k for k, e in history.versions.items() if e.live and isinstance(k, tuple)), default=())


def _versioned(history: History, row: LedgerRow, highest: tuple[int, ...]) -> tuple[int, ...]:
    """The highest live version with this row; `highest` is the one without it."""
    key = key_of(row)
    before = history.versions.get(key)
    if row.type == "DELETE":
        if before and row.success:
            history.versions[key] = replace(before, deleted=True)
            return _highest(history)
    elif row.type.startswith("UNDO"):
        history.failed_undos.pop(key, None)
        if not row.success:
            history.failed_undos[key] = row
        elif before:
            history.versions[key] = replace(before, undone=True)
            return _highest(history)
    else:
        history.failed_undos.pop(key, None)
        history.versions[key] = Entry(
            row,
            repeated=bool(before and before.live and before.row.success),
            out_of_order=isinstance(key, tuple) and key < highest,
            stale=_leaves_failed(before),
        )
        return max(highest, key) if isinstance(key, tuple) else highest
    return highest


def _leaves_failed(before: Entry | None) -> bool:
    return before is not None and before.live and (before.stale or not before.row.success)
