"""The plan to clean up what a failure left behind: one kind at a time, and only what nobody is at work on.

What it is, and that it is still left, is looked at again just before each step; what came of it is read again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from console.core.assessment import Assessment
from console.core.debris import meant
from console.core.intent import Intent
from console.core.plan import CannotWriteError, Owner, Plan
from console.core.plans.clean_ground import Ground
from console.core.plans.clean_locks import lock_row_plan
from console.core.plans.clean_prepared import prepared_plan
from console.core.plans.clean_schema import constraint_plan, index_plan, partition_plan, trigger_plan
from console.core.plans.clean_tools import copy_plan, tool_table_plan, tool_trigger_plan
from console.core.ports_acting import Renderer

PLANS: Mapping[str, Callable[[Ground], Plan]] = {
    "invalid_index": index_plan,
    "not_valid_constraint": constraint_plan,
    "disabled_trigger": trigger_plan,
    "detach_pending": partition_plan,
    "prepared_transaction": prepared_plan,
    "online_change_table": tool_table_plan,
    "online_change_trigger": tool_trigger_plan,
    "unfinished_table": copy_plan,
    "tool_lock_row": lock_row_plan,
}


def clean_plan(intent: Intent, assessment: Assessment, renderer: Renderer, owner: Owner) -> Plan:
    """What will be sent to clean up `intent.object` (`index customers_email_unique`)."""
    said = f"{intent.verb.value} {intent.object}"
    bare = Plan(intent, said[:1].upper() + said[1:], said, "", assessment.taken_at)
    server = assessment.observation.server.value
    item = meant(intent, assessment)
    if server is None:
        return replace(bare, refused=("Which server this is has not been read.",))
    if item is None or item.kind not in PLANS:
        why = f"{intent.object} is no debris that can be cleaned up from here (any more)."
        return replace(bare, refused=(why,))
    if item.held:
        return replace(bare, refused=(f"{item.held[:1].upper()}{item.held[1:]}.",))
    if owner.refused:
        return replace(bare, refused=(owner.refused,))
    ground = Ground(replace(bare, server=server.identity), item, assessment, server, renderer, owner)
    try:
        return PLANS[item.kind](ground)
    except CannotWriteError as why_not:
        return replace(bare, refused=(str(why_not),))
