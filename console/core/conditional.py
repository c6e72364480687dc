"""Statements that a file sends only under a condition: `if (! Schema::hasColumn('users', 'phone'))`.

The condition was asked when the file ran; today's catalog answers it again, unless the file itself has changed the
answer. A statement whose condition does not hold, and that left nothing, was not sent and would not be sent: it
counts neither as landed nor as missing. What only a running program could decide is not held against a statement.
Conditions on what nobody told are answered both ways: only what is the same either way is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress, product

from console.core.compare import broken, look
from console.core.describe import noun
from console.core.evidence import Finding, find, in_words
from console.core.landed import Ground, Judgement, Verdict, judge
from console.core.operations import Create, Drop
from console.core.replay import effects, replay
from console.core.schema import Ref, Schema
from console.core.statements import Guard, Statement

_MOST = 5
"""How many things that nobody told are weighed both ways; with more of them nothing is known of a file."""


@dataclass(frozen=True, slots=True)
class _Supposed:
    """One way things may be that nobody told."""

    answers: Mapping[Ref, bool]
    """Whether the things are there that conditions ask for."""
    done: frozenset[int] = frozenset()
    """Which of the statements of which nothing is known did something."""


_TOLD = _Supposed({})


@dataclass(frozen=True, slots=True)
class _Seen:
    """One conditional statement and what the catalog says of it and of its conditions."""

    statement: Statement
    findings: tuple[Finding, ...]
    closed: Guard | None
    """A condition that does not hold now, and not because of this file."""
    unread: Guard | None
    """A condition that only running the file could decide."""
    supposed: _Supposed = _TOLD

    @property
    def fits(self) -> bool:
        """Everything it leaves is there."""
        return _fits(self.statement, self.findings, self.supposed)

    @property
    def did(self) -> bool:
        """It fits, and not only because there was nothing to do."""
        return self.fits and not all(finding.repeats for finding in self.findings if finding.looks)

    @property
    def left_broken(self) -> bool:
        """What it makes is there and unusable: an invalid index speaks of a try, whatever a condition says today."""
        return any(broken(seen.thing) for finding in self.findings for seen in finding.looks if seen.thing is not None)


def judge_conditional(statements: tuple[Statement, ...], ground: Ground) -> tuple[Judgement, ...]:
    """The verdict of every statement of a migration without a good row; those not sent are marked `skipped`."""
    if not any(statement.guards for statement in statements):
        return judge(statements, ground)
    hidden, untold = _hidden(statements, ground.asked or ground.schema), _untold(statements, ground)
    why = next(iter((*hidden.values(), *untold.values())), "")
    if len(hidden) + len(untold) > _MOST:
        return tuple(Judgement(s, Verdict.UNKNOWABLE, f"it hangs on conditions: {why}", untold=why) for s in statements)
    worlds = zip(*(_judged(statements, ground, supposed) for supposed in _ways(hidden, untold)), strict=True)
    return tuple(_agreed(verdicts, why) for verdicts in worlds)


def _ways(hidden: Mapping[Ref, str], untold: Mapping[int, str]) -> Iterator[_Supposed]:
    """Every way things may be."""
    for truth in product((True, False), repeat=len(hidden)):
        for did in product((True, False), repeat=len(untold)):
            yield _Supposed(dict(zip(hidden, truth, strict=True)), frozenset(compress(untold, did)))


def _untold(statements: tuple[Statement, ...], ground: Ground) -> dict[int, str]:
    """The statements that have or may change a condition, and of which nobody told what they left, and why."""
    if not ground.schema.silent:
        return {}
    asked = {guard.ref for statement in statements for guard in statement.guards}
    found = {}
    for statement in statements:
        findings = _find(statement, statements, ground)
        touched = {ref for finding in findings for ref, _ in effects(finding.operation)}
        why = next((finding.untold for finding in findings if finding.untold), "")
        if why and (statement.guards or not touched.isdisjoint(asked)):
            found[statement.n] = why
    return found


def _hidden(statements: tuple[Statement, ...], answers: Schema) -> dict[Ref, str]:
    """What conditions ask for and nobody told, and why."""
    if not answers.silent:
        return {}
    asked = (guard.ref for statement in statements for guard in statement.guards if guard.ref is not None)
    return {ref: seen.untold for ref in asked if (seen := look(ref, {}, answers)).untold}


def _agreed(verdicts: tuple[Judgement, ...], why: str) -> Judgement:
    """What is the same in every way things may be; `why` is what would have decided it."""
    if len({(judgement.verdict, judgement.skipped) for judgement in verdicts}) == 1:
        return next((judgement for judgement in verdicts if judgement.untold), verdicts[0])
    statement = verdicts[0].statement
    text = f"it is sent only {_when(statement.guards[0])}, and {why}" if statement.guards else why
    return Judgement(statement, Verdict.UNKNOWABLE, text, untold=why)


def _judged(statements: tuple[Statement, ...], ground: Ground, supposed: _Supposed) -> tuple[Judgement, ...]:
    answers = ground.asked or ground.schema
    asked = [_see(statement, statements, ground, supposed) for statement in statements if statement.guards]
    done = [seen for seen in asked if seen.did and seen.closed is None]
    apart = {seen.statement.n: found for seen in asked if (found := _apart(seen, done, answers)) is not None}
    kept = judge(tuple(s for s in statements if s.n not in apart), ground)
    return tuple(sorted((*kept, *apart.values()), key=lambda judgement: judgement.statement.n))


def excused(judgements: tuple[Judgement, ...]) -> tuple[Judgement, ...]:
    """Of a recorded migration: what was perhaps never sent is not missing."""
    return tuple(_excused(judgement) for judgement in judgements)


def skipped_next(judgements: Sequence[Judgement], schema: Schema) -> str:
    """One sentence when a next run would leave out what has not landed, because its condition no longer holds."""
    for judgement in judgements:
        if judgement.skipped or judgement.verdict not in (Verdict.NOT_LANDED, Verdict.PARTIAL):
            continue
        closed = next((g for g in judgement.statement.guards if _holds(g, schema, _TOLD) is False), None)
        if closed is not None:
            n = judgement.statement.n
            return f"A next run leaves out statement {n}, which has not landed: it is sent only {_when(closed)}."
    return ""


def _see(statement: Statement, file: tuple[Statement, ...], ground: Ground, supposed: _Supposed) -> _Seen:
    answers = ground.asked or ground.schema
    here = file if answers is ground.schema else ()
    false = (guard for guard in statement.guards if _holds(guard, answers, supposed) is False)
    closed = (guard for guard in false if not _changed_by(here, guard, ground.schema, supposed))
    unread = (guard for guard in statement.guards if guard.ref is None)
    return _Seen(statement, _find(statement, file, ground), next(closed, None), next(unread, None), supposed)


def _find(statement: Statement, file: tuple[Statement, ...], ground: Ground) -> tuple[Finding, ...]:
    return find(statement, ground.schema, replay(file).timeline.unnamed)


def _fits(statement: Statement, findings: tuple[Finding, ...], supposed: _Supposed) -> bool:
    looked, assumed = [finding for finding in findings if finding.looks], statement.n in supposed.done
    return bool(looked) and all(finding.fits and (assumed or not finding.untold) for finding in looked)


def _apart(seen: _Seen, done: list[_Seen], schema: Schema) -> Judgement | None:
    """The verdict of a statement that is not judged with the others."""
    earlier = [one for one in done if one.statement.n < seen.statement.n]
    other = next((guard for guard in seen.statement.guards if _other_arm(guard, earlier if seen.did else done)), None)
    if seen.left_broken or (other is None and (seen.did or (seen.fits and seen.closed is None))):
        return None
    closed = seen.closed or other
    if closed is not None and closed.ref is not None:
        name = noun(closed.ref, schema.home)
        there = _holds(closed, schema, seen.supposed) is closed.present
        text = f"not sent: {name} is {'there' if there else 'not there'} ({_when(closed)})"
        if other is not None and seen.closed is None:
            text = f"not sent: the other branch ran ({_when(closed)})"
        return Judgement(seen.statement, Verdict.LANDED, text, skipped=True)
    if seen.unread is not None:
        told = in_words((finding for finding in seen.findings if finding.looks), schema.home)
        why = f"it is sent only {_when(seen.unread)}, which only running the file decides"
        return Judgement(seen.statement, Verdict.UNKNOWABLE, f"{told}; {why}" if told else why)
    return None


def _excused(judgement: Judgement) -> Judgement:
    if not judgement.statement.guards or judgement.verdict not in (Verdict.NOT_LANDED, Verdict.PARTIAL):
        return judgement
    if judgement.has in ("INVALID", "NOT VALID") or _either_way(judgement):
        return judgement
    text = f"{judgement.evidence}; it is sent only {_when(judgement.statement.guards[0])}, so perhaps it never was"
    return replace(judgement, verdict=Verdict.UNKNOWABLE, evidence=text)


def _either_way(judgement: Judgement) -> bool:
    """`if (! hasTable(t)) create t`: sent or not, afterwards the table is there."""
    guards, operations = judgement.statement.guards, judgement.statement.operations
    if judgement.verdict is not Verdict.NOT_LANDED or len(guards) != 1 or len(operations) != 1:
        return False
    operation, guard = operations[0], guards[0]
    makes = isinstance(operation, Create) and not guard.present
    takes = isinstance(operation, Drop) and guard.present
    return (makes or takes) and operation.subject == guard.ref


def _holds(guard: Guard, schema: Schema, supposed: _Supposed) -> bool | None:
    """Whether the condition holds in the catalog as it is; None: it cannot be said."""
    if guard.ref is None:
        return None
    if guard.ref in supposed.answers:
        return supposed.answers[guard.ref] is guard.present
    seen = look(guard.ref, {}, schema)
    return None if seen.untold else seen.fits is guard.present


def _changed_by(file: tuple[Statement, ...], guard: Guard, schema: Schema, supposed: _Supposed) -> bool:
    """A statement of this file made the condition false, and the catalog shows that it did."""
    for statement in file:
        for finding in find(statement, schema, frozenset()):
            turned = any(
                ref == guard.ref and (attrs is None) is guard.present for ref, attrs in effects(finding.operation)
            )
            if turned and _fits(statement, (finding,), supposed):
                return True
    return False


def _other_arm(guard: Guard, done: list[_Seen]) -> bool:
    """A statement under the opposite condition is there."""
    opposites = (g for seen in done for g in seen.statement.guards)
    return guard.ref is not None and any(g.ref == guard.ref and g.present is not guard.present for g in opposites)


def _when(guard: Guard) -> str:
    return f"if {guard.text}"
