"""The checks that one assessment answers, without asking the server anything more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from console.core.assessment import Assessment, JudgedMigration
from console.core.coverage import sessions_are_seen
from console.core.landed import Judgement, Verdict
from console.core.observation import Health
from console.core.schema import Constraint, Index, Schema, Table
from console.core.verdicts import good
from console.core.verify.check import Check, Found

_NAMED = 5


def checks(now: Assessment) -> tuple[Check, ...]:
    """All of them, in the order in which they are shown."""
    found = (_effects(now), _ledger(now), _drift(now), *_of_schema(now), _left(now), _blocked(now), *_at_work(now))
    return tuple(found)


def _check(what: str, wrong: Iterable[str], unknown: Iterable[str], holds: str) -> Check:
    """What is wrong weighs more than what is not known."""
    for found, told in ((Found.FAILS, tuple(wrong)), (Found.UNKNOWN, tuple(unknown))):
        if told:
            more = f"; and {len(told) - _NAMED} more" if len(told) > _NAMED else ""
            return Check(what, found, "; ".join(told[:_NAMED]) + more)
    return Check(what, Found.HOLDS, holds)


def _effects(now: Assessment) -> Check:
    """What every recorded migration should have left is there."""
    judged = [(m, j) for f in now.frameworks for m in f.migrations if good(m.tracked) for j in m.statements]
    sent = [(m, j) for m, j in judged if not j.skipped]
    wrong = (_place(m, j) for m, j in sent if j.verdict in (Verdict.NOT_LANDED, Verdict.PARTIAL))
    unknown = [_place(m, j) for m, j in sent if j.verdict is Verdict.UNKNOWABLE or j.inferred]
    unread = () if now.observation.schema.complete else ("the schema was not read just now",)
    none = () if sent else ("no statement of a recorded migration is known",)
    return _check(
        "post-conditions", wrong, (*unread, *none, *unknown), f"all {len(sent)} recorded statements show in the catalog"
    )


def _place(migration: JudgedMigration, judgement: Judgement) -> str:
    by = " by its place only" if judgement.inferred else ""
    return f"{migration.label} statement {judgement.statement.n} is {judgement.word}{by}"


def _ledger(now: Assessment) -> Check:
    readings = now.observation.tracking
    unread = [r.reason or "a ledger was not read" for r in readings if not r.complete]
    unread += [r.value.ledger.unread for r in readings if r.value is not None and r.value.ledger.unread]
    wrong = (f"{m.label} is {m.state.word}" for _, m in now.troubled)
    none = () if readings else ("no ledger was found",)
    return _check("ledger", wrong, (*unread, *none), "no migration is half applied, failed, hollow or unrecorded")


def _drift(now: Assessment) -> Check:
    wrong = (f"{item.kind} {item.object} is {item.change}" for item in now.drift)
    unknown = () if now.baseline is not None else (now.why_no_baseline or "nothing tells what the schema should be",)
    return _check("schema as expected", wrong, unknown, f"nothing differs from {now.baseline}")


def _of_schema(now: Assessment) -> Iterator[Check]:
    reading = now.observation.schema
    schema = reading.value or Schema(())
    unread = () if reading.complete and reading.value is not None else ("the schema was not read just now",)
    locked = tuple(f"{t.ref.label(schema.home)} is locked" for t in schema.things if isinstance(t, Table) and t.locked)
    constraints = [t for t in schema.things if isinstance(t, Constraint)]
    wrong = (f"{c.ref.label(schema.home)} is NOT VALID" for c in constraints if not c.validated)
    yield _check("constraints validated", wrong, (*unread, *locked), f"all {len(constraints)} are")
    indexes = [t for t in schema.things if isinstance(t, Index)]
    invalid = (f"{i.ref.label(schema.home)} is INVALID" for i in indexes if not i.valid)
    yield _check("indexes valid", invalid, (*unread, *locked), f"all {len(indexes)} are")


def _left(now: Assessment) -> Check:
    unread = [part.what for part in now.coverage if part.matters and not part.complete]
    wrong = (f"{item.kind.replace('_', ' ')} {item.object}" for item in now.debris)
    return _check("debris cleaned up", wrong, (f"{what} not read" for what in unread), "no debris is seen")


def _blocked(now: Assessment) -> Check:
    wrong = (f"{now.blocked.waiting} wait",) if now.blocked.waiting else ()
    return _check("blocked sessions gone", wrong, _unseen(now), "nobody waits for anybody")


def _unseen(now: Assessment) -> tuple[str, ...]:
    """A file has no sessions, and programs that use it or wait for it all the same."""
    if now.observation.sessions.health is Health.NOT_SUPPORTED:
        return ("which programs wait for the file or work on it, nobody tells",)
    return () if sessions_are_seen(now.observation) else ("what other sessions do is not visible",)


def _at_work(now: Assessment) -> Iterator[Check]:
    alive = (f"session {own.session.id} ({own.why})" for own in now.blocked.migration)
    tools = (f"process {tool.pid} ({tool.framework})" for tool in now.observation.machine.tools)
    yield _check("migrations ended", (*alive, *tools), _unseen(now), "no session and no process of one is seen")
