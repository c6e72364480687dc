"""What is left of a migration that stopped, as a guarded file of the tool's own language; text, and nothing else.

Every statement asks the catalog first (asking.py): what is there as it was meant is left alone, what is not there yet
is made, and what is there but differs stops the file with a sentence. So it ends the same from wherever the failed
migration stopped, a second time, and where that migration ran to its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial

from console.core.assessment import Assessment, JudgedFramework, JudgedMigration
from console.core.forward import alembic, django, flyway, laravel, rails
from console.core.forward.steps import steps_of
from console.core.forward.values import Order, Recovery, Written
from console.core.landed import Verdict
from console.core.migration import Belief, State
from console.core.observation import Server
from console.core.operations import Operation
from console.core.past import history
from console.core.plan import CannotWriteError
from console.core.state import Picture
from console.core.statements import Nature
from console.core.verdicts import good

__all__ = ["Recovery", "file_of", "knows", "recovery", "refusals"]

_WRITERS: Mapping[str, Callable[[Order], Written]] = {
    "laravel": laravel.written,
    "rails": rails.written,
    "django": django.written,
    "alembic": alembic.written,
    "flyway": flyway.written,
}
_NEVER = {
    State.PENDING: "Nothing of it landed: it needs no other migration, it can be run itself.",
    State.UNREADABLE: "What of it landed cannot be told.",
    State.FILE_MISSING: "Its file is not there.",
}
_RECORDED = (State.APPLIED, State.HOLLOW, State.CHECKSUM_MISMATCH)


def recovery(
    assessment: Assessment, framework: JudgedFramework, migration: JudgedMigration, now: datetime, version: str
) -> Recovery:
    """CannotWriteError says in one sentence why no such file can be written."""
    if migration.state in (State.PENDING, State.UNREADABLE, State.FILE_MISSING):
        raise CannotWriteError(_NEVER[migration.state])
    order = _order(assessment, framework, migration, now, version)
    made = file_of(framework.framework, order)
    return Recovery(made, tuple(_to_do(order, made, framework, recorded=migration.state in _RECORDED)), order.steps)


def refusals(assessment: Assessment, framework: JudgedFramework, migration: JudgedMigration) -> Iterator[str]:
    """Why no such file can be written, if so."""
    try:
        recovery(assessment, framework, migration, assessment.taken_at, "")
    except CannotWriteError as why:
        yield str(why)


def knows(migration: JudgedMigration) -> bool:
    """Nothing is in doubt but data statements whose own WHERE leaves nothing to do a second time."""
    doubtful = (j for j in migration.statements if j.verdict is Verdict.UNKNOWABLE and not j.skipped)
    guessed = any(j.inferred and j.statement.nature is not Nature.SCHEMA for j in migration.statements)
    return not guessed and all(j.statement.probe is not None for j in doubtful)


def file_of(framework: str, order: Order) -> Written:
    """The file alone."""
    if framework not in _WRITERS:
        raise CannotWriteError(f"No recovery file is written for {framework}.")
    return _WRITERS[framework](order)


def _order(
    assessment: Assessment, framework: JudgedFramework, migration: JudgedMigration, now: datetime, version: str
) -> Order:
    observed = assessment.observation
    file, schema, server = migration.tracked.migration, observed.schema.value, observed.server.value
    if file is None or schema is None or server is None:
        raise CannotWriteError("Its file, the schema or the server was not read.")
    if migration.state is State.CHECKSUM_MISMATCH or migration.tracked.checksum_differs:
        raise CannotWriteError("Its file is not the one that ran: what is left to do is not known.")
    if file.repeatable:
        raise CannotWriteError("It is run again whenever it changes: mend the file itself.")
    others = [m for m in framework.migrations if m.id != migration.id]
    return Order(
        migration.id,
        file.label,
        file.file,
        file.text,
        file.transactional,
        server.grammar,
        steps_of(migration, schema, server.grammar, partial(_former, others), _beyond(framework, migration)),
        tuple(m.id for m in framework.migrations),
        tuple(m.label for m in framework.migrations),
        tuple(m.id for m in others if migration.id in (m.tracked.after or ())),
        frozenset(m.id for m in others if m.tracked.belief is Belief.RECORDED),
        tuple(_head(file.label, _named(server), now, version)),
    )


def _former(others: Iterable[JudgedMigration]) -> Picture:
    """What the recorded ones left."""
    files = [other.tracked.migration for other in others if good(other.tracked)]
    return history([s for file in files if file is not None for s in file.statements if not s.database], ()).picture


def _beyond(framework: JudgedFramework, migration: JudgedMigration) -> Iterator[Operation]:
    """What the migrations behind it do, whether they ran here or not."""
    for other in framework.migrations[framework.migrations.index(migration) + 1 :]:
        file = other.tracked.migration
        for statement in file.statements if file is not None and not file.repeatable else ():
            yield from () if statement.database else statement.operations


def _named(server: Server) -> str:
    return f"{server.name} ({server.dialect} {server.version})"


def _head(label: str, server: str, now: datetime, version: str) -> Iterator[str]:
    yield f"What was left of {label}, which stopped halfway."
    yield f"Written by Halfway {version} at {now:%Y-%m-%d %H:%M} UTC, from what was found in {server}."
    yield "Before each statement the catalog is asked: what is there already is left alone, and what is there"
    yield "but is not what was meant stops it. It can run again, and where nothing is missing it does nothing."
    yield f"Mark {label} as ran before this file runs."


def _to_do(order: Order, made: Written, framework: JudgedFramework, *, recorded: bool) -> Iterator[str]:
    """The steps, in their order."""
    if not recorded:
        yield f"Mark {order.label} ran. Until the recovery has run it is hollow: recorded, and not all there."
    yield f"Put the file to {made.file}, read it, and commit it: it is for every database that this project has."
    yield from made.careful
    if held := list(_held(order, framework.migrations)):
        more = f" and {len(held) - 3} more" if len(held) > 3 else ""
        yield f"Hold back what is pending until it has run: {', '.join(held[:3])}{more}."
    yield f"Run it, and nothing else: {made.command}"


def _held(order: Order, migrations: Iterable[JudgedMigration]) -> Iterator[str]:
    for migration in migrations:
        if migration.id != order.failed and migration.tracked.belief is Belief.PENDING:
            yield migration.label
