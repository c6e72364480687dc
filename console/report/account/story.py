"""From the entries of a journal to what happened: actions with who, when, exact SQL, proof and what it was before and
after. Nothing is told that no entry says; what an entry does not say is said to be unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from console.core.journal import Entry, Topic
from console.core.room.consent import PROVABLE
from console.core.room.people import Someone, people
from console.core.room.seen import document_of
from console.core.room.wheel import Wheel, wheel_of

NOT_KNOWN = "not known"
_ANSWERS = frozenset({Topic.AGREED, Topic.DECLINED, Topic.WITHDRAWN, Topic.ALONE})


@dataclass(frozen=True)
class Seen:
    """What was found at one moment."""

    n: int
    at: datetime
    why: str
    document: dict[str, Any]

    @property
    def state(self) -> str:
        """`healthy`, `attention`, `incident`."""
        return str((self.document.get("verdict") or {}).get("state", NOT_KNOWN))

    @property
    def words(self) -> str:
        """`incident: 1 of 3 statements landed`."""
        verdict = self.document.get("verdict") or {}
        return f"{verdict.get('state', NOT_KNOWN)}: {verdict.get('summary', NOT_KNOWN)}"


@dataclass(frozen=True)
class Action:
    """One step that was sent, and what came of it."""

    entry: Entry
    who: Someone
    outcomes: tuple[Entry, ...] = ()
    """The last one tells how it ended; before it `in flight` may stand."""
    before: Seen | None = None
    after: Seen | None = None
    partner: Entry | None = None
    """Who agreed, or that it was done alone and why."""
    partner_name: str = ""
    proven: bool = False
    """More than their own word says that whoever agreed was somebody else."""

    @property
    def plan(self) -> str:
        """What it was a step of."""
        return self.entry.details.get("plan", self.entry.text)

    @property
    def sql(self) -> str:
        """Exactly what was sent."""
        return self.entry.details.get("sql", "")

    @property
    def outcome(self) -> str:
        """One word; `not known` where nobody wrote its end."""
        return self.outcomes[-1].details.get("outcome", NOT_KNOWN) if self.outcomes else NOT_KNOWN

    @property
    def said(self) -> str:
        """The outcome in the words of the journal."""
        return self.outcomes[-1].text if self.outcomes else "nobody wrote down how it ended"


@dataclass(frozen=True)
class Story:
    """All that the journal has of one incident."""

    incident: str
    entries: tuple[Entry, ...]
    broken: str = ""
    """Why the journal cannot be trusted, one sentence; '' when every entry is the one that was written."""
    source: str = ""
    people: dict[str, Someone] = field(default_factory=dict)
    actions: tuple[Action, ...] = ()
    seen: tuple[Seen, ...] = ()

    @property
    def began(self) -> datetime:
        """Of the first entry, UTC."""
        return self.entries[0].at

    @property
    def ended(self) -> datetime:
        """Of the last entry, UTC."""
        return self.entries[-1].at

    @property
    def wheel(self) -> Wheel | None:
        """Who has it."""
        return wheel_of(self.entries)

    @property
    def open_actions(self) -> tuple[Action, ...]:
        """Sent, and whose end nobody wrote down."""
        return tuple(action for action in self.actions if action.outcome in (NOT_KNOWN, "in flight"))

    def of(self, *topics: Topic) -> tuple[Entry, ...]:
        """The entries of these topics."""
        return tuple(entry for entry in self.entries if entry.topic in topics)

    def name_of(self, entry: Entry) -> str:
        """Who wrote it, as people know them."""
        return self.people.get(entry.run, Someone(entry.who)).shown


def story_of(entries: Iterable[Entry], incident: str, broken: str = "", source: str = "") -> Story:
    """The story of one incident; `entries` may be of several. ValueError when there is none of it."""
    own = tuple(entry for entry in entries if entry.incident == incident)
    if not own:
        raise ValueError(f"nothing is written about {incident}")
    known = people(own)
    seen = tuple(found for entry in own if (found := _seen(entry)) is not None)
    actions = tuple(_action(entry, own, known, seen) for entry in own if entry.topic is Topic.ACTING)
    return Story(incident, own, broken, source, known, actions, seen)


def newest(entries: Sequence[Entry]) -> str:
    """The incident that was written about last; '' in an empty journal."""
    return entries[-1].incident if entries else ""


def _seen(entry: Entry) -> Seen | None:
    document = document_of(entry)
    return Seen(entry.n, entry.at, entry.text, document) if document is not None else None


def _action(entry: Entry, own: Sequence[Entry], known: dict[str, Someone], seen: Sequence[Seen]) -> Action:
    outcomes = tuple(e for e in own if e.topic is Topic.OUTCOME and e.details.get("acting") == str(entry.n))
    end = outcomes[-1].n if outcomes else entry.n
    before = next((one for one in reversed(seen) if one.n < entry.n), None)
    after = next((one for one in seen if one.n > end), None)
    partner = _partner(entry, own)
    name = known.get(partner.run, Someone(partner.who)).shown if partner is not None else ""
    proven = partner is not None and any(_takes_as_proven(e, entry, partner) for e in own)
    return Action(entry, known.get(entry.run, Someone(entry.who)), outcomes, before, after, partner, name, proven)


def _takes_as_proven(line: Entry, acting: Entry, partner: Entry) -> bool:
    asked = line.details.get("asked") == partner.details.get("asked")
    return line.topic is Topic.OBSERVED and line.run == acting.run and asked and line.details.get(PROVABLE) == "yes"


def _partner(entry: Entry, own: Sequence[Entry]) -> Entry | None:
    """The answer to the last request of the same console for this plan, before the step."""
    plan = entry.details.get("plan", "")
    found: Entry | None = None
    asked: set[str] = set()
    for other in own:
        if other.n >= entry.n:
            break
        if other.topic is Topic.ASKED and other.run == entry.run:
            asked, found = {str(other.n)} if other.details.get("plan") == plan else set(), None
        elif other.topic is Topic.ALONE and other.run == entry.run and other.text.startswith(f"{plan}: "):
            asked, found = set(), other
        elif other.topic in _ANSWERS and other.details.get("asked", "") in asked:
            found = other
        elif other.topic is Topic.INTENT and other.run == entry.run:
            asked, found = set(), None
    return found
