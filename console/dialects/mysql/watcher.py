"""Stops a count as soon as anybody waits for its table: a second connection looks while the first one counts."""

from __future__ import annotations

from contextlib import suppress
from threading import Event, Thread

from console.core.faults import Fault
from console.dialects.mysql.lock_reader import LockReader
from console.dialects.mysql.wire import Wire

_WATCH_SECONDS = 0.2
_TABLE_LEVEL = "Waiting for table level lock"


class Watcher:
    """While a count runs: cancels it as soon as anybody waits for its table."""

    def __init__(self, counting: Wire, locks: LockReader, names: tuple[tuple[str, str], ...]) -> None:
        self.somebody_waits = False
        self._counting = counting
        self._names = names
        self._wire = counting.beside("watcher")
        self._locks = locks.over(self._wire)
        self._ended = Event()
        self._thread = Thread(target=self._watch, name="halfway-count-watcher", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._wire.close()

    def _watch(self) -> None:
        while not self._ended.wait(_WATCH_SECONDS) and not self.somebody_waits:
            try:
                self.somebody_waits = self._anybody_waits()
            except Fault:
                self.somebody_waits = True  # what cannot be watched does not go on
            if self.somebody_waits:
                with suppress(Fault):
                    self._counting.cancel()

    def _anybody_waits(self) -> bool:
        """MyISAM and its like lock the whole table while it is read; who waits for that has its metadata lock. Which
        table such a session waits for is not told, so any counts."""
        if any(self._locks.anybody_waits_for(name) for name in self._names):
            return True
        return any(each.state == _TABLE_LEVEL for each in self._locks.running())
