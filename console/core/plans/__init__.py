"""From a wish to a plan: one module for each kind of action, all of them pure."""

from __future__ import annotations

from collections.abc import Mapping

from console.core.assessment import Assessment
from console.core.intent import Intent
from console.core.plan import Plan
from console.core.plans.kill import kill_plan
from console.core.ports_acting import Marker, Renderer

__all__ = ["make_plan"]


def make_plan(intent: Intent, assessment: Assessment, renderer: Renderer, markers: Mapping[str, Marker]) -> Plan:
    """The plan for a wish; one that cannot be carried out says why in `refused`."""
    if intent.verb.kills:
        return kill_plan(intent, assessment, renderer)
    bare = Plan(intent, intent.verb.value, intent.verb.value, "", assessment.taken_at)
    return Plan(bare.intent, bare.title, bare.phrase, "", bare.taken_at, refused=("This version cannot do that yet.",))
