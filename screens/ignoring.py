"""To live with a difference: the lines of the configuration that say so. They are shown and copied, never written."""

from __future__ import annotations

from console.core.assessment import DriftItem
from screens.asking import LineDialog
from screens.lines import BLANK, Line, line
from screens.rules import rule_of
from screens.text import fit, safe, safe_lines
from screens.theme import Tone

__all__ = ["IgnoreDialog", "rule_of", "told"]


class IgnoreDialog(LineDialog):
    """Asks why; a difference without a reason is not ignored."""

    def __init__(self, item: DriftItem) -> None:
        """Of one difference."""
        what = fit(safe(f"{item.change} {item.kind} {item.object}"), 50).rstrip()
        super().__init__(f"Ignore {what}. Why?", "Enter shows the lines for the configuration, Esc leaves")


def told(item: DriftItem, reason: str) -> list[Line]:
    """What to do with the lines."""
    return [
        line(" These lines are on your terminal's clipboard (OSC 52); where that is off, select them here:"),
        BLANK,
        *(line((f" {text}", Tone.STRONG)) for text in safe_lines(rule_of(item, reason))),
        BLANK,
        line(" Halfway writes no configuration: put them at the end of the file that --config or"),
        line(" HALFWAY_CONFIG names, and it is shown as ignored with your reason when Halfway is opened next."),
    ]
