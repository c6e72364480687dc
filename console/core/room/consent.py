"""Two people for one action: what is asked of a partner, what they answered, and whether that answer counts.

A plan waits until another person has read it on their own console and typed its phrase there. What they agreed to is
known by its digest: a plan that changed by a letter has to be agreed to again. No answer is no consent.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from console.core.journal import Entry, Topic
from console.core.plan import Plan
from console.core.room.people import Someone, people

PATIENCE = 900.0
"""Seconds a plan waits for an answer."""
ALONE = "alone: "
"""What begins the reason of somebody who goes on without a partner."""
PROVABLE = "provable"
"""Detail of the line by which the holder takes a yes: `yes` where the store itself knows that it was another's."""
PLAN, DIGEST, PHRASE, SQL, LOSSES, ASKED = "plan", "digest", "phrase", "sql", "losses", "asked"


class Need(StrEnum):
    """For which plans a partner is asked."""

    NONE = "none"
    LOSING = "losing"
    """Those that lose data, or act unproven."""
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Request:
    """A plan that waits for a partner."""

    n: int
    """The number of its entry."""
    title: str
    phrase: str
    digest: str
    sql: str
    losses: str
    by: Someone
    run: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request."""

    agreed: bool
    by: Someone
    why: str = ""
    """In their own words, where they declined."""
    n: int = 0


def strictest(said: Iterable[str]) -> Need:
    """What holds in a room: whoever wants a partner asked for the most is heeded by everybody."""
    order = tuple(Need)
    known = [Need(each) for each in said if each in {need.value for need in Need}]
    return max(known, key=order.index, default=Need.NONE)


def asks_partner(plan: Plan, need: Need) -> bool:
    """Whether this plan waits for one. What ends what blocks is no exception: it ends somebody's work."""
    return need is Need.ALL or (need is Need.LOSING and bool(plan.losses or plan.unproven))


def digest(plan: Plan) -> str:
    """What tells a plan from any other: all that would be sent, in its order, to which server, and what is lost."""
    steps = [(s.kind.value, s.title, s.sql, s.atomic, str(s.target), str(s.command)) for s in plan.steps]
    parts = (plan.title, plan.phrase, plan.server, steps, plan.settings.sql, plan.settings.role,
             [(loss.table, loss.what) for loss in plan.losses], plan.unproven, plan.intent.verb.value,
             plan.intent.answers)  # fmt: skip
    return sha256(json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def request_details(plan: Plan) -> dict[str, str]:
    """What the journal keeps of a plan that waits: enough to read it whole on another console."""
    lost = "; ".join(loss.what for loss in plan.losses)
    return {PLAN: plan.title, DIGEST: digest(plan), PHRASE: plan.phrase, SQL: plan.sql, LOSSES: lost,
            "about": "\n".join(plan.about), "effect": "\n".join(plan.effect), "undo": plan.undo,
            "careful": "\n".join((*plan.careful, *((plan.unproven,) if plan.unproven else ())))}  # fmt: skip


def waiting(entries: Iterable[Entry]) -> tuple[Request, ...]:
    """Requests that nobody has answered and whose console has not taken them back, oldest first."""
    account = tuple(entries)
    known = people(account)
    open_: dict[int, Request] = {}
    for entry in account:
        if entry.topic is Topic.ASKED:
            open_[entry.n] = _request(entry, known)
        elif entry.topic in (Topic.AGREED, Topic.DECLINED, Topic.WITHDRAWN):
            open_.pop(_number(entry.details), None)
    return tuple(open_.values())


def objection(request: Request, someone: Someone, run: str, typed: str) -> str:
    """Why this person's yes does not count, one sentence; '' when it does."""
    if run == request.run or someone.is_also(request.by):
        return "Nobody agrees to their own plan: another person has to, on a console of their own."
    if typed != request.phrase:
        return f"Type exactly  {request.phrase}"
    return ""


def answer_to(request: Request, entries: Iterable[Entry]) -> Answer | None:
    """The first answer that counts; None while there is none. A yes to another text of the plan is none."""
    account = tuple(entries)
    known = people(account)
    for entry in account:
        if entry.n <= request.n or _number(entry.details) != request.n:
            continue
        by = known.get(entry.run, Someone(entry.who))
        if entry.topic is Topic.DECLINED:
            return Answer(False, by, entry.details.get("reason", ""), entry.n)
        if entry.topic is Topic.AGREED and _counts(entry, request, by):
            return Answer(True, by, n=entry.n)
    return None


def seal_of(request: Request) -> tuple[str, str]:
    """What a partner's yes is called in the store, and what it holds: good for this one plan and no other."""
    return f"agreed-{request.n}", f"{request.n} {request.digest}"


def _counts(entry: Entry, request: Request, by: Someone) -> bool:
    same = entry.details.get(DIGEST) == request.digest
    return same and entry.run != request.run and not by.is_also(request.by)


def _request(entry: Entry, known: Mapping[str, Someone]) -> Request:
    given = entry.details
    by = known.get(entry.run, Someone(entry.who))
    return Request(entry.n, given.get(PLAN, entry.text), given.get(PHRASE, ""), given.get(DIGEST, ""),
                   given.get(SQL, ""), given.get(LOSSES, ""), by, entry.run, entry.at)  # fmt: skip


def _number(details: Mapping[str, str]) -> int:
    said = details.get(ASKED, "")
    return int(said) if said.isascii() and said.isdigit() else 0
