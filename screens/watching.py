"""The console of an observer in a room: the account as it is written, who acts, and nothing that could act."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.driver import Driver

from console.core.journal import Entry
from screens.account import JournalPage
from screens.commands import HEARING, JOURNAL, bindings
from screens.hearing import Hearing, wheel_words
from screens.pages import PAGES

if TYPE_CHECKING:
    from console.incident import Incident
    from console.watching import Watching


class WatchingApp(Hearing):
    """Looks only, with the others' account beside it."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(HEARING)
    pages = (*PAGES, JournalPage)

    def __init__(
        self,
        incident: Incident,
        watching: Watching,
        now: Callable[[], float] = monotonic,
        driver_class: type[Driver] | None = None,
    ) -> None:
        """`watching` looks through the room's window."""
        super().__init__(incident, now, driver_class)
        self._watching = watching
        self._account: tuple[Entry, ...] = ()

    def on_mount(self) -> None:
        """Hear of the others."""
        self._watching.start(lambda room, account: self.post_from_thread(self.Roomed(room, account)))

    def on_unmount(self) -> None:
        """Look no more."""
        self._watching.stop()

    def on_hearing_roomed(self, event: Hearing.Roomed) -> None:
        """Here the message holds all lines that are put up."""
        self.room = event.room
        last = self._account[-1].n if self._account else 0
        new: Sequence[Entry] = [entry for entry in event.new if entry.n > last] if self._account else ()
        self._account = tuple(event.new)
        self.show_account(self._account, new)
        self.room_words = wheel_words(event.room)
        if event.room.trouble:
            self.remark(event.room.trouble)
        self.draw_frame()

    def action_command(self, name: str) -> None:
        """The account is a page too."""
        if name == JOURNAL:
            self.go(JOURNAL)
        else:
            super().action_command(name)
