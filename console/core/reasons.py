"""Why a migration failed, besides its rows: what is seen, what is likely, and what nobody can tell any more.

A server forgets why it refused a statement. What it still shows (sessions, when it was started, whether it takes
writes) is held beside what a tool's log or a person tells, each with how certain it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from console.core.assessment import Assessment, JudgedMigration
from console.core.causes import questions
from console.core.clues import Clues, is_about, newest_failure
from console.core.errors import Named, named, refusal_in
from console.core.landed import Judgement, Verdict
from console.core.migration import State
from console.core.reasons_disk import short_of_room
from console.core.session import walk

_LITTLE = 1024**3
"""Bytes: with less a table can hardly be built anew."""


class Certainty(StrEnum):
    """How much one reason is worth."""

    SEEN = "seen"
    LIKELY = "likely"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class Reason:
    """One of them."""

    what: str
    """`lock time-out`"""
    certainty: Certainty
    evidence: str
    """One sentence."""
    next: str = ""
    """One sentence; '' where nothing is to be done about it."""
    n: int | None = None
    """The statement it is about."""


def reasons(assessment: Assessment, migration: JudgedMigration) -> tuple[Reason, ...]:
    """The surest first; none for a migration that did not stop."""
    if all(j.verdict is Verdict.LANDED for j in migration.statements) and migration.statements:
        return ()
    told = error_of(assessment, migration)
    found = [
        *_told(told, assessment.observation.clues),
        *_sessions(assessment, migration),
        *_server(assessment, migration),
        *_disk(assessment, migration),
    ]
    found.sort(key=lambda reason: list(Certainty).index(reason.certainty))
    return (*found, *_not_told(told, assessment.observation.clues))


def explained(assessment: Assessment) -> tuple[JudgedMigration, ...]:
    """Those in trouble; and the next one of each tool where an error speaks of it: a transaction took it back, and it
    looks as if it had never begun. Nothing until somebody asks."""
    if not assessment.observation.clues.asked:
        return ()
    troubled = tuple(m for _, m in assessment.troubled)
    return (*troubled, *(m for m in _next_ones(assessment) if error_of(assessment, m) is not None))


def _next_ones(assessment: Assessment) -> list[JudgedMigration]:
    found = (next((m for m in f.migrations if m.state is State.PENDING), None) for f in assessment.frameworks)
    return [migration for migration in found if migration is not None]


def error_of(assessment: Assessment, migration: JudgedMigration) -> Named | None:
    """What the error text tells of it."""
    clues, server = assessment.observation.clues, assessment.observation.server.value
    dialect = server.dialect if server is not None else ""
    text = clues.error if clues.error and _meant(assessment, clues.error) is migration else ""
    if not text and clues.log:
        text = newest_failure(clues.log, _names(migration), _sqls(migration), dialect)
    refusal = refusal_in(text, dialect) if text else None
    if refusal is None:
        return None
    schema = assessment.observation.schema.value
    asked = questions(migration.statements, schema) if schema is not None else ()
    return named(refusal, text, migration.statements, asked)


def _meant(assessment: Assessment, text: str) -> JudgedMigration | None:
    """An error that was given is about the one it names, else about the first in trouble, else about the next one."""
    stopped = [*(m for _, m in assessment.troubled), *_next_ones(assessment)]
    named_in = (m for m in stopped if is_about(text, _names(m), _sqls(m)))
    return next(named_in, stopped[0] if stopped else None)


def _sqls(migration: JudgedMigration) -> tuple[str, ...]:
    return tuple(judgement.statement.sql for judgement in migration.statements)


def _names(migration: JudgedMigration) -> tuple[str, ...]:
    """How a log calls it: by its file, or by an id that is long enough to be nothing else."""
    file = migration.tracked.migration
    path = (file.file.rpartition("/")[2],) if file is not None and file.file else ()
    return (*path, *((migration.id,) if len(migration.id) > 5 else ()))


def _told(told: Named | None, clues: Clues) -> Iterator[Reason]:
    if told is not None:
        place = "what was given" if clues.error else clues.place
        evidence = f"{place} says: {told.refusal.said}"
        yield Reason(told.refusal.rule.sort.value, Certainty.SEEN, evidence, told.sentence, told.n)


def _sessions(assessment: Assessment, migration: JudgedMigration) -> Iterator[Reason]:
    for own in assessment.blocked.migration:
        if own.migration not in (None, migration.id):
            continue
        if own.client == "gone":
            what = f"session {own.session.id} of it is still there, and its client is gone"
            yield Reason(
                "lost connection", Certainty.SEEN, what, "See page Locks before anything is run again.", own.statement
            )
    waiting = [j for j in migration.statements if j.waiting]
    for judgement in waiting:
        what = f"statement {judgement.statement.n} still waits: session {judgement.waiting}"
        yield Reason("lock", Certainty.SEEN, what, "End what it waits for, not the migration.", judgement.statement.n)
    tables = {name for j in _open(migration) for _, name in j.statement.tables}
    holders = [node.session.id for node in walk(assessment.blocked.trees) if _needs(node.session.query, tables)]
    if holders and not waiting:
        what = f"sessions that block others speak of its tables now: {', '.join(holders[:3])}"
        yield Reason(
            "lock time-out", Certainty.LIKELY, what, "See page Locks; run it again with a short lock time-out."
        )


def _open(migration: JudgedMigration) -> list[Judgement]:
    return [j for j in migration.statements if j.verdict is not Verdict.LANDED]


def _needs(query: str, tables: set[str]) -> bool:
    return any(name and name.lower() in query.lower() for name in tables)


def _server(assessment: Assessment, migration: JudgedMigration) -> Iterator[Reason]:
    server, clues = assessment.observation.server.value, assessment.observation.clues
    if server is None:
        return
    if server.read_only:
        why = "it is a replica" if server.replica else "it is set so"
        yield Reason("server read only", Certainty.SEEN, f"the server takes no writes now: {why}", "Find the primary.")
    started, began = started_at(server.identity), _began(migration)
    if started is not None and began is not None and started > began:
        what = (
            f"the server was started at {_clock(started)}, after the migration was recorded as begun ({_clock(began)})"
        )
        yield Reason(
            "server ended", Certainty.LIKELY, what, "Look into its log: stopped, crashed, or killed for memory."
        )
    if clues.killed:
        yield Reason(
            "server killed",
            Certainty.LIKELY,
            f"the kernel's log says: {clues.killed}",
            "Give it more memory, or less to do.",
        )
    if clues.free is not None and clues.free < _LITTLE:
        what = f"only {clues.free // 1024**2:,} MB are left where the database lies"
        yield Reason("disk full", Certainty.LIKELY, what, "Free space before a table is built anew.")


def _disk(assessment: Assessment, migration: JudgedMigration) -> Iterator[Reason]:
    for short, evidence, todo, n in short_of_room(assessment, migration):
        yield Reason("disk full", Certainty.LIKELY if short else Certainty.CANNOT_TELL, evidence, todo, n)


def started_at(identity: str) -> datetime | None:
    """When the server was started, as its identity has it."""
    try:
        found = datetime.fromisoformat(identity.rpartition(" ")[2])
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo is not None else None


def _began(migration: JudgedMigration) -> datetime | None:
    """When its failed row was written; a naive time is the server's own clock, which nobody knows here."""
    row = migration.tracked.row
    at = row.applied_at if row is not None and not row.success else None
    return at if at is not None and at.tzinfo is not None else None


def _clock(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _not_told(told: Named | None, clues: Clues) -> Iterator[Reason]:
    if told is not None:
        return
    why = "a server keeps no memory of a time-out, a lost connection or a killed session"
    if clues.error:
        why = "the error that was given is none of those known here"
    elif clues.log:
        why = f"{clues.place} has no failure of this migration that is known here, and {why}"
    elif clues.unread:
        why = f"{clues.unread}, and {why}"
    yield Reason(
        "the error itself",
        Certainty.CANNOT_TELL,
        why,
        "Give what the tool printed to: halfway assess --error - (or name its log with --log FILE).",
    )
