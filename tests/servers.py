"""Real PostgreSQL servers for tests: small, private, one of each major version that the machine can start.

`HALFWAY_TEST_POSTGRES_URL` names a server to use instead; it must let us create databases and roles.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import URL, make_url

from console.drill.server import PrivatePostgres, available

GIVEN = os.environ.get("HALFWAY_TEST_POSTGRES_URL", "")
MAJORS: tuple[int, ...] = (0,) if GIVEN else available()
SETTINGS = {"max_prepared_transactions": "20", "autovacuum": "off", "wal_level": "logical"}
_COPIES_FILES = 15
"""The version from which that is to be asked for; it takes a quarter of the time when the files lie in memory."""

Connection = psycopg.Connection[tuple[Any, ...]]
Connect = Callable[..., Connection]

_numbers = count(1)


@dataclass(frozen=True)
class ServerUnderTest:
    """A running server; `major` is its version."""

    url: URL
    major: int


def conninfo(url: URL) -> str:
    """The URL as libpq reads it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def run(url: URL, *statements: str) -> None:
    """Run statements, each in its own transaction."""
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture(scope="session", params=MAJORS, ids=lambda major: f"pg{major or 'given'}")
def postgres_server(request: pytest.FixtureRequest) -> Iterator[ServerUnderTest]:
    """A server, once for each major version."""
    if not request.param:
        url = make_url(GIVEN)
        with psycopg.connect(conninfo(url)) as connection:
            major = connection.info.server_version // 10000
        yield ServerUnderTest(url, major)
        return
    with PrivatePostgres(request.param, SETTINGS) as server:
        yield ServerUnderTest(server.url, request.param)


@pytest.fixture
def database(postgres_server: ServerUnderTest) -> Iterator[URL]:
    """A fresh database on the server; everything in it is gone afterwards, prepared transactions included."""
    with fresh_database(postgres_server) as url:
        yield url


@contextmanager
def fresh_database(server: ServerUnderTest) -> Iterator[URL]:
    """The same, for as long as is wanted."""
    name = f"halfway_{os.getpid()}_{next(_numbers)}"
    how = " STRATEGY FILE_COPY" if server.major >= _COPIES_FILES else ""
    run(server.url, f"CREATE DATABASE {name} TEMPLATE template0{how}")
    url = server.url.set(database=name)
    yield url
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        for (gid,) in connection.execute(
            "SELECT gid FROM pg_prepared_xacts WHERE database = current_database()"
        ).fetchall():
            connection.execute(psycopg.sql.SQL("ROLLBACK PREPARED {}").format(gid))
    ended = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    dropped = f"DROP DATABASE {name} (FORCE)" if server.major > 12 else f"DROP DATABASE {name}"
    run(server.url, ended, dropped)


@pytest.fixture
def connect(database: URL) -> Iterator[Connect]:
    """Opens autocommit connections to the fresh database (or to the URL given); closed at the end."""
    opened: list[Connection] = []

    def opener(url: URL | None = None, **options: Any) -> Connection:
        opened.append(psycopg.connect(conninfo(url or database), autocommit=True, **options))
        return opened[-1]

    yield opener
    for connection in opened:
        connection.close()
