"""Moments and durations as every report writes them."""

from __future__ import annotations

from datetime import datetime

from console.core.assessment import Assessment
from console.core.session import Node


def now_of(assessment: Assessment) -> datetime:
    """The moment durations are counted to: the server's own clock, else ours."""
    server = assessment.observation.server.value
    return server.now if server is not None and server.now is not None else assessment.taken_at


def since_seconds(node: Node, now: datetime) -> float | None:
    """How long a waiter has waited, or how long a root has been in its transaction or state."""
    session = node.session
    start = node.since or session.query_at if node.waits_for else session.transaction_at or session.changed_at
    return max(0.0, (now - start).total_seconds()) if start is not None else None


def moment(at: datetime) -> str:
    """ISO, to the second; Z for UTC."""
    if at.tzinfo is None:
        return at.isoformat(timespec="seconds")
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
