"""The shop's other visitors: sessions of the application that hold, queue and idle while the drill lasts.

A program of its own (`python -m console.drill.crowd HOST PORT`), because a real crowd does not share a process with the
console. Each line on stdin is an order, each line on stdout its answer; when stdin closes it ends, and its sessions
with it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import psycopg

from console.drill.shop import DATABASE, READER, READER_APPLICATION

_READ = "SELECT id, status, total FROM orders WHERE customer_id = %d ORDER BY placed_at DESC LIMIT 20"


class Crowd:
    """Sessions of `shop-web`."""

    def __init__(self, host: str, port: int) -> None:
        """Nobody is connected yet."""
        self._host = host
        self._port = port
        self._sessions: list[psycopg.Connection] = []

    def idle(self, count: int) -> None:
        """Connections of the pool that have nothing to do."""
        for _ in range(count):
            self._join().execute("SELECT 1")

    def hold(self, count: int) -> None:
        """Readers that forgot to end their transaction."""
        for _ in range(count):
            session = self._join()
            session.execute("BEGIN")
            session.execute("SELECT * FROM orders WHERE id = 1")

    def queue(self, count: int) -> None:
        """Readers that send their query and wait for an answer as long as it takes."""
        for n in range(count):
            self._join().pgconn.send_query((_READ % (n + 1)).encode())

    def _join(self) -> psycopg.Connection:
        session = psycopg.connect(
            host=self._host,
            port=self._port,
            dbname=DATABASE,
            user=READER,
            application_name=READER_APPLICATION,
            autocommit=True,
        )
        self._sessions.append(session)
        return session


def main(host: str, port: str) -> None:
    """Obey until stdin closes."""
    crowd = Crowd(host, int(port))
    orders: dict[str, Callable[[int], None]] = {"idle": crowd.idle, "hold": crowd.hold, "queue": crowd.queue}
    for line in sys.stdin:
        verb, count = line.split()
        orders[verb](int(count))
        sys.stdout.write("done\n")
        sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
