"""From a wish to its end: the plan is said whole, its phrases are asked for, each step is told as it comes.

What counts is decided by console.acting, as for the dialogs: here it is only said and asked.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from console.core.assessment import Assessment
from console.core.faults import Fault, UsageFault
from console.core.intent import Answer, Intent, Verb
from console.core.plan import Outcome, Plan, Result
from console.core.room.consent import ALONE, asks_partner
from screens.acting.hold import other_hold
from screens.acting.linear import spoken
from screens.ages import staleness
from screens.linear.hearing import Hearing
from screens.linear.plain import stop
from screens.linear.voice import InterruptedError_, OverError
from screens.linear.words import Word
from screens.text import safe

if TYPE_CHECKING:
    from console.acting import Acting
    from console.incident import Incident
    from screens.linear.voice import Voice

T = TypeVar("T")
_COUNTDOWN = re.compile(r"\d+ s left")
_LOOK = "Whether more was sent is not known: type flights, journal and refresh before anything else."
_INSTEAD, _HOLD, _TRY = "instead", "hold", "try"


class Carrying(Hearing):
    """Plans, and carries out what was typed for."""

    def __init__(self, incident: Incident, voice: Voice, acting: Acting) -> None:
        """`acting` proposes and carries out."""
        super().__init__(incident, voice)
        self.acting = acting
        acting.hear = lambda text: voice.later(f"Printed: {safe(text)}")
        acting.wait = self._waits
        self._waited = ""
        self._offered: tuple[Intent, ...] = ()
        """What may be wanted next, or instead."""
        self._busy = threading.Event()
        """A plan is being made. One that is carried out keeps nobody from making another: a session can be ended
        beside it, and console.acting refuses whatever else is wished."""

    def words(self) -> tuple[Word, ...]:
        """What a plan that was shown offers."""
        offered = Word((_INSTEAD, "next"), "what the last plan offers instead, or next; `instead 2` the second.",
                       self.do_instead, "[N]")  # fmt: skip
        return (offered, *super().words())

    def _waits(self, text: str) -> None:
        """What is waited for, when it is another thing than before: not how many seconds are left, each second."""
        what = _COUNTDOWN.sub("", text)
        if what and what != self._waited:
            self.voice.later(stop(f"It {safe(text)}"))
        self._waited = what

    def do_instead(self, text: str) -> None:
        """The wish that was offered."""
        n = int(text) if text.isdigit() else 1
        if not 0 < n <= len(self._offered):
            raise UsageFault("nothing else is offered now")
        self.plan(self._offered[n - 1])

    def plan(self, intent: Intent) -> None:
        """Have it planned, said and, if every phrase is typed, done."""
        wanted: Intent | None = intent
        try:
            while wanted is not None:
                wanted = self._one(wanted, self.now())
        except InterruptedError_:
            self.voice.say("Nothing was sent.")
            return
        self.after()

    def _one(self, intent: Intent, now: Assessment) -> Intent | None:
        """One plan; another wish where that is typed instead."""
        self.voice.say("Reading what it would cost.")
        found = self._alone(lambda: self.acting.propose(intent, now))
        offered = found.instead[: 2 if found.intent.verb is Verb.END_PREPARED else 1]
        self._offered = offered
        stale, _, age = staleness(now, "incident", self.incident.interval, self.elapsed)
        dated = age or ("some time" if stale else "")
        self.voice.say(*spoken.plan(found, dated, sheltered=self.acting.tools.sheltered))
        if offered:
            self.voice.say(*(f"Instead, type {_INSTEAD} {n}: {spoken.wish(o)}." for n, o in enumerate(offered, 1)))
        if found.refused:
            self.voice.say("It is refused: nothing was sent.")
            return None
        return self._typed(found)

    def _alone(self, job: Callable[[], T]) -> T:
        """One at a time: what a person stopped waiting for may still be under way."""
        if self._busy.is_set():
            raise UsageFault("another plan is still being read", todo="Try again in a moment")
        self._busy.set()

        def work() -> T:
            try:
                return job()
            finally:
                self._busy.clear()

        done = self.voice.during(work)
        assert done is not None
        return done

    def _typed(self, plan: Plan) -> Intent | None:
        """Ask for all that has to be typed, then do it. Anything else than what is asked for does nothing."""
        if plan.open_questions and (answered := self._answered(plan)) is not plan.intent:
            return answered
        typed: list[str] = []
        for phrase in plan.phrases:
            value = self._phrase(plan, phrase, first=not typed)
            if isinstance(value, Intent) or value is None:
                return value
            typed.append(value)
        if plan.unproven and not plan.intent.reason:
            reason = self.voice.ask("Why, in one line (it is kept in the journal): ").strip()
            if not reason:
                self.voice.say("No reason was given: nothing was sent.")
                return None
            plan = replace(plan, intent=replace(plan.intent, reason=reason))
        agreed = self._with_partner(plan)
        if agreed is not None:
            self._carry_out(agreed, tuple(typed))
        return None

    def _answered(self, plan: Plan) -> Intent | None:
        """What a person says of each statement that cannot be told; None where they say nothing."""
        answers = dict(plan.intent.answers)
        for n in plan.open_questions:
            if n in answers:
                continue
            self.voice.say(f"Statement {n} cannot be told. Type run, it ran or stop.")
            value = self.voice.ask(f"statement {n}> ")
            if value not in [answer.value for answer in Answer]:
                self.voice.say("That is none of the three: nothing was sent.")
                return None
            answers[n] = Answer(value)
        same = tuple(sorted(answers.items())) == tuple(sorted(plan.intent.answers))
        return plan.intent if same else replace(plan.intent, answers=tuple(sorted(answers.items())))

    def _phrase(self, plan: Plan, phrase: str, *, first: bool) -> str | Intent | None:
        """The phrase as it was typed, or another wish; None: it was not typed, and nothing was sent."""
        self.voice.say(f"To do it, type exactly: {safe(phrase)}", *self._besides(plan))
        while True:
            value = self.voice.ask("phrase> ", fresh=first)
            word, _, number = value.partition(" ")
            if word == _INSTEAD and (number or "1") in [str(n) for n in range(1, len(self._offered) + 1)]:
                return self._offered[int(number or "1") - 1]
            if value == _HOLD and (other := other_hold(plan)) is not None:
                return other
            if value == _TRY and self.acting.tools.rehearse is not None:
                self._try(plan)
                continue
            if value == phrase:
                return value
            self.voice.say(f"This is not {safe(phrase)}: nothing was sent." if value else "Nothing was sent.")
            return None

    def _besides(self, plan: Plan) -> Iterator[str]:
        if other_hold(plan) is not None:
            yield f"Or type {_HOLD}, to {'hold nobody off' if plan.intent.hold else 'hold others off'}."
        if self.acting.tools.rehearse is not None:
            yield f"Or type {_TRY}, to try it on the scratch server first."
        yield "Anything else does nothing."

    def _try(self, plan: Plan) -> None:
        self.voice.say("It is being tried on the scratch server.")
        try:
            self.voice.say(*spoken.rehearsed(self._alone(lambda: self.acting.rehearse(plan))))
        except Fault as fault:
            self.voice.say(stop(str(fault)))

    def _with_partner(self, plan: Plan) -> Plan | None:
        """Asked last, where another person has to agree; None: it was not said how."""
        seat = self.acting.tools.seat
        if seat is None or not asks_partner(plan, seat.room.need):
            return plan
        self.voice.say(f"Enter alone asks a partner: {safe(seat.who_could)}. Or type {ALONE}and why.")
        value = self.voice.ask("partner> ").strip()
        reason = value.removeprefix(ALONE).strip() if value.startswith(ALONE) else ""
        if value and not reason:
            self.voice.say("That is neither: nothing was sent.")
            return None
        return replace(plan, intent=replace(plan.intent, alone=reason))

    def _carry_out(self, plan: Plan, typed: Sequence[str]) -> None:
        """Do it, once; each step is told as it begins and as it ends."""
        halt, left, once = threading.Event(), threading.Event(), threading.Lock()
        ends: list[Result] = []

        def work() -> Result:
            try:
                ends.append(self.acting.carry_out(plan, typed, partial(self._told, plan, halt), halt))
            except Fault as fault:
                ends.append(Result(plan, refused=(str(fault),)))
            except Exception as problem:  # noqa: BLE001 - what was sent may run, and that has to be said
                failed = f"Halfway itself failed ({type(problem).__name__}). {_LOOK}"
                ends.append(Result(plan, next=failed))
            if left.is_set() and once.acquire(blocking=False):
                self.voice.later(*spoken.ended(ends[0]))
            return ends[0]

        self._waited = ""
        self.voice.say("It is begun. Type stop to stop before the next step, or leave to let it go on without you.",
                       *(spoken.step(plan, plan.steps[0]) if plan.steps else ()))  # fmt: skip
        try:
            result = self.voice.during(work, partial(self._while_done, halt))
        except InterruptedError_:
            self.voice.say("Whatever was sent goes on, on the server; the next console opens on it.")
            self.voice.ended()
            raise OverError from None
        left.set()
        if result is None:
            self.voice.say("What was sent goes on, on the server; its end is said before a prompt to come.")
            if ends and once.acquire(blocking=False):
                self.voice.later(*spoken.ended(ends[0]))
            return
        self._offered = result.instead[:1]
        self.voice.say(*spoken.ended(result))
        self.voice.say(*(f"Next, type {_INSTEAD}: {spoken.wish(other)}." for other in self._offered))

    def _told(self, plan: Plan, halt: threading.Event, outcome: Outcome) -> None:
        """From the thread that acts: a step has ended, the next begins."""
        self.voice.later(*spoken.came(plan, outcome))
        following = next((step for step in plan.steps if step.n > outcome.n), None)
        if following is not None and outcome.good and not halt.is_set():
            self.voice.later(*spoken.step(plan, following))

    def _while_done(self, halt: threading.Event, line: str) -> bool:
        """What is typed meanwhile; whether to wait on."""
        if line.strip() in ("stop", "s"):
            halt.set()
            self.voice.say("It stops before the next step.")
        elif line.strip() == "leave":
            return False
        elif line.strip():
            self.voice.say("It is still being done. Type stop or leave.")
        return True

    def after(self) -> None:
        """Something may have changed, and may be under way."""
        self.incident.refresh()
        if not self._busy.is_set():
            self.look()
