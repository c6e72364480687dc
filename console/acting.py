"""The use cases of a responder: propose a plan, carry it out. The only caller of anything that writes.

What is sent stands in the plan, letter by letter; before each step the journal has it on disk; nothing is sent twice;
and what came of it is what reading again shows. An observer's process never imports this module.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from console.core.assessment import Assessment
from console.core.faults import Fault, JournalFault, LinkLostFault, NotPermittedFault, RefusedFault
from console.core.guard import mistyped, objections
from console.core.intent import Intent, Verb
from console.core.journal import Entry, Topic
from console.core.plan import Outcome, Owner, Plan, Result, Step, StepKind, Word
from console.core.plans import make_plan
from console.core.plans.after import confirmed, ready, whats_next
from console.core.plans.roll_back import with_losses
from console.core.ports_acting import Hand, Journal, Marker, Renderer

Tell = Callable[[Outcome], None]
COUNT_SECONDS = 5.0
"""How long one count of what a plan destroys may take."""
_NEVER = threading.Event()


@dataclass(frozen=True)
class Tools:
    """What acting on one database needs; put together by wiring.py."""

    renderer: Callable[[str], Renderer]
    """By `Server.dialect`: what a URL says is not enough. UsageFault where nothing can be done on it."""
    open_hand: Callable[[], Hand]
    journal: Journal
    markers: Mapping[str, Marker]
    production: str = ""
    """The name of the database where the configuration calls it production: then every phrase ends in `on <name>`."""


class Acting:
    """Proposes and carries out, one plan at a time."""

    def __init__(self, tools: Tools, observe: Callable[[], Assessment]) -> None:
        """`observe` gives an assessment whose every part was read after it was called."""
        self._tools = tools
        self._observe = observe
        self._hand: Hand | None = None
        self._one = threading.Lock()

    def warm(self) -> Fault | None:
        """Open the acting connection before it is needed; why that did not work."""
        try:
            self._opened()
        except Fault as fault:
            return fault
        return None

    def propose(self, intent: Intent, assessment: Assessment) -> Plan:
        """The plan for a wish, complete and exact; nothing is sent. It goes into the journal."""
        plan = self._counted(self._made(intent, assessment))
        if self._tools.production:
            plan = replace(plan, phrase=f"{plan.phrase} on {self._tools.production}")
        self._tools.journal.append(Topic.INTENT, plan.title, {"plan": plan.title, "sql": _sql_of(plan),
                                                              "refused": "; ".join(plan.refused)})  # fmt: skip
        return plan

    def _made(self, intent: Intent, assessment: Assessment) -> Plan:
        server = assessment.observation.server.value
        bare = Plan(intent, intent.verb.value, intent.verb.value, "", assessment.taken_at)
        if server is None:
            return replace(bare, refused=("Which server this is has not been read.",))
        try:
            renderer = self._tools.renderer(server.dialect)
        except Fault as fault:
            return replace(bare, refused=(str(fault),))
        return make_plan(intent, assessment, renderer, self._tools.markers, self._owner(intent, assessment))

    def _owner(self, intent: Intent, assessment: Assessment) -> Owner:
        """Who owns the tables of the migration, asked over the connection that would act."""
        if intent.verb not in (Verb.FINISH, Verb.ROLL_BACK):
            return Owner()
        found = (m for f in assessment.frameworks for m in f.migrations if m.id == intent.migration)
        tables = dict.fromkeys(table for m in found for j in m.statements for table in j.statement.tables)
        try:
            return self._opened().owner(tuple(tables))
        except Fault as fault:
            return Owner(refused=str(fault))

    def _counted(self, plan: Plan) -> Plan:
        """With what the plan would destroy: that is known before anybody types."""
        if not plan.counts or plan.refused:
            return plan
        try:
            hand = self._opened()
            return with_losses(plan, [hand.count(count.sql, COUNT_SECONDS) for count in plan.counts])
        except Fault:
            return with_losses(plan, [None] * len(plan.counts))

    def carry_out(
        self, plan: Plan, typed: Sequence[str], tell: Tell = lambda _: None, stop: threading.Event = _NEVER
    ) -> Result:
        """Do it, once. `tell` gets each outcome before the next step begins; `stop` ends it between two steps."""
        if not self._one.acquire(blocking=False):
            return self._refuse(plan, ("Another plan is being carried out.",))
        try:
            return self._guarded(plan, typed, tell, stop)
        except JournalFault as fault:
            return Result(plan, refused=(str(fault),))
        finally:
            self._one.release()

    def note(self, text: str) -> Entry:
        """A person's own words for the journal."""
        return self._tools.journal.append(Topic.NOTE, text)

    def entries(self) -> tuple[Entry, ...]:
        """The account so far."""
        return self._tools.journal.entries()

    def in_flight(self) -> tuple[Entry, ...]:
        """Steps that were sent and whose end nobody has recorded."""
        return self._tools.journal.in_flight()

    def close(self) -> None:
        """End the acting connection; what it runs is not cancelled."""
        hand, self._hand = self._hand, None
        if hand is not None:
            hand.close()

    def _guarded(self, plan: Plan, typed: Sequence[str], tell: Tell, stop: threading.Event) -> Result:
        wrong = mistyped(plan, typed)
        if wrong:
            return self._refuse(plan, (wrong,))
        why = objections(plan, self._observe(), self._tools.journal.in_flight())
        if why:
            return self._refuse(plan, why)
        try:
            hand = self._proven(plan)
        except Fault as fault:
            return self._refuse(plan, (str(fault),))
        outcomes: list[Outcome] = []
        for step in plan.steps:
            outcome = self._stopped(step) if stop.is_set() else self._step(plan, step, hand)
            outcomes.append(outcome)
            tell(outcome)
            if not outcome.good and not _goes_on(plan, outcome):
                break
        return Result(plan, tuple(outcomes), next=whats_next(plan, tuple(outcomes), self._observe()))

    def _proven(self, plan: Plan) -> Hand:
        """The acting connection, on the very server that was observed."""
        hand = self._opened()
        try:
            identity = hand.identity()
        except LinkLostFault:
            self.close()
            hand = self._opened()
            identity = hand.identity()
        if identity != plan.server:
            self.close()
            raise RefusedFault("The acting connection leads to another server than the one that was observed")
        if plan.settings.sql:
            hand.settle(plan.settings)
        return hand

    def _opened(self) -> Hand:
        if self._hand is None:
            self._hand = self._tools.open_hand()
        return self._hand

    def _step(self, plan: Plan, step: Step, hand: Hand) -> Outcome:
        details = {
            "plan": plan.title,
            "step": str(step.n),
            "sql": ";\n".join(step.sql),
            "server": plan.server,
            "session": hand.whoami(),
            "reason": plan.intent.reason,
            "evidence": "; ".join(j.evidence for j in step.judgements),
        }
        entry = self._tools.journal.append(Topic.ACTING, step.title, details)
        try:
            outcome = hand.kill(step, entry.n) if step.kind is StepKind.SESSION else self._run(step, hand, entry.n)
        except LinkLostFault as fault:
            self.close()
            outcome = Outcome(step.n, Word.UNKNOWN, f"the link broke while it was sent: {fault.why}")
        told = {"acting": str(entry.n), "outcome": outcome.word.value, "seconds": f"{outcome.seconds:.3f}"}
        self._tools.journal.append(Topic.OUTCOME, f"{step.title}: {outcome.word.value} {outcome.detail}".strip(), told)
        return outcome

    def _run(self, step: Step, hand: Hand, acting: int) -> Outcome:
        """Look again, send it, look again."""
        before = self._observe()
        changed = ready(step, before)
        if changed:
            return Outcome(step.n, Word.REFUSED, changed, sent=False)
        began = before.taken_at
        try:
            hand.run(step, acting)
        except (RefusedFault, NotPermittedFault) as fault:
            return Outcome(step.n, Word.REFUSED, fault.why or str(fault))
        after = self._observe()
        seconds = (after.taken_at - began).total_seconds()
        if not after.observation.schema.complete:
            why = f"it was sent, and the schema could not be read again: {after.observation.schema.reason}"
            return Outcome(step.n, Word.UNKNOWN, why, seconds)
        missing = confirmed(step, after)
        return Outcome(step.n, Word.NOT_DONE if missing else Word.DONE, missing, seconds)

    def _stopped(self, step: Step) -> Outcome:
        self._tools.journal.append(Topic.REFUSED, f"{step.title}: stopped before it", {"step": str(step.n)})
        return Outcome(step.n, Word.STOPPED, sent=False)

    def _refuse(self, plan: Plan, why: tuple[str, ...]) -> Result:
        self._tools.journal.append(Topic.REFUSED, plan.title, {"plan": plan.title, "reason": "; ".join(why)})
        return Result(plan, refused=why)


def _goes_on(plan: Plan, outcome: Outcome) -> bool:
    """A list of sessions goes on past one that refused; everything else stops at the first that did not work."""
    return plan.intent.verb.kills and outcome.word in (Word.REFUSED, Word.STILL_THERE, Word.ROLLING_BACK)


def _sql_of(plan: Plan) -> str:
    return ";\n".join(sql for step in plan.steps for sql in step.sql)
