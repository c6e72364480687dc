"""The lines around every page: header, tabs, keys."""

from __future__ import annotations

from dataclasses import dataclass

from console.core.assessment import Assessment
from screens.commands import PREFLIGHT, key_line, tabs_here
from screens.lines import Line, Span, fitted, spread
from screens.role import replays, role
from screens.text import safe, width_of
from screens.theme import Tone
from screens.words import product

_ROOMY = 90
"""From so many cells on all tabs have room, whoever looks."""


@dataclass(frozen=True, slots=True)
class Mood:
    """How much the picture can be trusted."""

    paused: bool = False
    stale: bool = False
    reason: str = ""
    age: str = ""
    """'' while it is fresh."""

    @property
    def words(self) -> str:
        """`STALE 30 s old`, `PAUSED`, or nothing."""
        said = ["PAUSED"] if self.paused else []
        said += ["STALE"] if self.stale else []
        return " ".join([*said, f"{self.age} old"] if self.age else said)


def header(assessment: Assessment | None, title: str, mood: Mood, width: int, wheel: str = "") -> Line:
    """Which database this is, what may be done here, by whom, and how old the picture is."""
    server = assessment.observation.server.value if assessment is not None else None
    name = f"{safe(server.name, 80)} on {safe(server.host, 80)}" if server else safe(title, 160)
    version = product(server) if server else "" if replays() else "connecting"
    replica = "  REPLICA" if server and server.replica else ""
    wheel = f"  {safe(wheel, 20)}" if wheel else ""
    right = mood.words
    room = width - len(" HALFWAY  ") - len(role()) - len(replica) - len(wheel) - len(right) - 8
    version = f"  {version}" if width_of(f"{name}  {version}") <= room or not server else ""
    name = fitted(max(room - width_of(version), 10), name).text
    left: list[Span] = [
        (" HALFWAY  ", Tone.STRONG), (name, Tone.PLAIN), (f"{version}  ", Tone.DIM), (role().value, Tone.STRONG),
        (replica, Tone.WARN), (wheel, Tone.STRONG),
    ]  # fmt: skip
    return spread(width, left, (right, Tone.BAD if mood.stale else Tone.WARN))


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


def keys(page: str, width: int) -> Line:
    """As many keys as fit, `q quit` always."""
    pairs = key_line(page)
    last = " ".join(pairs[-1])
    room = width - len(last) - 4
    said = ""
    for key, label in pairs[:-1]:
        more = f" {key} {label} "
        if len(said) + len(more) <= room:
            said += more
    return fitted(width, (said, Tone.DIM), (f" {last}", Tone.DIM))


def notice(text: str, width: int) -> Line:
    """A sentence in the place of the keys, until the next key."""
    return fitted(width, (f" {text}", Tone.STRONG))
