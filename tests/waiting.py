"""Waiting for something real without guessing how long it takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event
from typing import TypeVar

T = TypeVar("T")


def eventually(look: Callable[[], T], seconds: float = 10.0) -> T:
    """The first true answer of `look`; AssertionError with the last one when none came in time."""
    deadline = time.monotonic() + seconds
    while not (answer := look()):
        assert time.monotonic() < deadline, f"still {answer!r} after {seconds} s"
        Event().wait(0.02)
    return answer
