"""What `flyway migrate` does next in the present state, in one true sentence, with Flyway's own words quoted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from console.core.migration import Belief, Ledger, Migration, Tracked
from console.frameworks.flyway.choice import must_exist, picked
from console.frameworks.flyway.differs import differing_description, differing_type
from console.frameworks.flyway.files import ONLY_IF, TWIN
from console.frameworks.flyway.history import History, Key
from console.frameworks.flyway.names import version_key
from console.frameworks.flyway.options import Options, ignores
from console.frameworks.flyway.transactions import REFUSED

ABOVE_TARGET = "above the target"
LOWER = "out of order: a higher version is recorded, and Flyway does not run it unless outOfOrder=true"
REFUSES = "Flyway refuses to migrate"
STALE = "a failed row of it is left beside the good one: Flyway stops at it, and `flyway repair` would delete that one"
NOT_PICKED = "not named by flyway.cherryPick, so Flyway passes over it"


def next_run(tracked: Sequence[Tracked], options: Options, ledger: Ledger, history: History) -> str:
    """The first thing that stops or starts it; '' when it has nothing to do."""
    if ledger.unread:
        return ""
    twin = next((t for t in tracked if t.migration and TWIN in t.migration.note), None)
    if twin is not None:
        name = twin.id.partition(" (")[0]
        which = f"version {name}" if version_key(name) else f"description {name.removeprefix('R__')}"
        return f"Flyway refuses to run at all: it says `Found more than one migration with {which}`."
    if _lacks_target(tracked, options):
        return (
            "Flyway refuses to run at all: it says `No migration with a target version "
            f"{options.target.strip()} could be found`."
        )
    failed = [t for t in tracked if t.belief is Belief.FAILED]
    stoppers = [t for t in failed if not _passed_by(t, tracked, options)]
    stoppers += [t for t in tracked if STALE in t.note]
    if stoppers or len(failed) > 1:
        said = _detected((stoppers or failed)[0])
        return f"{REFUSES} while the failed row is there: it says `{said}`."
    if options.validates and (refusal := _refusal(tracked, options, history)):
        return f"{REFUSES}: it says `{refusal}`."
    start = _start(tracked, options, ledger, history)
    if failed:
        what = start or "It has nothing to run."
        return f"Flyway only warns of the failed version {failed[0].id}, which is newer than every file here. {what}"
    return start


def next_run_without_files(tracked: Sequence[Tracked]) -> str:
    """What the rows alone tell: a failed one stops it; '' when nothing is known."""
    failed = next((t for t in tracked if t.belief is Belief.FAILED), None)
    return f"{REFUSES} while the failed row is there: it says `{_detected(failed)}`." if failed else ""


def highest_of(tracked: Sequence[Tracked]) -> tuple[int, ...]:
    """The highest version there is a file for."""
    return max((_version_of(t.migration.id) or () for t in tracked if t.migration), default=())


def is_future(item: Tracked, highest: tuple[int, ...]) -> bool:
    """Whether Flyway takes a row without a file for one of a newer release, and not for a missing file."""
    key = _version_of(item.id)
    return key is not None and key >= highest


def _lacks_target(tracked: Sequence[Tracked], options: Options) -> bool:
    wanted = must_exist(options)
    return wanted is not None and all(_version_of(t.id) != wanted for t in tracked)


def _version_of(name: str) -> tuple[int, ...] | None:
    """Of a tracked one's name: `1.2`, `B10`, and `1 (V1__again.sql)` where two files are one version."""
    return version_key(name.partition(" (")[0].removeprefix("B"))


def _passed_by(failed: Tracked, tracked: Sequence[Tracked], options: Options) -> bool:
    """A failed version of a newer release does not stop Flyway, as long as future ones are ignored."""
    if failed.migration is not None or failed.row is None:
        return False
    return is_future(failed, highest_of(tracked)) and ignores(options, "versioned", "future")


def _detected(failed: Tracked) -> str:
    row = failed.row
    description = row.description if row else ""
    if failed.id.startswith("R__"):
        return f"Detected failed repeatable migration: {description}"
    version = row.id if row else failed.id
    return f"Detected failed migration to version {version}" + (f" ({description})" if description else "")


def _refusal(tracked: Sequence[Tracked], options: Options, history: History) -> str:
    found = (*_mismatches(tracked, history), *_unresolved(tracked, options), *_not_applied(tracked, options))
    return found[0] if found else ""


def _mismatches(tracked: Sequence[Tracked], history: History) -> Iterator[str]:
    """Rows above the baseline that say something else than their files."""
    below = history.baseline_key or ()
    for item in tracked:
        if item.belief is not Belief.RECORDED or item.migration is None or item.row is None:
            continue
        if not item.migration.repeatable and (_version_of(item.id) or ()) <= below:
            continue
        which = item.row.script if item.migration.repeatable else f"version {item.id}"
        if differing_type(item.row, item.migration):
            yield f"Migration type mismatch for migration {which}"
        elif item.checksum_differs:
            yield f"Migration checksum mismatch for migration {which}"
        elif differing_description(item.row, item.migration):
            yield f"Migration description mismatch for migration {which}"


def _unresolved(tracked: Sequence[Tracked], options: Options) -> Iterator[str]:
    """Rows whose files are not there, unless such ones are ignored."""
    highest = highest_of(tracked)
    for item in tracked:
        if item.migration is None and item.file_expected and item.row is not None:
            repeatable = item.id.startswith("R__")
            state = "future" if not repeatable and is_future(item, highest) else "missing"
            if not ignores(options, "repeatable" if repeatable else "versioned", state):
                yield f"Detected applied migration not resolved locally: {_unprefixed(item)}"


def _unprefixed(item: Tracked) -> str:
    return item.id.removeprefix("R__" if item.id.startswith("R__") else "B")


def _not_applied(tracked: Sequence[Tracked], options: Options) -> Iterator[str]:
    for item in tracked:
        lower = LOWER in item.note and f"{ONLY_IF} false" not in item.note
        if item.belief is Belief.PENDING and lower and not ignores(options, "versioned", "ignored"):
            yield f"Detected resolved migration not applied to database: {item.id}"


def _start(tracked: Sequence[Tracked], options: Options, ledger: Ledger, history: History) -> str:
    pending = _to_run(tracked, options)
    if not pending:
        return ""
    empty = "" if ledger.exists and (history.versions or history.baseline) else _new_table(ledger, options)
    if options.skips_running:
        names = _listed([_called(item) for item, _ in pending])
        return (
            f"{empty}Flyway is told to record {names} without running anything (skipExecutingMigrations): a Flyway "
            "that has the setting writes a success, an older open source one runs them all the same."
        )
    refused = any(REFUSED in migration.note for _, migration in pending[:1])
    if options.group and len(pending) > 1 and not refused and options.target.strip().lower() != "next":
        return empty + _group([m for _, m in pending], options)
    return empty + _alone(*pending[0], options)


def _to_run(tracked: Sequence[Tracked], options: Options) -> list[tuple[Tracked, Migration]]:
    """What is pending, in the order in which it runs."""
    found = [(t, t.migration) for t in tracked if t.belief is Belief.PENDING and not _passed_over(t) and t.migration]
    if options.cherry_pick:
        return sorted(found, key=lambda pair: picked(options, pair[1], _key(pair[0])) or 0)
    first = next((pair for pair in reversed(found) if pair[0].id[:1] == "B" and version_key(pair[0].id[1:])), None)
    return [first, *(pair for pair in found if pair is not first)] if first else found


def _key(item: Tracked) -> Key:
    return _version_of(item.id) or item.id


def _alone(item: Tracked, migration: Migration, options: Options) -> str:
    if REFUSED in migration.note:
        return (
            f"Flyway refuses {_called(item)}: it says `Detected both transactional and non-transactional statements "
            f"within the same migration (even though mixed is false)`."
        )
    count = len(migration.statements)
    what = "its statement" if count == 1 else f"all {count} statements"
    how = "in one transaction" if migration.transactional else "each on its own, outside a transaction"
    how = "" if count == 1 and not migration.transactional else f", {how}"
    again = " again" if item.row is not None else ""
    start = "" if count == 1 else " from the first"
    how += ", if what its .conf says of shouldExecute holds" if f"{ONLY_IF} " in migration.note else ""
    return f"Flyway runs {what} of {_called(item)}{again}{start}{how}.{_waits_for_itself(migration, options)}"


def _waits_for_itself(migration: Migration, options: Options) -> str:
    """CREATE INDEX CONCURRENTLY waits for open transactions, and one of them holds Flyway's lock (its issue 3492)."""
    if not options.transactional_lock or not any(statement.concurrently for statement in migration.statements):
        return ""
    return " From 9.1.2 on it may wait for the transaction of its own lock, unless postgresql.transactional.lock=false."


def _group(migrations: Sequence[Migration], options: Options) -> str:
    """With `group` one run is one transaction, or none at all."""
    inside = {migration.transactional for migration in migrations}
    count = len(migrations)
    if len(inside) > 1 and not options.mixed:
        return (
            "Flyway refuses the group: it says `Detected both transactional and non-transactional migrations within "
            "the same migration group (even though mixed is false)`."
        )
    if inside == {True}:
        return f"Flyway runs all {count} pending migrations in one transaction (group): one failure undoes every one."
    return f"Flyway runs all {count} pending migrations (group), each statement on its own, outside a transaction."


def _new_table(ledger: Ledger, options: Options) -> str:
    if ledger.exists:
        return ""
    if options.baseline_on_migrate:
        return (
            f"If the schema holds anything, Flyway takes it for version {options.baseline_version} "
            "(baselineOnMigrate) and runs only what is above; else "
        )
    return "If the schema holds anything, Flyway refuses until it has a baseline; else "


def _passed_over(item: Tracked) -> bool:
    return any(words in item.note for words in (ABOVE_TARGET, LOWER, NOT_PICKED, f"{ONLY_IF} false"))


def _called(item: Tracked) -> str:
    name = item.migration.file.rpartition("/")[2] if item.migration else ""
    return f"version {item.id} ({name})" if version_key(item.id) else name or item.id


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
