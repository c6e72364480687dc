"""One database of a fleet in one small row: an Assessment is read, its row is kept, the rest is let go.

A thousand assessments would not fit the memory of a bastion, and nobody reads a thousand of them; whoever wants the
whole picture of one opens the console on it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from console.core.assessment import Assessment, JudgedMigration
from console.core.fleet.shape import NO_SHAPE, Shape, beliefs_of, shape_of
from console.core.landed import Judgement, Verdict
from console.core.migration import State
from console.core.plain import one_line

UNREACHABLE_CODE = 3


class Standing(StrEnum):
    """What became of the migrations on one database; the order is that of the grid, what needs a person first."""

    HALF_APPLIED = "half_applied"
    FAILED = "failed"
    BLOCKED = "blocked"
    UNREACHABLE = "unreachable"
    UNRECORDED = "unrecorded"
    HOLLOW = "hollow"
    CHECKSUM_MISMATCH = "checksum_mismatch"
    FILE_MISSING = "file_missing"
    MISSING = "missing"
    DRIFTED = "drifted"
    LEFT_BEHIND = "left_behind"
    UNKNOWN = "unknown"
    PENDING = "pending"
    APPLIED = "applied"

    @property
    def word(self) -> str:
        """`HALF APPLIED`."""
        return self.value.replace("_", " ").upper()

    @property
    def exit_code(self) -> int:
        """0 healthy, 1 needs attention, 3 nothing is known of it."""
        if self in (Standing.PENDING, Standing.APPLIED):
            return 0
        return UNREACHABLE_CODE if self is Standing.UNREACHABLE else 1


_RANK = {standing: rank for rank, standing in enumerate(Standing)}


@dataclass(frozen=True, slots=True)
class Target:
    """One database, or one schema of one, that the migrations are meant for."""

    name: str
    """What people call it; unique in a fleet."""
    place: str = ""
    """Its URL for people, without a password."""
    server: str = ""
    """`postgresql db1:5432`: those of one server share its connections, and its silence."""
    schema: str | None = None
    group: str = ""
    """A word of the list's own: a region, a shard. A wave never mixes two."""


@dataclass(frozen=True, slots=True)
class Row:
    """What is kept of one look at one database."""

    target: Target
    standing: Standing
    about: str
    """One short clause: `V7__carrier, statement 2 of 4`, `3 pending`."""
    summary: str
    """The sentence of its assessment."""
    next: tuple[str, ...] = ()
    taken_at: datetime | None = None
    """UTC."""
    seconds: float = 0.0
    """How long the look took."""
    framework: str = ""
    migration: str = ""
    """The key of the migration in trouble, as its tool has it."""
    statement: int | None = None
    """The first of its statements that has not landed."""
    landed: int = 0
    statements: int = 0
    pattern: str = ""
    """A letter a statement: `LN?`; databases in the same state have the same one."""
    applied: int = 0
    pending: int = 0
    waiting: int = 0
    """Sessions that are blocked in it."""
    dialect: str = ""
    version: str = ""
    shape: Shape = NO_SHAPE
    files: str = ""
    """Digest of the migration files it was judged by; '' where none were read."""
    differs: tuple[str, ...] = ()
    """In what it is not like the majority, where it is not."""
    resumed: bool = False
    """It was read by an earlier run, and not again."""

    @property
    def exit_code(self) -> int:
        """As `assess` would end on it."""
        return self.standing.exit_code

    @property
    def order(self) -> tuple[int, str, str]:
        """Worst first, then by name."""
        return _RANK[self.standing], self.about, self.target.name


def worst(rows: tuple[Row, ...], *, require_applied: bool = False) -> int:
    """The exit code of a fleet. 3 (not known) beats 1 (known, needs attention) beats 0: nobody may go on where one
    database could not be looked at."""
    codes = [row.exit_code for row in rows]
    if require_applied and any(row.pending for row in rows):
        codes.append(1)
    return max(codes, default=0)


def row_of(target: Target, assessment: Assessment, seconds: float = 0.0, files: str = "") -> Row:
    """The row of one assessment."""
    observation = assessment.observation
    server, schema = observation.server.value, observation.schema.value
    migrations = [m for f in assessment.frameworks for m in f.migrations]
    row = Row(
        target,
        Standing.UNKNOWN,
        "",
        one_line(assessment.summary, 600),
        next=tuple(one_line(step, 400) for step in assessment.next[:5]),
        taken_at=assessment.taken_at,
        seconds=round(seconds, 3),
        framework=", ".join(f.framework for f in assessment.frameworks),
        applied=sum(m.state is State.APPLIED for m in migrations),
        pending=sum(m.state in (State.PENDING, State.UNREADABLE) for m in migrations),
        waiting=assessment.blocked.waiting,
        dialect=server.dialect if server is not None else "",
        version=server.version if server is not None else "",
        shape=shape_of(schema, assessment.frameworks) if whole(assessment) else beliefs_of(assessment.frameworks),
        files=files,
    )
    return _judged(row, assessment)


def whole(assessment: Assessment) -> bool:
    """Schema and ledgers were read to their end: only then another schema can be held against this one."""
    seen = assessment.observation
    known = seen.schema.value is not None and seen.schema.complete and not seen.schema.value.unread
    return known and all(t.complete and t.value is not None and not t.value.ledger.unread for t in seen.tracking)


def unreached(target: Target, why: str, at: datetime | None, seconds: float = 0.0) -> Row:
    """The row of a database of which nothing is known."""
    sentence = one_line(why, 600)
    return Row(target, Standing.UNREACHABLE, _reason(sentence), sentence, taken_at=at, seconds=round(seconds, 3))


def absent(target: Target, why: str, at: datetime | None) -> Row:
    """The row of a tenant that is registered and has no schema or database."""
    sentence = one_line(why, 600)
    return Row(target, Standing.MISSING, _short(sentence), sentence, taken_at=at)


def again(row: Row) -> Row:
    """The same row, taken over from an earlier run."""
    return replace(row, resumed=True)


def _judged(row: Row, assessment: Assessment) -> Row:
    """With what became of it: a run that waits comes before what it has not done yet."""
    trouble = next((migration for _, migration in assessment.troubled), None)
    at_work = any(own.session.id in assessment.blocked.behind for own in assessment.blocked.migration)
    if assessment.blocked.waiting and (trouble is None or at_work):
        return _blocked(row, assessment, trouble)
    if trouble is not None:
        return _troubled(row, trouble, Standing(trouble.state.value))
    if assessment.debris:
        first, more = assessment.debris[0], len(assessment.debris) - 1
        about = f"{first.kind.replace('_', ' ')} {first.object}" + (f" and {more} more" if more else "")
        return replace(row, standing=Standing.LEFT_BEHIND, about=one_line(about, 200))
    if assessment.unexplained:
        first_item, others = assessment.unexplained[0], len(assessment.unexplained) - 1
        about = f"{first_item.change} {first_item.kind} {first_item.object}" + (f" and {others} more" if others else "")
        return replace(row, standing=Standing.DRIFTED, about=one_line(about, 200))
    if assessment.exit_code:
        return replace(row, standing=Standing.UNKNOWN, about=_short(row.summary))
    if row.pending:
        return replace(row, standing=Standing.PENDING, about=f"{row.pending} pending, {row.applied} applied")
    return replace(row, standing=Standing.APPLIED, about=f"{row.applied} applied")


def _blocked(row: Row, assessment: Assessment, trouble: JudgedMigration | None) -> Row:
    count = assessment.blocked.waiting
    told = f"{count} session{'s wait' if count > 1 else ' waits'}"
    if trouble is None:
        return replace(row, standing=Standing.BLOCKED, about=told)
    judged = _troubled(row, trouble, Standing.BLOCKED)
    return replace(judged, about=f"{judged.about}, {told}")


def _troubled(row: Row, migration: JudgedMigration, standing: Standing) -> Row:
    statements = migration.statements
    stopped = next((j.statement.n for j in statements if j.verdict is not Verdict.LANDED), None)
    where = f", statement {stopped} of {len(statements)}" if stopped is not None and statements else ""
    return replace(
        row,
        standing=standing,
        about=one_line(migration.label, 120) + where,
        migration=migration.id,
        statement=stopped,
        landed=sum(j.verdict is Verdict.LANDED for j in statements),
        statements=len(statements),
        pattern="".join(_letter(j) for j in statements),
    )


def _letter(judgement: Judgement) -> str:
    letters = {Verdict.LANDED: "L", Verdict.NOT_LANDED: "N", Verdict.PARTIAL: "P"}
    return letters.get(judgement.verdict, "?")


def _reason(sentence: str) -> str:
    """What of it tells one dead server from another: `Connection refused`."""
    heads = (sentence.partition(head)[2] for head in (" cannot be reached: ", " refused the login: "))
    text = next(filter(None, heads), sentence)
    text = text.rpartition(" failed: ")[2].partition(" Is the server running")[0]
    return _short(text)


def _short(sentence: str) -> str:
    return one_line(sentence.removeprefix("cannot tell: ").rstrip("."), 160)
