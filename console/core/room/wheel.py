"""Who may act: one console at a time holds the wheel, and the journal says which.

The last WHEEL entry of an incident names the console. Nothing that acts is written by another one: the store looks in
the same transaction in which it writes, so a console that was asleep while the wheel went on cannot act by mistake.
Nobody loses it without a typed word or a shown time-out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from console.core.journal import Entry, Topic
from console.core.room.members import LOST_AFTER, Heard
from console.core.room.people import Someone, people

HOLDER = "wheel"
"""Detail of a WHEEL entry: the run that holds it from now on; '' when it was given back."""
SEEN = "seen"
"""Detail of a WHEEL entry: the number of the one before it, as its writer saw it; another one there is a refusal."""
PHRASE = "take the wheel"
HELD = frozenset({Topic.ACTING, Topic.ASKED})
"""What only the holder writes."""


@dataclass(frozen=True, slots=True)
class Wheel:
    """Who holds it, since when, by which entry."""

    run: str
    since: datetime
    n: int
    name: str = ""
    """As people know the holder."""


class Standing(Enum):
    """How the wheel stands to one console."""

    MINE = "mine"
    FREE = "free"
    THEIRS = "theirs"
    LOST = "lost"
    """Its holder was not heard of for too long, or has ended."""


def wheel_of(entries: Iterable[Entry]) -> Wheel | None:
    """Who holds it; None when nobody does."""
    account = tuple(entries)
    last = next((entry for entry in reversed(account) if entry.topic is Topic.WHEEL), None)
    if last is None or not last.details.get(HOLDER):
        return None
    run = last.details[HOLDER]
    someone = people(account).get(run, Someone(last.who))
    return Wheel(run, last.at, last.n, someone.shown)


def standing(wheel: Wheel | None, heard: Sequence[Heard], run: str) -> Standing:
    """How it stands to the console `run`. A holder that nobody heard of at all is lost."""
    if wheel is None:
        return Standing.FREE
    if wheel.run == run:
        return Standing.MINE
    holder = next((each for each in heard if each.member.run == wheel.run), None)
    return Standing.LOST if holder is None or holder.lost else Standing.THEIRS


def phrase(stands: Standing, wheel: Wheel | None) -> str:
    """What is typed to take it; from somebody who is there with their name in it."""
    if stands is Standing.THEIRS and wheel is not None:
        return f"{PHRASE} from {_short(wheel.name)}"
    return PHRASE


def told(stands: Standing, wheel: Wheel | None, heard: Sequence[Heard]) -> str:
    """One sentence about it."""
    if stands is Standing.MINE:
        return "You have the wheel."
    if wheel is None:
        return "Nobody has the wheel."
    holder = next((each for each in heard if each.member.run == wheel.run), None)
    if holder is None or holder.gone:
        return f"{wheel.name} had the wheel, and that console has ended: it is free."
    if holder.lost:
        return f"{wheel.name} had the wheel and was {holder.words}: it is free."
    if holder.words == "here":
        return f"{wheel.name} has the wheel."
    return f"{wheel.name} has the wheel, {holder.words}: free in {max(1, round(LOST_AFTER - holder.ago))} s."


@dataclass(frozen=True, slots=True)
class Last:
    """The newest WHEEL entry of an incident, as the store finds it while it writes; all empty where there is none."""

    n: int = 0
    run: str | None = None
    """'' where it was given back."""


def barred(topic: Topic, run: str, details: Mapping[str, str], last: Last) -> str:
    """Why a console may not write this entry now, one sentence; '' when it may."""
    if topic is Topic.WHEEL:
        moved = details.get(SEEN, str(last.n)) != str(last.n)
        return "Somebody else has taken the wheel just now." if moved else ""
    taken = topic in HELD and last.run is not None and last.run != run
    return "This console has not got the wheel: somebody else acts, or nobody does." if taken else ""


def taking(who: str, stands: Standing, wheel: Wheel | None, heard: Sequence[Heard]) -> str:
    """What the journal says of it."""
    if wheel is None or stands is Standing.FREE:
        return f"{who} takes the wheel"
    holder = next((each for each in heard if each.member.run == wheel.run), None)
    how = "" if stands is Standing.THEIRS else f", {holder.words if holder is not None else 'whose console has ended'}"
    return f"{who} takes the wheel from {wheel.name}{how}"


def _short(name: str) -> str:
    """The name somebody gave, without the account behind it."""
    return name.partition(" (")[0]
