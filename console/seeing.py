"""Writes down what was seen when it is worth keeping: a report is made from these lines, long after all is well again.

The console that has the wheel writes them, or one that is alone. They are no reason to refuse anything: where there is
no room for one, it is left out.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from console.core.assessment import Assessment
from console.core.faults import Fault
from console.core.journal import Topic
from console.core.masks import mask
from console.core.ports_acting import Journal
from console.core.room import picture
from console.core.room.codec import Hide
from console.core.room.seen import details_of, signature
from console.core.room.wheel import Standing
from console.seat import Seat

EVERY = 10.0
"""Seconds between two lines while things flap."""
Document = Callable[[Assessment], Mapping[str, Any]]


class Seeing:
    """What this console has seen, as far as it is kept."""

    def __init__(
        self,
        journal: Journal,
        document: Document,
        seat: Seat | None,
        ample: Callable[[], bool],
        now: Callable[[], float] = time.monotonic,
        hide: Hide = mask,
    ) -> None:
        """`document` is what `assess --json` would print, `ample` whether the disk has room for more than what must be
        written; `now` counts seconds, `hide` takes secrets out of what is written packed."""
        self._journal = journal
        self._document = document
        self._seat = seat
        self._ample = ample
        self._now = now
        self._hide = hide
        self._last: object = None
        self._written = float("-inf")
        self._one = threading.Lock()

    def look(self, assessment: Assessment) -> None:
        """Keep it if it differs from what was kept last, and that is a while ago."""
        if self._now() - self._written >= EVERY and signature(assessment) != self._last:
            self.keep(assessment, assessment.summary)

    def keep(self, assessment: Assessment, why: str) -> None:
        """Keep it: `why` is a sentence. Nothing is written by who has not got the wheel."""
        if self._seat is not None and self._seat.room.standing is not Standing.MINE:
            return
        with self._one:
            if not self._ample():
                return
            self._last, self._written = signature(assessment), self._now()
            try:
                details = details_of(self._document(assessment)) | picture.details_of(assessment, self._hide)
                self._journal.append(Topic.SEEN, why, details)
            except Fault:
                return  # what acts says by itself that the journal cannot be written
