"""A past incident on the same screens: keys go from moment to moment, and nothing here asks or changes anything."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.driver import Driver

from console.core.assessment import Assessment, Overall
from console.core.journal import Entry, Topic
from console.core.observation import Observation
from console.core.recover.answers import Account, decisions
from screens.account import JournalPage, details
from screens.ages import staleness
from screens.app import HalfwayApp
from screens.chrome import Mood
from screens.commands import HEARING, JOURNAL, LIVE, REPLAYING, bindings
from screens.lines import BLANK, Line, paragraph
from screens.page import Page
from screens.pages import PAGES, RecoverPage
from screens.text import one_line, safe
from screens.theme import Tone

if TYPE_CHECKING:
    from console.replaying import Past


class ReplayApp(HalfwayApp):
    """Shows what was on the screens."""

    BINDINGS: ClassVar[list[BindingType]] = bindings((*REPLAYING, *HEARING))
    pages = (*PAGES, JournalPage)

    def __init__(
        self, past: Past, now: Callable[[], float] = monotonic, driver_class: type[Driver] | None = None
    ) -> None:
        """`past` has the moments; the first one is shown."""
        super().__init__(past, now, driver_class)
        self._past = past
        self._at = 0

    @property
    def entry(self) -> Entry:
        """The moment in front."""
        return self._past.moments[self._at]

    def _first_picture(self) -> None:
        for page in self.query(Page):
            page.instead = self._instead
        self.show_moment(0)
        if self.first_words:
            self.say(self.first_words)

    def show_moment(self, at: int) -> None:
        """Put it on every page."""
        self._at = max(0, min(at, len(self._past.moments) - 1))
        self.assessment = self._past.picture(self._at)
        self.room_words = f"{self.entry.at:%Y-%m-%d %H:%M:%S}Z"
        account = self._past.moments[: self._at + 1]
        journal = self.query_one(f"#{JOURNAL}", JournalPage)
        journal.entries, journal.pending = account, f"j/{self.entry.n}"
        self.query_one("#recover", RecoverPage).account = Account(decisions=decisions(account))
        self.say(one_line(self._past.words(self._at), 400))
        self.draw()

    def draw(self) -> None:
        """The account can be read without a picture, too."""
        if self.assessment is None and self.page_name == JOURNAL and len(self.screen_stack) == 1:
            self.page.update(Assessment(Observation(self.entry.at), Overall.ATTENTION, "", ()))
            self.draw_frame()
        else:
            super().draw()

    def _instead(self, width: int) -> list[Line]:
        """The entry, and why nothing can be drawn."""
        why = paragraph(safe(self._past.about(self._at)), width, 1, tone=Tone.WARN)
        return [BLANK, *why, BLANK, *details((self.entry,), f"j/{self.entry.n}", width)]

    @property
    def mood(self) -> Mood:
        """How old the picture was at that moment."""
        if self.assessment is None:
            return Mood()
        since = max((self.entry.at - self.assessment.taken_at).total_seconds(), 0.0)
        stale, reason, age = staleness(self.assessment, self.page_name, self.incident.interval, since)
        return Mood(stale=stale, reason=reason, age=age)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What asks the database is no key here."""
        return (
            False if LIVE.issuperset(map(str, parameters)) and parameters else super().check_action(action, parameters)
        )

    def action_command(self, name: str) -> None:
        """The account is a page too."""
        if name == JOURNAL:
            self.go(JOURNAL, f"j/{self.entry.n}")
        elif name not in LIVE:
            super().action_command(name)

    def do_later(self) -> None:
        """The next moment."""
        self.show_moment(self._at + 1)

    def do_earlier(self) -> None:
        """The one before."""
        self.show_moment(self._at - 1)

    def do_later_picture(self) -> None:
        """The next moment at which something was seen."""
        self._step_to_seen(range(self._at + 1, len(self._past.moments)))

    def do_earlier_picture(self) -> None:
        """The one before."""
        self._step_to_seen(range(self._at - 1, -1, -1))

    def _step_to_seen(self, those: range) -> None:
        found = next((at for at in those if self._past.moments[at].topic is Topic.SEEN), None)
        if found is None:
            self.say("nothing else was seen in that direction")
        else:
            self.show_moment(found)
