"""The proof sheet at the end of an observer's first page, and that the incident is asked for it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from console.core.assessment import Assessment
from screens.lines import Line, paragraph
from screens.role import Role, role
from screens.text import one_line
from screens.tones import Tone
from screens.words import INDENT

if TYPE_CHECKING:
    from console.core.proof import Finding
    from console.incident import Incident

_LONGEST = 400


def prove(incident: Incident) -> None:
    """Have an observer's sessions and rights tested; nobody else's."""
    incident.prover.on = role() is Role.OBSERVER


def proof_lines(assessment: Assessment, width: int) -> list[Line]:
    """CLIENT, SESSION and GRANTS, each as it was found; [] where nobody observes."""
    proof = assessment.observation.proof
    if proof is None or role() is not Role.OBSERVER:
        return []
    from console.core.proof import sheet

    lines, before = list[Line](), ""
    for finding in sheet(proof, tuple(sys.modules)):
        lines += _lines(finding, width, repeated=finding.label == before)
        before = finding.label
    return lines


def _lines(finding: Finding, width: int, *, repeated: bool) -> list[Line]:
    from console.core.proof import fix_words

    tone = Tone.DIM if finding.holds else Tone.WARN
    first = None if repeated else (finding.label, tone)
    lines = paragraph(one_line(finding.text, _LONGEST), width, INDENT, first)
    for statement in finding.fix:
        lines += paragraph(one_line(fix_words(statement), _LONGEST), width, INDENT + 2)
    return lines
