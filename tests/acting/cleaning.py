"""Plans to clean up, as the tests of every server make them."""

from __future__ import annotations

from dataclasses import replace

from console.core.debris import wish
from console.core.intent import Intent
from console.core.plan import Plan
from tests.acting.responder import Responder


def plan_for(ann: Responder, name: str) -> Plan:
    """For what is left under that name."""
    now = ann.incident.fresh()
    intent = wish(next(item for item in now.debris if item.object == name))
    assert intent is not None
    return ann.acting.propose(intent, now)


def aged(ann: Responder, intent: Intent) -> Plan:
    """The plan as it is a year later."""
    now = ann.incident.fresh()
    server = now.observation.server
    assert server.value is not None
    assert server.value.now is not None
    later = replace(server.value, now=server.value.now.replace(year=server.value.now.year + 1))
    observation = replace(now.observation, server=replace(server, value=later))
    return ann.acting.propose(intent, replace(now, observation=observation))
