"""Who is in the room just now, as each console says of itself once a second.

A console that was not heard of for a while may be alive behind a dead link: it is said since when, never that it ended.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from console.core.room.people import Someone

BEAT = 1.0
"""Seconds between two words of a console."""
LOST_AFTER = 15.0
"""Seconds of silence after which a console has lost the wheel."""
QUIET_AFTER = 4.0
"""Seconds of silence that are worth a word."""
FORGOTTEN_AFTER = 3600.0
"""Seconds of silence after which a console is not listed any more."""


@dataclass(frozen=True, slots=True)
class Member:
    """One console."""

    run: str
    someone: Someone
    part: str
    """`responder` or `observer`."""
    host: str
    """Which machine, and whose process numbers count there (`console.machine.here`)."""
    process: str
    """Which process it is there (`console.machine.myself`)."""
    since: datetime
    """UTC."""
    need: str = ""
    """For which plans its person wants a partner asked: it holds for everybody in the room."""
    server: str = ""
    """Which server and database it looks at (`place_of`); '' until that was read."""
    page: str = ""
    """Which page is in front."""
    key: str = ""
    """The line the cursor is on."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A console and how long ago it said so, by the store's own clock."""

    member: Member
    ago: float
    """Seconds."""
    login: str = ""
    """By which right it writes there, as the store itself says: `uid 1004`, `ann@10.0.0.5`; '' when not known."""
    elsewhere: str = ""
    """The incident it is at, where that goes by another name than this one: `shop on 10.0.0.5`."""
    gone: bool = False
    """Its process has ended: that is known, not concluded from silence."""

    @property
    def lost(self) -> bool:
        """It cannot hold the wheel any more."""
        return self.gone or self.ago >= LOST_AFTER

    @property
    def words(self) -> str:
        """`here`, `not heard of for 7 s`, `ended`."""
        if self.gone:
            return "ended"
        if self.ago < QUIET_AFTER:
            return "here"
        return f"not heard of for {_long(self.ago)}"


def place_of(identity: str, database: str) -> str:
    """What tells a database from all others, by whatever name people reach it; '' where that is not known."""
    return f"{identity} {database}" if identity else ""


def in_order(found: Iterable[Heard]) -> tuple[Heard, ...]:
    """The longest there first; who was not heard of for an hour is forgotten."""
    known = (each for each in found if each.ago < FORGOTTEN_AFTER)
    return tuple(sorted(known, key=lambda each: (each.member.since, each.member.run)))


def seat_of(run: str) -> tuple[str, str]:
    """What a console leaves when it joins, so that the store can say whose it is."""
    return f"console-{run}", run


def _long(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
