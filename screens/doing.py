"""What the commands of the whole console do; the pages have their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from rich.traceback import Traceback
from textual.app import App
from textual.widgets import Input

from console.core.assessment import Assessment
from screens.commands import elsewhere
from screens.dialogs import Reader
from screens.driver import ConsoleDriver
from screens.ending import INTERRUPTED
from screens.helping import help_lines
from screens.lines import Line
from screens.migrations import IN_DEFINITIONS, asks, find
from screens.page import Page

if TYPE_CHECKING:
    from console.core.contacts import Contact
    from console.core.preflight.finding import Report
    from console.lanes.expecting import Expecting

INTERVALS = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)


class Watched(Protocol):
    """What the screens ask of an incident: one that is watched, or one that is over."""

    expecting: Expecting

    @property
    def title(self) -> str:
        """`shop on db1`."""
        ...

    @property
    def interval(self) -> float:
        """Seconds between sweeps."""
        ...

    @property
    def paused(self) -> bool:
        """No sweeps are made."""
        ...

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """Whom to call."""
        ...

    def start(self, deliver: Callable[[Assessment], None], interval: float = 2.0) -> None:
        """Deliver an assessment per sweep."""

    def set_interval(self, seconds: float) -> None:
        """Sweep so often."""

    def pause(self) -> None:
        """No more sweeps."""

    def resume(self) -> None:
        """Go on."""

    def refresh(self) -> None:
        """Sweep now."""

    def expect_next(self) -> None:
        """Compare with the next source."""

    def count(self, migration_id: str, n: int) -> None:
        """Ask the data."""

    def preflight(self, assessment: Assessment) -> Report:
        """What is pending in it, judged. Fault where the schema was not read."""
        ...


class Doing(App[None]):
    """An app that knows its commands; HalfwayApp gives it pages."""

    incident: Watched
    assessment: Assessment | None = None
    page_name: str
    leave: Callable[[int], None]
    awaited: tuple[str, int] | None = None
    """(migration, statement) of the count whose answer is announced in the place of the keys."""

    @property
    def page(self) -> Page:
        """The page in front."""
        return self.query_one(f"#{self.page_name}", Page)

    def say(self, text: str) -> None:
        """Say something in the place of the keys, until the next key."""

    def draw(self) -> None:
        """Draw everything in front."""

    def action_command(self, name: str) -> None:
        """Any command by its name."""

    def action_typed(self, name: str) -> None:
        """The same, from a key that a field would take."""
        self.action_command(name)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key is a command here: a field takes letters, and behind a dialog nothing is done."""
        if action not in ("command", "typed") or parameters == ("interrupt",):
            return True
        if any(elsewhere(str(name), self.page_name) for name in parameters):
            return False
        return len(self.screen_stack) == 1 and not (action == "typed" and isinstance(self.focused, Input))

    def do_help(self) -> None:
        """All keys that work here."""
        self.read("Keys that work here", help_lines(self.page_name))

    def read(self, title: str, lines: Sequence[Line]) -> None:
        """A text over the page."""
        self.push_screen(Reader(title, lines), lambda _: self.draw())

    def do_filter(self) -> None:
        """Type words."""
        field = self.query_one("#filter", Input)
        field.value = self.page.look.words
        self._typing(field, on=True)
        # At once: the next key of a burst must not be taken for a command.
        self.screen.set_focus(field)

    def _typing(self, field: Input, on: bool) -> None:
        field.display = on
        self.query_one("#keys").display = not on

    def on_input_changed(self, event: Input.Changed) -> None:
        """The filter works while it is typed."""
        if event.input.id == "filter" and event.input.display:
            self.page.look.words = event.value
            self.page.redraw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter keeps the filter and goes back to the list."""
        if event.input.id == "filter":
            self._typing(event.input, on=False)
            self.screen.set_focus(self.page.main)

    def do_clear(self) -> None:
        """Take the filter away."""
        self._typing(self.query_one("#filter", Input), on=False)
        self.page.look.words = ""
        self.page.redraw()
        self.screen.set_focus(self.page.main)

    def do_refresh(self) -> None:
        """Sweep now; and whatever else wrote on this terminal goes."""
        if isinstance(self._driver, ConsoleDriver):
            self._driver.redraw()
        self.incident.refresh()

    def do_pause(self) -> None:
        """Stop sweeping, or go on."""
        if self.incident.paused:
            self.incident.resume()
        else:
            self.incident.pause()
        self.draw()

    def do_faster(self) -> None:
        """Sweep more often."""
        self._rest(max((step for step in INTERVALS if step < self.incident.interval), default=INTERVALS[0]))

    def do_slower(self) -> None:
        """Sweep less often."""
        self._rest(min((step for step in INTERVALS if step > self.incident.interval), default=INTERVALS[-1]))

    def _rest(self, seconds: float) -> None:
        self.incident.set_interval(seconds)
        self.say(f"a sweep every {seconds:g} s")

    def do_source(self) -> None:
        """Compare the schema with something else that says how it should be."""
        if self.incident.expecting.several:
            self.incident.expect_next()
            self.say("comparing with the next source")
        else:
            self.say("there is no other source: name one with --expect")

    def count(self, key: str) -> None:
        """Count what explains the statement of this line; of a migration, the first one there is to ask about."""
        found = find(self.assessment, key) if self.assessment is not None else None
        if self.assessment is None or found is None:
            self.say("put the cursor on a statement first")
            return
        (_, migration), judgement = found
        schema = self.assessment.observation.schema.value
        chosen = [judgement] if judgement is not None else migration.statements
        asked = next((n for n in (j.statement.n for j in chosen) if asks(migration, n, schema)), None)
        if asked is None:
            which = f"statement {judgement.statement.n}" if judgement is not None else "this migration"
            self.incident.count(migration.id, 0)
            self.say(f"nothing to count: no question about the data could explain {which}")
        else:
            self.incident.count(migration.id, asked)
            what = asks(migration, asked, schema)
            doing = "looking" if what == IN_DEFINITIONS else "counting"
            self.say(f"{doing}, the answer will appear by itself: {what}")
            self.awaited = (migration.id, asked)

    def do_quit(self) -> None:
        """Leave."""
        self.leave(0)

    def do_interrupt(self) -> None:
        """Leave as an interrupted program does."""
        self.leave(INTERRUPTED)

    def close_with(self, code: int) -> None:
        """Close the screens."""
        self.exit(return_code=code)

    def leave_from_anywhere(self, code: int) -> None:
        """The same from a signal handler or another thread."""
        with suppress(RuntimeError):
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self.close_with, code)

    def _fatal_error(self) -> None:
        """Textual would print the locals of every frame: a password could be among them."""
        self._exit_renderables.append(Traceback(show_locals=False, width=None))
        self._close_messages_no_wait()
