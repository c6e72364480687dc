"""To which batch, version or date a project could be taken back, and what each would take, newest first.

A mark is only offered where what came after it is the newest part of what the tool recorded, without a gap: then taking
that back, newest first, leaves what was there. Dates are the ledger's own; where it keeps none, those in the names of
the files, which is when they were written and not when they ran.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from console.core.assessment import JudgedFramework, JudgedMigration
from console.core.inverse.chain import chain
from console.core.migration import State
from console.core.plan import CannotWriteError
from console.core.schema import Schema
from console.core.verdicts import good

K = TypeVar("K", int, date)
SHOWN = 20
"""Marks that are offered, the newest."""
_NOT_ON_ONE_LINE = frozenset({"alembic"})
"""Tools whose history may branch and whose ledger has no order: a version means something there only on one line."""
_BY_BATCH = frozenset({"laravel", "knex"})
"""Tools that speak of batches, and have no versions."""
_IN_NAME = re.compile(r"(\d{4})_?(\d{2})_?(\d{2})_?\d{6}(?!\d)")


@dataclass(frozen=True, slots=True)
class Mark:
    """A place to go back to."""

    name: str
    """`batch 41`, `version 20240615120000`, `date 2024-06-15`: it stays, what came later goes."""
    takes: tuple[JudgedMigration, ...]
    """Newest first."""
    rests_on: str = ""
    """Where a date comes from, one clause."""


def marks(framework: JudgedFramework) -> tuple[Mark, ...]:
    """Every place to go back to, the nearest first."""
    ran = newest_first(framework)
    if not ran:
        return ()
    found = (*_batches(framework, ran), *_versions(framework, ran), *_dates(ran))
    return tuple(sorted(found, key=lambda mark: len(mark.takes)))[:SHOWN]


def mark_called(framework: JudgedFramework, name: str) -> Mark | None:
    """The one of that name; None when it means nothing, or nothing any more."""
    return next((mark for mark in marks(framework) if mark.name == name), None)


def newest_first(framework: JudgedFramework) -> tuple[JudgedMigration, ...]:
    """What the tool recorded, the last that ran first, as far as its ledger tells an order."""
    ran = [m for m in framework.migrations if good(m.tracked)]
    for order in (_rank, _batch, _moment):
        keys = [order(migration) for migration in ran]
        if all(key is not None for key in keys):
            placed = sorted(range(len(ran)), key=lambda at: (keys[at], at), reverse=True)
            return tuple(ran[at] for at in placed)
    return tuple(reversed(ran))


def _rank(migration: JudgedMigration) -> int | None:
    row = migration.tracked.row
    return row.rank if row is not None else None


def _batch(migration: JudgedMigration) -> int | None:
    row = migration.tracked.row
    return row.batch if row is not None else None


def _moment(migration: JudgedMigration) -> datetime | None:
    row = migration.tracked.row
    return row.applied_at.replace(tzinfo=None) if row is not None and row.applied_at is not None else None


def _day(migration: JudgedMigration) -> date | None:
    moment = _moment(migration)
    return moment.date() if moment is not None else None


def day_in_name(migration: JudgedMigration) -> date | None:
    """`2024-06-15` of `2024_06_15_120000_add_carrier` or `20240615120000`."""
    found = _IN_NAME.match(migration.id)
    try:
        return date(*map(int, found.groups())) if found is not None else None
    except ValueError:
        return None


def _batches(framework: JudgedFramework, ran: tuple[JudgedMigration, ...]) -> Iterator[Mark]:
    numbers = [number for migration in ran if (number := _batch(migration)) is not None]
    if framework.framework in _BY_BATCH and len(numbers) == len(ran):
        yield from _after(ran, numbers, "batch")


def _versions(framework: JudgedFramework, ran: tuple[JudgedMigration, ...]) -> Iterator[Mark]:
    if framework.framework in _BY_BATCH or (framework.framework in _NOT_ON_ONE_LINE and not _one_line(ran)):
        return
    for at, migration in enumerate(ran[1:], start=1):
        yield Mark(f"version {migration.id}", ran[:at])


def _one_line(ran: Iterable[JudgedMigration]) -> bool:
    """Each stands on one at most, and no two on the same."""
    parents = [parent for migration in ran for parent in migration.tracked.after or ()]
    return len(parents) == len(set(parents)) and all(len(m.tracked.after or ()) <= 1 for m in ran)


def _dates(ran: tuple[JudgedMigration, ...]) -> Iterator[Mark]:
    days = [day for migration in ran if (day := _day(migration)) is not None]
    told = "the time in the ledger, by its server's clock"
    if len(days) < len(ran):
        days = [day for migration in ran if (day := day_in_name(migration)) is not None]
        told = "the date in its name, which is when it was written, not when it ran"
    if len(days) == len(ran):
        yield from _after(ran, days, "date", told)


def _after(ran: tuple[JudgedMigration, ...], keys: Sequence[K], word: str, rests_on: str = "") -> Iterator[Mark]:
    """One for each key but the newest: what has a greater one goes, where that is the newest part."""
    for key in sorted(set(keys), reverse=True)[1:]:
        later = [at for at, other in enumerate(keys) if other > key]
        if later == list(range(len(later))):
            yield Mark(f"{word} {key}", ran[: len(later)], rests_on)


def in_the_way_of(mark: Mark, framework: JudgedFramework, schema: Schema | None, grammar: str) -> str:
    """Why it cannot be gone back to, one sentence; '' where each can be taken back exactly."""
    return looked_at((mark,), framework, schema, grammar)[0][1]


def looked_at(
    found: Sequence[Mark], framework: JudgedFramework, schema: Schema | None, grammar: str
) -> tuple[tuple[Mark, str], ...]:
    """Each mark with why it cannot be gone back to. The first one that has no way back closes all that take it too."""
    longest = max((mark.takes for mark in found), key=len, default=())
    whole, why = 0, "The schema has not been read."
    try:
        for _ in chain(framework, longest, schema, grammar) if schema is not None else ():
            whole += 1
    except CannotWriteError as stopped:
        why = str(stopped)
    return tuple((m, next(_stuck(m, framework), "") or (why if len(m.takes) > whole else "")) for m in found)


def _stuck(mark: Mark, framework: JudgedFramework) -> Iterator[str]:
    for migration in mark.takes:
        if migration.state is not State.APPLIED:
            yield f"{migration.label} is {migration.state.word}: settle that one by itself first."
    for migration in framework.migrations:
        if migration.state in (State.HALF_APPLIED, State.FAILED, State.UNRECORDED):
            yield f"{migration.label} is {migration.state.word}: settle that one by itself first."
