"""Plans to clean up, as the tests of every server make them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy.engine import URL

from console import dialects
from console.core.debris import wish
from console.core.intent import Intent
from console.core.plan import Plan
from console.incident import Incident
from console.wiring import Options, find, source
from tests.acting.responder import Responder, responder


@contextmanager
def at_work(kind: str, url: URL, folder: Path) -> Iterator[Responder]:
    """A responder without a project."""
    text = url.render_as_string(hide_password=False)
    incident = Incident(source(find(Options(url=text, project=str(folder)), {})))
    with responder(incident, dialects.renderer(kind), lambda: dialects.open_hand(kind, url)) as person:
        yield person


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
