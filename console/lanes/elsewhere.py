"""The other databases of a project, read only when a migration sends statements there; a lane for each."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import wait
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from console.core.observation import Elsewhere, Reading, Tracking
from console.core.ports import Dialect, Link
from console.core.schema import Schema
from console.core.table_case import at_home
from console.lanes.lane import Lane
from console.lanes.reading import Reader, unanswered

LATE = 10.0
"""Seconds after which a database that has not answered is said to have timed out."""


@dataclass(frozen=True, slots=True)
class Other:
    """Another database and how to reach it."""

    name: str
    """What the project calls the connection."""
    dialect: Dialect | None = None
    url: Any = None
    """A sqlalchemy URL; its str() hides the password."""
    why: str = ""
    """Why it cannot be reached, when there is no dialect or no URL."""


class OtherDatabases:
    """Reads those that are asked for; a connection is made for no other."""

    def __init__(self, others: Iterable[Other], reader: Reader) -> None:
        """Nothing is opened yet."""
        self._others = {other.name: other for other in others}
        self._reader = reader
        self._lanes: dict[str, Lane[Reading[Schema]]] = {}
        self._seen: dict[str, Reading[Schema]] = {}
        self._marks: dict[str, str] = {}

    def look(self, names: Iterable[str], seconds: float) -> tuple[Elsewhere, ...]:
        """Each of `names` as it is now, or as it was; only for a first answer up to `seconds` are waited."""
        wanted = tuple(names)
        turns = [lane.turn() for name in wanted if (lane := self._lane(name)) is not None]
        wait(turns, timeout=0 if all(name in self._marks for name in wanted) else seconds)
        return tuple(Elsewhere(name, self._taken(name)) for name in wanted)

    def stopping(self) -> Iterator[Lane[Reading[Schema]]]:
        """The lanes to be stopped and joined."""
        yield from self._lanes.values()

    def _lane(self, name: str) -> Lane[Reading[Schema]] | None:
        other = self._others.get(name)
        if other is None or other.dialect is None or other.url is None:
            return None
        if name not in self._lanes:
            opened = partial(other.dialect.open, other.url)
            self._lanes[name] = Lane("elsewhere", opened, partial(self._read, name))
        return self._lanes[name]

    def _taken(self, name: str) -> Reading[Schema]:
        lane = self._lanes.get(name)
        if lane is None:
            other = self._others.get(name)
            return Reading(reason=(other.why if other else "") or "the project does not say where it is")
        old = self._seen.get(name, Reading(reason="no answer yet"))
        began, done = lane.began, lane.take()
        if done is None and lane.busy and time.monotonic() - began >= LATE:
            return unanswered(old, LATE)
        if done is not None:
            problem = done.exception()
            old = done.result() if problem is None else self._reader.failed(problem, old)
        self._seen[name] = old
        return old

    def _read(self, name: str, link: Link) -> Reading[Schema]:
        """On the lane's own thread."""
        old = self._seen.get(name, Reading())
        home = link.server().home
        mark = f"{link.server().identity} {link.fingerprint()}"
        if old.value is not None and old.complete and mark == self._marks.get(name):
            return replace(old, taken_at=self._reader.clock.now())
        fresh = self._reader.read(lambda: at_home(link.schema(), home), old)
        self._marks[name] = mark if fresh.complete else ""
        return fresh


def elsewhere_in(trackings: Iterable[Reading[Tracking]]) -> tuple[str, ...]:
    """The connections that statements of these migrations are sent to, besides the one looked at."""
    migrations = (t.migration for r in trackings if r.value is not None for t in r.value.tracked)
    named = {s.database for m in migrations if m is not None for s in m.statements}
    return tuple(sorted(named - {""}))
