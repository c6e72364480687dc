"""Counts what is written to the tables of a migration in trouble, sweep after sweep, and keeps the last few counts."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from console.core.assessment import JudgedFramework
from console.core.ports import Link
from console.core.writes import affected

if TYPE_CHECKING:
    from console.core.write_rates import Counts, Rate, TableName

WINDOW = 15.0
"""Seconds over which a rate is told, where it is counted often enough."""
_FEWEST = 2
"""Counts that are kept, however old the first one is."""


class Writing:
    """The counts of the last seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Nothing was counted yet."""
        self._now = now
        self._counted: deque[tuple[float, Counts]] = deque()

    def of(self, link: Link, frameworks: Iterable[JudgedFramework]) -> Callable[[], tuple[Rate, ...]]:
        """A turn for the tables of those migrations that are in trouble."""
        return partial(self.turn, link, affected(frameworks))

    def turn(self, link: Link, tables: tuple[TableName, ...]) -> tuple[Rate, ...]:
        """One more count, and what it tells; nothing is asked where there is no such table."""
        from console.core.write_rates import rates

        if not tables:
            self._counted.clear()
            return ()
        counts = link.writes(tables)
        now = self._now()
        self._counted.append((now, counts))
        while len(self._counted) > _FEWEST and now - self._counted[0][0] > WINDOW:
            self._counted.popleft()
        return rates(self._counted)
