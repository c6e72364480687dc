"""Transactions that somebody left open: nobody waits for them now, and the next schema change will."""

from __future__ import annotations

from datetime import datetime

from console.core.assessment import Assessment
from console.core.coverage import waits_are_known
from console.core.session import Session, SessionKind, walk

LEFT = 10.0
"""Seconds without a statement; what applications do between two of them is shorter."""


def heading(assessment: Assessment) -> str:
    """What is said of them: that nobody waits for them only where all waits are known."""
    known = waits_are_known(assessment.observation) and not assessment.blocked.candidates
    return "Left open, in nobody's way now" if known else "Left open"


def left_open(assessment: Assessment, now: datetime) -> tuple[Session, ...]:
    """Sessions of others that idle in a transaction and stand in no tree, the oldest transaction first; `now` is the
    server's clock."""
    blocked = assessment.blocked
    told = {node.session.id for node in walk(blocked.trees)} | {own.session.id for own in blocked.migration}
    every = assessment.observation.sessions.value or ()
    found = [s for s in every if not s.own and s.id not in told and _is_left(s, now)]
    return tuple(sorted(found, key=lambda session: session.transaction_at or now))


def _is_left(session: Session, now: datetime) -> bool:
    last = session.changed_at or session.transaction_at
    idles = session.kind is SessionKind.CLIENT and session.state.startswith("idle in transaction")
    return idles and last is not None and (now - last).total_seconds() >= LEFT
