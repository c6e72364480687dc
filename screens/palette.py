"""The line for a command: what is typed is completed by Tab, found by words, and remembered until the console ends."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Input

from screens.commands import Command, here
from screens.lines import BLANK, Line, fitted, line, rule
from screens.text import fit
from screens.theme import Tone
from screens.widgets.line_view import LineView
from screens.widgets.one_line import OneLine

WORDS: dict[str, tuple[str, ...]] = {"filter": (), "times": ("utc", "local"), "save": ()}
"""Commands that take words behind their name, and those that are known."""


class Palette(ModalScreen[str]):
    """The result is a command's name, perhaps with words behind it; or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("tab", "complete(1)", show=False, priority=True),
        Binding("shift+tab", "complete(-1)", show=False, priority=True),
        Binding("ctrl+p", "recall(-1)", show=False, priority=True),
        Binding("ctrl+n", "recall(1)", show=False, priority=True),
    ]

    def __init__(self, page: str, history: list[str]) -> None:
        """The commands of one page; `history` has what was typed before, the last one last, and is added to."""
        super().__init__()
        self._page = page
        self._history = history
        self._back = 0
        """How far back in the history the line is; 0: it is a new one."""
        self._offered = ""
        self._ring: tuple[str, ...] = ()
        """What Tab goes round in."""

    def compose(self) -> ComposeResult:
        """What is typed, what is found."""
        field = Input(placeholder="name of a command", id="palette-input", compact=True)
        field.cursor_blink = False
        yield OneLine("palette-title")
        yield field
        yield OneLine("palette-rule")
        yield LineView("palette-list")
        yield OneLine("palette-keys")

    def on_mount(self) -> None:
        """Everything is offered until something is typed."""
        self._draw()

    def on_resize(self) -> None:
        """Lines are made for a width."""
        self._draw()

    def _draw(self) -> None:
        width = self.size.width
        title = fitted(width, " ", ("Command", Tone.STRONG), "   Enter does it, Esc goes back")
        self.query_one("#palette-title", OneLine).show(title)
        self.query_one("#palette-rule", OneLine).show(rule(width))
        keys = " Tab completes   Ctrl-P the last one, Ctrl-N on   Up Down choose"
        self.query_one("#palette-keys", OneLine).show(fitted(width, (keys, Tone.DIM)))
        self._offer(self._field.value)

    @property
    def _field(self) -> Input:
        return self.query_one("#palette-input", Input)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Something was typed."""
        if event.value not in self._ring:
            self._ring = ()
        self._offer(event.value)

    def _offer(self, words: str) -> None:
        self._offered = words
        lines = _words_lines(self._page, words) or [self._line(command) for command in found(self._page, words)]
        view = self.query_one("#palette-list", LineView)
        view.show(lines or [BLANK, line("  no command has these words")])
        if lines:
            view.select(lines[0].key)

    def _line(self, command: Command) -> Line:
        name = (fit(title(command), 16), Tone.STRONG)
        key = fit(command.key, 8)
        return fitted(self.size.width, "  ", name, key, command.help, key=command.name)

    def action_move(self, by: int) -> None:
        """The cursor moves while typing goes on."""
        self.query_one("#palette-list", LineView).action_move(by)

    def action_complete(self, by: int) -> None:
        """As much as all that begin so have in common; then each of them, one after the other."""
        typed = self._field.value
        if self._ring:
            at = self._ring.index(typed) + by if typed in self._ring else 0
            self._type(self._ring[at % len(self._ring)])
            return
        fitting = completions(self._page, typed)
        common = beginning(fitting)
        if len(common) > len(typed):
            self._type(common)
        elif fitting:
            self._ring = tuple(fitting)
            self._type(fitting[0 if fitting[0] != typed or len(fitting) == 1 else 1])

    def action_recall(self, by: int) -> None:
        """What was typed before."""
        back = min(max(self._back - by, 0), len(self._history))
        if back != self._back:
            self._back = back
            self._type(self._history[-back] if back else "")

    def _type(self, text: str) -> None:
        self._field.value = text
        self._field.cursor_position = len(text)

    def on_key(self, event: events.Key) -> None:
        """Keys that came before the field was there are typed into it."""
        if event.key == "enter":
            event.stop()
            self.call_after_refresh(self._field.action_submit)
        elif event.character is not None and event.is_printable:
            event.stop()
            self._field.insert_text_at_cursor(event.character)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Do the selected one."""
        if event.value != self._offered:
            self._offer(event.value)
        chosen = self.query_one("#palette-list", LineView).key
        if chosen:
            typed = " ".join(event.value.split())
            entry = typed if " " in chosen else chosen.replace("_", " ")
            self._history[:] = [*(each for each in self._history if each != entry), entry]
        self.dismiss(chosen or None)

    def action_leave(self) -> None:
        """Do nothing."""
        self.dismiss(None)


def title(command: Command) -> str:
    """Its name as it is typed."""
    return command.name.replace("_", " ")


def matches(command: Command, words: str) -> bool:
    """Whether every word occurs in the command's name or help."""
    whole = f"{title(command)} {command.help}".casefold()
    return all(word in whole for word in words.casefold().split())


def found(page: str, words: str) -> list[Command]:
    """Those that have these words; those whose name begins so first."""
    those = [command for command in here(page) if command.name != "palette" and matches(command, words)]
    return sorted(those, key=lambda command: not title(command).startswith(words.casefold()))


def beginning(texts: list[str]) -> str:
    """What all of them begin with."""
    first, last = min(texts, default=""), max(texts, default="")
    return first[: next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))]


def completions(page: str, typed: str) -> list[str]:
    """What a line that begins so can become."""
    name, space, rest = typed.partition(" ")
    if space and name in WORDS and any(command.name == name for command in here(page)):
        return [f"{name} {word}" for word in WORDS[name] if word.startswith(rest)]
    return sorted(title(c) for c in here(page) if c.name != "palette" and title(c).startswith(typed.casefold()))


def _words_lines(page: str, typed: str) -> list[Line]:
    """A command with words behind its name, as it would be done."""
    name, _, rest = typed.strip().partition(" ")
    if not rest or name not in WORDS or not any(command.name == name for command in here(page)):
        return []
    known = [word for word in WORDS[name] if word.startswith(rest.strip())]
    every = known if WORDS[name] else [rest.strip()]
    return [line("  ", (f"{name} {word}", Tone.STRONG), key=f"{name} {word}") for word in every]
