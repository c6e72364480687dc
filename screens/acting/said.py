"""Questions that only people can answer, asked one after the other; a list to choose one thing from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Input

from console.core.recover.answers import Decision, Question
from console.core.recover.given import Known
from screens.lines import BLANK, Line, fitted, line, paragraph, rule
from screens.text import safe
from screens.theme import Tone
from screens.widgets.line_view import LineView
from screens.widgets.one_line import OneLine

Answers = tuple[tuple[Question, Known], ...]


class AnswerDialog(ModalScreen[Answers]):
    """The result is what was answered; a question that was passed over is none of it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False, priority=True)]

    def __init__(self, title: str, questions: Sequence[Question], said: Sequence[Decision]) -> None:
        """`said` are the answers so far."""
        super().__init__()
        self._title = title
        self._questions = tuple(questions)
        self._said = {decision.question: decision for decision in said}
        self._answers: list[tuple[Question, Known]] = []
        self._at = 0
        self._notice = ""

    def compose(self) -> ComposeResult:
        """The question, what was said of it, and the field."""
        field = Input(id="answer", compact=True)
        field.cursor_blink = False
        yield OneLine("answer-title")
        yield OneLine("answer-rule")
        yield LineView("answer-text", cursor=False)
        yield field
        yield OneLine("answer-keys")

    def on_mount(self) -> None:
        """Show the first."""
        self.query_one("#answer", Input).focus()
        self._draw()

    def on_resize(self) -> None:
        """Lines are made for a width."""
        self._draw()

    def _draw(self) -> None:
        width = self.size.width
        count = f"{self._at + 1} of {len(self._questions)}"
        self.query_one("#answer-title", OneLine).show(
            fitted(width, " ", (safe(self._title), Tone.STRONG), f"  question {count}")
        )
        self.query_one("#answer-rule", OneLine).show(rule(width))
        self.query_one("#answer-text", LineView).show(self._text(width))
        keys = self._notice or "yes, no or unknown, and Enter; Enter alone passes over; Esc leaves"
        self.query_one("#answer-keys", OneLine).show(line((f" {keys}", Tone.WARN if self._notice else Tone.DIM)))

    def _text(self, width: int) -> list[Line]:
        question = self._questions[self._at]
        lines = paragraph(question.text, width, 1, tone=Tone.STRONG)
        if question in self._said:
            lines += [BLANK, *paragraph(safe(self._said[question].told), width, 1, tone=Tone.DIM)]
        return [*lines, BLANK, *paragraph("The answer is kept in the journal, with your name and the time.", width, 1)]

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """One of three words, or none."""
        value, event.input.value = event.value.strip(), ""
        if value and value not in [known.value for known in Known]:
            self._notice = "type  yes,  no  or  unknown"
            self._draw()
            return
        if value:
            self._answers.append((self._questions[self._at], Known(value)))
        self._at, self._notice = self._at + 1, ""
        if self._at == len(self._questions):
            self.action_leave()
        else:
            self._draw()

    def action_leave(self) -> None:
        """What was answered until now counts."""
        self.dismiss(tuple(self._answers))
