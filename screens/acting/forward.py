"""The recovery file: shown whole before anything is written, then saved where a person says; never run from here."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Input

from console import __version__
from console.core.assessment import JudgedFramework, JudgedMigration
from console.core.faults import Fault
from console.core.forward import Recovery, recovery
from console.core.guard import alive
from console.core.plain import lines as lines_of
from console.core.plan import CannotWriteError
from console.saving import save_recovery
from screens.acting.wishes import Wishes
from screens.lines import BLANK, Line, fitted, line, paragraph, rule
from screens.text import safe
from screens.theme import Tone
from screens.widgets.line_view import LineView
from screens.widgets.one_line import OneLine
from screens.words import name_of

if TYPE_CHECKING:
    from console.acting import Acting


class ForwardDialog(ModalScreen[str | None]):
    """The file, what is done with it in which order, and a field. The result is where to save it, or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False, priority=True),
        Binding("tab", "fill", show=False, priority=True),
        Binding("pageup", "scroll(-1)", show=False, priority=True),
        Binding("pagedown", "scroll(1)", show=False, priority=True),
    ]

    def __init__(self, title: str, made: Recovery, place: str) -> None:
        """`place` is where the tool would look for it."""
        super().__init__()
        self._title = title
        self._made = made
        self._place = place

    def compose(self) -> ComposeResult:
        """The text, and the field."""
        field = Input(id="forward-place", compact=True)
        field.cursor_blink = False
        yield OneLine("forward-title")
        yield OneLine("forward-rule")
        yield LineView("forward-text", cursor=False)
        yield OneLine("forward-keys")
        yield field

    def on_mount(self) -> None:
        """Nothing is in the field: the key that opened this must not save anything."""
        self.query_one("#forward-place", Input).focus()
        self._draw()

    def on_resize(self) -> None:
        """Lines are made for a width."""
        self._draw()

    def _draw(self) -> None:
        width = self.size.width
        self.query_one("#forward-title", OneLine).show(fitted(width, " ", (safe(self._title), Tone.STRONG)))
        self.query_one("#forward-rule", OneLine).show(rule(width))
        self.query_one("#forward-text", LineView).show(self._text(width))
        keys = " Save to which file? Tab fills in the tool's own place; Enter saves, Esc leaves"
        self.query_one("#forward-keys", OneLine).show(line((keys, Tone.DIM)))

    def _text(self, width: int) -> list[Line]:
        shown = [BLANK]
        for n, step in enumerate(self._made.steps, start=1):
            shown += paragraph(safe(step), width, 5, (f" {n}. ", Tone.STRONG))
        shown += [BLANK, *paragraph("Nothing is run, recorded or committed from here. The file:", width, 1), BLANK]
        return shown + [row for text in lines_of(self._made.text) for row in paragraph(text or " ", width, 2)]

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Only what somebody typed, or filled in."""
        if event.value.strip():
            self.dismiss(event.value.strip())

    def action_fill(self) -> None:
        """The tool's own place."""
        self.query_one("#forward-place", Input).value = self._place

    def action_leave(self) -> None:
        """Save nothing."""
        self.dismiss(None)

    def action_scroll(self, pages: int) -> None:
        """By a page."""
        view = self.query_one("#forward-text", LineView)
        view.scroll_relative(y=pages * max(view.size.height - 1, 1), animate=False)


class Forwarding(Wishes):
    """The command that writes a recovery file."""

    acting: Acting

    @abstractmethod
    def _in_thread(self, work: Callable[[], None]) -> None:
        """What reads or writes is done on a thread of its own."""

    @abstractmethod
    def _read_journal(self) -> None:
        """The account has grown."""

    def do_forward(self) -> None:
        """Show what is left as a file of the tool's own."""
        found = self._migration()
        if found is None or self.assessment is None:
            self.say("put the cursor on a migration first")
            return
        framework, migration = found
        if running := next(alive(self.assessment), ""):
            self.say(running)
            return
        try:
            made = recovery(self.assessment, framework, migration, self.assessment.taken_at, __version__)
        except CannotWriteError as why:
            self.say(f"no recovery file: {why}")
            return
        dialog = ForwardDialog(f"Recovery file for {name_of(migration)}", made, _place(framework, made))
        self.push_screen(dialog, partial(self._saved, migration, made))

    def _saved(self, migration: JudgedMigration, made: Recovery, place: str | None) -> None:
        self.draw()
        if place:
            self._in_thread(lambda: self._save(migration, made, place))

    def _save(self, migration: JudgedMigration, made: Recovery, place: str) -> None:
        try:
            path = save_recovery(made, place, migration.label, self.acting.tools.journal)
            said = f"saved in {path}. Next: {made.steps[0]}"
        except Fault as fault:
            said = str(fault)
        self.call_from_thread(self.say, said)
        self._read_journal()


def _place(framework: JudgedFramework, made: Recovery) -> str:
    return f"{framework.project.rstrip('/')}/{made.written.file}" if framework.project else made.written.file
