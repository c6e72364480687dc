"""Waiting for something real without guessing how long it takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event
from typing import TypeVar

T = TypeVar("T")


_LONGEST = 0.16
"""InnoDB makes its tables of transactions anew only when nobody has read them for 0.1 s."""


def eventually(look: Callable[[], T], seconds: float = 30.0, every: float = 0.02) -> T:
    """The first true answer of `look`, asked again after `every` so many seconds and ever more seldom; AssertionError
    with the last one when none came in time."""
    deadline = time.monotonic() + seconds
    while not (answer := look()):
        assert time.monotonic() < deadline, f"still {answer!r} after {seconds} s"
        Event().wait(every)
        every = max(every, min(every * 1.5, _LONGEST))
    return answer
