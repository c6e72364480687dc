"""A dialog whose plan can be tried on a scratch server before anything is typed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from console.core.faults import Fault
from console.core.plan import Plan
from console.core.rehearsal import TRIED, Rehearsed, outcome
from screens.acting.dialog import FAILED, CarryOut
from screens.acting.lines import said
from screens.acting.partner import PartneredDialog
from screens.lines import BLANK, Line
from screens.theme import Tone

Rehearse = Callable[[Plan], Sequence[Rehearsed]]


def rehearsed_lines(found: Sequence[Rehearsed], why: str, width: int) -> list[Line]:
    """What became of each step there, or why there was no rehearsal."""
    if why:
        return [*said("REHEARSED", why, width, Tone.WARN), BLANK]
    good = Tone.GOOD if any(each.word == TRIED for each in found) else Tone.WARN
    lines = said("REHEARSED", outcome(found), width, good if all(each.good for each in found) else Tone.BAD)
    for each in found:
        lines += said("", f"{each.n} {each.title}: {each.word}{f' ({each.detail})' if each.detail else ''}", width)
    return [*lines, BLANK]


class RehearsingDialog(PartneredDialog):
    """F6 tries the plan; what is typed here still decides."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f6", "rehearse", show=False, priority=True)]

    class Tried(Message):
        """The rehearsal has ended."""

        def __init__(self, found: Sequence[Rehearsed], why: str) -> None:
            """From the thread that tried."""
            super().__init__()
            self.found = found
            self.why = why

    def __init__(
        self,
        plan: Plan,
        carry_out: CarryOut,
        rehearse: Rehearse,
        age: str = "",
        *,
        sheltered: bool,
        partner: str = "",
    ) -> None:
        """`rehearse` tries it, on a server of its own."""
        super().__init__(plan, carry_out, age, sheltered=sheltered, partner=partner)
        self._rehearse = rehearse
        self._trying = False
        self._result: tuple[Sequence[Rehearsed], str] | None = None

    def _body(self, width: int) -> list[Line]:
        shown = rehearsed_lines(*self._result, width) if self._result is not None and self._end is None else []
        return [*shown, *super()._body(width)]

    def _keys(self) -> str:
        may = not self._plan.refused and not self._under_way and self._end is None
        return f"F6 try it on the scratch server first   {super()._keys()}" if may else super()._keys()

    def action_rehearse(self) -> None:
        """Once at a time, and not while it is done for real."""
        if self._trying or self._under_way or self._end is not None or self._plan.refused:
            return
        self._trying = True
        self._say("it is being tried on the scratch server")
        threading.Thread(target=self._try, name="halfway-rehearse", daemon=True).start()

    def _try(self) -> None:
        try:
            found, why = tuple(self._rehearse(self._plan)), ""
        except Exception as problem:  # noqa: BLE001 - a dialog that waits for what is gone is the worst answer
            ours = f"{FAILED} ({type(problem).__name__})"
            found, why = (), str(problem) if isinstance(problem, Fault) else ours
        self._post(self.Tried(found, why))

    def on_rehearsing_dialog_tried(self, event: Tried) -> None:
        """Show it above the plan."""
        self._trying, self._result = False, (event.found, event.why)
        self._say("")
