"""How often the server is asked: what moves seldom seldom, and all of it less often while looking takes long.

What takes long to read is read from a server or over a link that has enough to do: it then rests several times as long,
each lane for itself, and that is said. A person who asks, and whoever is about to act, is answered by a whole look at
once.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from console.core.observation import Reading
from console.core.ports import Link
from console.core.session import Session

EVERY = 10.0
"""Seconds after which is asked again what moves seldom."""
SHARE = 4.0
"""Nothing is read again before so many times as long as it took has passed."""
_STEPS = (3.0, 5.0, 10.0, 15.0)
"""Seconds: in steps, for the time stands on the screen, and what moves there costs bytes on the very link."""
_SHORTEST = 2.0
_CHANGES = re.compile(
    r"\b(?:alter|create|cluster|vacuum|reindex|refresh|optimize|optimise|repair|analyze|rename|drop|truncate|call|do)\b",
    re.IGNORECASE,
)
_FIRST = 4000
"""Letters of a statement that are looked at."""


class Seldom:
    """Whether it is time to ask again; over another connection it is."""

    def __init__(self, seconds: float = EVERY, now: Callable[[], float] = time.monotonic) -> None:
        """Nothing was asked yet."""
        self._seconds, self._now = seconds, now
        self._link: Link | None = None
        self._asked = 0.0

    def forget(self) -> None:
        """Ask next time; any thread."""
        self._link = None

    def due(self, link: Link) -> bool:
        """Whether to ask; from then on it counts as asked."""
        if link is self._link and self._now() - self._asked < self._seconds:
            return False
        self._link, self._asked = link, self._now()
        return True


def rest(took: float, wanted: float) -> float:
    """How long a read that took so long is not repeated; 0: no longer than a person wants."""
    least = SHARE * took
    return next((step for step in _STEPS if step >= least), _STEPS[-1]) if least > max(wanted, _SHORTEST) else 0.0


def may_change(sessions: Reading[tuple[Session, ...]]) -> bool:
    """Whether some session may run a schema change now, as far as is known."""
    if not sessions.complete:
        return True
    return any(_may_change(session) for session in sessions.value or () if not session.own)


def _may_change(session: Session) -> bool:
    if not session.visible or session.state not in ("active", "killed", "unknown"):
        return not session.visible
    return not session.query or _CHANGES.search(session.query, 0, _FIRST) is not None
