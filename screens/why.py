"""Why a migration failed: the questions about the data with their answers, and what is known besides."""

from __future__ import annotations

from console.core.assessment import Assessment, Cause, JudgedMigration
from console.core.reasons import Certainty, Reason, explained, reasons
from screens.lines import Line, paragraph
from screens.text import one_line
from screens.tones import Tone
from screens.words import cause_of

_TONES = {Certainty.SEEN: Tone.WARN, Certainty.LIKELY: Tone.WARN, Certainty.CANNOT_TELL: Tone.DIM}


def answers(migration: JudgedMigration, width: int, indent: int) -> list[Line]:
    """One line for each question that was asked; its query stands at its statement."""
    lines: list[Line] = []
    for cause in migration.causes:
        lines += paragraph(f"statement {cause.n}: {cause_of(cause)}", width, indent, _label("cause"), tone=Tone.WARN)
    return lines


def answer(cause: Cause, width: int, indent: int, label: tuple[str, Tone]) -> list[Line]:
    """One question, unfolded: all its samples, and the query that was asked."""
    lines = paragraph(cause_of(cause), width, indent, label, tone=Tone.WARN)
    if len(cause.sample) > 5:
        rest = ", ".join(one_line(value, 60) for value in cause.sample[5:])
        lines += paragraph(f"and {rest}", width, indent)
    if cause.sql:
        lines += paragraph(one_line(cause.sql), width, indent, (" " * 6 + "asked", Tone.DIM), tone=Tone.DIM)
    return lines


def besides(assessment: Assessment, migration: JudgedMigration, width: int, indent: int) -> list[Line]:
    """What is seen, likely, or not to be told; nothing until somebody asked, and for what did not stop."""
    if not any(other is migration for other in explained(assessment)):
        return []
    found = reasons(assessment, migration)
    return [line for reason in found for line in _reason(reason, width, indent)]


def _reason(reason: Reason, width: int, indent: int) -> list[Line]:
    said = f"{reason.certainty.value}: {reason.what}: {one_line(reason.evidence, 300)}"
    lines = paragraph(said, width, indent, _label("why"), tone=_TONES[reason.certainty])
    return lines + (paragraph(one_line(reason.next), width, indent) if reason.next else [])


def _label(word: str) -> tuple[str, Tone]:
    return f"  {word}", Tone.DIM
