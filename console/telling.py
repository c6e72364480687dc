"""What a responder writes down and asks without changing anything: notes, answers, counts, and the account so far."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from console.core.assessment import Assessment
from console.core.faults import Fault, UsageFault
from console.core.journal import Entry, Topic
from console.core.plan import Plan
from console.core.rehearsal import Rehearsed, outcome
from console.core.room.wheel import Standing
from console.grip import Grip
from console.lanes.verifying import Verifier
from console.tools import Tools


class Telling:
    """The journal and the acting connection, used to write and to read."""

    def __init__(self, tools: Tools, observe: Callable[[], Assessment]) -> None:
        """`observe` gives an assessment whose every part was read after it was called."""
        self.tools = tools
        self.observe = observe
        self.grip = Grip(tools.open_hand)

    def note(self, text: str) -> Entry:
        """A person's own words for the journal."""
        return self.tools.journal.append(Topic.NOTE, text)

    def count(self, sql: str, seconds: float) -> int | None:
        """The number of a SELECT over the acting connection; None where it took longer, or was refused."""
        try:
            return self.grip.asked(lambda hand: hand.count(sql, seconds))
        except Fault:
            return None

    def rehearse(self, plan: Plan) -> tuple[Rehearsed, ...]:
        """Try it on the scratch server that was named, and write down what came of it."""
        if self.tools.rehearse is None:
            raise UsageFault("no scratch server was named", todo="Begin with --shadow URL")
        found = self.tools.rehearse(plan, self.observe())
        details = {f"step {each.n}": f"{each.word} {each.detail}".strip() for each in found}
        self.tools.journal.append(Topic.REHEARSED, f"{plan.title}: {outcome(found)}", details)
        return found

    def verifier(self) -> Verifier:
        """What looks whether all has come to its end."""
        return Verifier(self.observe, self.count)

    def decide(self, text: str, details: Mapping[str, str], topic: Topic = Topic.DECISION) -> Entry:
        """What a person said or found of something that no catalog tells."""
        return self.tools.journal.append(topic, text, details)

    def ours(self, plan: Plan) -> Plan:
        """The plan, refused from the start where another console has the wheel."""
        seat = self.tools.seat
        if seat is None:
            return plan
        room = seat.look()
        taken = "" if room.standing is Standing.MINE else f"{room.told} w takes it over."
        return replace(plan, refused=(*plan.refused, *(why for why in (taken, room.apart) if why)))

    def not_agreed(self, plan: Plan, hear: Callable[[str], None], stop: threading.Event) -> str:
        """Why it may not be done without a partner; '' when one agreed, or none is needed. May wait for minutes."""
        seat = self.tools.seat
        return "" if seat is None else seat.consent(plan, plan.intent.alone, hear, stop)

    def nobodys(self, entries: Sequence[Entry]) -> tuple[Entry, ...]:
        """Those whose end nobody else writes down: another console that is there does so for its own."""
        seat = self.tools.seat
        there = {each.member.run for each in seat.room.others if not each.lost} if seat is not None else set()
        return tuple(entry for entry in entries if entry.run not in there)

    def seen(self, assessment: Assessment, why: str = "") -> None:
        """Keep what was seen: always where there is a reason, else where it is another picture than the last."""
        if self.tools.seeing is not None:
            keep = self.tools.seeing
            keep.keep(assessment, why) if why else keep.look(assessment)

    def leave(self) -> None:
        """End the acting connection, and go out of the room: the wheel is given back."""
        self.grip.close()
        if self.tools.seat is not None:
            self.tools.seat.close()

    def entries(self) -> tuple[Entry, ...]:
        """The account so far."""
        return self.tools.journal.entries()

    def in_flight(self) -> tuple[Entry, ...]:
        """Steps that were sent and whose end nobody has recorded."""
        return self.tools.journal.in_flight()
