"""The console of a responder that is heard: the wishes that lead to a plan, what is in flight, notes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from console.core.assessment import Assessment
from console.core.debris import cleanable
from console.core.faults import UsageFault
from console.core.flight import Flight
from console.core.intent import Intent, Verb
from console.core.killing import suggested
from console.core.room.people import Someone, people
from console.core.session import walk
from screens.acting.linear import spoken
from screens.acting.linear.rooming import Rooming
from screens.acting.meaning import cleaning, marking
from screens.linear.lists import Found
from screens.linear.plain import many, stop
from screens.linear.words import Do, Word
from screens.text import safe

if TYPE_CHECKING:
    from console.acting import Acting
    from console.incident import Incident
    from screens.linear.voice import Voice


class Responding(Rooming):
    """Posts wishes as well."""

    def __init__(self, incident: Incident, voice: Voice, acting: Acting) -> None:
        """Nothing is in flight, as far as is known."""
        super().__init__(incident, voice, acting)
        self._flights: Sequence[Flight] | None = None
        """None: nobody has looked yet."""

    def words(self) -> tuple[Word, ...]:
        """What acts stands first."""
        return (*self.acts(), *super().words())

    def acts(self) -> tuple[Word, ...]:
        """Each shows a plan; nothing is sent before its phrase is typed."""
        return (
            Word(("kill", "k"), "end a session, or the one that blocks most.", self.do_kill, "[ID...]"),
            Word(("finish", "f"), "run what has not landed, and record it.", self.about(Verb.FINISH), "[MIGRATION]"),
            Word(("roll-back", "undo", "u"), "take back what landed, newest first.", self.about(Verb.ROLL_BACK),
                 "[MIGRATION]"),
            Word(("mark", "m"), "have the tool believe that it ran, or that it did not; `mark again` for the tool to "
                 "repeat it.", self.do_mark, "[again] [MIGRATION]"),
            Word(("clean", "x"), "clean up what a failure left behind.", self.do_clean, "[N]"),
            Word(("by-tool", "T"), "have the tool itself take its newest migration back.",
                 self.about(Verb.TOOL_ROLL_BACK), "[MIGRATION]"),
            Word(("flights", "i"), "what was sent and still runs.", self.do_flights),
            Word(("ended",), "say that a program runs no more, as `flights` asks for it.", self.do_ended, "N"),
            Word(("note", "n"), "write a line into the journal.", self.do_note, "TEXT"),
        )  # fmt: skip

    def take(self, assessment: Assessment) -> None:
        """What was seen is kept, and what is in flight is followed, on a thread of its own."""
        super().take(assessment)
        self.background(lambda: self._follow(assessment))

    def _follow(self, assessment: Assessment) -> None:
        self.acting.seen(assessment)
        if self._flights is None or self._flights or self.others_act:
            self.others_act = False
            before, self._flights = self._flights, self.acting.flights(assessment)
            if before is None:
                self.voice.later(*(stop(f"In flight: {safe(each.entry.text)}. Type flights to follow it")
                                   for each in self._flights if not each.over))  # fmt: skip

    def after(self) -> None:
        """Something may be under way now."""
        self._flights = self._flights or None
        super().after()
        self.background(self.read_account)

    def greet(self) -> None:
        """With what people said, and the backups that are there."""
        self.background(self.read_account)
        super().greet()
        self.background(self.look_for_backups)

    def about(self, verb: Verb) -> Do:
        """A wish about a migration."""

        def do(text: str) -> None:
            framework, migration = self.meant(text)
            self.plan(Intent(verb, migration=migration.id, framework=framework.framework))

        return do

    def meant(self, text: str) -> Found:
        """Where none is named, one that is in trouble: what ended well is never changed for want of a word."""
        if not text and not self.now().troubled:
            raise UsageFault("no migration is known to be in trouble", todo="Name the one that is meant")
        return self.found(text)

    def do_kill(self, text: str) -> None:
        """Those that are named; else the one that blocks most."""
        now = self.now()
        trees = now.blocked.trees
        ids = tuple(text.replace(",", " ").split()) or ((trees[0].session.id,) if trees else ())
        known = {each.id for each in now.observation.sessions.value or ()} | {n.session.id for n in walk(trees)}
        if unknown := [each for each in ids if each not in known]:
            raise UsageFault(
                f"session {safe(unknown[0], 40)} is not among those that were read",
                todo="Type locks for those there are",
            )
        intent = suggested(now, ids) if ids else None
        if intent is None:
            raise UsageFault(
                "it is ending already" if ids else "nobody is known to be in anybody's way", todo="Name a session"
            )
        self.plan(intent)

    def do_mark(self, text: str) -> None:
        """Whatever the tool does not believe yet."""
        first, _, rest = text.partition(" ")
        repeat = first == "again"
        framework, migration = self.meant(rest if repeat else text)
        verb = marking(self.now(), framework, migration, repeat=repeat)
        if not isinstance(verb, Verb):
            raise UsageFault(verb)
        self.plan(Intent(verb, migration=migration.id, framework=framework.framework))

    def do_clean(self, text: str) -> None:
        """By the number that `status` gives it, or the first that can be cleaned up from here."""
        now = self.now()
        if text and not (text.isdigit() and 0 < int(text) <= len(now.debris)):
            raise UsageFault(
                f"{many(len(now.debris), 'thing')} known to be left behind", todo="Type clean and a number"
            )
        intent = cleaning(now, now.debris[int(text) - 1] if text else next(cleanable(now), None))
        if intent is None:
            raise UsageFault(
                "it is cleaned up by hand" if text else "nothing is known to be left that is cleaned up from here"
            )
        self.plan(intent)

    def do_flights(self, _: str) -> None:
        """Follow, or how to cancel."""
        now = self.now()
        self._flights = self.voice.during(lambda: self.acting.flights(now)) or ()
        seat = self.acting.tools.seat
        known = people(seat.entries) if seat is not None else {}
        for each in self._flights:
            who = known.get(each.entry.run, Someone(each.entry.who)).shown
            self.voice.say(*spoken.flight(each, who))
        if not self._flights:
            self.voice.say("Nothing is in flight.")

    def do_ended(self, text: str) -> None:
        """Only a program that this machine cannot see, by the number of its entry."""
        flights = self.voice.during(lambda: self.acting.flights(self.now())) or ()
        entry = next((each.entry for each in flights if each.by_hand and str(each.entry.n) == text), None)
        if entry is None:
            raise UsageFault("there is no program of that number in flight", todo="Type flights for what there is")
        self.voice.during(lambda: self.acting.say_ended(entry))
        self.voice.say(f"It is written down that {safe(entry.text)} has ended.")
        self.after()

    def do_note(self, text: str) -> None:
        """In a person's own words."""
        words = text or self.voice.ask("note> ").strip()
        if not words:
            self.voice.say("Nothing was written.")
            return
        self.voice.during(lambda: self.acting.note(words))
        self.voice.say("It is in the journal.")
