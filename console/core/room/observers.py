"""Who only looks, as the server itself shows it: an observer writes nothing, not even that it is here.

Their sessions carry a mark in the name that they give themselves. Where a server tells nobody what other sessions call
themselves, that is said, and nobody is called absent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from console.core.session import Session

MARK = "observer"
"""The last word of what an observer's sessions call themselves: `halfway locks observer`."""


@dataclass(frozen=True, slots=True)
class Watcher:
    """One login that looks, from one place."""

    who: str
    """`halfway_observer@10.0.0.7`"""
    since: datetime | None
    """Of its oldest session, UTC; None where that is not told."""


def watchers(sessions: Iterable[Session]) -> tuple[Watcher, ...]:
    """Those who look now, by name."""
    found: dict[str, list[datetime]] = {}
    for session in sessions:
        words = session.application.split()
        if words[:1] == ["halfway"] and words[-1:] == [MARK]:
            found.setdefault(session.who, []).extend([session.started_at] if session.started_at else [])
    return tuple(Watcher(who, min(times, default=None)) for who, times in sorted(found.items()))
