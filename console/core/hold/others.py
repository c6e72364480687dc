"""What a plan says of others before anybody types: who is held off while it is carried out, and who still writes."""

from __future__ import annotations

from console.core.assessment import Assessment
from console.core.hold.planned import with_holds
from console.core.plan import Plan
from console.core.writes import with_writes


def with_others(plan: Plan, assessment: Assessment) -> Plan:
    """The plan with both."""
    return with_writes(with_holds(plan, assessment), assessment)
