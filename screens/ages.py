"""Ages and durations in coarse steps: a sweep that finds nothing new must not change a single cell.

`12:41` would be another text every second and cost bytes on a slow link for nothing a tired person needs.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from console.core.assessment import Assessment
from console.core.observation import Health, Reading
from console.core.plain import HOUR, lasted
from screens.habits import told

SWEEPS_UNTIL_OLD = 3


_OLD_STEPS = (0, 10, 30, 60, 120, 300, 600, 1800, 3600)


def old(seconds: float) -> str:
    """How old a picture is, in steps wider still: 10 s, 30 s, 1, 2, 5, 10, 30 min, then whole hours."""
    if seconds >= 2 * HOUR:
        return lasted(seconds // HOUR * HOUR)
    return lasted(max(step for step in _OLD_STEPS if step <= max(seconds, 0)))


def server_now(assessment: Assessment) -> datetime:
    """The server's clock when the sessions were read: waits are measured on the clock that stamped them.

    A stale picture keeps its ages: nobody knows whether those waits went on.
    """
    seen = assessment.observation
    moment = seen.sessions.taken_at or assessment.taken_at
    server = seen.server
    if server.value is None or server.value.now is None or server.taken_at is None:
        return moment
    return moment + (server.value.now - server.taken_at)


def seconds_since(moment: datetime | None, now: datetime) -> float | None:
    """Seconds from `moment` to `now`; None when the moment is not known."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (now - moment).total_seconds()


def since(moment: datetime | None, now: datetime) -> str:
    """How long ago `moment` was, '' when it is not known."""
    seconds = seconds_since(moment, now)
    return "" if seconds is None else lasted(seconds)


def stamp(moment: datetime | None, *, zone: bool = False) -> str:
    """`Jun 01 11:02`, '-' when not known; with `UTC`, or what this machine's time is called, where it is asked for."""
    return "-" if moment is None else told(moment, "%b %d %H:%M %Z" if zone else "%b %d %H:%M")


def clock(moment: datetime | None) -> str:
    """`11:51:29 UTC`, '' when not known."""
    return "" if moment is None else told(moment, "%H:%M:%S %Z")


def readings_of(assessment: Assessment, page: str) -> tuple[Reading[Any], ...]:
    """The readings a page is drawn from."""
    seen = assessment.observation
    parts: dict[str, tuple[Reading[Any], ...]] = {
        "migrations": (*seen.tracking, seen.schema),
        "schema": (seen.schema,),
        "locks": (seen.sessions, seen.locks),
    }
    return parts.get(page, (seen.server, seen.schema, seen.sessions, seen.locks, *seen.tracking))


def staleness(assessment: Assessment, page: str, interval: float, elapsed: float) -> tuple[bool, str, str]:
    """(stale, its reason, age or '') of a page; `elapsed` is what passed since the assessment came in.

    A sweep takes as long as its rest at most, so three of them are six intervals.
    """
    readings = readings_of(assessment, page)
    stale = [reading for reading in readings if reading.health is Health.STALE]
    ages = [assessment.taken_at - reading.taken_at for reading in readings if reading.taken_at]
    seconds = max(ages, default=timedelta()).total_seconds() + elapsed
    is_old = seconds > SWEEPS_UNTIL_OLD * 2 * max(interval, assessment.observation.rest)
    return bool(stale), stale[0].reason if stale else "", old(seconds) if stale or is_old else ""
