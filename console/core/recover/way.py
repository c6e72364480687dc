"""One way out of an incident, as it is shown: what it will do, what it needs, what it risks, whether it is open."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Route(StrEnum):
    """The ways out, those that change least first; the value is the name on screen."""

    FIND_OUT = "Find out first"
    WAIT = "Let it end, or end it"
    LEAVE = "Leave it, fix forward later"
    MARK_RAN = "Mark it ran"
    REPEAT = "Dry-run, then let the tool repeat it"
    CLEAN = "Clean up what the failure left"
    FINISH = "Finish"
    ROLL_BACK = "Roll back"
    FORWARD_FIX = "Recovery migration"
    TOOL_ROLL_BACK = "The tool's own rollback"
    ROLL_BACK_TO = "Roll back to a batch, version or date"
    RESTORE = "Bring rows back from a backup"
    POINT_IN_TIME = "Go back to a point in time"


QUIET = frozenset({Route.FIND_OUT, Route.WAIT})
"""These change neither schema nor data nor ledger, and decide nothing."""


class Standing(StrEnum):
    """Whether a way may be gone now."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True)
class Way:
    """One way out, in words."""

    route: Route
    does: str
    """What it will do, one line."""
    needs: tuple[str, ...]
    risks: tuple[str, ...]
    standing: Standing
    why: str
    """Why it is open, or closed, one sentence."""
    loss: str
    """What becomes of data, one sentence."""
    undo: str
    """How it is taken back, one sentence."""
    place: int = 0
    """1: recommended; 2: what to do where that is not wanted; 0: neither."""
    because: str = ""
    """Why it is recommended, one sentence."""

    @property
    def open(self) -> bool:
        """It may be gone now."""
        return self.standing is Standing.OPEN
