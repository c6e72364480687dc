"""Pages as the text that somebody reads."""

from __future__ import annotations

from console.core.assessment import Assessment
from screens import incident
from screens.lines import Line


def text_of(lines: list[Line]) -> str:
    """What somebody reads."""
    return "\n".join(line.text.rstrip() for line in lines)


def drawn(assessment: Assessment, width: int = 80, height: int = 19) -> str:
    """The incident page as text."""
    return text_of(incident.page(assessment, width, height))
