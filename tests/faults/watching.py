"""An incident that is watched as the console watches it, with all that it delivered and when."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL

from console.core.assessment import Assessment
from console.core.observation import Health, Reading
from console.incident import Incident
from console.wiring import Options, find, source
from tests.waiting import eventually

HANG = 5.0
"""Seconds after which something counts as hanging."""
_INTERVAL = 0.5
"""Seconds between two sweeps."""


@dataclass
class Watched:
    """What the screens would be given."""

    incident: Incident
    seen: list[tuple[float, Assessment]] = field(default_factory=list)

    def take(self, assessment: Assessment) -> None:
        """What an incident delivers to."""
        self.seen.append((time.monotonic(), assessment))

    @property
    def last(self) -> Assessment:
        """The newest picture."""
        return self.seen[-1][1]

    def fresh(self, seconds: float = 30.0) -> Assessment:
        """The first picture of which every part was read, whole and after now."""
        asked = datetime.now(UTC)
        found = eventually(lambda: next((a for _, a in self.seen[-3:] if _is_whole(a, asked)), None), seconds)
        assert found is not None
        return found

    def longest_pause(self, since: float) -> float:
        """Seconds between two pictures, since a moment; until now."""
        times = [since, *(at for at, _ in self.seen if at > since), time.monotonic()]
        return max(after - before for before, after in pairwise(times))


def _is_whole(assessment: Assessment, since: datetime) -> bool:
    """Nothing of it is old; that a server is set not to tell is an answer too."""
    found = parts(assessment).values()
    told = [r for r in found if r.health is not Health.NOT_INSTRUMENTED]
    return all(r.complete for r in told) and assessment.observation.read_since(since)


def parts(assessment: Assessment) -> dict[str, Reading[Any]]:
    """What the lanes read, by name."""
    seen = assessment.observation
    return {"server": seen.server, "sessions": seen.sessions, "locks": seen.locks, "schema": seen.schema}


@contextmanager
def watched(url: URL, folder: Path) -> Iterator[Watched]:
    """Started, ended, and without a mistake of ours."""
    options = Options(url=url.render_as_string(hide_password=False), project=str(folder))
    found = Watched(Incident(source(find(options, {}))))
    found.incident.start(found.take, _INTERVAL)
    try:
        yield found
    finally:
        found.incident.stop()
    assert found.incident.surprises == []
