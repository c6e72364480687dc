"""A proxy for MySQL of the tests' own that multiplexes as ProxySQL does (Debian has no ProxySQL).

It greets as a server with a version and a number of its own, has two connections to the server for each client and
sends every statement by the other one, except within a transaction; what is SET, both hear.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count, cycle
from threading import Thread
from typing import Any

from sqlalchemy.engine import URL

from tests.mysql_servers import MyConnection, open_connection

_CAN = 0x1 | 0x8 | 0x200 | 0x2000 | 0x8000 | 0x80000 | 0x100000
"""Long passwords, a database at once, protocol 4.1, transactions, a salt, plugins, attributes."""
_OK = b"\x00\x00\x00\x02\x00\x00\x00"
_QUIT, _QUERY = 1, 3
_IN_TRANSACTION, _MORE = 0x1, 0x8


class _Wire:
    """Packets over a socket."""

    def __init__(self, end: socket.socket) -> None:
        self.end = end
        self._stream = end.makefile("rb")

    def read(self) -> tuple[int, bytes]:
        head = self._stream.read(4)
        if len(head) < 4:
            raise EOFError
        return head[3], self._stream.read(int.from_bytes(head[:3], "little"))

    def write(self, number: int, body: bytes) -> None:
        self.end.sendall(len(body).to_bytes(3, "little") + bytes((number,)) + body)

    def close(self) -> None:
        for way in (self._stream, self.end):
            with suppress(OSError):
                way.close()


class Multiplexing:
    """Listens on a port of its own."""

    def __init__(self, target: URL) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._numbers = count(900_001)
        self._threads: list[Thread] = []
        self._wires: list[_Wire] = []
        self.url = target.set(host="127.0.0.1", port=self._listener.getsockname()[1], query={"ssl_disabled": "true"})

    def serve(self) -> None:
        """Take clients until it is closed."""
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._wires.append(_Wire(client))
                self._threads.append(Thread(target=self._one, args=(self._wires[-1],), daemon=True))
                self._threads[-1].start()

    def close(self) -> None:
        """Everybody is sent away."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for wire in self._wires:
            with suppress(OSError):
                wire.end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)

    def _one(self, client: _Wire) -> None:
        opened: list[MyConnection] = []
        with suppress(OSError, EOFError):
            self._greet(client)
            opened += [open_connection(self._target), open_connection(self._target)]
            backs = [_Wire(vars(each)["_sock"]) for each in opened]
            turns, way, inside = cycle(backs), backs[0], False
            while (asked := client.read()[1])[0] != _QUIT:
                is_set = asked[0] == _QUERY and asked[1:5].upper() == b"SET "
                way = way if inside else next(turns)
                for each in backs if is_set else (way,):
                    each.write(0, asked)
                    answer = list(_answer(each))
                inside = _flagged(answer[-1][1], _IN_TRANSACTION)
                for number, body in answer:
                    client.write(number, body)
        client.close()
        for one in opened:
            _ended(one)

    def _greet(self, client: _Wire) -> None:
        salt = b"saltsaltsaltsaltsalt"
        start = b"\x0a8.0.30\x00" + struct.pack("<I", next(self._numbers)) + salt[:8] + b"\x00"
        able = struct.pack("<H", _CAN & 0xFFFF) + b"\x2d" + struct.pack("<HH", 2, _CAN >> 16) + bytes((21,))
        client.write(0, start + able + bytes(10) + salt[8:] + b"\x00mysql_native_password\x00")
        number, _ = client.read()
        client.write(number + 1, _OK)


def _ended(connection: Any) -> None:
    with suppress(Exception):
        connection.close()


def _answer(way: _Wire) -> Iterator[tuple[int, bytes]]:
    """All packets of one answer."""
    more = True
    while more:
        last = way.read()
        yield last
        if last[1][0] not in (0x00, 0xFF):
            yield from _to_the_end(way)  # of the columns
            *rows, last = _to_the_end(way)
            yield from rows
            yield last
        more = _flagged(last[1], _MORE)


def _to_the_end(way: _Wire) -> Iterator[tuple[int, bytes]]:
    while True:
        found = way.read()
        yield found
        if found[1][0] == 0xFF or (found[1][0] == 0xFE and len(found[1]) < 9):
            return


def _flagged(body: bytes, flag: int) -> bool:
    """What the end of an answer says of the session; an OK of a statement that wrote nothing has it at the same place
    as the end of rows."""
    return body[0] != 0xFF and bool(int.from_bytes(body[3:5], "little") & flag)


@contextmanager
def multiplexed(target: URL) -> Iterator[URL]:
    """The database as it is reached through it."""
    proxy = Multiplexing(target)
    thread = Thread(target=proxy.serve, daemon=True)
    thread.start()
    try:
        yield proxy.url
    finally:
        proxy.close()
        thread.join(5)
