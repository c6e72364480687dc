"""A plan tried on the scratch server of `--shadow URL` before it is typed: the same SQL, and the same looks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from console.cli.shadow import Scratch
from console.core.faults import Fault, UsageFault
from console.core.plain import one_line

if TYPE_CHECKING:
    from console.core.assessment import Assessment
    from console.core.plan import Plan, Settings
    from console.core.ports_acting import Hand
    from console.core.rehearsal import Rehearsed
    from console.wiring import Found


def rehearse(named: str, found: Found, plan: Plan, now: Assessment) -> tuple[Rehearsed, ...]:
    """Every step in its order, until one is refused. What was made there is dropped again."""
    from console.cli.shadow import settings_of
    from console.core.rehearsal import allowed, made_by, sent_before
    from console.core.shadow import replay_of
    from console.wiring import parse_url

    server = now.observation.server.value
    if server is None:
        raise UsageFault("the database of the incident was not read, so nothing is rehearsed")
    scratch = Scratch(parse_url(named))
    scratch.check(server)
    allowed(plan, now, scratch.home)
    replay = replay_of(now, scratch.home, tuple(sent_before(plan, now)), made_by(plan, now))
    settings: Mapping[str, Settings] = settings_of(found, server)
    return scratch.used(replay, settings, lambda hand: tuple(_tried(plan, scratch, hand, now)))


def _tried(plan: Plan, scratch: Scratch, hand: Hand, now: Assessment) -> Iterator[Rehearsed]:
    from console.core.rehearsal import LEFT_OUT, REFUSED, Rehearsed, after_it, before_it, is_sent, on_scratch

    for step in plan.steps:
        if not is_sent(step):
            yield Rehearsed(step.n, step.title, LEFT_OUT, "the scratch database has no ledger")
            continue
        if why := before_it(step, on_scratch(now, scratch.schema())):
            yield Rehearsed(step.n, step.title, REFUSED, f"the replay is not as the incident's database is: {why}")
            return
        try:
            hand.run(step)
        except Fault as fault:
            yield Rehearsed(step.n, step.title, REFUSED, one_line(fault.why or fault.what))
            return
        result = after_it(step, on_scratch(now, scratch.schema()))
        yield result
        if not result.good:
            return
