"""A list of lines of any length, drawn line by line: ten thousand tables cost as much as ten.

The cursor stays on its key when a new sweep moves the lines; it is a `>` in the first column, not only a colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from screens.lines import BLANK, LazyLines, Line, Span, key_at
from screens.text import width_of
from screens.theme import CURSOR, STYLES, Tone


class LineView(ScrollView, can_focus=True):
    """Shows lines; with `cursor` one of those that have a key is selected."""

    DEFAULT_CSS = """
    LineView { height: 1fr; scrollbar-size: 0 0; overflow-x: hidden; overflow-y: scroll; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("left,h", "turn(-1)", show=False),
        Binding("right,l", "turn(1)", show=False),
        Binding("ctrl+u", "page(-1, 2)", show=False),
        Binding("ctrl+d", "page(1, 2)", show=False),
        Binding("pageup,b", "page(-1)", show=False),
        Binding("pagedown,space", "page(1)", show=False),
        Binding("home,g", "edge(-1)", show=False),
        Binding("end,G", "edge(1)", show=False),
    ]

    class Moved(Message):
        """The cursor is on another line."""

        def __init__(self, view: LineView, key: str) -> None:
            """`key` of the selected line, '' when there is none."""
            super().__init__()
            self.view = view
            self.key = key

        @property
        def control(self) -> LineView:
            """The view it happened in."""
            return self.view

    class Turned(Message):
        """A person goes to the side: 1 unfolds, -1 folds."""

        def __init__(self, view: LineView, by: int) -> None:
            """The page knows what that is on it."""
            super().__init__()
            self.view = view
            self.by = by

    class Scrolled(Message):
        """Other lines are in sight."""

    def __init__(self, name: str, cursor: bool = True) -> None:
        """Without a cursor the keys scroll."""
        super().__init__(id=name)
        self._lines: Sequence[Line] = ()
        self._cursor = cursor
        self.at = 0
        """Row of the cursor."""

    @property
    def key(self) -> str:
        """Key of the selected line, '' when there is none."""
        return key_at(self._lines, self.at) if self._cursor and self.at < len(self._lines) else ""

    @property
    def text(self) -> str:
        """Everything it shows, for copying and for tests."""
        return "\n".join(line.text.rstrip() for line in self._lines)

    def show(self, lines: Sequence[Line]) -> None:
        """Show these lines instead; the cursor stays on its key."""
        if lines is self._lines or (not isinstance(lines, LazyLines) and lines == self._lines):
            return
        key, at = self.key, self.at
        if len(lines) != len(self._lines):
            self.post_message(self.Scrolled())
        self._lines = lines
        self.virtual_size = Size(self.size.width, len(lines))
        self.at = self._find(key, at)
        self.refresh()
        if self.key != key:
            self._tell()

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self._lines)

    @property
    def hidden(self) -> int:
        """Lines below the last one in sight."""
        return max(len(self._lines) - round(self.scroll_y) - self.size.height, 0)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell, so that `more below` stays true."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self.post_message(self.Scrolled())

    def select(self, key: str) -> None:
        """Put the cursor on the line with this key, if it is there."""
        self._go(self._find(key, self.at))

    def _find(self, key: str, near: int) -> int:
        """The row of `key`; when it is gone the nearest row that can be selected."""
        near = min(near, max(len(self._lines) - 1, 0))
        if key:
            if near < len(self._lines) and key_at(self._lines, near) == key:
                return near
            for row in range(len(self._lines)):
                if key_at(self._lines, row) == key:
                    return row
        return self._selectable(near, 1) if self._lines else 0

    def _selectable(self, row: int, step: int) -> int:
        """The first row from `row` on in the direction of `step` that has a key, else the other way, else `row`."""
        for direction in (step, -step):
            probe = row
            while 0 <= probe < len(self._lines):
                if key_at(self._lines, probe):
                    return probe
                probe += direction
        return row

    def _go(self, row: int) -> None:
        if row != self.at and 0 <= row < len(self._lines):
            self.at = row
            self.refresh()
            self._tell()
        self._follow()

    def _tell(self) -> None:
        if self._cursor:
            self.post_message(self.Moved(self, self.key))

    def _follow(self) -> None:
        """Scroll as little as needed; the lines above the first selectable one come along."""
        top, height = round(self.scroll_y), self.size.height
        if self.at < top:
            first = self._selectable(0, 1)
            self.scroll_to(y=0 if self.at == first else self.at, animate=False, immediate=True)
        elif self.at >= top + height:
            self.scroll_to(y=self.at - height + 1, animate=False, immediate=True)

    def action_move(self, by: int) -> None:
        """By one line that can be selected; where none is left, scroll on."""
        probe = self.at + by
        while 0 <= probe < len(self._lines) and not key_at(self._lines, probe):
            probe += by
        if self._cursor and 0 <= probe < len(self._lines):
            self._go(probe)
        else:
            self.scroll_relative(y=by, animate=False, immediate=True)

    def action_turn(self, by: int) -> None:
        """To the side."""
        self.post_message(self.Turned(self, by))

    def action_page(self, by: int, part: int = 1) -> None:
        """By a screenful, or a part of one."""
        height = max((self.size.height - 1) // part, 1)
        if self._cursor and self.key:
            self._go(self._selectable(min(max(self.at + by * height, 0), len(self._lines) - 1), by))
        else:
            self.scroll_relative(y=by * height, animate=False, immediate=True)

    def action_edge(self, by: int) -> None:
        """To one end."""
        last = len(self._lines) - 1
        if self._cursor and self.key:
            self._go(self._selectable(0 if by < 0 else last, -by))
        else:
            self.scroll_to(y=0 if by < 0 else last, animate=False, immediate=True)

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self.virtual_size = Size(self.size.width, len(self._lines))
        if self._cursor and self.key:
            self.call_after_refresh(self._follow)

    def render_line(self, y: int) -> Strip:
        """One line of cells."""
        row = y + round(self.scroll_y)
        line = self._lines[row] if row < len(self._lines) else BLANK
        width = self.size.width
        selected = self._cursor and row == self.at and bool(line.key)
        spans = _marked(line, width) if selected else line.spans
        cursor = CURSOR if selected else None
        segments = [Segment(text, STYLES[tone] + cursor) for text, tone in spans]
        return Strip(segments).adjust_cell_length(width).apply_style(self.rich_style)


def _marked(line: Line, width: int) -> list[Span]:
    """The selected line: its sign in the first column, and the whole width."""
    (text, tone), *rest = line.spans
    room = " " * max(width - width_of(line.text), 0)
    return [(">", Tone.STRONG), (text[1:], tone), *rest, (room, Tone.PLAIN)]
