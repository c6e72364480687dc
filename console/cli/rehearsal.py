"""A plan tried on the scratch server of `--shadow URL` before it is typed: the same SQL, and the same looks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from console.cli.shadow import Scratch
from console.core.faults import Fault, UsageFault
from console.core.plain import one_line

if TYPE_CHECKING:
    from console.core.assessment import Assessment
    from console.core.plan import Plan, Settings, Step
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
    if plan.intent.verb.cleans:
        return _cleaned(plan, scratch, now)
    replay = replay_of(now, scratch.home, tuple(sent_before(plan, now)), made_by(plan, now))
    settings: Mapping[str, Settings] = settings_of(found, server)
    return scratch.used(replay, settings, lambda hand: tuple(_tried(plan, scratch, hand, now, {})))


def _cleaned(plan: Plan, scratch: Scratch, now: Assessment) -> tuple[Rehearsed, ...]:
    """No replay: what the failure left is made there, with what it stands on."""
    from console.cli.rehearsal_ground import Making, spoken_of
    from console.core.rehearsal_ground import ground_of
    from console.core.shadow import nothing_of

    ground = ground_of(plan, now)

    def work(hand: Hand) -> tuple[Rehearsed, ...]:
        return tuple(_tried(plan, scratch, hand, now, Making(ground, scratch, hand).make()))

    return scratch.used(nothing_of(spoken_of(ground), scratch.home), {}, work)


def _tried(
    plan: Plan, scratch: Scratch, hand: Hand, now: Assessment, why_not: Mapping[int, str]
) -> Iterator[Rehearsed]:
    from console.core.rehearsal import LEFT_OUT, REFUSED, Rehearsed, after_it, left_out

    for step in plan.steps:
        if why := left_out(step) or why_not.get(step.n, ""):
            yield Rehearsed(step.n, step.title, LEFT_OUT, why)
            continue
        if why := _spoken_against(step, scratch, hand, now):
            yield Rehearsed(step.n, step.title, REFUSED, why)
            return
        try:
            hand.run(step)
        except Fault as fault:
            yield Rehearsed(step.n, step.title, REFUSED, one_line(fault.why or fault.what))
            return
        result = after_it(step, _there(scratch, now))
        yield result
        if not result.good:
            return


def _spoken_against(step: Step, scratch: Scratch, hand: Hand, now: Assessment) -> str:
    """Looked at and asked as it will be just before, on the server of the incident."""
    from console.core.rehearsal import before_it
    from console.stepping import spoken_against

    if why := before_it(step, _there(scratch, now)):
        return f"the scratch database is not as the incident's is: {why}"
    return spoken_against(step, hand)


def _there(scratch: Scratch, now: Assessment) -> Assessment:
    from console.core.rehearsal import on_scratch

    return on_scratch(now, scratch.schema())
