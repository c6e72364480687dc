"""Servers as the contract of links sees them: all alike, spoken to in their own words (contract_words.py).

One more server is one more entry in `KINDS`; one more family is a class that opens sessions and knows when one waits.
"""

from __future__ import annotations

import os
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any, cast

import psycopg
import pymysql
import pytest
from sqlalchemy.engine import URL, make_url

from console.core.faults import Fault, NotInstrumentedFault
from console.core.lexer_sqlite import folded
from console.core.ports import Link
from console.core.schema import Ref, column_ref, table_ref, uncased
from console.core.session import Lock, Session
from console.dialects import open_dialect
from console.drill.server import PrivatePostgres
from tests import mysql_servers, servers
from tests.dialects.contract_words import MARIADB, MYSQL, POSTGRES, ROWS, SQLITE, TABLE, Script, Words
from tests.waiting import eventually

_numbers = count(1)
_PLUGIN = "SONAME 'metadata_lock_info'"
"""Without it MariaDB does not tell who holds a metadata lock."""
_WAITS = (
    "processlist WHERE (state LIKE 'Waiting for%' OR state = 'User lock') AND id",
    "innodb_trx WHERE trx_state = 'LOCK WAIT' AND trx_mysql_thread_id",
)


class Client:
    """An application's session."""

    def __init__(self, number: str, ask: Callable[[str], list[tuple[Any, ...]]], close: Callable[[], None]) -> None:
        self.number = number
        self.ask = ask
        self.close = close
        self._thread: Thread | None = None
        self.problems: list[Exception] = []

    def start(self, sql: str) -> None:
        """Run a statement in a thread."""

        def work() -> None:
            try:
                self.ask(sql)
            except (psycopg.Error, pymysql.Error) as error:
                self.problems.append(error)

        self._thread = Thread(target=work, daemon=True)
        self._thread.start()

    @property
    def is_done(self) -> bool:
        """What was started has ended."""
        return self._thread is None or not self._thread.is_alive()

    def join(self) -> None:
        """Wait for what was started."""
        if self._thread:
            self._thread.join(10)


class Site(ABC):
    """A fresh database with the table `t`, and sessions on it; closed at the end."""

    words: Words

    def __init__(self, kind: str, url: URL) -> None:
        self.kind = kind
        self.url = url
        self._opened = ExitStack()
        self._clients: list[Client] = []
        self._users: list[str] = []
        self.admin = self.connect()
        for statement in (TABLE, ROWS):
            self.admin.ask(statement)

    @abstractmethod
    def _open(self, url: URL) -> Client:
        """A session of its own."""

    @abstractmethod
    def is_waiting(self, client: Client) -> bool:
        """Whether the server has it waiting for a lock."""

    pause = 0.02
    """Seconds between two looks at who waits."""

    @abstractmethod
    def user(self, *grants: str) -> URL:
        """A new account with these rights (`{}` is its name), and the database's URL with it."""

    @abstractmethod
    def drop(self) -> None:
        """Take the accounts and the database away."""

    def connect(self, url: URL | None = None) -> Client:
        """An application's session."""
        client = self._open(url or self.url)
        self._clients.append(client)
        return client

    def link(self, lane: str = "schema", url: URL | None = None) -> Link:
        """Halfway's own."""
        link = open_dialect(self.url.drivername).open(url or self.url, lane)
        self._opened.callback(link.close)
        return link

    def play(self, script: Script) -> dict[str, Client]:
        """Run a script; its sessions by name."""
        cast: dict[str, Client] = {}
        for line in script:
            who, waits, sql = line.partition("& ") if "& " in line.partition(": ")[0] else line.partition(": ")
            client = cast.setdefault(who, self.connect()) if who not in cast else cast[who]
            if waits == "& ":
                client.start(sql)
                eventually(lambda client=client: self.is_waiting(client), every=self.pause)  # type: ignore[misc]
            else:
                client.ask(sql)
        return cast

    def quoted(self, name: str) -> str:
        """A name as the server takes it."""
        return f"{self.words.quote}{name.replace(self.words.quote, self.words.quote * 2)}{self.words.quote}"

    def table(self, schema: str, name: str) -> Ref:
        """The address of a table, as the server's names go."""
        return table_ref(schema, name)

    def column(self, schema: str, table: str, name: str) -> Ref:
        """The address of a column."""
        return column_ref(schema, table, name)

    def close(self) -> None:
        """Whatever still waits is ended, then everything goes."""
        self._opened.close()
        for client in self._clients:
            if not client.is_done:
                with suppress(psycopg.Error, pymysql.Error):
                    self.admin.ask(self.words.kill.format(client.number))
        for client in reversed(self._clients):
            client.join()
            with suppress(psycopg.Error, pymysql.Error):
                client.close()
        self.drop()


class PostgresSite(Site):
    """A database on PostgreSQL."""

    words = POSTGRES

    def _open(self, url: URL) -> Client:
        connection = psycopg.connect(servers.conninfo(url), autocommit=True)

        def ask(sql: str) -> list[tuple[Any, ...]]:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

        return Client(str(connection.info.backend_pid), ask, connection.close)

    def is_waiting(self, client: Client) -> bool:
        return bool(self.admin.ask(f"SELECT 1 FROM pg_locks WHERE NOT granted AND pid = {client.number}"))

    def user(self, *grants: str) -> URL:
        name = f"low_{self.url.database}_{next(_numbers)}"
        self._users.append(name)
        self.admin.ask(f"CREATE ROLE {name} LOGIN")
        for grant in grants:
            self.admin.ask(grant.format(name))
        return self.url.set(username=name)

    def drop(self) -> None:
        server = self.url.set(database="postgres")
        ended = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{self.url.database}'"
        servers.run(server, ended, f"DROP DATABASE {self.url.database}", *(f"DROP ROLE {name}" for name in self._users))


class MySite(Site):
    """A database on MySQL or MariaDB."""

    pause = 0.15

    def __init__(self, kind: str, url: URL) -> None:
        self.words = MARIADB if url.drivername == "mariadb" else MYSQL
        super().__init__(kind, url)
        if self.words is MARIADB:
            self.admin.ask(f"INSTALL {_PLUGIN}")

    def _open(self, url: URL) -> Client:
        connection = mysql_servers.open_connection(url)
        number = mysql_servers.ask(connection, "SELECT connection_id()")[0][0]
        return Client(str(number), lambda sql: mysql_servers.ask(connection, sql), connection.close)

    def is_waiting(self, client: Client) -> bool:
        return any(self.admin.ask(f"SELECT 1 FROM information_schema.{look} = {client.number}") for look in _WAITS)

    def user(self, *grants: str) -> URL:
        name = f"low_{next(_numbers)}_{os.getpid()}"
        self._users.append(f"'{name}'@'%'")
        self.admin.ask(f"CREATE USER {self._users[-1]} IDENTIFIED BY 'secret-{name}'")
        for grant in grants:
            self.admin.ask(grant.format(self._users[-1]))
        return self.url.set(username=name, password=f"secret-{name}")

    def column(self, schema: str, table: str, name: str) -> Ref:
        return uncased(column_ref(schema, table, name))

    def drop(self) -> None:
        gone = [f"DROP USER {name}" for name in self._users]
        gone += [f"UNINSTALL {_PLUGIN}"] if self.words is MARIADB else []
        mysql_servers.run(self.url.set(database=""), f"DROP DATABASE {self.url.database}", *gone)


class SQLiteSite(Site):
    """A file; it has neither accounts nor sessions."""

    words = SQLITE

    def _open(self, url: URL) -> Client:
        connection = sqlite3.connect(str(url.database), isolation_level=None)
        return Client("", lambda sql: connection.execute(sql).fetchall(), connection.close)

    def is_waiting(self, client: Client) -> bool:
        return False

    def user(self, *grants: str) -> URL:
        return self.url

    def table(self, schema: str, name: str) -> Ref:
        return table_ref(schema, folded(name))

    def column(self, schema: str, table: str, name: str) -> Ref:
        return uncased(column_ref(schema, folded(table), folded(name)))

    def drop(self) -> None:
        Path(str(self.url.database)).unlink()


@contextmanager
def _sqlite() -> Iterator[URL]:
    with TemporaryDirectory() as folder:
        yield URL.create("sqlite", database=folder)


@contextmanager
def _postgres(major: int) -> Iterator[URL]:
    if not major:
        yield make_url(servers.GIVEN)
        return
    with PrivatePostgres(major, servers.SETTINGS) as server:
        yield server.url


@contextmanager
def _my(kind: str) -> Iterator[URL]:
    given = mysql_servers.GIVEN[kind]
    if given:
        yield make_url(given)
        return
    with mysql_servers.private(kind) as server:
        yield server.url


def _major(major: int) -> Callable[[], Any]:
    return lambda: _postgres(major)


KINDS: Mapping[str, Callable[[], Any]] = {
    **{f"pg{major or 'given'}": _major(major) for major in servers.MAJORS},
    "mysql": lambda: _my("mysql"),
    "mariadb": lambda: _my("mariadb"),
    "sqlite": _sqlite,
}
"""Every server under the contract, by the name its tests carry."""
SERVED = tuple(kind for kind in KINDS if kind != "sqlite")
"""Those with sessions and accounts."""


@pytest.fixture(scope="session", params=KINDS)
def contract_server(request: pytest.FixtureRequest) -> Iterator[tuple[str, URL]]:
    """A server, once for each kind."""
    with KINDS[request.param]() as url:
        yield request.param, url


@pytest.fixture
def site(contract_server: tuple[str, URL]) -> Iterator[Site]:
    """A fresh database on it."""
    made = _made(*contract_server, f"contract_{os.getpid()}_{next(_numbers)}")
    yield made
    made.close()


def _made(kind: str, server: URL, name: str) -> Site:
    if kind == "sqlite":
        return SQLiteSite(kind, server.set(database=f"{server.database}/{name}"))
    if server.drivername == "postgresql":
        servers.run(server, f"CREATE DATABASE {name} TEMPLATE template0")
        return PostgresSite(kind, server.set(database=name))
    mysql_servers.run(server, f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    return MySite(kind, server.set(database=name))


def locks_of(link: Link) -> tuple[Lock, ...]:
    """All there is, also when something is missing."""
    try:
        return link.locks()
    except NotInstrumentedFault as fault:
        return cast("tuple[Lock, ...]", fault.partial)


def own_of(link: Link, lane: str) -> list[Session]:
    """Our sessions of that lane."""
    return [session for session in link.sessions() if session.own and session.application == f"halfway {lane}"]


def answer(ask: Callable[[], object]) -> object:
    """What is answered, or the fault; anything else is raised."""
    try:
        return ask()
    except Fault as fault:
        return fault
