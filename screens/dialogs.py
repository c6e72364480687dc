"""What opens over a page: a text to read, and the palette. Both cover everything: 60 x 20 has no room for frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Input

from screens.commands import MOVES, Command, here
from screens.lines import BLANK, Line, fitted, line, rule
from screens.text import fit, width_of, wrap
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
        self.query_one("#reader-keys", OneLine).show(line((f" Esc or q back{more}", Tone.DIM)))

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


def help_lines(page: str) -> list[Line]:
    """All keys that work on a page."""
    rows = [(command.key, command.help) for command in here(page)] + [(keys, text) for keys, text, *_ in MOVES]
    return [line("  ", (fit(key, 19), Tone.STRONG), text) for key, text in rows]


class Palette(ModalScreen[str]):
    """Finds a command by words of its name or help; the result is its name, or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
    ]

    def __init__(self, page: str) -> None:
        """The palette of one page."""
        super().__init__()
        self._page = page
        self._offered = ""

    def compose(self) -> ComposeResult:
        """What is typed, what is found."""
        field = Input(placeholder="name of a command", id="palette-input", compact=True)
        field.cursor_blink = False
        yield OneLine("palette-title")
        yield field
        yield OneLine("palette-rule")
        yield LineView("palette-list")

    def on_mount(self) -> None:
        """Everything is offered until something is typed."""
        width = self.size.width
        title = fitted(width, " ", ("Command", Tone.STRONG), "   Enter does it, Esc goes back")
        self.query_one("#palette-title", OneLine).show(title)
        self.query_one("#palette-rule", OneLine).show(rule(width))
        self._offer("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Something was typed."""
        self._offer(event.value)

    def _offer(self, words: str) -> None:
        self._offered = words
        width = self.size.width
        found = [command for command in here(self._page) if command.name != "palette" and matches(command, words)]
        found.sort(key=lambda command: not _title(command).startswith(words.casefold()))
        lines = [
            fitted(
                width,
                "  ",
                (fit(_title(command), 13), Tone.STRONG),
                fit(command.key, 8),
                command.help,
                key=command.name,
            )
            for command in found
        ]
        view = self.query_one("#palette-list", LineView)
        view.show(lines or [BLANK, line("  no command has these words")])
        if found:
            view.select(found[0].name)

    def action_move(self, by: int) -> None:
        """The cursor moves while typing goes on."""
        self.query_one("#palette-list", LineView).action_move(by)

    def on_key(self, event: events.Key) -> None:
        """Keys that came before the field was there are typed into it."""
        field = self.query_one("#palette-input", Input)
        if event.key == "enter":
            event.stop()
            self.call_after_refresh(field.action_submit)
        elif event.character is not None and event.is_printable:
            event.stop()
            field.insert_text_at_cursor(event.character)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Do the selected one."""
        if event.value != self._offered:
            self._offer(event.value)
        self.dismiss(self.query_one("#palette-list", LineView).key or None)

    def action_leave(self) -> None:
        """Do nothing."""
        self.dismiss(None)


def _title(command: Command) -> str:
    return command.name.replace("_", " ")


def matches(command: Command, words: str) -> bool:
    """Whether every word occurs in the command's name or help."""
    whole = f"{_title(command)} {command.help}".casefold()
    return all(word in whole for word in words.casefold().split())
