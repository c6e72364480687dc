"""When a migration began, as far as anything tells: a time with what says so, or the span it lies in.

A restore to a point in time must stop before it. So what is offered is never later than what is proven: where only the
end of the migration before it is known, that is the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from console.core.assessment import Assessment, JudgedFramework, JudgedMigration
from console.core.journal import Entry, Topic
from console.core.migration import LedgerRow
from console.core.verdicts import good

MARGIN = timedelta(seconds=1)
"""Ledgers keep whole seconds."""


@dataclass(frozen=True, slots=True)
class Told:
    """One time, and what says it."""

    at: datetime
    """UTC."""
    source: str


@dataclass(frozen=True, slots=True)
class Moment:
    """When it began."""

    after: Told | None = None
    """It had not begun by then."""
    before: Told | None = None
    """It had begun by then."""
    hint: str = ""
    """What else a ledger says of times, which proves nothing."""

    @property
    def target(self) -> datetime | None:
        """The latest moment of which it is known that it had not begun; None: not known."""
        return self.after.at if self.after is not None else None

    @property
    def bounds(self) -> tuple[datetime | None, datetime | None]:
        """When it had not begun, and when it had; None: not known."""
        return self.target, self.before.at if self.before is not None else None

    @property
    def words(self) -> str:
        """Its bounds and their sources, in sentences."""
        first = (
            f"It had not begun at {_told(self.after)}." if self.after else "Until when it had not begun is not known."
        )
        last = f" It had begun at {_told(self.before)}." if self.before else ""
        return f"{first}{last}{f' {self.hint}' if self.hint else ''}"


def bounds_of(moments: Sequence[Moment]) -> tuple[datetime | None, datetime | None]:
    """When none of them had begun, and when all of them had; None: not known of one of them."""
    starts = [moment.bounds[0] for moment in moments]
    ends = [moment.bounds[1] for moment in moments]
    known, over = [at for at in starts if at is not None], [at for at in ends if at is not None]
    return (
        min(known) if known and len(known) == len(starts) else None,
        max(over) if over and len(over) == len(ends) else None,
    )


def stamp(at: datetime) -> str:
    """`2026-01-31T10:00:00Z`: with a zone when it has one."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at.tzinfo is not None else f"{at:%Y-%m-%d %H:%M:%S}"


def _told(told: Told) -> str:
    return f"{stamp(told.at)} ({told.source})"


def moment_of(
    assessment: Assessment, framework: JudgedFramework, migration: JudgedMigration, journal: Iterable[Entry]
) -> Moment:
    """When this one began."""
    reader = _Reader(assessment, framework, migration)
    after = max(reader.not_before(), key=lambda told: told.at, default=None)
    latest = [told for told in reader.by(journal) if after is None or told.at >= after.at]
    return Moment(after, min(latest, key=lambda told: told.at, default=None), "" if after else reader.hint())


@dataclass(frozen=True, slots=True)
class _Reader:
    """What speaks of one migration's time."""

    assessment: Assessment
    framework: JudgedFramework
    migration: JudgedMigration

    def not_before(self) -> Iterator[Told]:
        """Only its own row proves it: rows of others may have come after it failed, out of order."""
        own = self.migration.tracked.row
        ended = self._utc(own)
        lasted = _lasted(own)
        if own is None:
            return
        if ended is not None and lasted is not None:
            source = f"{self.framework.ledger}: its last try ended {stamp(ended)}, and says for how long it had run"
            yield Told(ended - lasted - MARGIN, source)
            return
        for other in self.framework.migrations:
            row = other.tracked.row
            sooner = row is not None and row.rank is not None and own.rank is not None and row.rank < own.rank
            at = self._utc(row) if sooner and good(other.tracked) else None
            if at is not None:
                yield Told(at, f"{self.framework.ledger}: {other.label} was recorded before it")

    def by(self, journal: Iterable[Entry]) -> Iterator[Told]:
        """Times at which it had begun."""
        ended = self._utc(self.migration.tracked.row)
        if ended is not None:
            yield Told(ended, f"{self.framework.ledger}: its own row")
        for alive in self.assessment.blocked.migration:
            at = alive.session.transaction_at or alive.session.query_at
            if at is not None and alive.migration == self.migration.id:
                yield Told(at, f"session {alive.session.id} was at work on it")
        for reading in self.assessment.observation.tracking:
            for name, n, runs in reading.value.runs if reading.value is not None else ():
                if name == self.migration.id and runs.last is not None and runs.times == 1:
                    yield Told(runs.last, f"the server ran its statement {n}")
        found = (e for e in journal if e.topic in (Topic.ACTING, Topic.INTENT) and self.migration.label in e.text)
        yield from (Told(entry.at, f"journal entry {entry.n}") for entry in found)
        yield Told(self.assessment.taken_at, "it was looked at then")

    def hint(self) -> str:
        """The newest time in the ledger, whatever it is worth."""
        rows = [m.tracked.row for m in self.framework.migrations if m.tracked.row is not None]
        times = [stamp(row.applied_at) for row in rows if row.applied_at is not None]
        return f"The newest time in {self.framework.ledger} is {max(times)}." if times else ""

    def _utc(self, row: LedgerRow | None) -> datetime | None:
        """The time of a row, where its zone is known: Flyway's TIMESTAMP on MySQL is read in UTC."""
        if row is None or row.applied_at is None or row.applied_at.tzinfo is not None:
            return row.applied_at if row is not None else None
        server = self.assessment.observation.server.value
        known = server is not None and server.grammar in ("mysql", "mariadb") and self.framework.framework == "flyway"
        return row.applied_at.replace(tzinfo=UTC) if known else None


def _lasted(row: LedgerRow | None) -> timedelta | None:
    """Flyway writes down for how many milliseconds a migration ran."""
    text = dict(row.raw).get("execution_time") if row is not None else None
    return timedelta(milliseconds=int(text)) if text and text.isdecimal() and int(text) else None
