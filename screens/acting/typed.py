"""What every dialog has in which something must be typed: a text, what is to be typed, and keys that are never pasted.

Each shows a text of any length. What stands below the edge is counted: nobody agrees to what is not seen.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen, ScreenResultType
from textual.widgets import Input

from screens.acting.phrase import PhraseInput
from screens.lines import Line, below, fitted, line, rule
from screens.text import safe
from screens.theme import Tone
from screens.widgets.line_view import LineView
from screens.widgets.one_line import OneLine


class TypedDialog(ModalScreen[ScreenResultType]):
    """Six lines around a text; whoever inherits says what stands there."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False, priority=True),
        Binding("pageup", "scroll(-1)", show=False, priority=True),
        Binding("pagedown", "scroll(1)", show=False, priority=True),
    ]

    def __init__(self) -> None:
        """Nothing was said yet."""
        super().__init__()
        self._notice = ""

    @abstractmethod
    def _draw(self) -> None:
        """Everything anew."""

    def compose(self) -> ComposeResult:
        """Title, text, what is to be typed."""
        field = PhraseInput(id="phrase", compact=True)
        field.cursor_blink = False
        yield OneLine("action-title")
        yield OneLine("action-rule")
        yield LineView("action-plan", cursor=False)
        yield OneLine("action-lower-rule")
        yield OneLine("action-prompt")
        yield field
        yield OneLine("action-keys")

    def on_mount(self) -> None:
        """Show it."""
        self._field.focus()
        self._draw()

    def on_resize(self) -> None:
        """Lines are made for a width."""
        self._draw()

    @property
    def _field(self) -> Input:
        return self.query_one("#phrase", Input)

    def _show(self, title: str, body: Sequence[Line], prompt: Line, keys: str, *, typing: bool) -> None:
        """All of it; the field only where something may be typed."""
        width = self.size.width
        self.query_one("#action-title", OneLine).show(fitted(width, " ", (safe(title), Tone.STRONG)))
        self.query_one("#action-rule", OneLine).show(rule(width))
        self.query_one("#action-plan", LineView).show(body)
        self._field.display = typing
        self.query_one("#action-prompt", OneLine).show(self._noticed(width) if self._notice else prompt)
        self.query_one("#action-keys", OneLine).show(line((f" {keys}", Tone.DIM)))
        self.call_after_refresh(self._say_how_much)

    def _noticed(self, width: int) -> Line:
        return fitted(width, " ", (safe(self._notice), Tone.WARN))

    def on_line_view_scrolled(self) -> None:
        """Other lines are in sight."""
        self._say_how_much()

    def _say_how_much(self) -> None:
        hidden = self.query_one("#action-plan", LineView).hidden
        self.query_one("#action-lower-rule", OneLine).show(below(self.size.width, hidden))

    def _say(self, text: str) -> None:
        self._notice = text
        self._draw()

    def on_key(self, event: events.Key) -> None:
        """Keys of a burst that came before the field was there are typed into it."""
        field = self._field
        if field.display and not field.has_focus and event.character is not None and event.is_printable:
            event.stop()
            field.insert_text_at_cursor(event.character)
            field.focus()

    def on_input_changed(self) -> None:
        """Who types has read the notice."""
        if self._notice and self._field.value:
            self._say("")

    def on_phrase_input_paste_refused(self) -> None:
        """A phrase is typed, so that it is read."""
        self._say("a paste is not taken: type it")

    def action_scroll(self, by: int) -> None:
        """A page of the text."""
        view = self.query_one("#action-plan", LineView)
        view.scroll_relative(y=by * max(view.size.height - 1, 1), animate=False)

    def action_leave(self) -> None:
        """Back; nothing was typed."""
        self.dismiss(None)
