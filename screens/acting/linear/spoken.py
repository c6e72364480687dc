"""A plan and what came of it as sentences: all that the dialog shows, every statement letter by letter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from console.core.flight import Flight
from console.core.intent import Intent, Verb
from console.core.plan import Outcome, Plan, Result, Step
from console.core.rehearsal import Rehearsed, outcome
from console.core.room.consent import Need, Request
from console.core.room.members import Heard
from console.core.room.observers import Watcher
from console.core.room.room import Room
from screens.acting.lines import plan_lines, result_lines
from screens.habits import told
from screens.linear.plain import WIDE, many, sentences, stop
from screens.text import safe, safe_lines

_ENDS = frozenset({Verb.FINISH, Verb.ROLL_BACK, Verb.ROLL_BACK_TO, Verb.TOOL_ROLL_BACK})
"""Plans after which nothing may be left to do."""
_NEEDS = {
    Need.LOSING: "What loses data or is not proven waits until another person agrees.",
    Need.ALL: "Every action waits until another person agrees.",
}


def plan(found: Plan, age: str, *, sheltered: bool) -> Iterator[str]:
    """The whole of it."""
    yield stop(f"Plan: {safe(found.title)}")
    yield from sentences(plan_lines(found, WIDE, age, sheltered=sheltered))


def step(found: Plan, each: Step) -> Iterator[str]:
    """What is being done now."""
    yield stop(f"Step {each.n} of {len(found.steps)} begins: {safe(each.title)}")
    for sql in each.sql:
        first, *rest = safe_lines(sql)
        yield f"Runs: {first}"
        yield from rest


def came(found: Plan, out: Outcome) -> Iterator[str]:
    """What came of one step, as reading again found it."""
    title = next((each.title for each in found.steps if each.n == out.n), "")
    took = f", after {out.seconds:.1f} seconds" if out.seconds else ""
    said = safe(out.detail)
    detail = f" {stop(said[:1].upper() + said[1:])}" if said else ""
    sent = "" if out.sent else " Nothing of it was sent."
    yield f"{safe(title[:1].upper() + title[1:])}: {out.word.value}{took}.{detail}{sent}"


def ended(result: Result) -> Iterator[str]:
    """The end of a plan, without the steps that were told when they ended."""
    bare = Result(result.plan, (), result.refused, result.next, result.instead)
    done = {out.n for out in result.outcomes}
    if result.outcomes:
        left = [each.title for each in result.plan.steps if each.n not in done]
        yield from (stop(f"Not begun: {safe(title)}") for title in left)
    if result.refused:
        yield "Nothing was sent."
    yield from sentences(result_lines(bare, WIDE))
    whole = len(done) == len(result.plan.steps) and all(out.good for out in result.outcomes)
    if result.outcomes and whole and result.plan.intent.verb in _ENDS:
        yield "Then: verify looks whether all has come to its end."


def wish(intent: Intent) -> str:
    """`terminate 4711`."""
    if len(intent.sessions) > 1:
        return f"{intent.verb.value} {many(len(intent.sessions), 'session')}"
    target = intent.sessions[0] if intent.sessions else intent.migration or intent.object or intent.back_to
    return safe(f"{intent.verb.value} {target}")


def rehearsed(found: Sequence[Rehearsed]) -> Iterator[str]:
    """What became of each step on the scratch server."""
    yield stop(f"Tried on the scratch server: {safe(outcome(found))}")
    for each in found:
        detail = f" ({safe(each.detail)})" if each.detail else ""
        yield stop(f"Step {each.n}, {safe(each.title)}: {each.word}{detail}")


def flight(each: Flight, who: str) -> Iterator[str]:
    """What was sent and is still under way."""
    entry = each.entry
    when = told(entry.at, "%Y-%m-%d %H:%M:%S %Z")
    yield stop(f"Sent: {safe(entry.text)}, {when} by {safe(who)}, journal entry {entry.n}")
    for line in safe_lines(entry.details.get("sql", "")):
        if line:
            yield f"It runs: {line}"
    yield from (stop(f"Now: {safe(text)}") for text in each.now)
    if not each.over:
        yield "It goes on by itself, with or without this console; nothing is sent again."
    if each.session is not None and not each.over:
        yield f"To have it cancelled, type: kill {safe(each.session.id)}"
    elif each.by_hand:
        yield f"If you have seen that it runs no more, type: ended {entry.n}"


def room(found: Room, watchers: Sequence[Watcher]) -> Iterator[str]:
    """Who is here, and who acts."""
    yield safe(found.told)
    yield from (_member(each, found) for each in found.heard)
    for one in watchers:
        since = f" since {told(one.since, '%H:%M %Z')}" if one.since is not None else ""
        yield f"{safe(one.who)}: observer{since}, seen by its sessions on the server."
    if not watchers:
        yield "No observer's session is seen on the server; where it does not show all, there may be some."
    if found.need in _NEEDS:
        yield _NEEDS[found.need]
        if found.others and not found.provable:
            yield "Approvals are not provable: these consoles share an account, and either could write for the other."
    for request in found.waiting:
        yield f"Waits: {safe(request.title)}, asked by {safe(request.by.shown)}: type partner to read it."
    yield from (stop(safe(text)) for text in (found.apart, found.trouble) if text)


def _member(each: Heard, found: Room) -> str:
    member = each.member
    you = " (you)" if member.run == found.run else ""
    page = f", looks at {safe(member.page)}" if member.page and not each.lost else ""
    return (
        f"{safe(member.someone.shown)}{you}: {member.part} since {told(member.since, '%H:%M %Z')}{page}, {each.words}."
    )


def request(found: Request, details: dict[str, str]) -> Iterator[str]:
    """A plan of somebody else, whole."""
    yield stop(f"{safe(found.title)}: {safe(found.by.shown)} asks a partner")
    for sql in found.sql.split(";\n"):
        first, *rest = safe_lines(sql)
        yield f"Runs: {first}"
        yield from rest
    for name in ("about", "effect", "losses", "careful", "undo"):
        word = {"losses": "Loses"}.get(name, name.capitalize())
        yield from (stop(f"{word}: {safe(text)}") for text in details.get(name, "").splitlines())
