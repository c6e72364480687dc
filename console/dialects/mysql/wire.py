"""One connection that cannot hang behind the incident, and the way statements travel over it.

Every limit is set in one statement as soon as the connection is there and read back: a proxy may drop it. A read that
times out on our side leaves its statement on the server, so the limits of the server are always the shorter ones.
"""

from __future__ import annotations

import os
import re
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import pymysql
from pymysql.connections import Connection

from console import tunnel
from console.core.faults import Fault, FullFault, LinkLostFault, TimedOutFault, UnreachableFault
from console.dialects.mysql.credentials import password_for
from console.dialects.mysql.doors import Door, doors, learn, shut
from console.dialects.mysql.errors import NO_SERVER, connection_fault, read_fault
from console.dialects.mysql.locks import LastWaits

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

RV = TypeVar("RV")
Row = tuple[Any, ...]

_SECONDS = {"schema": 15.0}
_DEFAULT_SECONDS = 2.0
_GRACE = 2.5
"""How much longer than its own time-out a server may be silent before the socket is dropped."""
_SELDOM = 10.0
"""Seconds for which an answer that there is none holds, where something else tells as soon as there may be one."""
_CONNECT_SECONDS = 4
_TLS = ("ssl_ca", "ssl_cert", "ssl_key", "ssl_key_password")
_TLS_FLAGS = ("ssl_disabled", "ssl_verify_cert", "ssl_verify_identity")
_OTHERS = ("unix_socket", "read_default_file", "read_default_group")
_NEUTRAL = MappingProxyType({"sql_mode": "''", "time_zone": "'+00:00'", "autocommit": "1"})


def _limits(*, mariadb: bool, seconds: float) -> dict[str, str]:
    """Variables of the session; MariaDB does not wait for a lock at all, MySQL knows no less than a second."""
    wait = "0" if mariadb else "1"
    limits = {"lock_wait_timeout": wait, "innodb_lock_wait_timeout": wait, **_NEUTRAL}
    if mariadb:
        return {**limits, "max_statement_time": f"{seconds:g}"}
    return {**limits, "max_execution_time": str(int(seconds * 1000))}


def _arguments(url: URL, lane: str) -> dict[str, Any]:
    query = {name: value if isinstance(value, str) else value[-1] for name, value in url.query.items()}
    found: dict[str, Any] = {name: query[name] for name in (*_TLS, *_OTHERS) if name in query}
    found |= {name: query[name].lower() in ("1", "true", "yes", "on") for name in _TLS_FLAGS if name in query}
    return found | {
        "host": url.host,
        "port": url.port or 0,
        "user": url.username,
        "password": url.password or password_for(url.username, os.environ, Path.home()) or "",
        "database": url.database,
        "charset": "utf8mb4",
        "autocommit": True,
        "program_name": f"halfway {lane}",
        "connect_timeout": _CONNECT_SECONDS,
        "read_timeout": _CONNECT_SECONDS,
        "write_timeout": _CONNECT_SECONDS,
    }


def _opened(url: URL, arguments: dict[str, Any]) -> Connection[Any]:
    """Through a tunnel: the name that TLS verifies stays the database's own."""
    way = tunnel.way(url)
    if way is None:
        return pymysql.connect(**arguments)
    connection: Connection[Any] = Connection(**arguments, defer_connect=True)
    try:
        connection.connect(socket.create_connection(way, _CONNECT_SECONDS))
    except OSError as error:
        raise pymysql.err.OperationalError(2003, f"Can't connect to MySQL server on {url.host!r} ({error})") from error
    return connection


class Wire:
    """A connection, used by one thread; `cancel` may come from another."""

    own: ClassVar[dict[tuple[str, int], str]] = {}
    """Server and connection id of every connection open in this process, with its lane: MariaDB does not tell."""
    idle: ClassVar[str] = "55"
    """Seconds after which the server ends a session of ours that nobody uses: longer than a lane keeps one."""

    def __init__(self, url: URL, lane: str) -> None:
        """Connect; UnreachableFault, NotPermittedFault or UsageFault when that cannot be done."""
        self.seconds = _SECONDS.get(lane.partition(" ")[0], _DEFAULT_SECONDS)
        self.lane = lane
        self._ended = "it is closed"
        self._url = url
        self._cancelled = False
        self._cancelling = Lock()
        self.ahead: dict[str, list[Row]] = {}
        """What was read already for what is read now (together.py)."""
        self.apart = 0
        self.last_waits = LastWaits()
        self._none: dict[str, float] = {}
        self.door = 0
        """The admin or extra port by which it came in; 0: the ordinary one."""
        self._connection = self._connect(url, lane)
        self.host = url.host or str(url.query.get("unix_socket", "local"))
        self._place = f"{self.host}:{url.port}"
        self._wait_at_most(self.seconds + _GRACE)
        self.greeted: int = vars(self._connection)["server_thread_id"][0]
        """The connection's number as its other end said when it greeted: a proxy's own behind a proxy."""
        try:
            self._settle()
        except BaseException:
            self._connection.close()
            raise

    def _connect(self, url: URL, lane: str) -> Connection[Any]:
        """By the ordinary port, and where there is no connection left by another one that the server keeps."""
        try:
            return self._connected(url, lane)
        except FullFault as full:
            for door in doors(url, os.environ):
                try:
                    found = self._entered(door, lane)
                except Fault as fault:
                    shut(door)
                    full.why += f"; by port {door.url.port} of {door.url.host}: {fault.why}"
                    continue
                self.door = door.url.port or 0
                return found
            raise

    def _entered(self, door: Door, lane: str) -> Connection[Any]:
        found = self._connected(door.url, lane)
        with found.cursor() as cursor:
            cursor.execute("SELECT @@port")
            (port,) = cursor.fetchone() or (0,)
        if door.port not in (0, port):
            found.close()
            raise UnreachableFault("MySQL cannot be reached", f"another server answers there (its port is {port})")
        return found

    def learn(self, variables: Mapping[str, str]) -> None:
        """Remember the other ports that the server says it has."""
        learn(self._url, variables)

    def _connected(self, url: URL, lane: str) -> Connection[Any]:
        account = f"{url.username or 'the current user'} on {url.host or 'this machine'}"
        with tunnel.explained(url):
            try:
                return _opened(url, _arguments(url, lane))
            except (pymysql.Error, OSError, ValueError, RuntimeError, *NO_SERVER) as error:
                raise connection_fault(error, account) from error

    def _settle(self) -> None:
        """Ask what the server is (a proxy greets with a version of its own), set every limit, see that they hold."""
        self.version: str = self.read("SELECT version()")[0][0]
        self.number = version_number(self.version)
        self.is_mariadb = "mariadb" in self.version.lower()
        self._limit()
        names = "connection_id(), database(), current_user(), @@lock_wait_timeout"
        self.id, home, self.account, wait = self.read(f"SELECT {names}")[0]
        self.home: str = home or ""
        self.limited = int(wait) <= 1
        """False: something between us and the server dropped the limits."""
        self.proxied = self.id != self.greeted
        self.own[self._place, self.id] = self.lane

    def _limit(self) -> None:
        """Wait for nothing, and write nothing."""
        self._apply({**_limits(mariadb=self.is_mariadb, seconds=self.seconds), "wait_timeout": self.idle})
        self.read("SET SESSION TRANSACTION READ ONLY")

    def _apply(self, settings: Mapping[str, str]) -> None:
        self.read("SET SESSION " + ", SESSION ".join(f"{name} = {value}" for name, value in settings.items()))

    def read(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None) -> list[Row]:
        """All rows of a query."""
        return self.ahead[sql] if sql in self.ahead else self.noticed(sql, parameters)[0]

    def note_none(self, name: str) -> None:
        """There are none of those now."""
        self._none[name] = time.monotonic()

    def told_none(self, name: str) -> bool:
        """Not long ago there were none."""
        return time.monotonic() - self._none.get(name, -_SELDOM) < _SELDOM

    def several(self, sql: str) -> list[list[Row]]:
        """All rows of each query in a block."""
        with self._faults(), self._connection.cursor() as cursor:
            cursor.execute(sql)
            found = [list(cursor.fetchall())]
            while cursor.nextset():
                found.append(list(cursor.fetchall()))
            return found

    def spelled(self, sql: str, parameters: Mapping[str, Any]) -> str:
        """A query with its parameters in it."""
        with self._connection.cursor() as cursor:
            return str(cursor.mogrify(sql, parameters))

    def noticed(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None) -> tuple[list[Row], int]:
        """All rows of a query, and how many warnings came with them."""
        with self._faults(), self._connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall()), int(cursor.warning_count)

    def each(self, sql: str, make: Callable[[Row], RV]) -> list[RV]:
        """What `make` makes of each row."""
        return [make(row) for row in self.read(sql)]

    def texts(self, sql: str) -> tuple[tuple[str, ...], list[tuple[str | None, ...]]]:
        """Column names and all rows, every value as the server writes it."""
        decoders = self._connection.decoders
        self._connection.decoders = {}
        try:
            with self._faults(), self._connection.cursor() as cursor:
                cursor.execute(sql)
                rows = [tuple(_text(value) for value in row) for row in cursor.fetchall()]
                return tuple(column[0] for column in cursor.description or ()), rows
        finally:
            self._connection.decoders = decoders

    @contextmanager
    def patient(self, seconds: float) -> Iterator[None]:
        """Longer time-outs, here and on the server, for the reads in the block."""
        name = "max_statement_time" if self.is_mariadb else "max_execution_time"
        before = str(self.read(f"SELECT @@SESSION.{name}")[0][0])
        self._apply({name: _limits(mariadb=self.is_mariadb, seconds=seconds)[name]})
        self._wait_at_most(seconds + _GRACE)
        try:
            yield
        finally:
            self._wait_at_most(self.seconds + _GRACE)
            if self._connection.open:
                self._apply({name: before})

    def _wait_at_most(self, seconds: float | None) -> None:
        """PyMySQL has no other way to change it once it is connected."""
        vars(self._connection)["_read_timeout"] = seconds

    @contextmanager
    def _faults(self) -> Iterator[None]:
        self._cancelled = False
        if self.closed:
            raise LinkLostFault("The connection to MySQL broke", self._ended)
        try:
            yield
        except pymysql.Error as error:
            fault = read_fault(error, cancelled=self._cancelled)
            if isinstance(fault, TimedOutFault):
                self._ended = "it gave no answer in time"
            if not self._connection.open:
                self._forget()
            raise fault from error

    def beside(self, lane: str) -> Wire:
        """Another connection to the same server."""
        return Wire(self._url, lane)

    def cancel(self) -> None:
        """Stop what the server does for this connection, from a connection of its own; any thread.

        KILL QUERY stops whatever runs when it arrives: if our read has ended by itself, that is nothing.
        """
        if self.proxied:
            raise LinkLostFault("The read could not be cancelled", "a proxy hides which session of the server it is")
        with self._cancelling:
            self._cancelled = True
            killer = self.beside("cancel")
            try:
                killer.read(f"KILL QUERY {int(self.id)}")
            finally:
                killer.close()

    def fileno(self) -> int:
        """Its socket; OSError when it has none any more."""
        socket = vars(self._connection).get("_sock")
        if socket is None:
            raise OSError("the connection is closed")
        return int(socket.fileno())

    def close(self) -> None:
        """End the connection."""
        self._forget()
        with suppress(pymysql.Error, OSError):
            self._connection.close()

    def own_programs(self) -> dict[int, str]:
        """Connection id -> what it is called, of all connections of this process to this server."""
        return {number: f"halfway {lane}" for (place, number), lane in self.own.items() if place == self._place}

    @classmethod
    def claim(cls, url: URL, number: int, lane: str) -> None:
        """Say that a connection of another process is ours too."""
        host = url.host or str(url.query.get("unix_socket", "local"))
        cls.own[f"{host}:{url.port}", number] = lane

    def _forget(self) -> None:
        self.own.pop((self._place, self.id), None)

    @property
    def closed(self) -> bool:
        """The connection is no more."""
        return not self._connection.open


def version_number(version: str) -> int:
    """`10.11.18-MariaDB` as 101118."""
    parts = [int(part) for part in re.split(r"[^0-9.]", version, maxsplit=1)[0].split(".") if part]
    major, minor, patch = (*parts, 0, 0, 0)[:3]
    return major * 10000 + minor * 100 + patch


def _text(value: Any) -> str | None:  # noqa: ANN401 - whatever the driver made of it
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return None if value is None else str(value)
