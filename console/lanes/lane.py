"""One thread per database connection, ours and nobody else's.

A lane owns one link and does one job at a time; a job that hangs (a frozen lock table) holds up its own lane only.
Threads are daemons and cancelling is the server's own cancel, so a lane never keeps the process from ending.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import Any, Generic, TypeVar

from console.core.faults import Fault, LinkLostFault, UnreachableFault
from console.core.ports import Link

R = TypeVar("R")

_TRIES = 5
_BETWEEN_TRIES = 0.1
IDLE = 40.0
"""Seconds without a turn (the console is paused) after which the link is let go: the server would end it soon."""


class Lane(Generic[R]):
    """A connection with its thread; the link is opened by the first job and again after it was lost."""

    def __init__(self, name: str, open_link: Callable[[str], Link], job: Callable[[Link], R]) -> None:
        """`job` is what every turn does with the link."""
        self.name = name
        self._open_link = open_link
        self._job = job
        self.began = 0.0
        """When the turn under way began, on the monotonic clock."""
        self.took = self.ended = 0.0
        """Seconds that turns take which bring something, without the connection (the shorter one of the last two: a
        schema that is read for the first time is no slow server), and when the last one ended."""
        self._before = 0.0
        self._link: Link | None = None
        self._turns: queue.SimpleQueue[Future[R] | None] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._current: Future[R] | None = None
        self._thread = threading.Thread(target=self._run, name=f"halfway-{name}", daemon=True)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """The last turn has not ended yet."""
        return self._current is not None and not self._current.done()

    @property
    def waits(self) -> bool:
        """A turn is under way, or nobody has taken it yet."""
        return self._current is not None

    def turn(self) -> Future[R]:
        """Start one turn; while one is under way or not yet taken, that one again: turns never pile up or get lost."""
        if self._current is None:
            self._current = Future()
            self.began = time.monotonic()
            self._turns.put(self._current)
        return self._current

    def take(self) -> Future[R] | None:
        """The turn that ended, once; None while there is none."""
        if self._current is None or not self._current.done():
            return None
        done, self._current = self._current, None
        return done

    def stop(self) -> None:
        """Cancel what runs on the server and end; returns when that is done, or after half a second."""
        self._stopped.set()
        self._turns.put(None)
        turn = self._current
        # A cancel can fall between two reads of one job: then the next one is cancelled.
        for _ in range(_TRIES):
            if turn is None or turn.done():
                return
            if (link := self._link) is not None:
                quietly(link.cancel)
            wait([turn], _BETWEEN_TRIES)

    def join(self, seconds: float) -> None:
        """Wait for the thread, at most that long."""
        self._thread.join(seconds)

    def _run(self) -> None:
        while (future := self._next_turn()) is not None:
            self._take_turn(future)
        self._drop()

    def _next_turn(self) -> Future[R] | None:
        while True:
            try:
                return self._turns.get(timeout=IDLE)
            except queue.Empty:
                self._drop()

    def _take_turn(self, future: Future[R]) -> None:
        try:
            link, began = self._opened(), time.monotonic()
            found = self._job(link)
            self.ended = time.monotonic()
            self.took, self._before = min(self._before, self.ended - began), self.ended - began
            future.set_result(found)
        except Exception as problem:  # noqa: BLE001 - a lane must outlive any failure of its job
            if isinstance(problem, LinkLostFault | UnreachableFault):
                self._drop()
            future.set_exception(problem)

    def _opened(self) -> Link:
        if self._link is None and not self._stopped.is_set():
            self._link = self._open_link(self.name)
        if self._link is None or self._stopped.is_set():
            raise LinkLostFault("Halfway is ending")
        return self._link

    def _drop(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            quietly(link.close)


def quietly(act: Callable[[], Any]) -> None:
    """Do it; if the link is beyond it, so be it."""
    try:
        act()
    except (Fault, OSError, RuntimeError):
        return
