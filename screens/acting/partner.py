"""Two people for one action: the dialog that asks for a partner, and the one in which a partner reads and agrees.

Whoever agrees sees every statement as it will be sent, and types the same phrase on a console of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from textual.widgets import Input

from console.core.plan import Plan
from console.core.room.consent import ALONE, Request
from screens.acting.dialog import ActionDialog, CarryOut
from screens.acting.lines import plan_lines, said, sql_lines
from screens.acting.typed import TypedDialog
from screens.ages import clock
from screens.lines import BLANK, Line, fitted
from screens.text import safe, width_of
from screens.theme import Tone

NO = "no: "
"""What begins the reason of somebody who does not agree."""
_WORDS = len(f" Enter asks a partner{ALONE}REASON")
_SHOWN = ("about", "effect", "losses", "careful", "undo")
Answered = Callable[[Request, str], str]


class PartneredDialog(ActionDialog):
    """An action that another person has to agree to, where `partner` says who could; '' where nobody is asked."""

    def __init__(
        self, plan: Plan, carry_out: CarryOut, age: str = "", *, sheltered: bool = True, partner: str = ""
    ) -> None:
        """`partner` is one sentence: `Bob (deploy) can agree`."""
        super().__init__(plan, carry_out, age, sheltered=sheltered)
        self._partner = partner
        self._asked = False
        self._waits = ""

    def waits(self, text: str) -> None:
        """What is waited for before anything is sent."""
        self._waits = text
        self._draw()

    @property
    def _asks(self) -> str:
        asks = super()._asks
        over = self._plan.refused or self._under_way or self._end is not None
        return asks if asks or not self._partner or self._asked or over else "a partner"

    @property
    def _at_partner(self) -> bool:
        return bool(self._partner) and self._asks == "a partner"

    def _body(self, width: int) -> list[Line]:
        if self._under_way and self._waits and not self._outcomes:
            return plan_lines(self._plan, width, self._age, sheltered=self._sheltered)
        return super()._body(width)

    def _prompt(self, width: int) -> Line:
        if self._under_way and self._waits and not self._outcomes:
            return fitted(width, f" {safe(self._waits)}")
        if not self._at_partner:
            return super()._prompt(width)
        who = f": {safe(self._partner)}. Or type  "
        if width_of(who) + _WORDS > width:
            who = ", or type  "
        return fitted(width, " ", ("Enter", Tone.STRONG), f" asks a partner{who}", (f"{ALONE}REASON", Tone.STRONG))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The last thing that is typed: nothing, or why it is done alone."""
        if not self._at_partner:
            return  # Textual calls the handler of ActionDialog by itself
        event.prevent_default()
        value, event.input.value = event.value.strip(), ""
        reason = value.removeprefix(ALONE).strip() if value.startswith(ALONE) else ""
        if value and not reason:
            self._say(f"Enter alone asks a partner; or type  {ALONE}REASON")
            return
        self._asked = True
        self._plan = replace(self._plan, intent=replace(self._plan.intent, alone=reason))
        self._begin()


def request_lines(request: Request, details: dict[str, str], width: int) -> list[Line]:
    """A plan of somebody else, whole."""
    lines = [BLANK, *said("WANTS", f"{request.by.shown}, since {clock(request.at)}", width), BLANK]
    lines += sql_lines(request.sql.split(";\n"), width)
    lines.append(BLANK)
    for name in _SHOWN:
        tone = {"losses": Tone.BAD, "careful": Tone.WARN}.get(name, Tone.PLAIN)
        for text in details.get(name, "").splitlines():
            lines += said({"losses": "LOSES"}.get(name, name.upper()), text, width, tone)
    return lines


class ReadingDialog(TypedDialog[None]):
    """Another's plan: read it, type its phrase to agree, or why not."""

    def __init__(self, request: Request, details: dict[str, str], agree: Answered, decline: Answered) -> None:
        """`agree` and `decline` say why the answer does not count; '' when it does."""
        super().__init__()
        self.request = request
        self._details = details
        self._agree = agree
        self._decline = decline
        self._over = False

    def over(self) -> None:
        """It waits no longer."""
        self._over = True
        self._say("it waits no longer: it was taken back, or answered")

    def _draw(self) -> None:
        width = self.size.width
        wanted, no = (safe(self.request.phrase), Tone.STRONG), (f"{NO}REASON", Tone.STRONG)
        prompt = fitted(width, " Type  ", wanted, "  to agree, or  ", no)
        lines = request_lines(self.request, self._details, width)
        keys = "Esc leave without an answer   PgUp PgDn"
        self._show(f"{self.request.title}: a partner is asked", lines, prompt, keys, typing=not self._over)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Yes or no; anything else is neither."""
        value, event.input.value = event.value.strip(), ""
        if value.startswith(NO.strip()):
            reason = value.removeprefix(NO.strip()).strip()
            why = self._decline(self.request, reason) if reason else "say why: the other one reads it"
        else:
            why = self._agree(self.request, value)
        if why:
            self._say(why)
        else:
            self.dismiss(None)
