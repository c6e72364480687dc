"""Prefixes of a script, landed and taken back again by the plan that a responder would be shown."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from sqlalchemy.engine import URL

from console import dialects, frameworks
from console.core.faults import Fault
from console.core.intent import Intent, Verb
from console.core.judge import assess
from console.core.migration import Tracked
from console.core.observation import Server
from console.core.plan import Owner, Plan
from console.core.plans.roll_back import roll_back_plan
from console.core.schema import Schema, attributes
from tests.builders import observation, tracking

BACK = Intent(Verb.ROLL_BACK, migration="2", framework="flyway")
PICKED = 3
"""Prefixes of each script on each server."""


@dataclass
class Shares:
    """What could be taken back so far on each server, and why the rest could not."""

    back: Counter[str] = field(default_factory=Counter)
    refused: dict[str, list[str]] = field(default_factory=dict)

    def no(self, server: str, why: str) -> None:
        """One that could not."""
        self.refused.setdefault(server, []).append(why)

    def tell(self) -> None:
        """Seen with `pytest -s`."""
        for server, back in self.back.items():
            left = self.refused.get(server, [])
            share = (
                f"{server}: {back} of {back + len(left)} prefixes taken back ({100 * back / (back + len(left)):.0f} %)"
            )
            sys.stdout.write("\n".join(("", share, *left, "")))


def picked(name: str, count: int) -> list[int]:
    """Which prefixes are tried: the whole script, and some others that another server has others of."""
    others = list(range(1, count))
    return sorted([*Random(name).sample(others, min(PICKED - 1, len(others))), count])


def read(kind: str, url: URL) -> tuple[Schema, Server]:
    """What is there now, and on which server."""
    link = dialects.open_dialect(kind).open(url, "schema")
    try:
        return link.schema(), link.server()
    finally:
        link.close()


def plan_for(schema: Schema, server: Server, *files: Tracked) -> Plan:
    """The plan to roll migration 2 back, as it is proposed for what was read."""
    found = assess(observation(schema, tracking(*files), server=server))
    marker = frameworks.marker("flyway", None)
    return roll_back_plan(BACK, found, dialects.renderer(server.dialect), marker, Owner())


def carry_out(plan: Plan, kind: str, url: URL) -> None:
    """Exactly what the plan shows."""
    hand = dialects.open_hand(kind, url)
    try:
        hand.settle(plan.settings)
        for step in plan.steps:
            hand.run(step)
    except Fault as fault:
        raise AssertionError(f"{fault.why} <- {[sql for step in plan.steps for sql in step.sql]}") from fault
    finally:
        hand.close()


def taken_back(plan: Plan, before: Schema, kind: str, url: URL) -> bool:
    """Whether the plan was one: then what is there afterwards is what was there before; else it says why not."""
    if plan.refused:
        assert all(why.endswith(".") and " " in why for why in plan.refused), plan.refused
        assert plan.steps == ()
        return False
    carry_out(plan, kind, url)
    sent = [sql for step in plan.steps for sql in step.sql]
    assert list(differences(before, read(kind, url)[0])) == [], sent
    return True


def differences(before: Schema, after: Schema) -> Iterator[str]:
    """One line for each object that is not what it was."""
    old, new = ({t.ref: attributes(t) for t in schema.things} for schema in (before, after))
    for ref in sorted(old.keys() | new.keys()):
        if old.get(ref) != new.get(ref):
            yield f"{ref.kind.value} {ref.table}.{ref.name}: {old.get(ref)} -> {new.get(ref)}"
