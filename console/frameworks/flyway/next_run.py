"""What `flyway migrate` does next in the present state, in one true sentence, with Flyway's own words quoted."""

from __future__ import annotations

from collections.abc import Sequence

from console.core.migration import Belief, Ledger, Tracked
from console.frameworks.flyway.files import TWIN
from console.frameworks.flyway.history import History
from console.frameworks.flyway.names import version_key
from console.frameworks.flyway.options import Options, ignores
from console.frameworks.flyway.transactions import REFUSED

ABOVE_TARGET = "above the target"
LOWER = "out of order: a higher version is recorded, and Flyway does not run it unless outOfOrder=true"


def next_run(tracked: Sequence[Tracked], options: Options, ledger: Ledger, history: History) -> str:
    """The first thing that stops or starts it; '' when it has nothing to do."""
    twin = next((t for t in tracked if t.migration and TWIN in t.migration.note), None)
    if twin is not None:
        name = twin.id.partition(" (")[0]
        which = f"version {name}" if version_key(name) else f"description {name.removeprefix('R__')}"
        return f"Flyway refuses to run at all: it says `Found more than one migration with {which}`."
    failed = next((t for t in tracked if t.belief is Belief.FAILED), None)
    if failed is not None:
        return f"Flyway refuses to migrate until the failed row is repaired: it says `{_detected(failed)}`."
    if options.validates and (refusal := _refusal(tracked, options)):
        return f"Flyway refuses to migrate: it says `{refusal}`."
    return _start(tracked, options, ledger, history)


def _detected(failed: Tracked) -> str:
    row = failed.row
    description = row.description if row else ""
    if failed.id.startswith("R__"):
        return f"Detected failed repeatable migration: {description}"
    version = row.id if row else failed.id
    return f"Detected failed migration to version {version}" + (f" ({description})" if description else "")


def _refusal(tracked: Sequence[Tracked], options: Options) -> str:
    for item in tracked:
        if item.checksum_differs and item.belief is Belief.RECORDED:
            return f"Migration checksum mismatch for migration version {item.id}"
    highest = max((version_key(t.id) or () for t in tracked if t.migration), default=())
    for item in tracked:
        key = version_key(item.id)
        if item.migration is None and item.file_expected and key:
            state = "future" if key > highest else "missing"
            if not ignores(options, "versioned", state):
                return f"Detected applied migration not resolved locally: {item.id}"
    for item in tracked:
        if item.belief is Belief.PENDING and LOWER in item.note and not ignores(options, "versioned", "ignored"):
            return f"Detected resolved migration not applied to database: {item.id}"
    return ""


def _start(tracked: Sequence[Tracked], options: Options, ledger: Ledger, history: History) -> str:
    pending = [t for t in tracked if t.belief is Belief.PENDING and not _passed_over(t)]
    baseline = next((t for t in reversed(pending) if t.id[:1] == "B" and version_key(t.id[1:])), None)
    first = baseline or next(iter(pending), None)
    if first is None or first.migration is None:
        return ""
    if REFUSED in first.migration.note:
        return (
            f"Flyway refuses {_called(first)}: it says `Detected both transactional and non-transactional statements "
            f"within the same migration (even though mixed is false)`."
        )
    count = len(first.migration.statements)
    what = "its statement" if count == 1 else f"all {count} statements"
    how = "in one transaction" if first.migration.transactional else "each on its own, outside a transaction"
    how = "" if count == 1 and not first.migration.transactional else f", {how}"
    again = " again" if first.row is not None else ""
    start = "" if count == 1 else " from the first"
    empty = "" if ledger.exists and (history.versions or history.baseline) else _new_table(ledger, options)
    return f"{empty}Flyway runs {what} of {_called(first)}{again}{start}{how}."


def _new_table(ledger: Ledger, options: Options) -> str:
    if ledger.exists or options.baseline_on_migrate:
        return ""
    return "If the schema holds anything, Flyway refuses until it has a baseline; else "


def _passed_over(item: Tracked) -> bool:
    return ABOVE_TARGET in item.note or LOWER in item.note


def _called(item: Tracked) -> str:
    name = item.migration.file.rpartition("/")[2] if item.migration else ""
    return f"version {item.id} ({name})" if version_key(item.id) else name or item.id
