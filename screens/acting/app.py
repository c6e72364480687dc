"""The console of a responder: what anybody sees, and the keys that open a dialog.

An observer's console is another class, so the keys are not hidden there: they do not exist.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.driver import Driver
from textual.message import Message

from console.core.assessment import Assessment
from console.core.faults import Fault
from console.core.flight import Flight
from console.core.intent import Intent
from console.core.journal import Entry
from console.core.plan import Plan, Result
from console.core.room.people import people
from screens.account import JournalPage
from screens.acting import rehearsal
from screens.acting.dialog import ActionDialog, Tell
from screens.acting.flight import EndedDialog, FlightDialog, flying, said_ended
from screens.acting.note import NoteDialog
from screens.acting.partner import PartneredDialog
from screens.acting.rooming import Rooming
from screens.acting.tables import Saving
from screens.app import HalfwayApp
from screens.commands import ACTING, JOURNAL, bindings
from screens.pages import PAGES

if TYPE_CHECKING:
    from console.acting import Acting
    from console.incident import Incident


class ResponderApp(Saving, Rooming):
    """Posts wishes as well."""

    CSS_PATH = "../console.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTING)
    pages = (*PAGES, JournalPage)

    class Planned(Message):
        """A plan is ready to be shown."""

        def __init__(self, plan: Plan) -> None:
            """From the thread that made it."""
            super().__init__()
            self.plan = plan

    class Written(Message):
        """The journal was read."""

        def __init__(self, entries: Sequence[Entry], problem: str) -> None:
            """From the thread that read it."""
            super().__init__()
            self.entries = entries
            self.problem = problem

    class Heard(Message):
        """A tool printed a line."""

        def __init__(self, text: str) -> None:
            """From the thread that reads it."""
            super().__init__()
            self.text = text

    class Flying(Message):
        """What is in flight was looked at."""

        def __init__(self, flights: Sequence[Flight]) -> None:
            """From the thread that looked."""
            super().__init__()
            self.flights = flights

    class Failed(Message):
        """Something could not be done; one sentence."""

        def __init__(self, why: str, *, wanted: bool = True) -> None:
            """From any thread. `wanted`: a person had asked for it."""
            super().__init__()
            self.why = why
            self.wanted = wanted

    def __init__(
        self,
        incident: Incident,
        acting: Acting,
        now: Callable[[], float] = monotonic,
        driver_class: type[Driver] | None = None,
    ) -> None:
        """`acting` proposes and carries out."""
        super().__init__(incident, now, driver_class)
        self.acting = acting
        acting.hear = lambda text: self.post_from_thread(self.Heard(text))
        self._busy = False
        self._flights: Sequence[Flight] | None = None
        """None: nobody has looked yet."""

    def on_mount(self) -> None:
        """The acting connection is opened before anybody needs it."""
        # Textual calls the on_mount of every class by itself
        self._in_thread(self._warm)

    def _warm(self) -> None:
        fault = self.acting.warm()
        if fault is not None:
            self.post_from_thread(self.Failed(f"no acting connection: {fault}", wanted=False))
        self._read_journal()

    def action_command(self, name: str) -> None:
        """The journal is a page too."""
        if name == JOURNAL:
            self.go(JOURNAL)
            self._in_thread(self._read_journal)
        else:
            super().action_command(name)

    def _read_journal(self) -> None:
        try:
            self.post_from_thread(self.Written(self.acting.entries(), ""))
        except Fault as fault:
            self.post_from_thread(self.Written((), str(fault)))

    def on_responder_app_written(self, event: Written) -> None:
        """Show it; the newest entry is the one to look at."""
        page = self.screen_stack[0].query_one(f"#{JOURNAL}", JournalPage)
        page.entries, page.problem = event.entries, event.problem
        self.take_account(event.entries)
        page.pending = f"j/{event.entries[-1].n}" if event.entries else ""
        self.draw()

    def on_responder_app_heard(self, event: Heard) -> None:
        """Show it below what is being done."""
        if isinstance(self.screen, ActionDialog):
            self.screen.heard(event.text)

    def on_responder_app_failed(self, event: Failed) -> None:
        """Say it in the place of the keys."""
        (self.say if event.wanted else self.remark)(event.why)

    def on_halfway_app_assessed(self, event: HalfwayApp.Assessed) -> None:
        """What is in flight is followed as long as there is something."""
        self._in_thread(partial(self.acting.seen, event.assessment))
        if self._flights is None or self._flights or self.others_act:
            self.others_act = False
            self._in_thread(partial(self._look_at_flights, event.assessment))

    def _look_at_flights(self, assessment: Assessment) -> None:
        try:
            self.post_from_thread(self.Flying(self.acting.flights(assessment)))
        except Fault as fault:
            self.post_from_thread(self.Failed(str(fault), wanted=False))

    def on_responder_app_flying(self, event: Flying) -> None:
        """The console opens on what another one left in flight; what is done in a dialog is told there."""
        first, self._flights = self._flights is None, event.flights
        was, self.flying = self.flying, flying(event.flights)
        if isinstance(self.screen, FlightDialog):
            self.screen.update(event.flights)
        elif first and event.flights and len(self.screen_stack) == 1:
            self.do_flights()
        elif self.flying or (was and was in self._remark):
            self.remark(self.flying)

    def do_flights(self) -> None:
        """Follow or cancel."""
        if self._flights:
            seat = self.acting.tools.seat
            known = people(seat.entries) if seat is not None else {}
            self.push_screen(FlightDialog(self._flights, known), self._flown)
        else:
            self.say("nothing is in flight")

    def _flown(self, wish: Intent | Entry | None) -> None:
        if isinstance(wish, Entry):
            self.push_screen(EndedDialog(wish), partial(self._said_ended, wish))
        else:
            self._answered(wish)

    def _said_ended(self, entry: Entry, text: str | None) -> None:
        if text == said_ended(entry):
            self._in_thread(partial(self._end, entry))
        elif text:
            self.say(f"this is not  {said_ended(entry)}")

    def _end(self, entry: Entry) -> None:
        try:
            self.acting.say_ended(entry)
        except Fault as fault:
            self.post_from_thread(self.Failed(str(fault)))
        self.incident.refresh()
        self._read_journal()

    def plan(self, intent: Intent) -> None:
        """Have it planned on a thread of its own: owners and counts are asked of the server."""
        assessment = self.assessment
        if self._busy or assessment is None or len(self.screen_stack) != 1:
            return
        self._busy = True
        self.say("reading what it would cost")
        self._in_thread(lambda: self._propose(intent, assessment))

    def _propose(self, intent: Intent, assessment: Assessment) -> None:
        try:
            self.post_from_thread(self.Planned(self.acting.propose(intent, assessment)))
        except Exception as problem:  # noqa: BLE001 - a key that does nothing and says nothing is the worst answer
            self._busy = False
            said = str(problem) if isinstance(problem, Fault) else f"Halfway itself failed ({type(problem).__name__})"
            self.post_from_thread(self.Failed(said))

    def on_responder_app_planned(self, event: Planned) -> None:
        """Show it."""
        self._busy = False
        self.say("")
        mood = self.mood
        age = mood.age or "some time" if mood.stale else ""
        self.push_screen(self._dialog(event.plan, age), self._answered)

    def _dialog(self, plan: Plan, age: str) -> ActionDialog:
        tools = self.acting.tools
        partner = self.partner_for(plan)
        if tools.rehearse is None:
            return PartneredDialog(plan, self._carry_out, age, sheltered=tools.sheltered, partner=partner)
        rehearse = self.acting.rehearse
        return rehearsal.RehearsingDialog(
            plan, self._carry_out, rehearse, age, sheltered=tools.sheltered, partner=partner
        )

    def _carry_out(self, plan: Plan, typed: Sequence[str], tell: Tell, stop: threading.Event) -> Result:
        try:
            return self.acting.carry_out(plan, typed, tell, stop)
        except Fault as fault:
            return Result(plan, refused=(str(fault),))

    def _answered(self, instead: Intent | None) -> None:
        self._flights = self._flights or None  # something may be under way now
        self.incident.refresh()
        self._in_thread(self._read_journal)
        self.draw()
        if instead is not None:
            self.plan(instead)

    def do_note(self) -> None:
        """A line in a person's own words."""
        self.push_screen(NoteDialog(), self._noted)

    def _noted(self, text: str | None) -> None:
        self.draw()
        if text:
            self._in_thread(lambda: self._write(text))

    def _write(self, text: str) -> None:
        try:
            self.acting.note(text)
        except Fault as fault:
            self.post_from_thread(self.Failed(str(fault)))
        self._read_journal()

    def _in_thread(self, work: Callable[[], None]) -> None:
        threading.Thread(target=work, name="halfway-acting", daemon=True).start()
