"""A text to read over a page. It covers everything: 60 x 20 has no room for frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from screens.lines import Line, fitted, line, rule
from screens.text import width_of, wrap
from screens.theme import Tone
from screens.widgets.line_view import LineView
from screens.widgets.one_line import OneLine


class Reader(ModalScreen[None]):
    """A text with a title; any way out closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,enter,v,question_mark", "leave", show=False)]

    def __init__(self, title: str, lines: Sequence[Line]) -> None:
        """`title` is safe text."""
        super().__init__()
        self._title = title
        self._lines = lines

    def compose(self) -> ComposeResult:
        """Title, text, way out."""
        yield OneLine("reader-title")
        yield OneLine("reader-rule")
        yield LineView("reader-text", cursor=False)
        yield OneLine("reader-keys")

    def on_mount(self) -> None:
        """Show it."""
        self.query_one("#reader-text", LineView).focus()
        self._draw()

    def on_resize(self) -> None:
        """Lines are cut to the width."""
        self._draw()

    def copied(self) -> str:
        """All of it, unfolded."""
        return "\n".join(one.text.strip() for one in self._lines)

    def _draw(self) -> None:
        width = self.size.width
        self.query_one("#reader-title", OneLine).show(fitted(width, " ", (self._title, Tone.STRONG)))
        self.query_one("#reader-rule", OneLine).show(rule(width))
        self.query_one("#reader-text", LineView).show([part for one in self._lines for part in folded(one, width)])
        self.call_after_refresh(self._say_how_much)

    def on_line_view_scrolled(self) -> None:
        """Other lines are in sight."""
        self._say_how_much()

    def _say_how_much(self) -> None:
        hidden = self.query_one("#reader-text", LineView).hidden
        more = f"   PgDn {hidden:,} more line{'s' * (hidden != 1)}" if hidden else ""
        self.query_one("#reader-keys", OneLine).show(line((f" Esc or q back   y copy{more}", Tone.DIM)))

    def action_leave(self) -> None:
        """Back to the page."""
        self.dismiss()


def folded(one: Line, width: int) -> list[Line]:
    """A line as one or more of at most `width` cells; its last span goes on below where it began."""
    if width_of(one.text) <= width or not one.spans:
        return [one]
    *head, (text, tone) = one.spans
    indent = sum(width_of(part) for part, _ in head)
    if indent >= width - 8:
        return [fitted(width, *one.spans)]
    first, *rest = wrap(text, width - indent, most=10_000)
    return [line(*head, (first, tone)), *(line(" " * indent, (part, tone)) for part in rest)]
