"""Whether a plan may be carried out now: what was true when it was shown must still be true just before.

Only what concerns the plan's own target is asked; a stale picture around it is dated on the dialog and is no reason to
lock a responder out. One hand: while a migration is alive, nothing but ending sessions is allowed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from console.core.assessment import Assessment
from console.core.intent import Verb
from console.core.journal import Entry
from console.core.observation import Server
from console.core.plan import Plan


def objections(plan: Plan, now: Assessment, in_flight: Sequence[Entry] = ()) -> tuple[str, ...]:
    """Why it may not be done, one sentence each; empty when nothing speaks against it."""
    return tuple(dict.fromkeys((*plan.refused, *_objections(plan, now, in_flight))))


def mistyped(plan: Plan, typed: Sequence[str]) -> str:
    """What is wrong with what was typed; '' when every phrase stands there, in order and exactly."""
    for wanted, given in zip(plan.phrases, typed, strict=False):
        if given != wanted:
            return f"this is not the phrase: {wanted}"
    if len(typed) < len(plan.phrases):
        return f"type {plan.phrases[len(typed)]}"
    return "" if len(typed) == len(plan.phrases) else "more was typed than was asked for"


def between(server: Server) -> str:
    """Why nothing is done by this way, where it is not the server that answers; '' where it is."""
    if not server.direct:
        return ""
    where = f"connect to the server itself, {server.direct}"
    return f"A pooler or a proxy stands between, and may lead an act astray: {where}."


def alive(now: Assessment) -> Iterator[str]:
    """Every migration that is alive, one sentence each (DESIGN 7.13)."""
    return _alive(now, frozenset())


def appeared(plan: Plan, now: Assessment) -> str:
    """The migration that came while the plan is carried out, one sentence; '' when none did. One that waits for a lock
    which the plan holds is no reason to stop: stopping would let it begin."""
    return next(_alive(now, frozenset(hold.framework for hold in plan.holds if hold.sure)), "")


def _alive(now: Assessment, held_off: frozenset[str]) -> Iterator[str]:
    for own in now.blocked.migration:
        waits = bool(held_off) and not own.holds_tool_lock
        if own.statement is None and (waits or own.client == "gone"):
            continue
        yield f"A migration is alive: session {own.session.id} ({own.why})."
    for tool in now.observation.machine.tools:
        if tool.framework not in held_off:
            yield f"A migration tool runs here: process {tool.pid} ({tool.framework}). Wait until it has ended."


def kept_out(plan: Plan, now: Assessment, in_flight: Sequence[Entry] = ()) -> Plan:
    """The plan, refused from the start where it could not be carried out before something else ends."""
    return replace(plan, refused=(*plan.refused, *_held_up(plan.intent.verb, now, in_flight)))


def _held_up(verb: Verb, now: Assessment, in_flight: Sequence[Entry]) -> Iterator[str]:
    """What keeps out everything but ending sessions."""
    if verb.kills:
        return
    yield from alive(now)
    for entry in in_flight:
        yield f"A step is still in flight: {entry.text} (journal entry {entry.n})."


def _objections(plan: Plan, now: Assessment, in_flight: Sequence[Entry]) -> Iterator[str]:
    server = now.observation.server.value
    if server is None or not now.observation.server.complete:
        yield "The server cannot be read right now: nothing is sent while the link is down."
        return
    if server.identity != plan.server:
        yield "This is another server than the one the plan was made for."
    if server.direct:
        yield between(server)
    if plan.intent.verb.kills:
        return
    if server.read_only:
        yield "The server takes no writes (it is read-only, or a replica)."
    yield from _held_up(plan.intent.verb, now, in_flight)
    if not plan.intent.verb.cleans and not now.observation.schema.complete:
        yield f"The schema has not been read just now: {now.observation.schema.reason or 'no answer yet'}."
