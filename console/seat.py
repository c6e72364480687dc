"""One console's place in the room: says once a second that it is there, hears who else is, takes and gives the wheel.

Everything that counts stands in the journal, which the consoles of a room share; this only reads it again each second
and says what it shows. An observer's process never imports this module.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from console.core.faults import Fault
from console.core.journal import Entry, Topic
from console.core.plain import one_line
from console.core.plan import Plan
from console.core.ports_acting import Journal
from console.core.ports_room import Presence
from console.core.room.consent import (
    ASKED,
    DIGEST,
    PATIENCE,
    PROVABLE,
    Answer,
    Request,
    answer_to,
    asks_partner,
    objection,
    request_details,
    seal_of,
    waiting,
)
from console.core.room.members import BEAT, Heard, Member
from console.core.room.people import PART
from console.core.room.room import Room
from console.core.room.wheel import HOLDER, SEEN, Last, Standing, phrase, standing, taking, wheel_of
from console.machine import ended

Deliver = Callable[[Room, Sequence[Entry]], None]
"""Gets the room, and the entries that were written since the last time."""
Say = Callable[[str], None]


class Seat:
    """In the room of one incident."""

    def __init__(self, journal: Journal, presence: Presence, member: Member) -> None:
        """Nothing is written before `join`."""
        self.journal = journal
        self.presence = presence
        self.publish: Callable[[Room, Sequence[Entry]], None] = _nobody
        """Puts up what observers may see; called once a second."""
        self.keep_name: Callable[[str], None] = lambda _: None
        """Remembers what the person is called."""
        self._member = member
        self._account: list[Entry] = []
        self._heard: Sequence[Heard] = ()
        self._beside: Sequence[Heard] = ()
        self._trouble = ""
        self._one = threading.RLock()
        self._ended = threading.Event()
        self._wake = threading.Event()

    @property
    def run(self) -> str:
        """What this console is called in the journal."""
        return self._member.run

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The account, as it was read last."""
        with self._one:
            return tuple(self._account)

    @property
    def room(self) -> Room:
        """As it was read last."""
        with self._one:
            account = tuple(self._account)
            return Room(
                self.run,
                self._heard,
                self._beside,
                wheel_of(account),
                waiting(account),
                self._member.need,
                self._trouble,
            )

    def join(self) -> Room:
        """Say that this console is there. The wheel is taken where nobody has it, or who had it is known to have ended.
        JournalFault when the room cannot be written."""
        someone = self._member.someone
        self.journal.append(Topic.JOINED, f"{someone.shown} joins", {PART: self._member.part} | someone.details)
        with suppress(Fault):  # a full disk keeps nobody from acting; look() says what is wrong
            self.presence.sign(f"console-{self.run}", self.run)
            self.presence.say(self._member)
        room = self.look()
        holder = room.holder
        is_over = holder.gone if holder is not None else not room.trouble
        if room.standing is Standing.FREE or (room.standing is Standing.LOST and is_over):
            self._take(room)
            room = self.look()
        return room

    def start(self, deliver: Deliver) -> None:
        """Tell of it once a second, from a thread of its own."""
        threading.Thread(target=self._beat, args=(deliver,), name="halfway-room", daemon=True).start()

    def shows(self, page: str, key: str, server: str = "") -> None:
        """What this console has in front, for who follows it."""
        member = self._member
        self._member = replace(member, page=page, key=key, server=server or member.server)

    @property
    def named(self) -> bool:
        """Whether the person said what they are called."""
        return bool(self._member.someone.name)

    @property
    def who_could(self) -> str:
        """Who could agree to a plan of this console, one sentence."""
        return _who_could(self.room)

    def rename(self, name: str) -> None:
        """What the person is called, from now on."""
        someone = replace(self._member.someone, name=one_line(name, 60))
        self._member = replace(self._member, someone=someone)
        self.keep_name(someone.name)
        with suppress(Fault):
            self.journal.append(Topic.JOINED, f"{someone.account} is {someone.name}", someone.details)

    def look(self) -> Room:
        """Read the room anew. What cannot be read stays as it was, and the room says so."""
        trouble = ""
        try:
            with self._one:
                last = self._account[-1].n if self._account else 0
                self._account.extend(self.journal.entries(last))
        except Fault as fault:
            trouble = str(fault)
        try:
            everybody = [self._known(each) for each in self.presence.heard()]
            self._heard = [each for each in everybody if not each.elsewhere]
            self._beside = [each for each in everybody if self._is_beside(each)]
        except Fault as fault:
            trouble = trouble or str(fault)
        self._trouble = trouble
        return self.room

    def take(self, typed: str) -> str:
        """Take the wheel; why not, '' when it was taken."""
        room = self.look()
        if room.standing is Standing.MINE:
            return "You have the wheel already."
        wanted = phrase(room.standing, room.wheel)
        if typed != wanted:
            return f"Type exactly  {wanted}"
        try:
            self._take(room)
        except Fault as fault:
            return str(fault)
        finally:
            self._wake.set()
        return ""

    def give(self) -> str:
        """Give the wheel back, for whoever takes it; why not, '' when it was given."""
        if self.look().standing is not Standing.MINE:
            return "You have not got the wheel."
        try:
            self._write_wheel(f"{self._member.someone.shown} gives the wheel back", "")
        except Fault as fault:
            return str(fault)
        finally:
            self._wake.set()
        return ""

    def consent(self, plan: Plan, alone: str, say: Say, stop: threading.Event, patience: float = PATIENCE) -> str:
        """Wait for a partner where one is needed; why the plan is not carried out, '' when it may be."""
        if not asks_partner(plan, self.look().need):
            return ""
        if alone:
            self.journal.append(Topic.ALONE, f"{plan.title}: alone, because {alone}", {"reason": alone})
            return ""
        entry = self.journal.append(Topic.ASKED, f"{plan.title}: waits for a partner", request_details(plan))
        request = next(one for one in waiting((*self.entries, entry)) if one.n == entry.n)
        answer = self._awaited(request, say, stop, patience)
        if answer is None:
            self.journal.append(Topic.WITHDRAWN, f"{plan.title}: waits no longer", {ASKED: str(entry.n)})
            return "No partner agreed: nothing was done."
        say("")
        if not answer.agreed:
            return f"{answer.by.shown} declined: {answer.why or 'no reason was given'}."
        proven = self._is_proven(request)
        how = "" if proven else " (not provable: nothing but their own word says that it was another person)"
        details = {ASKED: str(entry.n), PROVABLE: "yes" if proven else "no"}
        self.journal.append(Topic.OBSERVED, f"{answer.by.shown} agreed{how}", details)
        return ""

    def agree(self, request: Request, typed: str) -> str:
        """Say yes to another's plan; why that does not count, '' when it was said."""
        if why := objection(request, self._member.someone, self.run, typed):
            return why
        details = {ASKED: str(request.n), DIGEST: request.digest}
        return self._answer(request, Topic.AGREED, "agrees to", details)

    def decline(self, request: Request, reason: str) -> str:
        """Say no; why that was not possible."""
        return self._answer(request, Topic.DECLINED, "declines", {ASKED: str(request.n), "reason": reason})

    def close(self) -> None:
        """Leave: give the wheel back, and say so."""
        self._ended.set()
        self._wake.set()
        try:
            if self.look().standing is Standing.MINE:
                self._write_wheel(f"{self._member.someone.shown} gives the wheel back", "")
            self.journal.append(Topic.LEFT, f"{self._member.someone.shown} leaves")
        except Fault:
            pass  # the others see by its silence, or by its process, that it is not there
        self.presence.leave(self.run)
        self.presence.close()

    def _beat(self, deliver: Deliver) -> None:
        told = len(self._account)
        while not self._ended.is_set():
            self._wake.clear()
            try:
                self.presence.say(self._member)
            except Fault as fault:
                self._trouble = str(fault)
            room = self.look()
            with self._one:
                new, told = tuple(self._account[told:]), len(self._account)
            self.publish(room, self.entries)
            if not self._ended.is_set():
                deliver(room, new)
            self._wake.wait(BEAT)

    def _known(self, heard: Heard) -> Heard:
        member = heard.member
        return replace(heard, gone=member.run != self.run and ended(member.host, member.process) is True)

    def _is_beside(self, each: Heard) -> bool:
        """A responder at the very same database, whose account goes by another name."""
        same = bool(self._member.server) and each.member.server == self._member.server
        return bool(each.elsewhere) and same and not each.lost and each.member.part == self._member.part

    def _take(self, room: Room) -> None:
        stands = standing(room.wheel, room.heard, self.run)
        self._write_wheel(taking(self._member.someone.shown, stands, room.wheel, room.heard), self.run)

    def _write_wheel(self, text: str, holder: str) -> None:
        with self._one:
            seen = next((e.n for e in reversed(self._account) if e.topic is Topic.WHEEL), Last().n)
        self.journal.append(Topic.WHEEL, text, {HOLDER: holder, SEEN: str(seen)})
        self.look()

    def _answer(self, request: Request, topic: Topic, word: str, details: dict[str, str]) -> str:
        try:
            if topic is Topic.AGREED:
                self.presence.sign(*seal_of(request))
            self.journal.append(topic, f"{self._member.someone.shown} {word}: {request.title}", details)
        except Fault as fault:
            return str(fault)
        finally:
            self._wake.set()
        return ""

    def _awaited(self, request: Request, say: Say, stop: threading.Event, patience: float) -> Answer | None:
        """The answer that counts; None when nobody gave one in time, the person stopped it, or the wheel is lost."""
        deadline = time.monotonic() + patience
        while not stop.is_set():
            is_last = time.monotonic() >= deadline
            room = self.look()
            answer = answer_to(request, self.entries)
            if answer is not None:
                return answer
            if is_last or room.standing is not Standing.MINE:
                return None
            say(f"waits for a partner, {max(0.0, deadline - time.monotonic()):.0f} s left: {_who_could(room)}")
            stop.wait(BEAT / 2)
        return None

    def _is_proven(self, request: Request) -> bool:
        """Whether the store itself knows that the yes was left by another right than this console's."""
        signer = self.presence.signer(*seal_of(request))
        return bool(signer) and signer != self.presence.login()


def _nobody(room: Room, account: Sequence[Entry]) -> None:
    """There is no window."""


def _who_could(room: Room) -> str:
    names = [each.member.someone.shown for each in room.others if each.member.part == "responder" and not each.lost]
    return f"{', '.join(names)} can agree" if names else "nobody else is in the room"
