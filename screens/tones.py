"""What a piece of text means, whoever draws it: the first picture stands before Textual is loaded."""

from __future__ import annotations

from enum import StrEnum

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
