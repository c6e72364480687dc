"""What reading again says about a step that was, or is about to be, carried out."""

from __future__ import annotations

from collections.abc import Sequence

from console.core.assessment import Assessment
from console.core.landed import Judgement, Verdict
from console.core.plan import Outcome, Plan, Step, Word


def confirmed(step: Step, now: Assessment, *, done: bool) -> str:
    """What speaks against it, one sentence; '' when every statement is as it must be after (or, not `done`, before)."""
    for judged in step.judgements:
        found = _same(judged, now)
        if found is None:
            return f"statement {judged.statement.n} cannot be found any more"
        if done and found.verdict is not Verdict.LANDED:
            return f"statement {found.statement.n} is {found.word}: {found.evidence}"
        if not done and found.verdict is not judged.verdict:
            return f"statement {found.statement.n} is {found.word} now: {found.evidence}"
    return ""


def whats_next(plan: Plan, outcomes: Sequence[Outcome], now: Assessment) -> str:
    """What to do now, one sentence."""
    if any(outcome.word is Word.UNKNOWN for outcome in outcomes):
        return "Nobody knows what the server did: look at the state before anything else is done."
    return now.next[0] if now.next else ""


def _same(judged: Judgement, now: Assessment) -> Judgement | None:
    statements = (j for f in now.frameworks for m in f.migrations for j in m.statements)
    return next((j for j in statements if j.statement == judged.statement), None)
