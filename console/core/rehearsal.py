"""A plan tried on a scratch server first: what is sent there, and what reading the scratch database again says of it.

The scratch database holds what the recorded migrations make, and of the stopped one what landed; for a plan to clean
up, what the failure left and what it stands on. It has no rows, no ledger, no locks of tools and nobody's sessions: a
step, or a whole plan, that is about those is not tried, and says why. What is sent is the plan's own SQL, letter by
letter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from console.core.assessment import Assessment
from console.core.expected import By
from console.core.faults import UsageFault
from console.core.judge import assess
from console.core.landed import Verdict
from console.core.observation import Health, Reading
from console.core.plan import Plan, Step, StepKind
from console.core.plans.after import confirmed, ready
from console.core.plans.roll_back_to import meant
from console.core.schema import Schema
from console.core.statements import Statement, read_script
from console.core.verdicts import good

Sent = tuple[str, By, Statement]
TRIED = "done there"
REFUSED = "refused there"
NOT_SO = "not done there"
LEFT_OUT = "left out"
_SENT = frozenset({StepKind.SCHEMA, StepKind.DATA})
_NOT_THERE = {
    StepKind.SESSION: "the sessions that it is about are the incident's own, and a scratch server has none of them",
    StepKind.LEDGER: "the scratch database has no ledger",
    StepKind.TOOL: "the tool's own command looks up its database by itself, and would find the incident's",
    StepKind.PREPARED: "what a prepared transaction did is known to its coordinator alone, so none like it can be made",
}
_LOCK = "the scratch database has no row by which a tool holds its lock"
_ROWS = "the scratch database has no rows: none to compare with, and none that these could refer to"


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What became of one step on the scratch server."""

    n: int
    title: str
    word: str
    detail: str = ""

    @property
    def good(self) -> bool:
        """It speaks for the plan, or not against it."""
        return self.word in (TRIED, LEFT_OUT)


Rehearse = Callable[[Plan, Assessment], tuple[Rehearsed, ...]]
"""Tries a plan for the incident as it was just read."""


def outcome(found: Sequence[Rehearsed]) -> str:
    """All of it in one sentence."""
    if bad := next((each for each in found if not each.good), None):
        return f"the rehearsal stopped at step {bad.n}: {bad.detail}"
    tried = sum(each.word == TRIED for each in found)
    if not tried and found:
        return f"nothing of it was tried there: {found[0].detail}"
    return f"rehearsed: {tried} step{'s' * (tried != 1)} did there what they should; it had no rows and no load"


def sent_before(plan: Plan, assessment: Assessment) -> Iterator[Sent]:
    """What of the plan's migrations landed and is not recorded: the recorded ones are replayed anyway."""
    ids = {migration.id for migration in meant(plan.intent, assessment)}
    for framework in assessment.frameworks:
        for migration in framework.migrations:
            for judgement in migration.statements if migration.id in ids and not good(migration.tracked) else ():
                if judgement.verdict is Verdict.LANDED and not judgement.skipped and not judgement.statement.database:
                    yield framework.framework, By(migration.id, judgement.statement.n), judgement.statement


def made_by(plan: Plan, assessment: Assessment) -> tuple[Statement, ...]:
    """What the plan's own SQL says, to know what it leaves."""
    server, schema = assessment.observation.server.value, assessment.observation.schema.value
    if server is None or schema is None:
        return ()
    sql = ";\n".join(sql for step in plan.steps if step.kind in _SENT for sql in step.sql)
    return tuple(read_script(sql, server.grammar, schema.home))


def allowed(plan: Plan, assessment: Assessment, scratch: str) -> None:
    """UsageFault where a plan cannot be tried in a database whose home schema is `scratch`."""
    schema = assessment.observation.schema.value
    if plan.refused or not plan.steps:
        raise UsageFault("a plan that is refused cannot be rehearsed")
    if all(left_out(step) for step in plan.steps):
        raise UsageFault(f"this cannot be rehearsed: {left_out(plan.steps[0])}")
    if schema is None or schema.home != scratch:
        todo = f"Name one that is called {schema.home}" if schema is not None else ""
        raise UsageFault("the plan names its own database, and the scratch database is called otherwise", todo=todo)


def left_out(step: Step) -> str:
    """Why it is not tried, whatever is on the scratch server; '' where it may be."""
    if step.kind is StepKind.DATA and not step.judgements:
        return _ROWS
    return _LOCK if step.kind_cleared == "tool_lock_row" else _NOT_THERE.get(step.kind, "")


def on_scratch(assessment: Assessment, schema: Schema) -> Assessment:
    """The incident as it would be told if this were its schema; when things were made there says nothing."""
    things = tuple(replace(thing, stamp=None) for thing in schema.things)
    reading = Reading(replace(schema, things=things), Health.OK, taken_at=assessment.taken_at)
    return assess(replace(assessment.observation, schema=reading, counts=()))


def before_it(step: Step, there: Assessment) -> str:
    """Why the scratch database is not as the incident's: then nothing would be shown."""
    return ready(replace(step, edit=None), there)


def after_it(step: Step, there: Assessment) -> Rehearsed:
    """What reading again says."""
    missing = confirmed(replace(step, edit=None), there)
    return Rehearsed(step.n, step.title, NOT_SO if missing else TRIED, missing)
