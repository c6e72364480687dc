"""A dialog that asks for one line in a person's own words."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Input

from screens.lines import fitted, line, rule
from screens.theme import Tone
from screens.widgets.one_line import OneLine


class LineDialog(ModalScreen[str | None]):
    """The result is the line, or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False, priority=True)]

    field: ClassVar[type[Input]] = Input

    def __init__(self, title: str, keys: str) -> None:
        """`title` is safe text that says what it is for, `keys` what happens with it."""
        super().__init__()
        self._title = title
        self._keys = keys

    def compose(self) -> ComposeResult:
        """What it is for, and the field."""
        field = self.field(id="note", compact=True)
        field.cursor_blink = False
        yield OneLine("note-title")
        yield OneLine("note-rule")
        yield field
        yield OneLine("note-keys")

    def on_mount(self) -> None:
        """Show it."""
        width = self.size.width
        self.query_one("#note-title", OneLine).show(fitted(width, " ", (self._title, Tone.STRONG)))
        self.query_one("#note-rule", OneLine).show(rule(width))
        self.query_one("#note-keys", OneLine).show(line((f" {self._keys}", Tone.DIM)))
        self.query_one("#note", Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take it."""
        self.dismiss(event.value.strip() or None)

    def action_leave(self) -> None:
        """Take nothing."""
        self.dismiss(None)
