"""Verify: every check with its evidence, the application's own last steps, and a watch until a person closes it."""

from __future__ import annotations

import shlex
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input

from console.core.faults import Fault
from console.core.verify import Check, Found, verdict
from screens.acting.checking import CLOSE, Looked, close_prompt, close_word
from screens.acting.lines import said
from screens.acting.phrase import PhraseInput
from screens.lines import BLANK, Line, fitted, line, paragraph, rule
from screens.text import safe
from screens.theme import Tone
from screens.widgets.line_view import LineView
from screens.widgets.one_line import OneLine

__all__ = ["EVERY", "Looked", "VerifyDialog", "verify_lines"]

EVERY = 30.0
"""Seconds between two looks of the watch."""
_TONES = {Found.HOLDS: Tone.GOOD, Found.FAILS: Tone.BAD, Found.UNKNOWN: Tone.WARN}
_FIRST = (Found.FAILS, Found.UNKNOWN, Found.HOLDS)
_INDENT = 15


def verify_lines(looked: Looked, commands: Sequence[str], smoke: Sequence[str], width: int) -> list[Line]:
    """The list, what does not hold first; what to run by hand; the watch."""
    end = verdict(looked.checks)
    tone = Tone.GOOD if end.startswith("verified") else Tone.WARN
    lines = [*paragraph(safe(end), width, 1, tone=tone), BLANK]
    for check in sorted(looked.checks, key=lambda check: _FIRST.index(check.found)):
        head = fitted(width, " ", (f"{check.found.value:<13} ", _TONES[check.found]), (check.what, Tone.STRONG))
        lines += [head, *paragraph(safe(check.evidence), width, _INDENT, tone=Tone.DIM)]
    lines += [BLANK, *(part for text in commands for part in said("BY HAND", text, width))]
    if smoke:
        lines += said("SMOKE", f"{shlex.join(smoke)}   (F5 runs it)", width)
    return lines + [part for text in looked.watched for part in said("WATCH", text, width)]


class VerifyDialog(ModalScreen[Looked | None]):
    """The result is what was known when the person closed the incident; None: it stays open."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False, priority=True),
        Binding("ctrl+r", "again", show=False, priority=True),
        Binding("f5", "smoke", show=False, priority=True),
        Binding("pageup", "scroll(-1)", show=False, priority=True),
        Binding("pagedown", "scroll(1)", show=False, priority=True),
    ]

    class Watched(Message):
        """The watch has looked again."""

        def __init__(self, lines: tuple[str, ...]) -> None:
            """From the thread that looked."""
            super().__init__()
            self.lines = lines

    class Ended(Message):
        """A look has ended."""

        def __init__(self, looked: Looked) -> None:
            """From the thread that looked."""
            super().__init__()
            self.looked = looked

    def __init__(
        self,
        title: str,
        look: Callable[[bool], Looked],
        commands: Sequence[str],
        smoke: Sequence[str] = (),
        watch: Callable[[], tuple[str, ...]] | None = None,
    ) -> None:
        """`look` looks at everything, and runs the smoke command where it is told to; `watch` at what is watched."""
        super().__init__()
        self._watch = watch
        self._one = threading.Lock()
        self._title = title
        self._look = look
        self._commands = tuple(commands)
        self._smoke = tuple(smoke)
        self._looked: Looked | None = None
        self._busy = False
        self._notice = ""

    def compose(self) -> ComposeResult:
        """Title, list, what may be typed."""
        field = PhraseInput(id="close", compact=True)
        field.cursor_blink = False
        yield OneLine("verify-title")
        yield OneLine("verify-rule")
        yield LineView("verify-list", cursor=False)
        yield OneLine("verify-prompt")
        yield field
        yield OneLine("verify-keys")

    def on_mount(self) -> None:
        """Look at once."""
        self.query_one("#close", Input).focus()
        self._begin(smoke=False)
        if self._watch is not None:
            self.set_interval(EVERY, self._again)

    def on_resize(self) -> None:
        """Lines are made for a width."""
        self._draw()

    def _begin(self, *, smoke: bool) -> None:
        if not self._busy:
            self._busy = True
            self._draw()
            threading.Thread(target=self._work, args=(smoke,), name="halfway-verify", daemon=True).start()

    def _work(self, smoke: bool) -> None:
        try:
            with self._one:
                looked = self._look(smoke)
        except Exception as problem:  # noqa: BLE001 - a dialog that looks for ever says nothing
            said = str(problem) if isinstance(problem, Fault) else f"Halfway itself failed ({type(problem).__name__})"
            looked = Looked((Check("looking", Found.UNKNOWN, said),))
        if self.is_running:
            self.post_message(self.Ended(looked))

    def on_verify_dialog_ended(self, event: Ended) -> None:
        """Show it."""
        self._busy, self._looked = False, event.looked
        self._draw()

    def _again(self) -> None:
        """By itself, while nobody looks at everything."""
        if not self._busy and self._looked is not None:
            threading.Thread(target=self._watching, name="halfway-watch", daemon=True).start()

    def _watching(self) -> None:
        if self._watch is None or not self._one.acquire(blocking=False):
            return
        try:
            lines = self._watch()
        except Exception as problem:  # noqa: BLE001 - a watch that stopped must not look like one that sees nothing
            lines = (f"it could not look: {problem if isinstance(problem, Fault) else type(problem).__name__}",)
        finally:
            self._one.release()
        if self.is_running:
            self.post_message(self.Watched(lines))

    def on_verify_dialog_watched(self, event: Watched) -> None:
        """Show it; the checks stay as they were found."""
        if self._looked is not None and not self._busy:
            self._looked = replace(self._looked, watched=event.lines)
            self._draw()

    def _draw(self) -> None:
        width = self.size.width
        self.query_one("#verify-title", OneLine).show(fitted(width, " ", (safe(self._title), Tone.STRONG)))
        self.query_one("#verify-rule", OneLine).show(rule(width))
        shown = verify_lines(self._looked, self._commands, self._smoke, width) if self._looked else []
        self.query_one("#verify-list", LineView).show(shown)
        asked = self._notice or ("looking" if self._busy else close_prompt(self._looked.checks if self._looked else ()))
        self.query_one("#verify-prompt", OneLine).show(fitted(width, " ", (asked, Tone.WARN)))
        keys = " Ctrl-R look again   PgDn more   Esc leave, the incident stays open"
        self.query_one("#verify-keys", OneLine).show(line((keys, Tone.DIM)))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Only the words that are asked for close it."""
        value, event.input.value = event.value.strip(), ""
        word = close_word(self._looked.checks) if self._looked is not None else CLOSE
        if value == word and self._looked is not None and not self._busy:
            self.dismiss(self._looked)
        else:
            self._notice = f"this is not  {word}"
            self._draw()

    def on_phrase_input_paste_refused(self) -> None:
        """A word is typed, so that it is meant."""
        self._notice = "a paste is not taken: type it"
        self._draw()

    def action_again(self) -> None:
        """Look again."""
        self._notice = ""
        self._begin(smoke=False)

    def action_smoke(self) -> None:
        """Run the configured command, then look."""
        if self._smoke:
            self._begin(smoke=True)

    def action_scroll(self, by: int) -> None:
        """A page of the list."""
        view = self.query_one("#verify-list", LineView)
        view.scroll_relative(y=by * max(view.size.height - 1, 1), animate=False)

    def action_leave(self) -> None:
        """It stays open."""
        self.dismiss(None)
