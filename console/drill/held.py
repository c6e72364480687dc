"""The signals that end a drill, and moments in which none of them comes.

A process that was started, or a folder that was made, is nobody's until the line that remembers it has run. A signal
that raised in between would leave it behind.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def held() -> Iterator[None]:
    """Signals that Python answers are answered when this is over. The mask of the process is not touched: what it
    starts would inherit it."""
    before = {number: handler for number in SIGNALS if callable(handler := signal.getsignal(number))}
    if threading.current_thread() is not threading.main_thread() or not before:
        yield
        return
    came: list[tuple[int, FrameType | None]] = []
    for number in before:
        signal.signal(number, lambda *one: came.append(one))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for one in came:
            before[signal.Signals(one[0])](*one)
