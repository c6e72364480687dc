"""Waiting for something real without guessing how long it takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event
from typing import TypeVar

T = TypeVar("T")


def eventually(look: Callable[[], T], seconds: float = 10.0, every: float = 0.02) -> T:
    """The first true answer of `look`, asked again `every` so many seconds; AssertionError with the last one when none
    came in time. InnoDB's tables of transactions are made anew only when nobody has read them for 0.1 s."""
    deadline = time.monotonic() + seconds
    while not (answer := look()):
        assert time.monotonic() < deadline, f"still {answer!r} after {seconds} s"
        Event().wait(every)
    return answer
