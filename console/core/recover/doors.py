"""Which ways are open: the first thing that closes each, one sentence, or nothing.

A way that would have to rest on something unknown is closed until that is known. Where a plan was made already, the
plan has the last word: it knows more than these rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from console.core.assessment import Assessment, Debris, JudgedFramework, JudgedMigration
from console.core.debris import cleanable
from console.core.forward import knows, refusals
from console.core.guard import alive
from console.core.intent import Verb
from console.core.inverse import undone
from console.core.inverse.chain import statements_before
from console.core.landed import Judgement, Verdict, out_of_band
from console.core.migration import State
from console.core.observation import Tracking
from console.core.plan import CannotWriteError
from console.core.recover.facts import Doubt, Facts, Share, facts_of, fresh
from console.core.recover.given import Given, Known, known
from console.core.recover.way import Route
from console.core.rollback import Rollback

RECORDED = frozenset({State.APPLIED, State.HOLLOW, State.CHECKSUM_MISMATCH, State.FILE_MISSING})
"""States with a good row."""
_NEVER_READ = "What of it landed cannot be told: its statements, the schema or the server were not read."


@dataclass(frozen=True, slots=True)
class Case:
    """One migration in trouble, with everything that is known of it."""

    assessment: Assessment
    framework: JudgedFramework | None
    migration: JudgedMigration
    given: Given
    facts: Facts

    @property
    def tool(self) -> str:
        """What the tool is called in a sentence."""
        return self.framework.framework.capitalize() if self.framework is not None else "The tool"

    @property
    def tracking(self) -> Tracking | None:
        """The ledger as it was read."""
        if self.framework is None:
            return None
        values = (reading.value for reading in self.assessment.observation.tracking if reading.complete)
        return next((v for v in values if v is not None and v.framework == self.framework.framework), None)

    @property
    def rollback(self) -> Rollback:
        """The tool's own command that takes its newest migration back."""
        return self.tracking.rollback if self.tracking is not None else Rollback()

    @property
    def tool_takes_it(self) -> Known:
        """That command takes this migration, and no other."""
        if self.given.tool_takes_it is not Known.UNKNOWN or not self.rollback.argv:
            return self.given.tool_takes_it
        return known(self.rollback.takes == (self.migration.id,))

    @property
    def landed(self) -> tuple[Judgement, ...]:
        """The statements that landed, in their order."""
        return tuple(j for j in self.migration.statements if j.verdict is Verdict.LANDED and not j.skipped)

    @property
    def rest(self) -> tuple[Judgement, ...]:
        """The statements that are not known to have landed."""
        return tuple(j for j in self.migration.statements if j.verdict is not Verdict.LANDED and not j.skipped)

    @property
    def debris(self) -> tuple[Debris, ...]:
        """What can be dropped from here."""
        return tuple(cleanable(self.assessment))


def case_of(assessment: Assessment, migration: JudgedMigration, given: Given) -> Case:
    """The migration with its framework."""
    framework = next((f for f in assessment.frameworks if migration in f.migrations), None)
    return Case(assessment, framework, migration, given, facts_of(assessment, migration, given))


def closed(route: Route, case: Case) -> str:
    """Why this way cannot be gone now, one sentence; '' where it can."""
    return next(_DOORS[route](case), "")


def _never(case: Case) -> Iterator[str]:
    """Looking is always allowed."""
    yield from ()


def _wait(case: Case) -> Iterator[str]:
    if case.facts.busy is Known.NO:
        yield "Nothing of this migration is at work any more."


def _leave(case: Case) -> Iterator[str]:
    if case.facts.fits is Known.YES:
        return
    if case.facts.kept is Known.NO:
        yield "Neither the release that runs nor the one before it works with the schema as it is."
    elif case.facts.kept is Known.UNKNOWN:
        yield "Nobody has said whether a release works with the schema as it is."


def _acting(case: Case) -> Iterator[str]:
    """What keeps out everything that changes schema or ledger."""
    server = case.assessment.observation.server.value
    yield from alive(case.assessment)
    if case.given.in_flight:
        yield "A step is still in flight."
    if case.facts.busy is Known.YES:
        yield "Something of it is still at work."
    if case.facts.busy is Known.UNKNOWN:
        yield "Nobody can see whether it still runs: find that out first."
    if not fresh(case.assessment) or server is None:
        yield "The server or its schema has not been read just now."
        return
    if server.read_only or server.replica:
        yield "This server takes no writes (it is read-only, or a replica)."
    if server.foreign:
        yield f"This is {server.foreign}: its catalog is not to be trusted."
    tracking = case.tracking
    if tracking is None or tracking.ledger.unread:
        yield f"The ledger could not be read{f': {tracking.ledger.unread}' if tracking is not None else ''}."


def _planned(case: Case, verb: Verb) -> Iterator[str]:
    """What the plan itself says, where one was made for this migration."""
    for plan in case.given.plans:
        if plan.intent.verb is verb and plan.intent.migration == case.migration.id:
            yield from plan.refused


def _finish(case: Case) -> Iterator[str]:
    yield from _acting(case)
    yield from _planned(case, Verb.FINISH)
    if case.migration.state in RECORDED:
        yield f"{case.tool} has recorded it as done already."
    if case.facts.landed is Share.UNKNOWN:
        yield _NEVER_READ
    if case.facts.landed is Share.ODD:
        yield (
            out_of_band(case.migration.statements) or "The tool leaves all of it or nothing: something else did a part."
        )
    if not case.landed:
        yield "Nothing of it landed: let the tool run it from the start."
    if not case.rest:
        yield "All of it landed: mark it ran instead."
    yield from _cannot_run(case)


def _cannot_run(case: Case) -> Iterator[str]:
    for judgement in case.rest:
        n = judgement.statement.n
        if judgement.verdict is Verdict.PARTIAL:
            yield f"Statement {n} landed in part: {judgement.evidence}."
        if not judgement.statement.readable:
            yield f"The SQL of statement {n} is not known: only the tool can send it."
        if judgement.statement.database:
            yield f"Statement {n} goes to another database ({judgement.statement.database})."
        if judgement.obstacle:
            yield f"Statement {n} would be refused: {judgement.obstacle}."


def _roll_back(case: Case) -> Iterator[str]:
    yield from _acting(case)
    yield from _planned(case, Verb.ROLL_BACK)
    if case.facts.landed is Share.UNKNOWN:
        yield _NEVER_READ
    if not case.landed:
        yield "Nothing of it landed: there is nothing to take back."
    if case.facts.landed in (Share.DEBRIS, Share.DIFFERS):
        yield "Something is there but differs from what it makes: whose it is, is not known."
    if case.facts.doubt in (Doubt.CODE, Doubt.FILE):
        yield "Whether one of its statements ran, or which file did, cannot be told: no way back can be written."
    yield from _not_written(case)


def _not_written(case: Case) -> Iterator[str]:
    """Where the inverse of what landed is not known exactly."""
    schema = case.assessment.observation.schema.value
    elsewhere = next((j.statement for j in case.landed if j.statement.database), None)
    if elsewhere is not None:
        yield f"Statement {elsewhere.n} went to another database ({elsewhere.database})."
    if schema is None or case.framework is None:
        yield _NEVER_READ
        return
    try:
        undone(case.landed, statements_before(case.framework, case.migration), schema)
    except CannotWriteError as why:
        yield str(why)


def _mark_ran(case: Case) -> Iterator[str]:
    yield from _acting(case)
    yield from _planned(case, Verb.MARK_RAN)
    if case.migration.state in RECORDED:
        yield f"{case.tool} has recorded it already."
    if case.facts.landed is not Share.ALL:
        yield "Not all of it is proven to be there: the tool would believe what is not so."


def _repeat(case: Case) -> Iterator[str]:
    yield from _acting(case)
    if case.facts.landed is Share.UNKNOWN:
        yield _NEVER_READ
    if case.facts.landed is not Share.NONE:
        yield "Something of it is there: the tool begins at its first statement, and would be refused or do it twice."
    if case.migration.state in RECORDED:
        yield f"{case.tool} has recorded it, and would not run it."


def _clean(case: Case) -> Iterator[str]:
    yield from _acting(case)
    if not case.debris and case.facts.landed is not Share.DEBRIS:
        yield "Nothing was found that a failure left behind."


def _forward_fix(case: Case) -> Iterator[str]:
    yield from _acting(case)
    if case.facts.landed is Share.UNKNOWN:
        yield _NEVER_READ
    if case.facts.landed is Share.DEBRIS:
        yield "A failure left something under the name it needs: clean that up first."
    if case.facts.doubt not in (Doubt.NONE, Doubt.BEHIND) and not knows(case.migration):
        yield "What is left to do is not known, for whether some statements ran cannot be told."
    if not case.rest:
        yield "Nothing of it is left to do."
    if case.facts.landed is Share.NONE and case.migration.state not in RECORDED:
        yield "Nothing of it landed: it needs no other migration, it can be run itself."
    if case.framework is not None:
        yield from refusals(case.assessment, case.framework, case.migration)


def _tool_roll_back(case: Case) -> Iterator[str]:
    yield from _acting(case)
    file = case.migration.tracked.migration
    if case.migration.state is not State.APPLIED:
        yield f"{case.tool} takes back only what it has recorded and what is wholly there."
    if case.facts.landed is not Share.ALL or case.facts.doubt is not Doubt.NONE:
        yield "Not all of it is there: its way back would be refused half-way, or take what it did not make."
    if file is None or not file.down:
        yield "Its file says no way back, or none that could be read."
    takes = case.tool_takes_it
    if takes is Known.NO:
        yield f"The tool would take back {', '.join(case.rollback.takes) or 'other migrations with it'}."
    elif takes is Known.UNKNOWN:
        yield case.rollback.why or "Which migrations the tool would take back is not known."


def _roll_back_to(case: Case) -> Iterator[str]:
    if case.migration.state is not State.APPLIED:
        yield "It did not end well: roll this one back by itself first."
    yield from _roll_back(case)
    if not case.given.back_to:
        yield "To which batch, version or date has not been said: Enter asks."


def _restore(case: Case) -> Iterator[str]:
    if case.given.backups is None:
        yield "Nobody has looked for a backup."
    elif not case.given.backups:
        yield "No backup was found."
    elif case.given.backup is Known.NO:
        yield "No backup is both from before the migration and readable."
    elif case.given.backup is Known.UNKNOWN:
        yield "Whether a backup is from before the migration, and readable, is not known."


def _point_in_time(case: Case) -> Iterator[str]:
    if case.given.point_in_time is Known.NO:
        yield "This server cannot go back to a point in time."
    elif case.given.point_in_time is Known.UNKNOWN:
        yield "Whether this server can go back to a point in time is not known: ask whoever runs it."


_DOORS: Mapping[Route, Callable[[Case], Iterator[str]]] = {
    Route.FIND_OUT: _never,
    Route.WAIT: _wait,
    Route.LEAVE: _leave,
    Route.MARK_RAN: _mark_ran,
    Route.REPEAT: _repeat,
    Route.CLEAN: _clean,
    Route.FINISH: _finish,
    Route.ROLL_BACK: _roll_back,
    Route.FORWARD_FIX: _forward_fix,
    Route.TOOL_ROLL_BACK: _tool_roll_back,
    Route.ROLL_BACK_TO: _roll_back_to,
    Route.RESTORE: _restore,
    Route.POINT_IN_TIME: _point_in_time,
}
