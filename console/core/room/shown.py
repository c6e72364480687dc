"""What observers may see of a room, as responders' consoles put it up: who is there, who acts, the last lines.

A document of plain values. Whoever reads it trusts nothing in it: what is not as it should be is left out, a line whose
seal is broken is said to be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from console.core.journal import Entry, Person, Topic, seal
from console.core.room.consent import Request, waiting
from console.core.room.members import LOST_AFTER, QUIET_AFTER, Heard, Member
from console.core.room.people import Someone
from console.core.room.room import Room
from console.core.room.wheel import Wheel

FORMAT = 1
LINES = 200
"""How many of the last entries are put up."""
_BEYOND = frozenset({Topic.SEEN})
"""Entries whose details are not put up: an observer sees the database itself."""


def put_up(room: Room, account: Sequence[Entry], incident: str) -> dict[str, Any]:
    """The document."""
    wheel = room.wheel
    return {
        "halfway_room": FORMAT,
        "incident": incident,
        "wheel": None if wheel is None else {"run": wheel.run, "since": wheel.since.isoformat(), "n": wheel.n,
                                             "name": wheel.name},
        "need": room.need.value,
        "members": [{**member_value(h.member), "ago": _ago(h), "gone": h.gone, "login": h.login} for h in room.heard],
        "entries": [_entry(entry) for entry in account[-LINES:]],
    }  # fmt: skip


def looked_up(found: object, incident: str, age: float = 0.0) -> tuple[Room, tuple[Entry, ...]] | None:
    """The room and its last lines; None where this is no such document, or one of another incident. `age` is for how
    many seconds nobody has put it up again."""
    if not isinstance(found, dict) or found.get("halfway_room") != FORMAT or found.get("incident") != incident:
        return None
    try:
        entries = tuple(_entry_of(each, incident) for each in found["entries"])
        heard = tuple(_heard(each) for each in found["members"])
        wheel = None if found["wheel"] is None else _wheel(found["wheel"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    asked: tuple[Request, ...] = waiting(entries)
    old = f"no responder's console has been heard of for {age:.0f} s" if age >= LOST_AFTER else ""
    heard = tuple(replace(each, ago=each.ago + age) for each in heard)
    return Room("", heard, (), wheel, asked, str(found.get("need", "")), old), entries


def member_value(member: Member) -> dict[str, Any]:
    """A console as it says of itself."""
    someone = member.someone
    return {
        "run": member.run, "part": member.part, "host": member.host, "process": member.process,
        "since": member.since.isoformat(), "need": member.need, "server": member.server, "page": member.page,
        "key": member.key, "user": someone.account.user, "origin": someone.account.origin,
        "database_user": someone.account.database_user, "name": someone.name, "ssh_key": someone.key,
    }  # fmt: skip


def member_of(said: Mapping[str, Any]) -> Member:
    """And back; what is missing is empty. ValueError where it is no console at all."""

    def text(name: str) -> str:
        return str(said.get(name, ""))[:500]

    who = Person(text("user"), text("origin"), text("database_user"))
    someone = Someone(who, text("name"), text("ssh_key"))
    since = datetime.fromisoformat(text("since"))
    return Member(text("run"), someone, text("part"), text("host"), text("process"), since, text("need"),
                  text("server"), text("page"), text("key"))  # fmt: skip


def _ago(heard: Heard) -> int:
    """Whole seconds; 0 while it is heard of: what stays the same is not put up again."""
    return 0 if heard.ago < QUIET_AFTER else round(heard.ago)


def _heard(said: Mapping[str, Any]) -> Heard:
    return Heard(member_of(said), float(said["ago"]), str(said["login"])[:200], gone=bool(said["gone"]))


def _wheel(said: Mapping[str, Any]) -> Wheel:
    return Wheel(str(said["run"]), datetime.fromisoformat(said["since"]), int(said["n"]), str(said["name"]))


def _entry(entry: Entry) -> dict[str, Any]:
    details = {} if entry.topic in _BEYOND else dict(entry.details)
    who = [entry.who.user, entry.who.origin, entry.who.database_user]
    return {"n": entry.n, "at": entry.at.isoformat(), "run": entry.run, "who": who, "topic": entry.topic.value,
            "text": entry.text, "details": details, "before": entry.before, "hash": entry.hash}  # fmt: skip


def _entry_of(said: Mapping[str, Any], incident: str) -> Entry:
    user, origin, database_user = (str(part) for part in said["who"])
    details = {str(name): str(value) for name, value in said["details"].items()}
    entry = Entry(int(said["n"]), datetime.fromisoformat(said["at"]), incident, str(said["run"]),
                  Person(user, origin, database_user), Topic(said["topic"]), str(said["text"]), details,
                  str(said["before"]), str(said["hash"]))  # fmt: skip
    whole = entry.topic in _BEYOND or seal(entry) == entry.hash
    return entry if whole else replace(entry, text=f"(this line is not as it was written) {entry.text}")
