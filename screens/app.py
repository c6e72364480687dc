"""The console: four pages on one incident.

It draws before anything is connected, takes assessments as they come, and asks the incident for everything else.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.driver import Driver
from textual.message import Message
from textual.widgets import ContentSwitcher, Input

from console.core.assessment import Assessment
from console.core.recover.answers import Account
from screens.ages import staleness
from screens.chrome import Mood, header, keys, notice, tabs
from screens.commands import PAGES as PAGE_NAMES
from screens.commands import PREFLIGHT, bindings, commands, named
from screens.doing import Watched
from screens.drawn import once_drawn
from screens.habits import zone
from screens.habitual import Habitual
from screens.lines import rule
from screens.migrations import is_answered
from screens.page import Page
from screens.pages import PAGES, RecoverPage
from screens.preflight import PreflightPage
from screens.text import one_line
from screens.theme import theme_now
from screens.widgets.one_line import OneLine

_LOOK_AT_AGE = 1.0
"""Seconds between looks at the age; it is drawn in steps, so most of them change nothing."""


class HalfwayApp(Habitual):
    """Renders assessments; posts wishes."""

    CSS_PATH = "console.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = bindings()
    pages: ClassVar[tuple[type[Page], ...]] = PAGES

    class Assessed(Message):
        """A new assessment is here."""

        def __init__(self, assessment: Assessment) -> None:
            """From the incident's thread."""
            super().__init__()
            self.assessment = assessment

    def __init__(
        self, incident: Watched, now: Callable[[], float] = monotonic, driver_class: type[Driver] | None = None
    ) -> None:
        """`now` counts seconds. `leave` is what ends the program; run.py puts its own way there."""
        super().__init__(driver_class=driver_class, ansi_color=theme_now().ansi)
        self.incident = incident
        self.page_name = PAGE_NAMES[0]
        self.leave = self.close_with
        self.begin: Callable[[Callable[[Assessment], None], float], None] = incident.start
        """Has assessments delivered; run.py puts there what was begun before there were screens."""
        self.room_words = ""
        """Who has the wheel, for the header."""
        self.first_words = ""
        """Said with the first picture."""
        self._now = now
        self._delivered = now()
        self._notice = ""
        self._remark = ""
        self.dress()
        self.animation_level = "none"

    def compose(self) -> ComposeResult:
        """Header, tabs, page, keys."""
        for name in ("header", "tabs", "top-rule"):
            yield OneLine(name)
        with ContentSwitcher(initial=self.page_name):
            for page in self.pages:
                yield page()
        yield OneLine("bottom-rule")
        words = Input(placeholder="words that lines must have", id="filter", compact=True)
        words.cursor_blink = False
        yield words
        yield OneLine("keys")

    def on_mount(self) -> None:
        """Draw first; the incident starts when the first picture is out."""
        self.query_one("#filter").display = False
        for page in self.query(Page):
            page.title = self.incident.title
        self.query_one(f"#{PREFLIGHT}", PreflightPage).judge = self.incident.preflight
        self.query_one("#recover", RecoverPage).account = Account(contacts=self.incident.contacts)
        self.screen.set_focus(self.page.main)
        self.set_interval(_LOOK_AT_AGE, self.draw_frame)
        once_drawn(self, self._first_picture)

    def _first_picture(self) -> None:
        self.opened(self.page_name)
        self.draw()
        if self.first_words:
            self.say(self.first_words)
        once_drawn(self, self.begin, self._deliver, self.incident.interval)

    def _deliver(self, assessment: Assessment) -> None:
        """Called from the incident's thread: never blocks it."""
        self.post_message(self.Assessed(assessment))

    def on_halfway_app_assessed(self, event: Assessed) -> None:
        """Show it, unless a newer one is shown already."""
        if self.assessment is not None and event.assessment.taken_at < self.assessment.taken_at:
            return
        self.assessment = event.assessment
        self._delivered = self._now()
        self.recall()
        if self.awaited is not None and is_answered(self.assessment, *self.awaited):
            self.say("")
        self.draw()

    @property
    def page(self) -> Page:
        """The page in front."""
        return self.query_one(f"#{self.page_name}", Page)

    @property
    def mood(self) -> Mood:
        """How fresh the picture is."""
        elapsed, interval = self._now() - self._delivered, self.incident.interval
        if self.assessment is None:
            return Mood(self.incident.paused)
        stale, reason, age = staleness(self.assessment, self.page_name, interval, elapsed)
        return Mood(self.incident.paused, stale, reason, age)

    def draw(self) -> None:
        """Everything in front; a page behind a dialog waits."""
        if len(self.screen_stack) == 1:
            self.page.update(self.assessment)
            self.draw_frame()

    def draw_frame(self) -> None:
        """The lines around the page."""
        width = self.size.width
        if len(self.screen_stack) != 1 or not width or self.screen.query_one_optional("#keys") is None:
            return  # behind a dialog, or not yet (or no longer) there
        mood, said = self.mood, self._notice or self._remark
        hidden = self.page.main.hidden
        more = f"{hidden:,} more line{'s' * (hidden != 1)}: Down" if hidden and self.assessment is not None else ""
        note = f"stale: {one_line(mood.reason)}" if mood.reason else f"times: {zone()}" if zone() else ""
        lines = {
            "header": header(self.assessment, self.incident.title, mood, width, self.room_words),
            "tabs": tabs(self.page_name, width),
            "top-rule": rule(width, note),
            "bottom-rule": rule(width, more),
            "keys": notice(said, width)
            if said
            else self.hint_line(width) or keys(self.page_name, width, self.assessment),
        }
        for name, shown in lines.items():
            self.query_one(f"#{name}", OneLine).show(shown)

    def on_line_view_scrolled(self) -> None:
        """How much is hidden changed."""
        self.draw_frame()

    def on_resize(self) -> None:
        """Lines are made for a width; what was painted for another size is lost, and Textual paints differences."""
        self.refresh()
        once_drawn(self, self.draw)

    def say(self, text: str) -> None:
        """Say something in the place of the keys, until the next key."""
        self._notice = text
        self.awaited = None
        self.draw_frame()

    def remark(self, text: str) -> None:
        """The same of what nobody asked for: the answer to a key goes first, and it comes when that is gone."""
        self._remark = text
        self.draw_frame()

    def action_command(self, name: str) -> None:
        """Any command: the page's own meaning of it comes first."""
        self.touched()
        self._remark = self._remark if self._notice else ""
        self._notice, self.awaited = "", None
        if name in (*PAGE_NAMES, PREFLIGHT):
            self.go(name)
        elif self.page_name in named(name).pages:
            (getattr(self.page, f"do_{name}", None) or getattr(self, f"do_{name}"))()
        self.draw_frame()

    def obey(self, name: str) -> None:
        """A command that a page asks for."""
        if any(command.name == name for command in commands()):
            self.action_command(name)
        else:
            self.say("only a responder's console can do that")

    def go(self, name: str, key: str = "") -> None:
        """Bring a page to the front, the cursor on `key`."""
        self.page_name = name
        self.opened(name)
        self.query_one(ContentSwitcher).current = name
        self.page.pending = key
        self.screen.set_focus(self.page.main)
        once_drawn(self, self.draw)

    def on_page_wanted(self, event: Page.Wanted) -> None:
        """A page asks for what only the app can give."""
        if event.what == "say":
            self.say(event.title)
        elif event.what == "read":
            self.read(event.title, event.lines)
        elif event.what == "count":
            self.count(event.key)
        elif event.what == "command":
            self.obey(event.key)
        else:
            self.go(event.what, event.key)
