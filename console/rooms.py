"""Puts a responder's console into a room: where that is, as whom, and for which plans a partner is asked.

Apart from wiring.py, because nothing here may ever be imported where somebody only looks.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from console.core.faults import Fault, UsageFault
from console.core.journal import Entry, Person
from console.core.plain import one_line
from console.core.room.consent import Need
from console.core.room.members import Member
from console.core.room.people import Someone
from console.core.room.room import Room
from console.core.room.shown import put_up
from console.machine import ended, here, myself
from console.seat import Seat
from console.store.config import load
from console.store.journal import DiskJournal
from console.store.names import keep_name, known_name
from console.store.person import ssh_key
from console.store.place import ROOM
from console.store.presence import DiskPresence
from console.store.shared import journal_in
from console.store.window import WINDOW, put, window_of

if TYPE_CHECKING:
    from console.store.remote import RemoteJournal

RESPONDER = "responder"
USUAL = ROOM
AGAIN = 5.0
"""Seconds after which the same is put up again: its age says whether anybody is there."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What was said about the room."""

    place: str = ""
    """A room's folder, or the URL of a database; '' where the journal lies."""
    need: Need = Need.NONE
    name: str = ""
    """As people know whoever sits here; '' when nobody said it yet."""


def wished(
    room: str | None, two_person: str | None, config: str | None, journal: str | None, environ: Mapping[str, str]
) -> Wish:
    """What command line, environment and configuration say, in this order. UsageFault, one sentence, for what cannot
    be meant: a room that is none, or another place for the journal beside it."""
    said = load(config, environ)
    need = two_person or said.two_person or ""
    if need not in ("", *(each.value for each in Need)):
        raise UsageFault(f"--two-person {one_line(need, 40)} is not known", todo="It is losing or all")
    usual = "" if journal else environ.get("HALFWAY_ROOM") or said.room or ""
    place = room or usual
    wish = Wish(place, Need(need) if need else Need.NONE, environ.get("HALFWAY_NAME", ""))
    journal_of(wish, journal)
    return wish


def offered(incident: str, folder: Path = USUAL) -> str:
    """Who is in the machine's usual room for this incident, one sentence; '' where nobody is, or it is not for us."""
    try:
        path = journal_in(folder)
    except UsageFault:
        return ""
    presence = DiskPresence(path, incident)
    try:
        there = [
            h
            for h in presence.heard()
            if not h.elsewhere and not h.lost and ended(h.member.host, h.member.process) is not True
        ]
    except Fault:
        return ""
    finally:
        presence.close()
    if not there:
        return ""
    first, more = there[0].member, len(there) - 1
    others = f" and {more} other{'s' * (more != 1)}" if more else ""
    return (f"{first.someone.shown}{others} {'are' if more else 'is'} in a room for {incident} "
            f"({folder}, since {first.since:%H:%M} UTC)")  # fmt: skip


def journal_of(wish: Wish, path: str | None) -> str | None:
    """The journal's file in the room that was named; `path` where none was. UsageFault when both were."""
    if not wish.place:
        return path
    if path is not None:
        raise UsageFault("--journal and --room both say where the journal is", todo="Give one of them")
    return None if "://" in wish.place else str(journal_in(Path(wish.place).expanduser().absolute()))


def seat_in(
    journal: DiskJournal | RemoteJournal, incident: str, person: Person, wish: Wish, environ: Mapping[str, str]
) -> Seat:
    """A seat where this journal lies; `join` is still to be called."""
    key = ssh_key(environ)
    name = wish.name or known_name(person, key)
    someone = Someone(person, one_line(name, 60), key)
    member = Member(journal.run, someone, RESPONDER, here(), myself(), datetime.now(UTC), wish.need.value)
    if not isinstance(journal, DiskJournal):
        from console.store.remote import RemotePresence

        seat = Seat(journal, RemotePresence(journal.room, incident), member)
    else:
        seat = Seat(journal, DiskPresence(journal.path, incident), member)
        folder = journal.path.parent.parent
        if wish.place and (folder / WINDOW).is_dir():
            seat.publish = Shown(folder, incident).put
    seat.keep_name = partial(keep_name, person, key)
    return seat


class Shown:
    """Puts up what observers of a room may see, when it is another picture than the last."""

    def __init__(self, folder: Path, incident: str) -> None:
        """`folder` is the room's."""
        self._path = window_of(folder, incident)
        self._incident = incident
        self._last: object = None
        self._put_at = 0.0

    def put(self, room: Room, account: Sequence[Entry]) -> None:
        """From the seat's thread."""
        document = put_up(room, account, self._incident)
        late = time.monotonic() - self._put_at >= AGAIN
        if (late or document != self._last) and put(self._path, document):
            self._last, self._put_at = document, time.monotonic()
