"""The shop's other visitors: sessions of the application that hold, queue and idle while the drill lasts.

A program of its own (`python -m console.drill.crowd KIND`), because a real crowd does not share a process with the
console; it is there before the server is, which saves time. The first line on stdin says where the server is, each
other one is an order, each line on stdout its answer; when stdin closes it ends, and its sessions with it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import NoReturn

from sqlalchemy.engine import URL

from console.drill.kinds import kind_of
from console.drill.kinds.kind import Kind
from console.drill.session import Refused, Session
from console.drill.shop import EXPORT, READ, READER, READER_APPLICATION


class Crowd:
    """Sessions of `shop-web`."""

    def __init__(self, kind: Kind, url: URL) -> None:
        """Nobody is connected yet."""
        self._kind = kind
        self._url = url
        self._sessions: list[Session] = []

    def idle(self, count: int) -> None:
        """Connections of the pool that have nothing to do."""
        for _ in range(count):
            self._join().run("SELECT 1")

    def hold(self, count: int) -> None:
        """Sessions that forgot to end their transaction."""
        for _ in range(count):
            session = self._join()
            session.run("BEGIN")
            session.run(self._kind.shop.hold)

    def report(self, count: int) -> None:
        """Exports whose reader takes its time."""
        for _ in range(count):
            self._join().read_slowly(EXPORT)

    def behind(self, count: int) -> None:
        """Those that come to stand behind the ghost."""
        self._queue(self._kind.shop.behind, count)

    def read(self, count: int) -> None:
        """Those that only want to read."""
        self._queue(READ, count)

    def _queue(self, question: str, count: int) -> None:
        """Sessions that send their statement and wait for the answer as long as it takes."""
        for n in range(count):
            Thread(target=_ask, args=(self._join(), question.format(n=n + 1)), daemon=True).start()

    def _join(self) -> Session:
        self._sessions.append(self._kind.open(self._url, self._kind.called(READER_APPLICATION)))
        return self._sessions[-1]


def _ask(session: Session, question: str) -> None:
    with suppress(Refused):
        session.run(question)


def main(name: str) -> None:
    """Obey until stdin closes."""
    kind = kind_of(name)
    host, port = (sys.stdin.readline() or _gone()).split()
    _done()
    crowd = Crowd(kind, kind.url(URL.create(name, host=host, port=int(port)), READER))
    orders: dict[str, Callable[[int], None]] = {
        verb.__name__: verb for verb in (crowd.idle, crowd.hold, crowd.report, crowd.behind, crowd.read)
    }
    for line in sys.stdin:
        verb, count = line.split()
        orders[verb](int(count))
        _done()
    _gone()


def _done() -> None:
    sys.stdout.write("done\n")
    sys.stdout.flush()


def _gone() -> NoReturn:
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
