"""The use cases of a responder: propose a plan, carry it out. The only caller of anything that writes.

What is sent stands in the plan, letter by letter; before each step the journal has it on disk; nothing is sent twice;
and what came of it is what reading again shows. An observer's process never imports this module.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from console.core.assessment import Assessment
from console.core.debris import touched
from console.core.faults import Fault, JournalFault, ReadFault, RefusedFault
from console.core.flight import Flight, flight, sessions_of
from console.core.guard import between, kept_out, mistyped, objections
from console.core.hold.others import with_others
from console.core.intent import Intent, Verb
from console.core.journal import HOST, Entry, Topic
from console.core.plan import Outcome, Owner, Plan, Result, Step, Word, goes_on
from console.core.plans import make_plan
from console.core.plans.after import ways_on, whats_next
from console.core.plans.by_tool import by_tool_plan
from console.core.plans.losing import lost_more, with_losses
from console.core.plans.lost import ended
from console.core.plans.roll_back_to import meant
from console.core.plans.undo import kept
from console.core.ports_acting import Hand
from console.core.preflight.of_plan import with_preflight
from console.machine import gone, here
from console.stepping import Armed, Stepper, spoken_against
from console.telling import Telling
from console.tools import Tools

Tell = Callable[[Outcome], None]
COUNT_SECONDS = 5.0
"""How long one count of what a plan destroys may take."""
_NEVER = threading.Event()


class Acting(Telling):
    """Proposes and carries out, one plan at a time."""

    def __init__(self, tools: Tools, observe: Callable[[], Assessment]) -> None:
        """`observe` gives an assessment whose every part was read after it was called."""
        super().__init__(tools, observe)
        self.hear: Callable[[str], None] = lambda _: None
        """Gets what a tool prints, line by line."""
        self.wait: Callable[[str], None] = lambda _: None
        """Gets what is waited for before anything is sent."""
        self._stepper = Stepper(tools.journal, observe, self._heard, tools.leads)
        self._one = threading.Lock()

    def _heard(self, text: str) -> None:
        self.hear(text)

    def warm(self) -> Fault | None:
        """Open the acting connection before it is needed; why that did not work."""
        try:
            self.grip.hand()
        except Fault as fault:
            return fault
        return None

    def propose(self, intent: Intent, assessment: Assessment) -> Plan:
        """The plan for a wish, complete and exact; nothing is sent. It goes into the journal."""
        made = with_preflight(with_others(self._made(intent, assessment), assessment), assessment)
        plan = self.ours(self._counted(self._asked(kept_out(made, assessment, self.in_flight()))))
        if self.tools.production:
            plan = replace(plan, phrase=f"{plan.phrase} on {self.tools.production}")
        self.tools.journal.append(Topic.INTENT, plan.title, {"plan": plan.title, "sql": plan.sql,
                                                              "refused": "; ".join(plan.refused)})  # fmt: skip
        return plan

    def _made(self, intent: Intent, assessment: Assessment) -> Plan:
        server = assessment.observation.server.value
        bare = Plan(intent, intent.verb.value, intent.verb.value, "", assessment.taken_at)
        if server is None:
            return replace(bare, refused=("Which server this is has not been read.",))
        if server.direct:
            return replace(bare, refused=(between(server),))
        try:
            renderer = self.tools.renderer(server.dialect)
        except Fault as fault:
            return replace(bare, refused=(str(fault),))
        owner = self._owner(intent, assessment)
        ours = sessions_of([flight(entry, assessment) for entry in self.in_flight()] if intent.verb.kills else ())
        account = self.entries() if intent.verb.marks else ()
        if intent.verb is Verb.TOOL_ROLL_BACK and (marker := self.tools.markers.get(intent.framework)) is not None:
            return by_tool_plan(intent, assessment, renderer, marker, self.tools.leads(intent.framework))
        return make_plan(intent, assessment, renderer, self.tools.markers, owner, ours, account)

    def _owner(self, intent: Intent, assessment: Assessment) -> Owner:
        """Who owns the tables of the migration, asked over the connection that would act."""
        if intent.verb not in (Verb.FINISH, Verb.ROLL_BACK, Verb.ROLL_BACK_TO) and not intent.verb.cleans:
            return Owner()
        named = (table for m in meant(intent, assessment) for j in m.statements for table in j.statement.tables)
        tables = dict.fromkeys((*touched(intent, assessment), *named))
        try:
            return self.grip.asked(lambda hand: hand.owner(tuple(tables)))
        except Fault as fault:
            return Owner(refused=str(fault))

    def _asked(self, plan: Plan) -> Plan:
        """Refused from the start where what is asked just before the first step speaks against it already."""
        if not plan.steps or plan.refused:
            return plan
        try:
            why = self.grip.asked(lambda hand: spoken_against(plan.steps[0], hand)) if plan.steps[0].checks else ""
        except Fault as fault:
            why = str(fault)
        return replace(plan, refused=(f"{why[:1].upper()}{why[1:]}.",)) if why else plan

    def _counted(self, plan: Plan) -> Plan:
        """With what the plan would destroy: that is known before anybody types."""
        if not plan.counts or plan.refused:
            return plan
        return with_losses(plan, self._count(plan))

    def _count(self, plan: Plan) -> list[int | None]:
        try:
            return self.grip.asked(lambda hand: [hand.count(count.sql, COUNT_SECONDS) for count in plan.counts])
        except Fault:
            return [None] * len(plan.counts)

    def carry_out(
        self, plan: Plan, typed: Sequence[str], tell: Tell = lambda _: None, stop: threading.Event = _NEVER
    ) -> Result:
        """Do it, once. `tell` gets each outcome before the next step begins; `stop` ends it between two steps."""
        if not self._one.acquire(blocking=False):
            if plan.intent.verb.kills:
                return self._beside(plan, typed, tell)
            return self._refuse(plan, ("Another plan is being carried out.",))
        try:
            return self._guarded(plan, typed, tell, stop)
        except JournalFault as fault:
            return Result(plan, refused=(str(fault),))
        finally:
            self._one.release()

    def _beside(self, plan: Plan, typed: Sequence[str], tell: Tell) -> Result:
        """While a plan is under way a session can still be ended, over a connection of its own."""
        other = Acting(self.tools, self.observe)
        try:
            return other.carry_out(plan, typed, tell)
        finally:
            other.close()

    def flights(self, now: Assessment) -> tuple[Flight, ...]:
        """What is under way, as `now` shows it; what has come to its end is written down as ended."""
        if not self._one.locked():
            self._end_flights(now)
        return tuple(flight(entry, now, gone) for entry in self.in_flight())

    def say_ended(self, entry: Entry) -> None:
        """A person has seen that the program which this entry began does not run any more."""
        self._end(entry, Outcome(0, Word.UNKNOWN, "a person says that it has ended; the state shows what came of it"))

    def close(self) -> None:
        """End the acting connection; what it runs is not cancelled."""
        self.grip.close()

    def _guarded(self, plan: Plan, typed: Sequence[str], tell: Tell, stop: threading.Event) -> Result:
        wrong = mistyped(plan, typed)
        if wrong:
            return self._refuse(plan, (wrong,))
        if plan.unproven and not plan.intent.reason.strip():
            return self._refuse(plan, ("Why it is done unproven has not been said.",))
        if alone := self.not_agreed(plan, self.wait, stop):
            return self._refuse(plan, (alone,))
        now = self.observe()
        self._end_flights(now)
        why = objections(plan, now, self.tools.journal.in_flight())
        why = why or (lost_more(plan, self._count(plan)) if plan.counts else ())
        if why:
            return self._refuse(plan, why)
        self.seen(now, f"before: {plan.title}")
        try:
            armed = self._holding(plan, now)
        except Fault as fault:
            return self._refuse(plan, (str(fault),))
        try:
            outcomes = tuple(self._steps(plan, armed, tell, stop))
        finally:
            if not plan.intent.verb.kills:
                armed.let_go()
                self.close()  # what was set for this plan must not hold for the next
                self.warm()
        after = self.observe()
        self.seen(after, f"after: {plan.title}")
        return Result(plan, outcomes, next=whats_next(plan, outcomes, after), instead=ways_on(outcomes, after))

    def _steps(self, plan: Plan, armed: Armed, tell: Tell, stop: threading.Event) -> Iterator[Outcome]:
        for step in plan.steps:
            try:
                outcome = self._stopped(step) if stop.is_set() else self._step(plan, step, armed)
            except JournalFault as fault:
                if step is plan.steps[0]:
                    raise
                outcome = Outcome(step.n, Word.REFUSED, str(fault), sent=False)
            tell(outcome)
            yield outcome
            if not goes_on(plan, outcome):
                return

    def _end_flights(self, now: Assessment) -> None:
        """Write down the end of what was in flight and whose session is gone: nothing more can come of it."""
        for entry in self.nobodys(self.tools.journal.in_flight()):
            if why := ended(entry.details, now, gone):
                self._end(entry, Outcome(0, Word.UNKNOWN, why))

    def _proven(self, plan: Plan) -> Armed:
        """The acting connection, on the very server that was observed."""
        try:
            return self._proof(plan, self.grip.hand())
        except ReadFault:
            self.close()  # it died of waiting; nothing was sent over it yet
        try:
            return self._proof(plan, self.grip.hand())
        except Fault:
            self.close()
            raise

    def _proof(self, plan: Plan, hand: Hand) -> Armed:
        if hand.identity() != plan.server:
            self.close()
            raise RefusedFault("The acting connection leads to another server than the one that was observed")
        if not plan.intent.verb.kills:
            self.grip.keep()
            try:
                hand.settle(plan.settings)
            except Fault:
                self.close()
                raise
        return Armed(hand, hand.whoami())

    def _holding(self, plan: Plan, now: Assessment) -> Armed:
        """The acting connection, and others held off as the plan says."""
        armed = self._proven(plan)
        try:
            return armed.holding(plan, now)
        except Fault:
            self.close()
            raise

    def _step(self, plan: Plan, step: Step, armed: Armed) -> Outcome:
        if why := self._changed(plan, armed):
            self.tools.journal.append(Topic.REFUSED, f"{step.title}: {why}", {"step": str(step.n), "reason": why})
            return Outcome(step.n, Word.REFUSED, why, sent=False)
        details = {
            "plan": plan.title,
            "step": str(step.n),
            "sql": ";\n".join(step.sql),
            "server": plan.server,
            "session": armed.session,
            "held off by": armed.holder,
            "reason": plan.intent.reason,
            "evidence": "; ".join(j.evidence for j in step.judgements),
            **({HOST: here()} if step.command is not None else {}),
        } | kept(plan, step)
        entry = self.tools.journal.append(Topic.ACTING, step.title, details)
        outcome = self._stepper.done(plan, step, armed, entry)
        try:
            self._end(entry, outcome)
        except JournalFault as fault:
            return replace(outcome, detail=f"{outcome.detail} (not in the journal: {fault})".strip())
        finally:
            if outcome.word in (Word.UNKNOWN, Word.IN_FLIGHT):
                self.close()  # after the entry: a keeper that is let go looks whether one is there
        return outcome

    def _changed(self, plan: Plan, armed: Armed) -> str:
        """Why the acting connection is not the one that was proven; '' when it is. Nothing has been sent yet."""
        try:
            same = armed.hand.identity() == plan.server and armed.hand.whoami() == armed.session
            if lost := armed.lost():
                return f"nothing was sent: {lost}"
        except Fault as fault:
            self.close()
            return f"nothing was sent: {fault}"
        return "" if same else "nothing was sent: the acting connection leads to another server or session now"

    def _end(self, entry: Entry, outcome: Outcome) -> None:
        told = {"acting": str(entry.n), "outcome": outcome.word.value, "seconds": f"{outcome.seconds:.3f}"}
        text = f"{entry.text}: {outcome.word.value} {outcome.detail}".strip()
        self.tools.journal.append(Topic.OUTCOME, text, told)

    def _stopped(self, step: Step) -> Outcome:
        self.tools.journal.append(Topic.REFUSED, f"{step.title}: stopped before it", {"step": str(step.n)})
        return Outcome(step.n, Word.STOPPED, sent=False)

    def _refuse(self, plan: Plan, why: tuple[str, ...]) -> Result:
        self.tools.journal.append(Topic.REFUSED, plan.title, {"plan": plan.title, "reason": "; ".join(why)})
        return Result(plan, refused=why)
