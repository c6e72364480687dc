"""What is in flight: follow it here, or have it cancelled. Nothing is sent again, whatever is done on this screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from console.core.flight import Flight
from console.core.intent import Intent, Verb
from console.core.journal import HOST, Entry
from console.core.room.people import Someone
from screens.acting.lines import said, sql_lines
from screens.acting.phrase import PhraseInput
from screens.asking import LineDialog
from screens.commands import key_for
from screens.habits import told
from screens.lines import BLANK, Line, fitted, line, rule
from screens.text import safe
from screens.theme import Tone
from screens.widgets.line_view import LineView
from screens.widgets.one_line import OneLine

_OVER = "Nothing is in flight any more: 7 shows what came of it, 2 what has landed."
_NOBODY: Mapping[str, Someone] = MappingProxyType({})


def flying(flights: Sequence[Flight]) -> str:
    """What is under way, and the key that shows it; '' while nothing is."""
    words = f"{key_for('flights')} follows what is in flight: "
    return next((f"{words}{each.entry.text}" for each in flights if not each.over), "")


def flight_lines(flights: Sequence[Flight], width: int, known: Mapping[str, Someone] = _NOBODY) -> list[Line]:
    """Each with what was sent and what is known of it now; `known` says who sits at which console."""
    if not flights:
        return [BLANK, *said("NOW", _OVER, width)]
    return [part for each in flights for part in _lines(each, width, known)]


def _lines(flight: Flight, width: int, known: Mapping[str, Someone]) -> list[Line]:
    entry = flight.entry
    who = known.get(entry.run, Someone(entry.who)).shown
    when = told(entry.at, "%Y-%m-%d %H:%M:%S %Z")
    sent = f"{entry.text}, {when} by {who} (journal entry {entry.n})"
    lines = [BLANK, *said("SENT", sent, width)]
    lines += sql_lines(entry.details.get("sql", "").split(";\n"), width)
    for text in flight.now:
        lines += said("NOW", text, width, Tone.GOOD if flight.over else Tone.WARN)
    if not flight.over:
        lines += said("FOLLOW", "it goes on by itself, with or without this console; nothing is sent again", width)
    return lines


class EndedDialog(LineDialog):
    """The result is what was typed: only `ended` and the number of the entry is meant."""

    field = PhraseInput

    def __init__(self, entry: Entry) -> None:
        """A program that this machine cannot see: a person has looked where it ran."""
        host = safe(entry.details.get(HOST, "").partition(" ")[0])
        super().__init__(f"Type  {said_ended(entry)}  if it runs no more on {host}", "Enter writes it, Esc leaves")


def said_ended(entry: Entry) -> str:
    """What is to be typed."""
    return f"ended {entry.n}"


class FlightDialog(ModalScreen[Intent | Entry | None]):
    """The result: the wish to cancel it, the entry of a program that a person says has ended, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", show=False, priority=True),
        Binding("tab", "cancel", show=False, priority=True),
        Binding("e", "ended", show=False, priority=True),
    ]

    def __init__(self, flights: Sequence[Flight], known: Mapping[str, Someone] = _NOBODY) -> None:
        """`flights` are shown until `update` brings newer ones."""
        super().__init__()
        self._known = known
        self._flights = tuple(flights)

    def compose(self) -> ComposeResult:
        """Title, what is under way, keys."""
        yield OneLine("flight-title")
        yield OneLine("flight-rule")
        yield LineView("flight-lines", cursor=False)
        yield OneLine("flight-lower-rule")
        yield OneLine("flight-keys")

    def on_mount(self) -> None:
        """Show it."""
        self.draw()

    def on_resize(self) -> None:
        """Lines are made for a width."""
        self.draw()

    def update(self, flights: Sequence[Flight]) -> None:
        """Newer ones."""
        self._flights = tuple(flights)
        self.draw()

    def draw(self) -> None:
        """Everything anew."""
        width, running = self.size.width, self._to_cancel
        self.query_one("#flight-title", OneLine).show(fitted(width, " ", ("In flight", Tone.STRONG)))
        self.query_one("#flight-rule", OneLine).show(rule(width))
        self.query_one("#flight-lines", LineView).show(flight_lines(self._flights, width, self._known))
        self.query_one("#flight-lower-rule", OneLine).show(rule(width))
        cancel = f"   Tab cancel it: session {safe(running)}" if running else ""
        ended = "   e it has ended" if self._by_hand else ""
        self.query_one("#flight-keys", OneLine).show(line((f" Esc back{cancel}{ended}", Tone.DIM)))

    @property
    def _to_cancel(self) -> str:
        return next((each.session.id for each in self._flights if each.session is not None), "")

    @property
    def _by_hand(self) -> Entry | None:
        return next((each.entry for each in self._flights if each.by_hand), None)

    def action_ended(self) -> None:
        """Opens the dialog, which wants its words."""
        if self._by_hand is not None:
            self.dismiss(self._by_hand)

    def action_cancel(self) -> None:
        """Opens the dialog, which wants its phrase."""
        if self._to_cancel:
            self.dismiss(Intent(Verb.CANCEL, (self._to_cancel,)))

    def action_leave(self) -> None:
        """Back to the pages."""
        self.dismiss(None)
