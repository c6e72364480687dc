"""From a wish to a plan: one module for each kind of action, all of them pure."""

from __future__ import annotations

from collections.abc import Mapping

from console.core.assessment import Assessment
from console.core.intent import Intent, Verb
from console.core.plan import Owner, Plan
from console.core.plans.clean import clean_plan
from console.core.plans.finish import finish_plan
from console.core.plans.kill import kill_plan
from console.core.plans.mark import mark_plan
from console.core.plans.roll_back import roll_back_plan
from console.core.ports_acting import Marker, Renderer

__all__ = ["make_plan"]


def make_plan(
    intent: Intent, assessment: Assessment, renderer: Renderer, markers: Mapping[str, Marker], owner: Owner
) -> Plan:
    """The plan for a wish; one that cannot be carried out says why in `refused`."""
    if intent.verb.kills:
        return kill_plan(intent, assessment, renderer)
    if intent.verb is Verb.DROP:
        return clean_plan(intent, assessment, renderer)
    marker = markers.get(intent.framework)
    if marker is None:
        why = f"How {intent.framework or 'this tool'} writes its ledger is not known."
        return Plan(intent, intent.verb.value, intent.verb.value, "", assessment.taken_at, refused=(why,))
    match intent.verb:
        case Verb.FINISH:
            return finish_plan(intent, assessment, renderer, marker, owner)
        case Verb.ROLL_BACK:
            return roll_back_plan(intent, assessment, renderer, marker, owner)
        case _:
            return mark_plan(intent, assessment, marker)
