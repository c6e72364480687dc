"""An incident that needs no database: it delivers what it is told to, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from console.core.assessment import Assessment
from console.core.contacts import Contact
from console.core.observation import Reading
from console.core.preflight.finding import Report
from console.core.preflight.reporting import ground_of, report_of
from console.lanes.expecting import Expecting
from console.lanes.proving import Prover


@dataclass
class FakeIncident:
    """An incident without a database."""

    first: Assessment | None = None
    title: str = "shop on db1"
    interval: float = 2.0
    paused: bool = False
    contacts: tuple[Contact, ...] = ()
    asked: list[str] = field(default_factory=list)
    deliver: Callable[[Assessment], None] | None = None
    prover: Prover = field(default_factory=Prover)
    expecting: Expecting = field(default_factory=Expecting)

    def start(self, deliver: Callable[[Assessment], None], interval: float = 2.0) -> None:
        """Deliver the first one."""
        self.deliver, self.interval = deliver, interval
        self.asked.append("start")
        if self.first is not None:
            deliver(self.first)

    def set_interval(self, seconds: float) -> None:
        """Remember it."""
        self.interval = seconds
        self.asked.append(f"interval {seconds:g}")

    def pause(self) -> None:
        """Remember it."""
        self.paused = True
        self.asked.append("pause")

    def resume(self) -> None:
        """Remember it."""
        self.paused = False
        self.asked.append("resume")

    def refresh(self) -> None:
        """Remember it."""
        self.asked.append("refresh")

    def expect_next(self) -> None:
        """Remember it."""
        self.asked.append("expect next")

    def count(self, migration_id: str, n: int) -> None:
        """Remember it."""
        self.asked.append(f"count {migration_id} {n}")

    def preflight(self, assessment: Assessment) -> Report:
        """What the core says of it."""
        return report_of(ground_of(assessment))

    def stop(self) -> None:
        """Remember it."""
        self.asked.append("stop")


def later(assessment: Assessment, seconds: float) -> Assessment:
    """The same picture, read again later: everything as it was."""
    shift = timedelta(seconds=seconds)
    seen = assessment.observation

    def again(reading: Reading[Any]) -> Reading[Any]:
        return reading if reading.taken_at is None else replace(reading, taken_at=reading.taken_at + shift)

    server = again(seen.server)
    if server.value is not None and server.value.now is not None:
        server = replace(server, value=replace(server.value, now=server.value.now + shift))
    seen = replace(
        seen,
        taken_at=seen.taken_at + shift,
        server=server,
        schema=again(seen.schema),
        sessions=again(seen.sessions),
        locks=again(seen.locks),
        tracking=tuple(map(again, seen.tracking)),
    )
    return replace(assessment, observation=seen)
