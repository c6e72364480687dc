"""Every action: one dialog. It shows the plan, takes the typed phrase, shows what reading again found.

Nothing is preselected and nothing is confirmed by one key: only the whole phrase, typed, and Enter. A paste is refused.
Whatever happens here, a statement that was sent is neither sent again nor cancelled.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from console.core.intent import Answer, Intent, Verb
from console.core.plan import Outcome, Plan, Result
from screens.acting.hold import KEY, hold_key, other_hold
from screens.acting.lines import at_work, doing_lines, heard_lines, plan_lines, result_lines
from screens.acting.typed import TypedDialog
from screens.lines import Line, fitted, line
from screens.text import safe
from screens.theme import Tone
from screens.widgets.line_view import LineView

_HEARD = 200
"""Lines of a tool's own that are kept."""
Tell = Callable[[Outcome], None]
FAILED = "Halfway itself failed"
LOOK = "Whether anything more was sent is not known: read the journal and the next look before anything else."
CarryOut = Callable[[Plan, Sequence[str], Tell, threading.Event], Result]


def _target(intent: Intent) -> str:
    if len(intent.sessions) > 1:
        return f"{len(intent.sessions)} sessions"
    return intent.sessions[0] if intent.sessions else intent.migration or intent.object


class ActionDialog(TypedDialog[Intent | None]):
    """One plan, from its first line to its outcome. The result: what a person wants instead, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "instead(0)", show=False, priority=True),
        Binding("shift+tab", "instead(1)", show=False, priority=True),
        Binding(KEY, "hold", show=False, priority=True),
    ]

    class Told(Message):
        """A step has ended."""

        def __init__(self, outcome: Outcome) -> None:
            """From the thread that acts."""
            super().__init__()
            self.outcome = outcome

    class Ended(Message):
        """The plan has ended."""

        def __init__(self, result: Result) -> None:
            """From the thread that acts."""
            super().__init__()
            self.result = result

    def __init__(self, plan: Plan, carry_out: CarryOut, age: str = "", *, sheltered: bool = True) -> None:
        """`age` dates the picture the plan rests on; '' while it is fresh. `sheltered`: see `Tools`."""
        super().__init__()
        self._plan = plan
        self._carry_out = carry_out
        self._age = age
        self._sheltered = sheltered
        self._typed: list[str] = []
        self._answers: dict[int, Answer] = dict(plan.intent.answers)
        self._outcomes: list[Outcome] = []
        self._end: Result | None = None
        self._under_way = False
        self._halt = threading.Event()
        self._warned = False
        self._heard: deque[str] = deque(maxlen=_HEARD)

    @property
    def _open(self) -> tuple[int, ...]:
        """Statements that still want an answer."""
        return tuple(n for n in self._plan.open_questions if n not in self._answers)

    @property
    def _asks(self) -> str:
        """What is to be typed next; '' when nothing is."""
        plan = self._plan
        if plan.refused or self._under_way or self._end is not None:
            return ""
        if self._open:
            return "run, it ran or stop"
        if len(self._typed) < len(plan.phrases):
            return plan.phrases[len(self._typed)]
        return "why, in one line" if plan.unproven and not plan.intent.reason else ""

    def _draw(self) -> None:
        body, prompt = self._body(self.size.width), self._prompt(self.size.width)
        self._show(self._plan.title, body, prompt, self._keys(), typing=bool(self._asks))

    def _body(self, width: int) -> list[Line]:
        if self._end is not None:
            return [*result_lines(self._end, width), *heard_lines(self._heard, width)]
        if self._under_way:
            return [*doing_lines(self._plan, self._outcomes, width), *heard_lines(self._heard, width)]
        return plan_lines(self._plan, width, self._age, sheltered=self._sheltered)

    def heard(self, text: str) -> None:
        """A line that the tool printed; the last ones are shown."""
        self._heard.append(text)
        self._draw()

    def _prompt(self, width: int) -> Line:
        if self._under_way:
            step, total = at_work(self._plan, self._outcomes), len(self._plan.steps)
            said = f"Step {step.n} of {total} is being done." if step else "It has ended; what is there is read again."
            return fitted(width, f" {said}")
        if self._open:
            return fitted(width, f" Statement {self._open[0]} cannot be told. Type  ", ("run", Tone.STRONG), ", ",
                          ("it ran", Tone.STRONG), " or ", ("stop", Tone.STRONG), ":")  # fmt: skip
        if not self._asks:
            return line("")
        if len(self._typed) == len(self._plan.phrases):
            return fitted(width, " Why, in one line (it is kept in the journal):")
        return fitted(width, " Type  ", (safe(self._asks), Tone.STRONG), "  to do it, Esc to leave:")

    def _keys(self) -> str:
        if self._under_way:
            return "s stop before the next step   Esc close (what runs goes on)"
        if len(self._offered) > 1:
            return safe("Esc leave   Tab {}   Shift+Tab {}".format(*(other.verb.value for other in self._offered)))
        other = next(iter(self._offered), None)
        if self._end is not None:
            return "Esc back" + (safe(f"   Tab next: {other.verb.value} {_target(other)}") if other else "")
        instead = f"   Tab instead: {other.verb.value} {_target(other)}" if other else ""
        return f"Esc leave{safe(instead)}{hold_key(self._plan)}"

    @property
    def _offered(self) -> tuple[Intent, ...]:
        """What Tab opens, and Shift+Tab where a person is asked which way."""
        offered = self._plan.instead if self._end is None else self._end.instead
        return () if self._under_way else offered[: 2 if self._plan.intent.verb is Verb.END_PREPARED else 1]

    def on_key(self, event: events.Key) -> None:
        """`s` while it runs, and what closes it at its end."""
        if self._under_way and event.key == "s":
            self._halt.set()
            self._say("it stops before the next step")
        elif self._end is not None and event.key in ("enter", "q"):
            event.stop()
            self.dismiss(None)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take it if it is exactly what is asked for."""
        value, event.input.value = event.value, ""
        if self._open:
            self._answer(value)
        elif len(self._typed) < len(self._plan.phrases):
            self._phrase(value)
        elif value.strip():
            self._plan = replace(self._plan, intent=replace(self._plan.intent, reason=value.strip()))
            self._begin()

    def _answer(self, value: str) -> None:
        if value not in [answer.value for answer in Answer]:
            self._say("type  run,  it ran  or  stop")
            return
        self._answers[self._open[0]] = Answer(value)
        if self._open:
            self._draw()
        else:
            self.dismiss(replace(self._plan.intent, answers=tuple(sorted(self._answers.items()))))

    def _phrase(self, value: str) -> None:
        wanted = self._plan.phrases[len(self._typed)]
        if value != wanted:
            self._say(f"this is not  {wanted}  (nothing was sent)")
            return
        self._typed.append(value)
        if self._asks:
            self._draw()
        else:
            self._begin()

    def _begin(self) -> None:
        self._under_way = True
        self._draw()
        self.query_one("#action-plan", LineView).scroll_home(animate=False)
        threading.Thread(target=self._work, name="halfway-act", daemon=True).start()

    def _work(self) -> None:
        told: list[Outcome] = []

        def tell(outcome: Outcome) -> None:
            told.append(outcome)
            self._post(self.Told(outcome))

        try:
            result = self._carry_out(self._plan, tuple(self._typed), tell, self._halt)
        except Exception as problem:  # noqa: BLE001 - a dialog that waits for what is gone is the worst answer
            result = Result(self._plan, tuple(told), next=f"{FAILED} ({type(problem).__name__}). {LOOK}")
        self._post(self.Ended(result))

    def _post(self, message: Message) -> None:
        """From the thread that acts; nobody may be there any more."""
        if self.is_running:
            self.post_message(message)

    def on_action_dialog_told(self, event: Told) -> None:
        """Show it before the next begins."""
        self._outcomes.append(event.outcome)
        self._draw()

    def on_action_dialog_ended(self, event: Ended) -> None:
        """Show all of it."""
        self._under_way, self._end, self._notice = False, event.result, ""
        self._draw()
        self.query_one("#action-plan", LineView).scroll_home(animate=False)

    def action_instead(self, n: int) -> None:
        """What else a person may want."""
        if len(self._offered) > n:
            self.dismiss(self._offered[n])

    def action_hold(self) -> None:
        """With nobody held off, or with them held off after all."""
        other = other_hold(self._plan)
        if other is not None and not self._under_way and self._end is None:
            self.dismiss(other)

    def action_leave(self) -> None:
        """Back; while something runs, only who says it twice."""
        if self._under_way and not self._warned:
            self._warned = True
            self._say("what was sent goes on, on the server; Esc again closes this")
            return
        self.dismiss(None)
