"""What a responder writes down and asks without changing anything: notes, answers, counts, and the account so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from console.core.assessment import Assessment
from console.core.faults import Fault, UsageFault
from console.core.journal import Entry, Topic
from console.core.plan import Plan
from console.core.rehearsal import Rehearsed, outcome
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

    def entries(self) -> tuple[Entry, ...]:
        """The account so far."""
        return self.tools.journal.entries()

    def in_flight(self) -> tuple[Entry, ...]:
        """Steps that were sent and whose end nobody has recorded."""
        return self.tools.journal.in_flight()
