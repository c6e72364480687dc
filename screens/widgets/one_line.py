"""A widget of exactly one line, redrawn only when the line is another one."""

from __future__ import annotations

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from screens.lines import BLANK, Line
from screens.theme import STYLES


class OneLine(Widget):
    """Shows one line."""

    DEFAULT_CSS = "OneLine { height: 1; }"

    def __init__(self, name: str) -> None:
        """Empty until `show`."""
        super().__init__(id=name)
        self._line = BLANK

    @property
    def text(self) -> str:
        """What it shows."""
        return self._line.text

    def show(self, line: Line) -> None:
        """Show this line instead."""
        if line != self._line:
            self._line = line
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line's cells."""
        segments = [Segment(text, STYLES[tone]) for text, tone in self._line.spans]
        return Strip(segments).adjust_cell_length(self.size.width).apply_style(self.rich_style)
