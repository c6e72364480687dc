"""What must be so before a row of any of these tools is written or taken away."""

from __future__ import annotations

from console.core.migration import Belief, LedgerRow, Migration
from console.core.observation import Tracking
from console.core.plan import CannotWriteError


def of_a_file(tracking: Tracking, migration: str, tool: str) -> Migration:
    """The file of a migration that has no row. CannotWriteError where there is none, or a row already."""
    if not tracking.ledger.exists:
        raise CannotWriteError(f"{tracking.ledger.name} does not exist: {tool} makes it on its first run.")
    found = next((t for t in tracking.tracked if t.id == migration and t.belief is not Belief.IGNORED), None)
    if found is None or found.migration is None:
        raise CannotWriteError(f"Its file is not here, so what {tool} would record is not known.")
    if found.belief is Belief.RECORDED:
        raise CannotWriteError(f"{tool} has recorded it already.")
    return found.migration


def rows_of(tracking: Tracking, migration: str, tool: str) -> tuple[LedgerRow, ...]:
    """Its rows. CannotWriteError where there are none."""
    rows = tracking.ledger.rows_of(migration)
    if not rows:
        raise CannotWriteError(f"{tool} has no row of it.")
    return rows
