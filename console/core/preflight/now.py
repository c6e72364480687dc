"""Right now: go, or wait, because. What stands in the way of a run at this moment and will be gone later.

A wait names the session or the object that is waited for; once that has ended, a new preflight says go. What cannot be
seen is not taken for absent: who may be in the way is said to be so.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from console.core.moment import Moment, Pace
from console.core.restore.found import Found
from console.core.storage import Room


@dataclass(frozen=True, slots=True)
class Kept:
    """The backups that were looked at."""

    places: tuple[str, ...] = ()
    """Where; empty: nobody said where backups lie."""
    found: tuple[Found, ...] = ()
    notes: tuple[str, ...] = ()
    """What is no backup, or could not be read."""
    why: str = ""
    """Why they were not looked at to the end; '' where they were."""


@dataclass(frozen=True, slots=True)
class Replica:
    """Another server, named for questions about the data."""

    name: str
    lag: float | None = None
    """Seconds behind; None: not known."""
    doubt: str = ""
    """Why it is not known to be a copy of this one; '' where that is proved."""


@dataclass(frozen=True, slots=True)
class Now:
    """What was asked for this one preflight besides the usual look."""

    moment: Moment | None = None
    room: Room = field(default_factory=Room)
    kept: Kept | None = None
    """None: nobody looked."""
    replica: Replica | None = None
    paces: tuple[Pace, ...] = ()


NOTHING = Now()
"""Nothing but the usual look."""
