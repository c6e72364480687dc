"""Others are here as well: who acts, taking and giving the wheel, and the plans that wait for a partner."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from console.core.faults import UsageFault
from console.core.journal import Entry, Topic
from console.core.room.members import place_of
from console.core.room.observers import watchers
from console.core.room.room import Room
from console.core.room.wheel import Standing, phrase
from screens.acting.linear import spoken
from screens.acting.linear.recovering import Recovering
from screens.linear.hearing import of_others, wheel_words
from screens.linear.plain import stop
from screens.linear.words import Word
from screens.text import safe

if TYPE_CHECKING:
    from console.seat import Seat

NO = "no: "
"""What begins the reason of somebody who does not agree."""


class Rooming(Recovering):
    """In a room, where this console is in one."""

    others_act = False
    """Another console has begun something since it was looked what is under way."""
    _standing: Standing | None = None

    def words(self) -> tuple[Word, ...]:
        """What a room adds."""
        if self.acting.tools.seat is None:
            return super().words()
        return (*self.rooms(), *super().words())

    def rooms(self) -> tuple[Word, ...]:
        """Who is here, and who acts."""
        return (
            Word(("room", "w"), "who is here, and who acts; asks for the phrase that takes the wheel.", self.do_room),
            Word(("give",), "give the wheel back.", self.do_give),
            Word(("partner", "P"), "read what waits for a partner: agree, or say why not.", self.do_partner),
            Word(("name",), "what the others in this room read as your name.", self.do_name, "NAME"),
        )  # fmt: skip

    def greet(self) -> None:
        """Hear of the others from now on."""
        seat = self.acting.tools.seat
        if seat is not None:
            self.wheel = wheel_words(seat.room)
            seat.start(self._heard)
        super().greet()
        if seat is not None and seat.room.others and not seat.named:
            self.voice.say("Others are in this room. Type name and your name, so that they know who you are.")

    def _heard(self, room: Room, new: Sequence[Entry]) -> None:
        """Once a second, from a thread of its own."""
        seat = self.acting.tools.seat
        if seat is None:
            return
        server = self.newest.observation.server.value if self.newest is not None else None
        seat.shows("incident", "", place_of(server.identity, server.name) if server is not None else "")
        self.others_act |= any(e.topic is Topic.ACTING and e.run != room.run for e in new)
        if new:
            self.take_account(seat.entries)
            self.voice.later(*of_others(room, seat.entries, new))
        lost = room.standing is not Standing.MINE and self._standing is Standing.MINE
        if lost or (room.standing is Standing.LOST and self._standing is Standing.THEIRS):
            self.voice.later(stop(f"{safe(room.told)} Type room to take the wheel"))
        asked = [e for e in new if e.n in [request.n for request in room.asked_of_me]]
        self.voice.later(*(stop(f"A partner is asked: {safe(e.text)}. Type partner to read it") for e in asked))
        self._standing, self.wheel = room.standing, wheel_words(room)

    def _seat(self) -> Seat:
        seat = self.acting.tools.seat
        if seat is None:
            raise UsageFault("nobody else can be here: this console is in no room")
        return seat

    def do_room(self, _: str) -> None:
        """Who is here; the wheel is taken by typing."""
        seat, now = self._seat(), self.newest
        here = watchers(now.observation.sessions.value or ()) if now is not None else ()
        room = seat.room
        self.voice.say(*spoken.room(room, here))
        if room.standing is Standing.MINE:
            self.voice.say("Type give to give the wheel back.")
            return
        wanted = phrase(room.standing, room.wheel)
        self.voice.say(f"To act from here, type exactly: {safe(wanted)}", "Anything else does nothing.")
        typed = self.voice.ask("wheel> ", fresh=True)
        if not typed:
            return
        why = self._done(partial(seat.take, typed))
        self.voice.say(stop(safe(why)) if why else "You have the wheel.")

    def _done(self, job: Callable[[], str | None]) -> str:
        """Why it does not count; '' where it does."""
        return self.voice.during(job) or ""

    def do_give(self, _: str) -> None:
        """It is free then."""
        why = self._done(self._seat().give)
        self.voice.say(stop(safe(why)) if why else "The wheel is given back.")

    def do_name(self, name: str) -> None:
        """For the others."""
        if not name:
            raise UsageFault("no name was given", todo="Type name and your name")
        self._done(partial(self._seat().rename, name))
        self.voice.say(f"The others read your name as {safe(name, 60)}.")

    def do_partner(self, _: str) -> None:
        """Read it whole; agree by its phrase, or say why not."""
        seat = self._seat()
        waiting = seat.room.asked_of_me
        if not waiting:
            raise UsageFault("nothing waits for a partner")
        request = waiting[0]
        details = next((dict(entry.details) for entry in seat.entries if entry.n == request.n), {})
        self.voice.say(*spoken.request(request, details))
        self.voice.say(f"To agree, type exactly: {safe(request.phrase)}", f"Or type {NO}and why. Enter alone leaves.")
        typed = self.voice.ask("partner> ", fresh=True).strip()
        if not typed:
            self.voice.say("It was not answered.")
            return
        if typed.startswith(NO.strip()):
            reason = typed.removeprefix(NO.strip()).strip()
            why = self._done(partial(seat.decline, request, reason)) if reason else "say why: the other one reads it"
            self.voice.say(stop(safe(why)) if why else "You have declined, and the other one reads why.")
            return
        why = self._done(partial(seat.agree, request, typed))
        self.voice.say(stop(safe(why)) if why else "You have agreed.")
