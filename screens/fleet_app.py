"""The screen of a fleet: rows come in, a person unfolds, filters, and picks the one the console is to be opened on.

Nothing can be done from here: whoever acts does so on one database at a time, in its own console.
"""

from __future__ import annotations

from contextlib import suppress
from typing import ClassVar, Protocol

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.widgets import Input

from console.core.fleet.groups import grouped
from console.core.fleet.row import Row
from screens.chrome import notice
from screens.dialogs import Reader
from screens.drawn import once_drawn
from screens.fleet import Look, details, grid, group_of, header, key_of, row_of
from screens.lines import fitted, line, rule
from screens.page import UNCUT
from screens.text import one_line, safe, safe_lines
from screens.theme import Tone, theme_now
from screens.widgets.line_view import LineView
from screens.widgets.one_line import OneLine

_EVERY = 0.5
"""Seconds between looks at what came in."""
_KEYS = "Enter open  / filter  o unfold all  w wave plan  r read again  q quit"
_SHORT = "Enter open  / filter  w waves  r again  q quit"


class Gathered(Protocol):
    """What a fleet is known by: filled from another thread."""

    total: int
    trouble: str

    @property
    def reading(self) -> bool:
        """It reads now."""
        ...

    @property
    def seconds(self) -> float:
        """For how long."""
        ...

    def start(self) -> None:
        """Begin, or go on."""
        ...

    def again(self) -> None:
        """Read all of it anew."""
        ...

    def pause(self) -> None:
        """Begin nothing more."""
        ...

    def rows(self) -> tuple[Row, ...]:
        """What is known."""
        ...

    def plan(self) -> str:
        """The wave plan as text."""
        ...


class FleetApp(App[None]):
    """Renders rows."""

    CSS_PATH = "console.tcss"
    CSS = "#fleet-details { height: 34%; }"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", show=False),
        Binding("slash", "filter", show=False),
        Binding("escape", "unfilter", show=False),
        Binding("o", "fold", show=False),
        Binding("w", "waves", show=False),
        Binding("r", "again", show=False),
        Binding("y,ctrl+y", "copy", show=False),
        Binding("tab", "other_half", show=False),
        Binding("q,ctrl+c,ctrl+q", "leave", show=False, priority=False),
    ]

    def __init__(self, fleet: Gathered, look: Look, key: str = "", driver_class: type[Driver] | None = None) -> None:
        """`look` outlives the screen: who comes back from a console finds it as it was, the cursor on `key`."""
        super().__init__(driver_class=driver_class, ansi_color=theme_now().ansi)
        self.fleet = fleet
        self.look = look
        self.chosen: Row | None = None
        """The database whose console is wanted."""
        self.first_words = ""
        self.leave = self.leave_with
        self._key = key
        self._touched = bool(key)
        """A person has pressed a key: the cursor stays where it is from then on."""
        self._notice = ""
        self._drawn: object = None
        self.register_theme(theme_now())
        self.theme = theme_now().name
        self.animation_level = "none"

    def compose(self) -> ComposeResult:
        """Header, grid, details, keys."""
        yield OneLine("header")
        yield OneLine("top-rule")
        yield LineView("fleet-list")
        yield OneLine("fleet-rule")
        yield LineView("fleet-details", cursor=False)
        words = Input(placeholder="words that lines must have, -word: must not", id="filter", compact=True)
        words.cursor_blink = False
        yield words
        yield OneLine("keys")

    def on_mount(self) -> None:
        """Draw first, then read."""
        self.query_one("#filter").display = False
        self.main.focus()
        self._notice = self.first_words
        self.set_interval(_EVERY, self.look_again)
        once_drawn(self, self._first)

    def _first(self) -> None:
        self.draw()
        if self._key:
            self.main.select(self._key)
        self.fleet.start()

    @property
    def main(self) -> LineView:
        """The grid."""
        return self.query_one("#fleet-list", LineView)

    def look_again(self) -> None:
        """What came in meanwhile."""
        if len(self.screen_stack) == 1:
            rows = self.fleet.rows()
            if rows is not self._drawn:
                self.draw()
            else:
                self._frame(rows)

    def draw(self) -> None:
        """Everything."""
        width = self.size.width
        if not width or len(self.screen_stack) != 1 or not self.screen.query("#keys"):
            return
        self._drawn = rows = self.fleet.rows()
        self.main.show(grid(rows, self.look, width))
        if not self._touched:
            self.main.action_edge(-1)
        self._detail(rows)
        self._frame(rows)

    def _detail(self, rows: tuple[Row, ...]) -> None:
        below, width = self.query_one("#fleet-details", LineView), self.size.width
        lines = details(rows, self.look, self.main.key, width)
        below.show(lines)
        note = [f"filter: {safe(self.look.words)}"] if self.look.words else []
        hidden = len(lines) - below.size.height
        note += [f"{hidden} more line{'s' * (hidden != 1)}: Tab"] if hidden > 0 else []
        self.query_one("#fleet-rule", OneLine).show(rule(width, ", ".join(note)))

    def _frame(self, rows: tuple[Row, ...]) -> None:
        width, fleet = self.size.width, self.fleet
        state = f"reading, {fleet.seconds:.0f} s" if fleet.reading else f"read in {fleet.seconds:.0f} s"
        self.query_one("#header", OneLine).show(
            header(rows, fleet.total, "INTERRUPTED" if fleet.trouble else state, width)
        )
        hidden = self.main.hidden
        self.query_one("#top-rule", OneLine).show(
            rule(
                width, one_line(fleet.trouble) or (f"{hidden:,} more line{'s' * (hidden != 1)}: Down" if hidden else "")
            )
        )
        said = _KEYS if width > len(_KEYS) else _SHORT
        self.query_one("#keys", OneLine).show(
            notice(self._notice, width) if self._notice else fitted(width, (f" {said}", Tone.DIM))
        )

    def on_key(self) -> None:
        """Somebody is there."""
        self._touched = True

    def on_line_view_moved(self, event: LineView.Moved) -> None:
        """The cursor moved."""
        if event.view is self.main:
            self._notice = ""
            self._detail(self.fleet.rows())

    def on_resize(self) -> None:
        """Lines are made for a width; what was painted for another size is lost, and Textual paints differences."""
        self.refresh()
        once_drawn(self, self.draw)

    def say(self, text: str) -> None:
        """In the place of the keys, until the cursor moves."""
        self._notice = text
        self._frame(self.fleet.rows())

    def action_open(self) -> None:
        """The console on a database; a group is unfolded, or folded again."""
        rows, key = self.fleet.rows(), self.main.key
        row = row_of(rows, key)
        if row is not None:
            self.chosen = row
            self.leave_with(0)
        elif group_of(rows, self.look, key) is not None:
            self.look.open ^= {key}
            self.draw()

    def action_fold(self) -> None:
        """Unfold all groups, or fold all."""
        every = {key_of(group) for group in grouped(self.fleet.rows())}
        self.look.open = set() if every <= self.look.open else every
        self.draw()

    def action_waves(self) -> None:
        """Read the wave plan; nothing of it is run."""
        text = [line(f" {each}") for each in safe_lines(self.fleet.plan())]
        self.push_screen(Reader("Wave plan: written, never carried out (halfway fleet --waves prints it)", text))

    def action_copy(self) -> None:
        """What is known of the line under the cursor, to the terminal's clipboard."""
        told = details(self.fleet.rows(), self.look, self.main.key, UNCUT)
        self.copy_to_clipboard("\n".join(each.text.strip() for each in told))
        self.say("Sent to your terminal's clipboard (OSC 52)")

    def action_again(self) -> None:
        """Read all of them anew."""
        self.fleet.again()
        self.say("reading all of them again; what is shown is the last picture until then")

    def action_other_half(self) -> None:
        """From the grid to the details and back."""
        below = self.query_one("#fleet-details", LineView)
        (below if self.main.has_focus else self.main).focus()

    def action_filter(self) -> None:
        """Type words."""
        words = self.query_one("#filter", Input)
        words.display, words.value = True, self.look.words
        words.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter while it is typed."""
        self.look.words = event.value
        self.draw()

    def on_input_submitted(self) -> None:
        """Keep the filter."""
        self._close_filter()

    def action_unfilter(self) -> None:
        """All of them again."""
        self.look.words = ""
        self._close_filter()

    def _close_filter(self) -> None:
        self.query_one("#filter").display = False
        self.main.focus()
        self.draw()

    def action_leave(self) -> None:
        """Quit."""
        self.leave(0)

    def leave_with(self, code: int) -> None:
        """Close with this exit code."""
        self.exit(return_code=code)

    def leave_from_anywhere(self, code: int) -> None:
        """The same from any thread."""
        with suppress(RuntimeError):
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self.leave_with, code)
