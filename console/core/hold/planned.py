"""Which plans hold others off, and by what: the tool of the migration they are about, or every tool of the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from console.core.assessment import Assessment
from console.core.hold.hold import INSTEAD, hold_of
from console.core.intent import Intent
from console.core.plan import Plan, StepKind
from console.core.tool_lock import Hold

_CHANGES = frozenset({StepKind.SCHEMA, StepKind.DATA})
_CHOSEN = f"You chose so. {INSTEAD}"


def with_holds(plan: Plan, assessment: Assessment) -> Plan:
    """The plan with what holds others off while it is carried out, or why nothing does."""
    return replace(plan, holds=held_off(plan.intent, assessment)) if holds_off(plan) else plan


def holds_off(plan: Plan) -> bool:
    """It changes the schema or data by itself. One that starts the tool never does: the tool would be kept out too."""
    kinds = {step.kind for step in plan.steps}
    return bool(kinds & _CHANGES) and kinds <= {*_CHANGES, StepKind.LEDGER}


def held_off(intent: Intent, assessment: Assessment) -> tuple[Hold, ...]:
    """Whom it would hold off, a `Hold` for each tool."""
    found = tuple(_holds(intent, assessment))
    if not intent.hold:
        return tuple(Hold(hold.framework, why=_CHOSEN if hold.locks else hold.why) for hold in found)
    return found


def _holds(intent: Intent, assessment: Assessment) -> Iterator[Hold]:
    server = assessment.observation.server.value
    for reading in assessment.observation.tracking:
        tracking = reading.value
        if server is not None and tracking is not None and intent.framework in ("", tracking.framework):
            yield hold_of(tracking, server)
