"""One way out, whatever asks for it: a key, a signal, a terminal that is gone.

A watchdog makes the promise hold when something hangs: the terminal is given back and the process ends within a
second, with 128 + the signal's number.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from types import FrameType

PATIENCE = 0.8
"""Seconds until the watchdog stops waiting."""
HUNG_UP = 128 + signal.SIGHUP
INTERRUPTED = 128 + signal.SIGINT
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ending:
    """How a console ends; `begin` may be called from any thread and more than once."""

    def __init__(
        self,
        leave: Callable[[int], None],
        stop: Callable[[], None],
        rescue: Callable[[], None],
        patience: float = PATIENCE,
    ) -> None:
        """`leave` asks the screens to close, `stop` ends the readers (it may block), `rescue` is the last resort."""
        self.code: int | None = None
        self._leave = leave
        self._stop = stop
        self._rescue = rescue
        self._patience = patience
        self._stopped = Event()
        self._over = Event()

    def begin(self, code: int) -> None:
        """Leave with this exit code; the first one counts."""
        if self.code is not None:
            return
        self.code = code
        Thread(target=self._watch, name="halfway-watchdog", daemon=True).start()
        Thread(target=self._stop_readers, name="halfway-stop", daemon=True).start()
        self._leave(code)

    def finish(self, code: int) -> int:
        """The screens are closed: wait for the readers to end, at most as long as patience allows; the exit code."""
        if self.code is None:
            self.code = code
            Thread(target=self._stop_readers, name="halfway-stop", daemon=True).start()
        self._stopped.wait(self._patience)
        self._over.set()
        return self.code

    def _stop_readers(self) -> None:
        try:
            self._stop()
        finally:
            self._stopped.set()

    def _watch(self) -> None:
        if not self._over.wait(self._patience):
            self._rescue()
            os._exit(self.code or 0)

    @contextmanager
    def signals(self) -> Iterator[None]:
        """Every signal that ends a program begins the end; one that was ignored (nohup) stays ignored."""

        def handle(number: int, _: FrameType | None) -> None:
            self.begin(128 + number)

        before = {number: signal.getsignal(number) for number in _SIGNALS}
        for number in _SIGNALS:
            if before[number] is not signal.SIG_IGN:
                signal.signal(number, handle)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
