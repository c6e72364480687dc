"""The lines around every page: header, tabs, keys."""

from __future__ import annotations

from console.core.assessment import Assessment
from screens.commands import PREFLIGHT, key_line, tabs_here
from screens.heading import Mood, header
from screens.lines import Line, Span, fitted
from screens.tones import Tone

__all__ = ["Mood", "header", "keys", "notice", "tabs"]

_ROOMY = 90
"""From so many cells on all tabs have room, whoever looks."""


def tabs(page: str, width: int) -> Line:
    """`[1 Incident] 2 Migrations  3 Schema  4 Locks`."""
    spans: list[Span] = [(" ", Tone.PLAIN)]
    shown = list(tabs_here())
    if page != PREFLIGHT and width < _ROOMY:
        shown = [each for each in shown if each[1] != PREFLIGHT]
    letters = max((width - 1) // len(shown) - 4, 3)
    whole = sum(len(f"{number} {name}") + 2 for number, name in shown) < width
    for number, name in shown:
        label = f"{number} {name.capitalize() if whole or name == page else name.capitalize()[:letters]}"
        spans.append((f"[{label}]", Tone.STRONG) if name == page else (f" {label} ", Tone.PLAIN))
    return fitted(width, *spans)


def keys(page: str, width: int, assessment: Assessment | None = None) -> Line:
    """As many keys as fit, `q quit` always; the way out first where all that is wrong is what a failure left."""
    *pairs, quits = key_line(page)
    if assessment is not None and assessment.debris and not (assessment.troubled or assessment.blocked.waiting):
        pairs.sort(key=lambda pair: pair[1] != "clean")
    last = " ".join(quits)
    room = width - len(last) - 4
    said = ""
    for key, label in pairs:
        more = f" {key} {label} "
        if len(said) + len(more) <= room:
            said += more
    return fitted(width, (said, Tone.DIM), (f" {last}", Tone.DIM))


def notice(text: str, width: int) -> Line:
    """A sentence in the place of the keys, until the next key."""
    return fitted(width, (f" {text}", Tone.STRONG))
