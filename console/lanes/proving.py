"""The proof of an observer, over the very sessions the lanes read with: none is opened for it.

Each session is tried when it is new and again after a while: a pooler may have put another server behind it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from console.core.faults import Fault, LinkLostFault, UnreachableFault
from console.core.ports import Link

if TYPE_CHECKING:
    from console.core.proof import Power, Proof, Tried

AGAIN = 60.0
"""Seconds after which everything is tried again."""
RIGHTS = "schema"
"""The lane that reads the rights: the one with the most patience."""


class Prover:
    """Tries, while `on`. Each lane calls it from its own thread."""

    def __init__(self, now: Callable[[], float] = time.monotonic, strangers: tuple[str, ...] = ()) -> None:
        """`now` counts seconds; `strangers` as in `Proof`."""
        self.on = False
        self._now, self._strangers = now, strangers
        self._tried: dict[str, tuple[Link, float, Tried]] = {}
        self._powers: tuple[Power, ...] | None = None
        self._untold = ""

    @property
    def proof(self) -> Proof | None:
        """As far as it is known; None where nobody observes."""
        from console.core.proof import Proof

        if not self.on:
            return None
        tried = tuple(tried for _, _, tried in tuple(self._tried.values()))
        return Proof(tried, self._powers, self._untold, self._strangers)

    def turn(self, lane: str, link: Link) -> None:
        """One turn of a lane. LinkLostFault, which concerns the whole lane."""
        before = self._tried.get(lane)
        if not self.on or (before is not None and before[0] is link and self._now() - before[1] < AGAIN):
            return
        self._tried[lane] = (link, self._now(), self._try(link))
        if lane == RIGHTS:
            self._read(link)

    def _try(self, link: Link) -> Tried:
        from console.core.proof import Tried

        try:
            return link.try_to_write()
        except (LinkLostFault, UnreachableFault):
            raise
        except Fault as fault:
            return Tried(None, str(fault))

    def _read(self, link: Link) -> None:
        try:
            self._powers, self._untold = link.powers(), ""
        except (LinkLostFault, UnreachableFault):
            raise
        except Fault as fault:
            self._powers, self._untold = None, str(fault)
