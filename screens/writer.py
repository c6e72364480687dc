"""A thread that writes to the terminal, so that a link that stands still never stops the application.

It asks for bytes when the terminal can take some: what was painted over meanwhile is never sent. It never blocks the
one who writes, and a terminal that is gone is reported once.
"""

from __future__ import annotations

import os
import select
from collections.abc import Callable
from threading import Event, Thread

_CHUNK = 1024
_PATIENCE = 0.25
"""Seconds a closing writer is waited for."""


class Writer:
    """Pulls bytes from `fetch` and writes them to a file descriptor."""

    def __init__(self, fileno: int, fetch: Callable[[], str], gone: Callable[[], None]) -> None:
        """`gone` is called from the writer's thread when the terminal is not there any more."""
        self._fileno = fileno
        self._fetch = fetch
        self._gone = gone
        self._due = Event()
        self._waiting: list[Event] = []
        self._closing = False
        self._thread = Thread(target=self._run, name="halfway-output", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """There may be something to write."""
        self._due.set()

    def close(self) -> None:
        """Write what is left and end; gives up on a terminal that does not take it."""
        self._closing = True
        self.wake()
        self._thread.join(_PATIENCE)

    def settle(self) -> bool:
        """Wait until everything so far is written; False when the terminal does not take it."""
        settled = Event()
        self._waiting.append(settled)
        self.wake()
        return not self._thread.is_alive() or settled.wait(_PATIENCE)

    def _run(self) -> None:
        try:
            while not self._closing:
                self._due.wait()
                self._due.clear()
                self._drain()
            self._drain()
        except OSError:
            self._gone()

    def _drain(self) -> None:
        waiting, self._waiting = self._waiting, []
        while data := self._next():
            left = memoryview(data)
            while left:
                select.select([], [self._fileno], [])
                left = left[os.write(self._fileno, left[:_CHUNK]) :]
        for settled in waiting:
            settled.set()

    def _next(self) -> bytes:
        """Fetched only when the terminal is ready, so a stalled link skips pictures instead of queueing them."""
        select.select([], [self._fileno], [])
        return self._fetch().encode("utf-8", "replace")
