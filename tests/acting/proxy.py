"""A TCP proxy between Halfway and a server: it cuts, freezes, swaps the server behind it, and cuts on a word.

One thread moves all bytes and knows every pair of sockets; what a test asks of it is done before the call returns.
"""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from sqlalchemy.engine import URL


@dataclass
class Pair:
    """A client and the server it talks to."""

    client: socket.socket
    server: socket.socket
    sent: bytearray = field(default_factory=bytearray)
    """All that the client has sent."""

    def other(self, one: socket.socket) -> socket.socket:
        return self.server if one is self.client else self.client

    def close(self) -> None:
        for end in (self.client, self.server):
            end.close()


class Proxy:
    """Listens on a port of its own and hands everything on to `target`."""

    def __init__(self, target: URL) -> None:
        self.target = target
        self.frozen = False
        self.trap: tuple[bytes, bool] | None = None
        """Cut the connection on which the client sends this word; True: after it was handed on."""
        self.sprung = threading.Event()
        self._pairs: list[Pair] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._orders: list[tuple[Callable[[], None], threading.Event]] = []
        self._wake, self._woken = socket.socketpair()
        self._ended = False
        self._thread = threading.Thread(target=self._work, name="proxy", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        def end() -> None:
            self._ended = True

        self._do(end)
        self._thread.join(5)
        for each in (self._listener, self._wake, self._woken):
            each.close()

    @property
    def url(self) -> URL:
        """The server, as it is reached through here."""
        return self.target.set(host="127.0.0.1", port=self._listener.getsockname()[1])

    def cut(self) -> None:
        """End every connection at both ends."""
        self._do(self._cut)

    def freeze(self) -> None:
        """Take nothing and bring nothing from now on; nobody is told."""
        self._do(lambda: setattr(self, "frozen", True))

    def thaw(self) -> None:
        """Go on."""
        self._do(lambda: setattr(self, "frozen", False))

    def swap(self, target: URL) -> None:
        """Who connects from now on meets another server, and whoever is connected is cut off."""

        def turn() -> None:
            self.target = target
            self._cut()

        self._do(turn)

    def cut_on(self, word: str, *, after: bool) -> None:
        """End the connection on which `word` is sent, before or `after` the server has it, and let nobody in."""
        self._do(lambda: setattr(self, "trap", (word.encode(), after)))

    def _do(self, order: Callable[[], None]) -> None:
        done = threading.Event()
        self._orders.append((order, done))
        self._wake.send(b"x")
        assert done.wait(5)

    def _cut(self) -> None:
        for pair in self._pairs:
            pair.close()
        self._pairs.clear()

    def _work(self) -> None:
        while not self._ended:
            with selectors.DefaultSelector() as selector:
                selector.register(self._woken, selectors.EVENT_READ)
                if not self.frozen:
                    selector.register(self._listener, selectors.EVENT_READ)
                    for pair in self._pairs:
                        selector.register(pair.client, selectors.EVENT_READ, pair)
                        selector.register(pair.server, selectors.EVENT_READ, pair)
                ready = [(key.fileobj, key.data) for key, _ in selector.select()]
            for end, pair in ready:
                self._turn(end, pair)
        self._cut()

    def _turn(self, end: object, pair: Pair | None) -> None:
        if end is self._woken:
            self._woken.recv(1)
            order, done = self._orders.pop(0)
            order()
            done.set()
        elif pair is None:
            self._accept()
        elif pair in self._pairs:
            assert isinstance(end, socket.socket)
            self._hand_on(end, pair)

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        try:
            server = socket.create_connection((self.target.host or "", self.target.port or 0), 5)
        except OSError:
            client.close()
            return
        self._pairs.append(Pair(client, server))

    def _hand_on(self, end: socket.socket, pair: Pair) -> None:
        data = b""
        with suppress(OSError):
            data = end.recv(65536)
        if not data:
            self._drop(pair)
            return
        if end is pair.client:
            pair.sent += data
            if self._springs(pair, data):
                return
        try:
            self._give(end, pair, data)
        except OSError:
            self._drop(pair)

    def _give(self, end: socket.socket, pair: Pair, data: bytes) -> None:
        pair.other(end).sendall(data)

    def _springs(self, pair: Pair, data: bytes) -> bool:
        if self.trap is None or self.trap[0] not in pair.sent:
            return False
        after, self.trap = self.trap[1], None
        if after:
            pair.server.sendall(data)
        self._drop(pair)
        self.sprung.set()
        return True

    def _drop(self, pair: Pair) -> None:
        pair.close()
        self._pairs.remove(pair)
