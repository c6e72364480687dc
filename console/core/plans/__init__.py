"""From a wish to a plan: one module for each kind of action, all of them pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from console.core.assessment import Assessment
from console.core.intent import Intent, Verb
from console.core.journal import Entry
from console.core.plan import Owner, Plan
from console.core.plans.clean import clean_plan
from console.core.plans.finish import finish_plan
from console.core.plans.kill import kill_plan
from console.core.plans.mark import mark_plan
from console.core.plans.restore import restore_plan
from console.core.plans.roll_back import roll_back_plan
from console.core.plans.roll_back_to import roll_back_to_plan
from console.core.plans.undo import undo_plan, ways_back
from console.core.ports_acting import Marker, Renderer

__all__ = ["make_plan"]


def make_plan(
    intent: Intent,
    assessment: Assessment,
    renderer: Renderer,
    markers: Mapping[str, Marker],
    owner: Owner,
    in_flight: frozenset[str] = frozenset(),
    account: Sequence[Entry] = (),
) -> Plan:
    """The plan for a wish; one that cannot be carried out says why in `refused`. `in_flight`: sessions of our own that
    run a step, and may be cancelled. `account`: what the journal has, where it is about a mark."""
    if intent.verb.kills:
        return kill_plan(intent, assessment, renderer, in_flight)
    if intent.verb.cleans:
        return clean_plan(intent, assessment, renderer, owner)
    if intent.verb is Verb.UNDO:
        return undo_plan(intent, assessment, account, markers)
    if intent.verb is Verb.RESTORE:
        return restore_plan(intent, assessment)
    marker = markers.get(intent.framework)
    if marker is None:
        why = f"How {intent.framework or 'this tool'} writes its ledger is not known."
        return Plan(intent, intent.verb.value, intent.verb.value, "", assessment.taken_at, refused=(why,))
    match intent.verb:
        case Verb.FINISH:
            return finish_plan(intent, assessment, renderer, marker, owner)
        case Verb.ROLL_BACK:
            return roll_back_plan(intent, assessment, renderer, marker, owner)
        case Verb.ROLL_BACK_TO:
            return roll_back_to_plan(intent, assessment, renderer, marker, owner)
        case _:
            undo = ways_back(intent, assessment, account, markers)
            return replace(mark_plan(intent, assessment, marker), instead=undo)
