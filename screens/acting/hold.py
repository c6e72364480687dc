"""What the dialog says of holding others off: by which lock, or why by none; and the key that leaves it out."""

from __future__ import annotations

from dataclasses import replace

from console.core.intent import Intent
from console.core.plan import Plan
from console.core.tool_lock import Hold
from screens.lines import Line, paragraph
from screens.text import safe
from screens.tones import Tone

KEY = "ctrl+o"
_INDENT = 11


def hold_lines(plan: Plan, width: int) -> list[Line]:
    """A sentence for each tool, with what is sent for it."""
    return [part for hold in plan.holds for part in _lines(hold, width)]


def _lines(hold: Hold, width: int) -> list[Line]:
    tone = Tone.STRONG if hold.locks else Tone.WARN
    text = f"by {hold.words}" if hold.locks else f"nobody: {hold.words}"
    lines = paragraph(safe(text), width, _INDENT, ("HELD OFF", tone))
    for sql in hold.sql:
        lines += paragraph(safe(f"over a session of its own: {sql}"), width, _INDENT, tone=Tone.DIM)
    return lines


def other_hold(plan: Plan) -> Intent | None:
    """The same wish with nobody held off, or with them held off after all; None where there is no choice."""
    can = any(hold.locks for hold in plan.holds) or (bool(plan.holds) and not plan.intent.hold)
    return replace(plan.intent, hold=not plan.intent.hold) if can else None


def hold_key(plan: Plan) -> str:
    """For the line of keys."""
    if other_hold(plan) is None:
        return ""
    return "   Ctrl-O hold nobody off" if plan.intent.hold else "   Ctrl-O hold others off"
