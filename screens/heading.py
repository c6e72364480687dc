"""The first line of every page: which database, what may be done here, by whom, and how old the picture is."""

from __future__ import annotations

from dataclasses import dataclass

from console.core.assessment import Assessment
from screens.lines import Line, Span, fitted, spread
from screens.role import replays, role
from screens.text import safe, width_of
from screens.tones import Tone
from screens.words import product


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
    right = "  ".join(filter(None, (slowness(assessment), mood.words)))
    room = width - len(" HALFWAY  ") - len(role()) - len(replica) - len(wheel) - len(right) - 8
    version = f"  {version}" if width_of(f"{name}  {version}") <= room or not server else ""
    name = fitted(max(room - width_of(version), 10), name).text
    left: list[Span] = [
        (" HALFWAY  ", Tone.STRONG), (name, Tone.PLAIN), (f"{version}  ", Tone.DIM), (role().value, Tone.STRONG),
        (replica, Tone.WARN), (wheel, Tone.STRONG),
    ]  # fmt: skip
    return spread(width, left, (right, Tone.BAD if mood.stale else Tone.WARN))


def slowness(assessment: Assessment | None) -> str:
    """`SLOW: every 10 s` while a look takes so long that there are fewer of them than was wanted."""
    rest = assessment.observation.rest if assessment is not None else 0
    return f"SLOW: every {rest:g} s" if rest else ""
