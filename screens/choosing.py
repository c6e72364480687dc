"""A dialog that lists what may be chosen, with why the rest may not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from screens.lines import Line, fitted, paragraph, rule
from screens.text import safe
from screens.theme import Tone
from screens.widgets.line_view import LineView
from screens.widgets.one_line import OneLine


class ChoiceDialog(ModalScreen[str | None]):
    """The result is the name of what was chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False, priority=True),
        Binding("enter", "choose", show=False, priority=True),
    ]

    def __init__(
        self, title: str, choices: Sequence[tuple[str, str, str]], keys: str = "Enter shows the plan; Esc leaves"
    ) -> None:
        """`choices`: name, a sentence, and why it cannot be chosen ('' where it can)."""
        super().__init__()
        self._title = title
        self._keys = keys
        self._choices = tuple(choices)

    def compose(self) -> ComposeResult:
        """The list."""
        yield OneLine("choice-title")
        yield OneLine("choice-rule")
        yield LineView("choice-list")
        yield OneLine("choice-keys")

    def on_mount(self) -> None:
        """Nothing is chosen by being shown."""
        self.query_one("#choice-list", LineView).focus()
        self._draw(self._keys)

    def on_resize(self) -> None:
        """Lines are made for a width."""
        self._draw(self._keys)

    def _draw(self, keys: str) -> None:
        width = self.size.width
        self.query_one("#choice-title", OneLine).show(fitted(width, " ", (safe(self._title), Tone.STRONG)))
        self.query_one("#choice-rule", OneLine).show(rule(width))
        self.query_one("#choice-list", LineView).show(self._lines(width))
        self.query_one("#choice-keys", OneLine).show(fitted(width, (f" {keys}", Tone.DIM)))

    def _lines(self, width: int) -> list[Line]:
        lines = []
        for name, text, why in self._choices:
            first, *rest = paragraph(safe(text), width, 4, tone=Tone.DIM if why else Tone.PLAIN)
            lines += [Line(first.spans, key=f"c/{name}"), *rest]
        return lines

    def action_choose(self) -> None:
        """Only what is open."""
        chosen = self.query_one("#choice-list", LineView).key.removeprefix("c/")
        why = next((why for name, _, why in self._choices if name == chosen), "there is nothing to choose")
        if why:
            self._draw(f"closed: {safe(why)}")
        else:
            self.dismiss(chosen)

    def action_leave(self) -> None:
        """Nothing is chosen."""
        self.dismiss(None)
