"""Real MySQL and MariaDB servers for tests: private, out of Debian's packages, one of each kind.

`HALFWAY_TEST_MYSQL_URL` and `HALFWAY_TEST_MARIADB_URL` name servers to use instead; they must let us create databases
and users. The names here begin with `my_`: what is tested with them is tested on both kinds.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

import pymysql
import pytest
from pymysql.connections import Connection
from sqlalchemy.engine import URL, make_url

from console.drill.mysql_programs import unpacked as installation
from console.drill.mysql_server import PrivateMySQL
from tests.tools.debian import DebianError, Wanted, unpacked
from tests.waiting import eventually

KINDS = ("mysql", "mariadb")
GIVEN = {kind: os.environ.get(f"HALFWAY_TEST_{kind.upper()}_URL", "") for kind in KINDS}
_RELEASE = platform.freedesktop_os_release()
_SUITE = _RELEASE.get("VERSION_CODENAME", "stable") if _RELEASE.get("ID") == "debian" else "stable"
_PACKAGES = {
    "mysql": Wanted("sid", ("mysql-server-core",)),
    "mariadb": Wanted(_SUITE, ("mariadb-server-core", "mariadb-server")),
}
"""The second package of MariaDB holds its plugin that tells of metadata locks."""
_SETTINGS = {
    "mysql": {"innodb-lock-wait-timeout": "20", "lock-wait-timeout": "20"},
    "mariadb": {"innodb-lock-wait-timeout": "20", "lock-wait-timeout": "20"},
}

MyConnection: TypeAlias = "Connection[Any]"
MyConnect = Callable[..., MyConnection]

_NOT_EMPTY = 1010
_numbers = count(1)


@dataclass(frozen=True)
class MyServer:
    """A running server."""

    kind: str
    url: URL

    @property
    def is_mariadb(self) -> bool:
        """What the other kind does differently is asked by this."""
        return self.kind == "mariadb"


def fetched(kind: str) -> Path:
    """The folder of the programs; one sentence instead of a traceback when their packages cannot be had."""
    try:
        return unpacked(_PACKAGES[kind]).root
    except DebianError as error:
        pytest.fail(str(error), pytrace=False)


def private(kind: str, settings: Mapping[str, str] = MappingProxyType({})) -> PrivateMySQL:
    """A server of our own, not started."""
    return PrivateMySQL(kind, {**_SETTINGS[kind], **settings}, installation(fetched(kind)))


def open_connection(url: URL, **options: Any) -> MyConnection:
    """An autocommit connection; to our own servers without TLS: reading certificates takes longer than all the rest."""
    given = {"host": url.host, "port": url.port or 3306, "user": url.username, "password": url.password or "",
             "database": url.database, "autocommit": True, "charset": "utf8mb4",
             "ssl_disabled": not any(GIVEN.values())}  # fmt: skip
    return pymysql.connect(**{**given, **options})


def ask(connection: MyConnection, sql: str) -> list[tuple[Any, ...]]:
    """All rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def run(url: URL, *statements: str) -> None:
    """Run statements, each by itself."""
    with open_connection(url) as connection:
        for statement in statements:
            ask(connection, statement)


@contextmanager
def laravel_server() -> Iterator[URL]:
    """A MariaDB with an empty database `app`, as Laravel names it: its driver for both is `mysql`."""
    with private("mariadb") as server:
        run(server.url, "CREATE DATABASE app")
        yield server.url.set(drivername="mysql", database="app")


@pytest.fixture(scope="session", params=KINDS)
def my_server(request: pytest.FixtureRequest) -> Iterator[MyServer]:
    """A server, once for each kind."""
    kind = request.param
    if GIVEN[kind]:
        yield MyServer(kind, make_url(GIVEN[kind]))
        return
    with private(kind) as server:
        yield MyServer(kind, server.url)


@pytest.fixture
def my_database(my_server: MyServer) -> Iterator[URL]:
    """A fresh database on the server; it, its sessions and prepared transactions are gone afterwards."""
    with fresh_database(my_server) as url:
        yield url


@contextmanager
def fresh_database(server: MyServer) -> Iterator[URL]:
    """The same, for as long as is wanted."""
    name = f"halfway_{os.getpid()}_{next(_numbers)}"
    run(server.url, f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    yield server.url.set(database=name)
    with open_connection(server.url) as connection:
        for _, length, _, data in ask(connection, "XA RECOVER"):
            ask(connection, f"XA ROLLBACK '{data[:length].decode() if isinstance(data, bytes) else data[:length]}'")
        mine = ask(connection, f"SELECT id FROM information_schema.processlist WHERE db = '{name}'")
        for (session,) in mine:
            with suppress(pymysql.Error):
                ask(connection, f"KILL {session}")
        try:
            eventually(lambda: _dropped(connection, name))
        except AssertionError:  # who is killed in a DROP may leave a file for good: that alone goes with the server
            left = ask(connection, f"SELECT id FROM information_schema.processlist WHERE db = '{name}'")
            left += ask(connection, f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{name}'")
            if left:
                raise


def _dropped(connection: MyConnection, name: str) -> bool:
    """False while a session that was just told to end still has a file of its own there."""
    try:
        ask(connection, f"DROP DATABASE IF EXISTS {name}")
    except pymysql.OperationalError as error:
        if error.args[0] != _NOT_EMPTY:
            raise
        return False
    return True


@pytest.fixture
def my_connect(my_database: URL) -> Iterator[MyConnect]:
    """Opens autocommit connections to the fresh database (or to the URL given); closed at the end."""
    opened: list[MyConnection] = []

    def opener(url: URL | None = None, **options: Any) -> MyConnection:
        opened.append(open_connection(url or my_database, **options))
        return opened[-1]

    yield opener
    for connection in opened:
        with suppress(pymysql.Error):
            connection.close()
