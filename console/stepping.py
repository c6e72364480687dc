"""One step, from the last look before it to the first look after it. Nothing is sent twice.

While it waits for a lock somebody looks on: a server says that the time for waiting is over, and not for whom one
waited. Afterwards that is often nowhere to be seen any more.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from types import TracebackType

from console.core.assessment import Assessment
from console.core.faults import Fault, NotPermittedFault, RefusedFault
from console.core.flight import held_up_by
from console.core.guard import appeared
from console.core.hold.holder import told_of
from console.core.journal import PROCESS, Entry, Topic
from console.core.plan import Outcome, Plan, Step, StepKind, Word
from console.core.plans.after import ready
from console.core.plans.by_tool import Leads, led_astray, untold
from console.core.plans.lost import after_loss, elsewhere, seen
from console.core.ports_acting import Hand, Journal
from console.readers.own_command import run_aloud

Observe = Callable[[], Assessment]
_MOMENT = 0.3
"""Seconds."""
_LOOK_AFTER = 1.5
"""Seconds after which who still waits is looked at; less than any plan waits for a lock."""
_ASK = 5.0
"""Seconds that one question just before a step may take."""
_WAITED = ("55P03", "1205")
"""The time for waiting for a lock was over."""


@dataclass(frozen=True)
class Armed:
    """The acting connection and which session of the server it was when it was proven."""

    hand: Hand
    session: str
    holder: str = ""
    """The session that holds other runs of the tool off; '' when none does."""

    def holding(self, plan: Plan, now: Assessment) -> Armed:
        """With others held off, as the plan says; a Fault where that cannot be, with who has the lock."""
        holds = tuple(hold for hold in plan.holds if hold.locks)
        if not holds:
            return self
        try:
            return replace(self, holder=self.hand.hold(holds))
        except RefusedFault as fault:
            told = told_of(fault.code, now) if fault.code else ""
            fault.why += f" ({told})" if told else ""
            raise

    def lost(self) -> str:
        """Why nobody is held off any more."""
        return self.hand.lost_hold() if self.holder else ""

    def unheld(self) -> str:
        """The same where the link was lost: who cannot be asked holds nobody off."""
        try:
            return self.lost()
        except Fault as fault:
            return f"nobody is held off any more ({fault.why or fault.what})"

    def let_go(self) -> None:
        """Hold nobody off any more; where the link is lost, that ends with what still runs."""
        if self.holder:
            with suppress(Fault):
                self.hand.let_go()


@dataclass(frozen=True)
class Stepper:
    """Does steps, one after the other."""

    journal: Journal
    observe: Observe
    hear: Callable[[str], None] = lambda _: None
    """Gets what a tool prints, line by line."""
    leads: Leads = untold

    def done(self, plan: Plan, step: Step, armed: Armed, entry: Entry) -> Outcome:
        """What came of it. The journal has it already, as `entry`."""
        if why := self._kept_from(plan, step, armed, entry):
            return Outcome(step.n, Word.REFUSED, why, sent=False)
        try:
            if step.kind is StepKind.SESSION:
                return armed.hand.kill(step, entry.n)
            return self._run(plan, step, armed, entry)
        except Fault as fault:
            word, detail = after_loss(plan, step, armed.session, self._observe_later)
            told = f"the link broke while it was sent ({fault.why or fault.what}); {detail}"
            lost = armed.unheld() if word in (Word.UNKNOWN, Word.IN_FLIGHT) else ""
            return Outcome(step.n, word, f"{told}; {lost}: another run can begin" if lost else told)

    def _kept_from(self, plan: Plan, step: Step, armed: Armed, entry: Entry) -> str:
        """Look again; why it is not sent after all. A session is looked at by the hand itself."""
        if step.kind is StepKind.SESSION:
            return ""
        try:
            changed = self._not_now(plan, step, self.observe(), entry)
            return changed or spoken_against(step, armed.hand) or self._elsewhere(plan, step)
        except Fault as fault:
            return f"nothing was sent: {fault}"

    def _run(self, plan: Plan, step: Step, armed: Armed, entry: Entry) -> Outcome:
        """Send it, look again."""
        began = time.monotonic()
        onlooker = Onlooker(self.observe)
        try:
            with onlooker:
                told = self._sent(step, armed, entry)
        except (RefusedFault, NotPermittedFault) as fault:
            outcome = Outcome(step.n, Word.REFUSED, fault.why or str(fault))
            waited = isinstance(fault, RefusedFault) and fault.code in _WAITED
            return onlooker.named(outcome, armed.session, plan.server) if waited else outcome
        word, detail = seen(plan, step, self.observe())
        if word is Word.DONE and (missing := counted_after(step, armed.hand)) is not None:
            word, detail = missing
        detail = "; ".join(part for part in (told, detail) if part)
        return Outcome(step.n, word, detail, time.monotonic() - began)

    def _sent(self, step: Step, armed: Armed, entry: Entry) -> str:
        """What is to be known of how it went. Of a tool nothing is believed: what it did is read afterwards."""
        if step.command is None:
            armed.hand.run(step, entry.n)
            return ""
        began = partial(self._began, entry)
        return run_aloud(step.command.argv, step.command.folder, self.hear, began).problem

    def _began(self, entry: Entry, pid: int) -> None:
        """It runs already: where this cannot be written down, only a person can say that it has ended."""
        with suppress(Fault):
            self.journal.append(Topic.OBSERVED, f"process {pid} runs it", {"acting": str(entry.n), PROCESS: str(pid)})

    def _not_now(self, plan: Plan, step: Step, now: Assessment, entry: Entry) -> str:
        """Why it is not sent after all; of two consoles that begin at once, who wrote it down first goes on."""
        others = [one for one in self.journal.in_flight() if one.n < entry.n]
        if others:
            return f"another step is in flight: {others[0].text} (journal entry {others[0].n})"
        return elsewhere(plan.server, now) or appeared(plan, now) or ready(step, now)

    def _elsewhere(self, plan: Plan, step: Step) -> str:
        """Why the tool would not act on this database any more."""
        return led_astray(plan, self.leads(plan.intent.framework)) if step.command is not None else ""

    def _observe_later(self) -> Assessment:
        """What a server notices of a lost link, and what ends with it, takes it a moment."""
        threading.Event().wait(_MOMENT)
        return self.observe()


def spoken_against(step: Step, hand: Hand) -> str:
    """Why what is asked just before keeps it from being sent; an answer that does not come does, too."""
    for check in step.checks:
        found = hand.count(check.sql, _ASK)
        if found is None:
            return "what must be known just before it could not be asked"
        if found != check.wanted:
            return check.otherwise
    return ""


def counted_after(step: Step, hand: Hand) -> tuple[Word, str] | None:
    """What a count speaks against its having been done; None where nothing does."""
    for check in step.after:
        found = hand.count(check.sql, _ASK)
        if found is None:
            return Word.UNKNOWN, "it was sent, and could not be counted"
        if found != check.wanted:
            return Word.NOT_DONE, check.otherwise
    return None


class Onlooker:
    """Looks once, while a statement still runs."""

    def __init__(self, observe: Observe) -> None:
        """It looks from its own thread."""
        self._observe = observe
        self._ended = threading.Event()
        self._seen: Assessment | None = None
        self._thread = threading.Thread(target=self._look, name="halfway-onlooker", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        if not self._ended.wait(_LOOK_AFTER):
            self._seen = self._observe()

    def named(self, outcome: Outcome, session: str, server: str) -> Outcome:
        """With those for whom the session waited, as far as they were seen."""
        behind = held_up_by(session, server, self._seen) if self._seen is not None else ()
        if not behind:
            return outcome
        likely = "likely " if any(each.likely for each in behind) else ""
        names = " or ".join(each.name for each in behind) if likely else ", ".join(each.name for each in behind)
        return replace(
            outcome, detail=f"{outcome.detail}: it waited behind {likely}{names}",
            behind=tuple(each.session for each in behind),
        )  # fmt: skip
