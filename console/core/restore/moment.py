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
from console.core.operations import Create
from console.core.verdict import Verdict
from console.core.verdicts import good

MARGIN = timedelta(seconds=1)
"""Ledgers keep whole seconds."""
_IN_ORDER = frozenset({"sqitch"})
"""Tools that run nothing before what stands before it in their plan."""


@dataclass(frozen=True, slots=True)
class Told:
    """One time, and what says it."""

    at: datetime
    """UTC."""
    source: str


@dataclass(frozen=True, slots=True)
class First:
    """A transaction of PostgreSQL's."""

    xid: int
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
    first: First | None = None
    """PostgreSQL: the transaction that was its first, where what it made still says so."""

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
        by = f" Its first transaction was {self.first.xid}: {self.first.source}." if self.first else ""
        return f"{first}{last}{by}{f' {self.hint}' if self.hint else ''}"


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
    before = min(latest, key=lambda told: told.at, default=None)
    return Moment(after, before, "" if after else reader.hint(), reader.first_transaction())


@dataclass(frozen=True, slots=True)
class _Reader:
    """What speaks of one migration's time."""

    assessment: Assessment
    framework: JudgedFramework
    migration: JudgedMigration

    def not_before(self) -> Iterator[Told]:
        """Its own row proves it, and where a tool runs nothing out of order the one before it: elsewhere rows of others
        may have come after it failed."""
        own = self.migration.tracked.row
        ended = self._utc(own)
        lasted = _lasted(own)
        yield from self._in_order()
        if own is None:
            return
        if begun := [at for row in self._rows() if (at := _started(row)) is not None]:
            yield Told(min(begun) - MARGIN, f"{self.framework.ledger}: its first try was written down before it began")
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

    def _rows(self) -> tuple[LedgerRow, ...]:
        found = (reading.value for reading in self.assessment.observation.tracking if reading.value is not None)
        ledgers = [t.ledger for t in found if t.framework == self.framework.framework]
        return tuple(row for ledger in ledgers for row in ledger.rows_of(self.migration.id))

    def _in_order(self) -> Iterator[Told]:
        """The one before it in a plan that knows no other order."""
        at = self.framework.migrations.index(self.migration)
        earlier = self.framework.migrations[at - 1] if at and self.framework.framework in _IN_ORDER else None
        ended = self._utc(earlier.tracked.row) if earlier is not None and good(earlier.tracked) else None
        if earlier is not None and ended is not None:
            yield Told(ended, f"{self.framework.ledger}: {earlier.label} comes before it and was recorded then")

    def first_transaction(self) -> First | None:
        """By what its first statement made, while no later one of it changed that again."""
        schema, server = self.assessment.observation.schema.value, self.assessment.observation.server.value
        if schema is None or server is None or server.grammar != "postgres" or not self.migration.statements:
            return None
        first, *others = self.migration.statements
        later = {op.subject for judged in others for op in judged.statement.operations}
        if first.verdict is not Verdict.LANDED or first.inferred:
            return None
        for operation in first.statement.operations:
            thing = schema.get(operation.subject) if isinstance(operation, Create) else None
            if thing is not None and thing.stamp is not None and thing.ref not in later:
                return First(thing.stamp, f"statement {first.statement.n} made {thing.ref.label(schema.home)} in it")
        return None

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
        newest = f"The newest time in {self.framework.ledger} is {max(times)}." if times else ""
        file = self.migration.tracked.migration
        written = file.modified_at if file is not None else None
        of_file = f"Its file was written last at {stamp(written)}, which a deploy may have done." if written else ""
        return " ".join(filter(None, (newest, of_file)))

    def _utc(self, row: LedgerRow | None) -> datetime | None:
        """The time of a row, where its zone is known: Flyway's TIMESTAMP on MySQL is read in UTC."""
        if row is None or row.applied_at is None or row.applied_at.tzinfo is not None:
            return row.applied_at if row is not None else None
        server = self.assessment.observation.server.value
        known = server is not None and server.grammar in ("mysql", "mariadb") and self.framework.framework == "flyway"
        return row.applied_at.replace(tzinfo=UTC) if known else None


def _started(row: LedgerRow) -> datetime | None:
    """Prisma writes a row before it begins."""
    text = dict(row.raw).get("started_at")
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found.astimezone(UTC) if found is not None and found.tzinfo is not None else None


def _lasted(row: LedgerRow | None) -> timedelta | None:
    """Flyway writes down for how many milliseconds a migration ran."""
    text = dict(row.raw).get("execution_time") if row is not None else None
    return timedelta(milliseconds=int(text)) if text and text.isdecimal() and int(text) else None
