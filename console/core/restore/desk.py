"""What bringing data back needs from outside, as two functions; put together where the adapters are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from console.core.restore.found import Found
from console.core.restore.rows import Lost
from console.core.row_values import Rows


@dataclass(frozen=True, slots=True)
class Desk:
    """Nothing is read before it is asked."""

    look: Callable[[], tuple[Found, ...]] | None = None
    """The backups that there are; None: nobody said where they lie. UsageFault."""
    rows: Callable[[tuple[str, str], tuple[Lost, ...]], Rows] | None = None
    """What a table has in the loaded backup and not in the database; None: nobody named a scratch database. Faults."""
