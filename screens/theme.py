"""Tones: what a piece of text means, and how a terminal shows it.

Only the terminal's own sixteen colours, bold, dim and reverse are used, so every palette, 16-colour terminals and
NO_COLOR work without a second design. A tone repeats what a word already says; it is never the only sign.
"""

from __future__ import annotations

from enum import StrEnum

from rich.style import Style
from textual.theme import BUILTIN_THEMES, Theme

from console.core.assessment import Overall
from console.core.landed import Judgement, Verdict
from console.core.migration import State


class Tone(StrEnum):
    """What a piece of text means."""

    PLAIN = "plain"
    STRONG = "strong"
    DIM = "dim"
    BAD = "bad"
    WARN = "warn"
    GOOD = "good"
    BAR = "bar"


STYLES: dict[Tone, Style] = {
    Tone.PLAIN: Style(),
    Tone.STRONG: Style(bold=True),
    Tone.DIM: Style(dim=True),
    Tone.BAD: Style(color="red", bold=True),
    Tone.WARN: Style(color="yellow", bold=True),
    Tone.GOOD: Style(color="green"),
    Tone.BAR: Style(reverse=True),
}
CURSOR = Style(reverse=True)

THEME = Theme(
    name="halfway",
    ansi=True,
    primary="ansi_default",
    secondary="ansi_cyan",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    accent="ansi_default",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    variables={
        **BUILTIN_THEMES["ansi-dark"].variables,
        "input-cursor-background": "ansi_default",
        "input-cursor-foreground": "ansi_default",
        "input-cursor-text-style": "reverse",
        "input-selection-background": "ansi_blue",
    },
)

OF_STATE: dict[State, Tone] = {
    State.HALF_APPLIED: Tone.BAD,
    State.FAILED: Tone.BAD,
    State.UNRECORDED: Tone.BAD,
    State.HOLLOW: Tone.BAD,
    State.CHECKSUM_MISMATCH: Tone.WARN,
    State.FILE_MISSING: Tone.WARN,
    State.UNREADABLE: Tone.WARN,
    State.PENDING: Tone.STRONG,
    State.APPLIED: Tone.GOOD,
}
OF_VERDICT: dict[Verdict, Tone] = {
    Verdict.LANDED: Tone.GOOD,
    Verdict.NOT_LANDED: Tone.BAD,
    Verdict.PARTIAL: Tone.WARN,
    Verdict.UNKNOWABLE: Tone.WARN,
}


def tone_of(judgement: Judgement) -> Tone:
    """Of a statement's word: what was not sent is neither good nor bad."""
    return Tone.DIM if judgement.skipped else OF_VERDICT[judgement.verdict]


OF_OVERALL: dict[Overall, Tone] = {
    Overall.HEALTHY: Tone.GOOD,
    Overall.ATTENTION: Tone.WARN,
    Overall.INCIDENT: Tone.BAD,
}
