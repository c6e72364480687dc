"""The commands of whoever has an account to look at; and an observer who looks through the window of a room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from console.core.faults import UsageFault
from console.core.journal import Entry, Topic
from console.core.recover.answers import decisions
from console.core.room.people import Someone, people
from console.core.room.wheel import Standing
from screens.linear import lists
from screens.linear.looking import Looking
from screens.linear.plain import stop
from screens.linear.telling import kinds, report
from screens.linear.words import Word
from screens.text import one_line, safe

if TYPE_CHECKING:
    from console.core.room.room import Room
    from console.incident import Incident
    from console.watching import Watching
    from screens.linear.voice import Voice

_TOLD = frozenset({Topic.INTENT, Topic.REFUSED, Topic.ACTING, Topic.OUTCOME, Topic.WHEEL, Topic.JOINED, Topic.LEFT,
                   Topic.NOTE, Topic.ALONE, Topic.AGREED, Topic.DECLINED, Topic.CLOSED})  # fmt: skip
"""What others do that is worth a line."""


class Hearing(Looking):
    """Has the account."""

    def words(self) -> tuple[Word, ...]:
        """With page 7."""
        return (*self.hearing(), *super().words())

    def hearing(self) -> tuple[Word, ...]:
        """What an account adds."""
        return (
            Word(("journal", "7", "history"), "the account, newest last; with a number, all of that entry.",
                 self.do_journal, "[N or WORDS]"),
            Word(("report", "Y"), "a report or a note from the account; without a kind, which there are.",
                 self.do_report, "[KIND]"),
        )  # fmt: skip

    def entries(self) -> Sequence[Entry]:
        """The account so far."""
        return ()

    def do_journal(self, text: str) -> None:
        """Page 7."""
        account = self.entries()
        told = list(lists.entry(account, int(text)) if text.isdigit() else lists.entries(account, text))
        self.voice.listed(told or ["No entry has that." if text else "Nothing has been written yet."])

    def do_report(self, kind: str) -> None:
        """A text from the account."""
        if kind not in kinds():
            self.voice.say(*(f"report {name}: {about}." for name, about in kinds().items()))
            return
        account = self.entries()
        if not account:
            raise UsageFault("nothing is written in the account yet")
        self.voice.listed(report(account, kind))


def of_others(room: Room, account: Sequence[Entry], new: Sequence[Entry]) -> Iterator[str]:
    """What the others of the room did."""
    known = people(account)
    for entry in new:
        if entry.run != room.run and entry.topic in _TOLD:
            who = known.get(entry.run, Someone(entry.who)).shown
            yield stop(f"In the room: {safe(who)}: {entry.topic.value}: {one_line(entry.text)}")


def wheel_words(room: Room) -> str:
    """Who acts, where that is not plain."""
    return "" if room.standing is Standing.MINE and not room.others else room.told


class Window(Hearing):
    """An observer in a room: hears what is done there."""

    def __init__(self, incident: Incident, voice: Voice, watching: Watching) -> None:
        """`watching` looks through the room's window."""
        super().__init__(incident, voice)
        self._watching = watching
        self._account: tuple[Entry, ...] = ()

    def greet(self) -> None:
        """Hear of the others from now on."""
        self._watching.start(self._heard)
        super().greet()

    def entries(self) -> Sequence[Entry]:
        """As it was put up last."""
        return self._account

    def _heard(self, room: Room, account: Sequence[Entry]) -> None:
        last = self._account[-1].n if self._account else 0
        new = [entry for entry in account if entry.n > last] if self._account else []
        self._account, self.wheel = tuple(account), wheel_words(room)
        self.account = self.account_with(decisions(account))
        self.voice.later(*of_others(room, account, new))
