"""What every console of a room shows of the others: new lines of the account, who has the wheel, what was done.

Nothing here writes: an observer's console is made with it as well.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.message import Message

from console.core.journal import Entry, Topic
from console.core.room.people import Someone, people
from console.core.room.room import Room
from console.core.room.wheel import Standing
from screens.account import JournalPage
from screens.commands import JOURNAL
from screens.reporting import Reporting

_TOLD = frozenset(
    {Topic.INTENT, Topic.REFUSED, Topic.ACTING, Topic.OUTCOME, Topic.WHEEL, Topic.JOINED, Topic.LEFT, Topic.NOTE,
     Topic.ALONE, Topic.AGREED, Topic.DECLINED, Topic.CLOSED}
)  # fmt: skip
"""What others do that is worth a word on every page."""
_NAMED = frozenset({Topic.WHEEL, Topic.JOINED, Topic.LEFT, Topic.AGREED, Topic.DECLINED})
"""Their text says who it was."""


class Hearing(Reporting):
    """Hears of the others."""

    room: Room | None = None

    class Roomed(Message):
        """The room was looked at."""

        def __init__(self, room: Room, new: Sequence[Entry]) -> None:
            """From a thread of its own; `new` was written since the last time."""
            super().__init__()
            self.room = room
            self.new = new

    def account(self) -> Sequence[Entry]:
        """What page 7 shows."""
        return self.screen_stack[0].query_one(f"#{JOURNAL}", JournalPage).entries

    def post_from_thread(self, message: Message) -> None:
        """From any thread; nobody may be there any more."""
        if self.is_running:
            self.post_message(message)

    def show_account(self, account: Sequence[Entry], new: Sequence[Entry]) -> None:
        """The lines of the account, the cursor on the newest if it was there; a word of what another one did."""
        page = self.screen_stack[0].query_one(f"#{JOURNAL}", JournalPage)
        at_end = not page.entries or page.main.key == f"j/{page.entries[-1].n}"
        page.entries, page.problem = account, ""
        page.pending = f"j/{account[-1].n}" if at_end and account else page.pending
        theirs = [entry for entry in new if self.room is not None and entry.run != self.room.run]
        told = next((entry for entry in reversed(theirs) if entry.topic in _TOLD), None)
        if told is not None:
            name = people(account).get(told.run, Someone(told.who)).shown
            self.remark(told.text if told.topic in _NAMED else f"{name}: {told.topic.value} {told.text}")
        if self.page_name == JOURNAL:
            self.draw()


def wheel_words(room: Room | None) -> str:
    """For the header: who acts, where that is not plain."""
    if room is None or (room.standing is Standing.MINE and not room.others):
        return ""
    if room.standing is Standing.THEIRS and room.wheel is not None:
        name = room.wheel.name.partition(" (")[0].partition("@")[0]
        return f"WHEEL {name[:12]}"
    return "WHEEL you" if room.standing is Standing.MINE else "WHEEL free"
