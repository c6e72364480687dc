"""Whether any statement ended that may have changed the schema: what the server counts of itself, instead of a look at
all that there is, which costs as much as everything else together.

A statement is counted when it ends, and so behind what it changed: a look that comes after the count sees the change.
Only statements that are known to change nothing are left out, so one of a version to come counts. Where somebody is not
counted (an instrument or a session that is switched off, what a primary or another node sends), nothing is concluded.
"""

from __future__ import annotations

import time

from console.dialects.mysql import queries
from console.dialects.mysql.rights import Grants
from console.dialects.mysql.wire import Wire

_AGAIN = 30.0
"""Seconds after which there is a look whatever was counted: instruments can be switched off and on again."""


class Hint:
    """What was counted at the last look."""

    def __init__(self, wire: Wire) -> None:
        """Nothing yet."""
        self._wire = wire
        self.alone = False
        """Nobody but the sessions of this server changes anything: it is no replica, and in no cluster."""
        self._counted: int | None = None
        self._looked = 0.0

    @property
    def reads(self) -> tuple[str, ...]:
        """What is to be read of it."""
        return (queries.ENDED, queries.UNCOUNTED) if self.alone else ()

    def moved(self) -> bool:
        """Whether to look; from then on it counts as looked."""
        if not self.alone:
            return True
        counted = int(self._wire.read(queries.ENDED)[0][0])
        uncounted = int(self._wire.read(queries.UNCOUNTED)[0][0])
        now = time.monotonic()
        if not uncounted and counted == self._counted and now - self._looked < _AGAIN:
            return False
        self._counted, self._looked = None if uncounted or not self._tells() else counted, now
        return True

    def forget(self) -> None:
        """Look next time."""
        self._counted = None

    def _tells(self) -> bool:
        return not int(self._wire.read(queries.SWITCHED_OFF)[0][0])


def alone(wire: Wire, grants: Grants, dialect: str, *, replica: bool) -> bool:
    """Whether the server's own counts tell of everything."""
    if dialect != "mysql" or not grants.performance_schema or replica or wire.proxied:
        return False
    return not wire.read(queries.FELLOWS)[0][0]
