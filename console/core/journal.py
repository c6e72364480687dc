"""The account of an incident: one line for everything worth keeping, each bound to the one before it.

An entry's hash covers the entry and the hash before it, so a line that was changed, removed or put in later shows. The
journal is written, and flushed, before anything is done. Where it lies is the store's business.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType

GENESIS = "0" * 64
"""What stands before the first entry."""
HOST, PROCESS = "host", "process"
"""Details of a step that runs a program: where it runs, from before it begins, and which process it is."""


class Topic(StrEnum):
    """What an entry is about."""

    OPENED = "opened"
    OBSERVED = "observed"
    INTENT = "intent"
    REFUSED = "refused"
    ACTING = "acting"
    """Written before anything is sent: the exact SQL, the server's and the session's identity."""
    OUTCOME = "outcome"
    NOTE = "note"
    DECISION = "decision"
    """What a person said of something that no catalog tells."""
    REHEARSED = "rehearsed"
    """A plan was tried on another server."""
    VERIFIED = "verified"
    """Every check, with what it found."""
    CLOSED = "closed"
    """A person says that the incident is over."""
    SEEN = "seen"
    """What all was found, for the report and for looking at it again."""
    JOINED = "joined"
    """A console enters the room: whose it is."""
    LEFT = "left"
    WHEEL = "wheel"
    """Who acts from now on."""
    ASKED = "asked"
    """A plan waits for a partner."""
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ALONE = "alone"
    """Somebody went on without a partner, and says why."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts, as far as this machine knows."""

    user: str
    """OS user."""
    origin: str = ""
    """Where they came from over SSH: `10.0.0.5`; '' on the console itself."""
    database_user: str = ""

    def __str__(self) -> str:
        return f"{self.user}@{self.origin}" if self.origin else self.user


@dataclass(frozen=True, slots=True)
class Entry:
    """One line; immutable once written."""

    n: int
    """1-based, without gaps."""
    at: datetime
    """UTC."""
    incident: str
    """Which database it is about: `shop on db1`."""
    run: str
    """One console's life: the entries of one process share it."""
    who: Person
    topic: Topic
    text: str
    """One sentence, no secrets."""
    details: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """`sql`, `evidence`, `reason`, `server`, `session`, `plan`, `step`, ...: text only."""
    before: str = GENESIS
    """The hash of the entry before."""
    hash: str = ""

    def sealed(self) -> Entry:
        """The same with its hash."""
        return Entry(self.n, self.at, self.incident, self.run, self.who, self.topic, self.text, self.details,
                     self.before, seal(self))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a journal is known to have come, kept apart from it: it has at least this entry."""

    n: int = 0
    hash: str = GENESIS


BEGINNING = Mark()
"""Nothing is known to have been written."""


def seal(entry: Entry) -> str:
    """The hash of an entry: over everything in it except itself."""
    who = (entry.who.user, entry.who.origin, entry.who.database_user)
    parts = (entry.n, entry.at.isoformat(), entry.incident, entry.run, who, entry.topic.value, entry.text,
             sorted(entry.details.items()), entry.before)  # fmt: skip
    return sha256(
        json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    ).hexdigest()


def broken(entries: Iterable[Entry], mark: Mark = BEGINNING) -> str:
    """Why a chain cannot be trusted, one sentence; '' when every entry is the one that was written.

    That its last entries are gone shows only where `mark` says how far it once came.
    """
    before, expected = GENESIS, 1
    for entry in entries:
        if entry.n != expected:
            return f"entry {expected} is missing: {entry.n} stands in its place"
        if entry.before != before:
            return f"entry {entry.n} does not follow the one before it"
        if entry.hash != seal(entry) or (entry.n == mark.n and entry.hash != mark.hash):
            return f"entry {entry.n} was changed after it was written"
        before, expected = entry.hash, entry.n + 1
    return "" if expected > mark.n else missing(expected, mark.n)


def missing(first: int, last: int) -> str:
    """That entries which were written are not there."""
    return f"entry {first} is missing" if first == last else f"entries {first} to {last} are missing"


def flying(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """What was sent and whose end nobody has recorded: ACTING entries that no OUTCOME names.

    An outcome that says `in flight` is no end. The process that was begun for one is known once it runs.
    """
    sent: dict[str, Entry] = {}
    for entry in entries:
        if entry.topic is Topic.ACTING:
            sent[str(entry.n)] = entry
        elif entry.topic is Topic.OUTCOME and entry.details.get("outcome") != "in flight":
            sent.pop(entry.details.get("acting", ""), None)
        elif entry.topic is Topic.OBSERVED and (began := sent.get(entry.details.get("acting", ""))) is not None:
            process = {PROCESS: entry.details.get(PROCESS, "")}
            sent[str(began.n)] = replace(began, details={**began.details, **process})
    return tuple(sent.values())


def ends(entries: Iterable[Entry]) -> dict[int, str]:
    """What became of each ACTING entry: its number -> the last outcome's word."""
    named = ((e.details.get("acting", ""), e.details.get("outcome", "")) for e in entries if e.topic is Topic.OUTCOME)
    return {int(acting): outcome for acting, outcome in named if acting.isascii() and acting.isdigit()}


def continuation(older: str, mark: Mark | None, why: str = "") -> tuple[str, dict[str, str]]:
    """Text and details of the first entry of a journal that goes on where another, `older`, cannot.

    Without a mark the older one could not be read, and `why` says so.
    """
    if mark is None:
        return f"This journal continues {older}, which could not be read: {why}", {_OLDER: older}
    return (
        f"This journal continues {older} after its entry {mark.n}",
        {_OLDER: older, _AFTER: str(mark.n), _HASH: mark.hash},
    )


def continued(first: Entry) -> tuple[str, Mark | None] | None:
    """The journal that this first entry continues, and where; None: it continues none."""
    if _OLDER not in first.details:
        return None
    after, value = first.details.get(_AFTER, ""), first.details.get(_HASH)
    known = value is not None and after.isascii() and after.isdigit()
    return first.details[_OLDER], Mark(int(after), value) if known and value is not None else None


_OLDER, _AFTER, _HASH = "continues", "continues_entry", "continues_hash"
