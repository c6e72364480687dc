"""Who is looked at next: a bounded number at a time in all and on each server, and a dead server is asked once.

The first look at a server is made alone. When nobody answers there, its other databases are not tried: they get the
same answer at once. A server that stops answering later costs those that were under way, and no more.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from console.fleet.reach import Reach

PASSES = 2
"""How many passes over catalogs at a time on one server."""
Work = tuple[Reach, ...]
"""Targets that are looked at over one connection: one database, or the schemas of one."""


@dataclass
class _Server:
    waiting: deque[Work] = field(default_factory=deque)
    running: int = 0
    alive: bool = False


class Turns:
    """Hands out work to threads."""

    def __init__(self, works: Iterable[Work], a_server: int) -> None:
        """`a_server`: how many at a time on one of them."""
        self._a_server = a_server
        self._servers: dict[str, _Server] = {}
        self._order: deque[str] = deque()
        self._changed = threading.Condition()
        self._stopped = False
        for work in works:
            name = work[0].target.server
            if name not in self._servers:
                self._servers[name] = _Server()
                self._order.append(name)
            self._servers[name].waiting.append(work)

    def next(self) -> Work | None:
        """What to look at now; waits for a free place. None: there is nothing left, or it was stopped."""
        with self._changed:
            while not self._stopped and any(s.waiting for s in self._servers.values()):
                for name in self._order:
                    server = self._servers[name]
                    if server.waiting and server.running < self._places(server):
                        server.running += 1
                        self._order.rotate(-1)
                        return server.waiting.popleft()
                self._changed.wait()
            return None

    def _places(self, server: _Server) -> int:
        """How many may be under way there now; a pass over a large catalog is work for the server."""
        if not server.alive:
            return 1
        return self._a_server if server.waiting[0][0].target.schema is None else min(self._a_server, PASSES)

    def answered(self, work: Work) -> None:
        """The server spoke, whatever it said."""
        with self._changed:
            self._servers[work[0].target.server].alive = True
            self._changed.notify_all()

    def ended(self, work: Work, *, dead: bool = False) -> tuple[Work, ...]:
        """One place is free again. `dead`: nobody answers there; the work that is not tried any more."""
        with self._changed:
            server = self._servers[work[0].target.server]
            server.running -= 1
            left: tuple[Work, ...] = ()
            if dead:
                left = tuple(server.waiting)
                server.waiting.clear()
            else:
                server.alive = True
            self._changed.notify_all()
            return left

    def stop(self) -> None:
        """Nothing more is begun."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
