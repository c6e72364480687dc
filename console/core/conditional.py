"""Statements that a file sends only under a condition: `if (! Schema::hasColumn('users', 'phone'))`.

The condition was asked when the file ran; today's catalog answers it again, unless the file itself has changed the
answer. A statement whose condition does not hold, and that left nothing, was not sent and would not be sent: it
counts neither as landed nor as missing. What only a running program could decide is not held against a statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from console.core.compare import broken, look
from console.core.describe import noun
from console.core.evidence import Finding, find, in_words
from console.core.landed import Ground, Judgement, Verdict, judge
from console.core.operations import Create, Drop
from console.core.replay import effects, replay
from console.core.schema import Schema
from console.core.statements import Guard, Statement


@dataclass(frozen=True, slots=True)
class _Seen:
    """One conditional statement and what the catalog says of it and of its conditions."""

    statement: Statement
    findings: tuple[Finding, ...]
    closed: Guard | None
    """A condition that does not hold now, and not because of this file."""
    unread: Guard | None
    """A condition that only running the file could decide."""

    @property
    def fits(self) -> bool:
        """Everything it leaves is there."""
        looked = [finding for finding in self.findings if finding.looks]
        return bool(looked) and all(finding.fits for finding in looked)

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
    answers = ground.asked or ground.schema
    asked = [_see(statement, statements, ground.schema, answers) for statement in statements if statement.guards]
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
        closed = next((g for g in judgement.statement.guards if _holds(g, schema) is False), None)
        if closed is not None:
            n = judgement.statement.n
            return f"A next run leaves out statement {n}, which has not landed: it is sent only {_when(closed)}."
    return ""


def _see(statement: Statement, file: tuple[Statement, ...], schema: Schema, answers: Schema) -> _Seen:
    findings = find(statement, schema, replay(file).timeline.unnamed)
    here = file if answers is schema else ()
    closed = (g for g in statement.guards if _holds(g, answers) is False and not _changed_by(here, g, schema))
    unread = (guard for guard in statement.guards if guard.ref is None)
    return _Seen(statement, findings, next(closed, None), next(unread, None))


def _apart(seen: _Seen, done: list[_Seen], schema: Schema) -> Judgement | None:
    """The verdict of a statement that is not judged with the others."""
    earlier = [one for one in done if one.statement.n < seen.statement.n]
    other = next((guard for guard in seen.statement.guards if _other_arm(guard, earlier if seen.did else done)), None)
    if seen.left_broken or (other is None and (seen.did or (seen.fits and seen.closed is None))):
        return None
    closed = seen.closed or other
    if closed is not None and closed.ref is not None:
        name = noun(closed.ref, schema.home)
        there = _holds(closed, schema) is closed.present
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


def _holds(guard: Guard, schema: Schema) -> bool | None:
    """Whether the condition holds in the catalog as it is; None: it cannot be said."""
    if guard.ref is None:
        return None
    return look(guard.ref, {}, schema).fits is guard.present


def _changed_by(file: tuple[Statement, ...], guard: Guard, schema: Schema) -> bool:
    """A statement of this file made the condition false, and the catalog shows that it did."""
    for statement in file:
        for finding in find(statement, schema, frozenset()):
            turned = any(
                ref == guard.ref and (attrs is None) is guard.present for ref, attrs in effects(finding.operation)
            )
            if turned and finding.fits:
                return True
    return False


def _other_arm(guard: Guard, done: list[_Seen]) -> bool:
    """A statement under the opposite condition is there."""
    opposites = (g for seen in done for g in seen.statement.guards)
    return guard.ref is not None and any(g.ref == guard.ref and g.present is not guard.present for g in opposites)


def _when(guard: Guard) -> str:
    return f"if {guard.text}"
