"""How fast rows of a table are written, from what the server counted at several moments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

TableName = tuple[str, str]
"""Schema and name."""
Counts = Mapping[TableName, int]
"""Rows inserted, updated and deleted since the server counts."""
SHORTEST = 0.9
"""Seconds between two counts that say anything: PostgreSQL's sessions tell what they did once a second."""


@dataclass(frozen=True, slots=True)
class Rate:
    """One table."""

    table: TableName
    per_second: float | None
    """None: not known."""
    seconds: float
    """For how long it was looked."""


def rates(counted: Sequence[tuple[float, Counts]]) -> tuple[Rate, ...]:
    """From the first count to the last; (moment in seconds, counts). What was counted anew in between is not known."""
    if not counted:
        return ()
    (began, first), (ended, last) = counted[0], counted[-1]
    return tuple(_rate(table, first.get(table), rows, ended - began) for table, rows in last.items())


def _rate(table: TableName, before: int | None, now: int, seconds: float) -> Rate:
    if before is None or now < before or seconds < SHORTEST:
        return Rate(table, None, seconds)
    return Rate(table, (now - before) / seconds, seconds)
