"""Links in bad weather: a proxy that also brings everything late, or a few bytes at a time."""

from __future__ import annotations

import heapq
import socket
import threading
import time
from contextlib import suppress
from itertools import count
from types import TracebackType
from typing import Self

from tests.acting.proxy import Pair, Proxy

_PIECE = 64
"""Bytes that a narrow link brings at once."""


class Weather(Proxy):
    """Everything that passes, either way, takes `delay` seconds, and no more than `rate` bytes of it a second."""

    delay = 0.0
    rate = 0.0

    def __enter__(self) -> Self:
        self._due: list[tuple[float, int, socket.socket, bytes]] = []
        self._numbers = count()
        self._free_at: dict[socket.socket, float] = {}
        self._comes = threading.Condition()
        self._over = False
        self._carrier = threading.Thread(target=self._carry, name="weather", daemon=True)
        self._carrier.start()
        return super().__enter__()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._comes:
            self._over = True
            self._comes.notify()
        self._carrier.join(5)
        super().__exit__(kind, error, at)

    def turn(self, *, delay: float = 0.0, rate: float = 0.0) -> None:
        """From now on it is like this; what is on its way comes as it was sent."""
        self.delay, self.rate = delay, rate

    def _give(self, end: socket.socket, pair: Pair, data: bytes) -> None:
        sink = pair.other(end)
        now = time.monotonic()
        with self._comes:
            at = max(now + self.delay, self._free_at.get(sink, 0.0))
            pieces = [data] if not self.rate else [data[n : n + _PIECE] for n in range(0, len(data), _PIECE)]
            for piece in pieces:
                at += len(piece) / self.rate if self.rate else 0.0
                heapq.heappush(self._due, (at, next(self._numbers), sink, piece))
            self._free_at[sink] = at
            self._comes.notify()

    def _carry(self) -> None:
        with self._comes:
            while not self._over:
                left = self._due[0][0] - time.monotonic() if self._due else None
                if left is None or left > 0:
                    self._comes.wait(left)
                    continue
                _, _, sink, piece = heapq.heappop(self._due)
                with suppress(OSError):
                    sink.sendall(piece)
