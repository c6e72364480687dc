"""Empty databases beside the one of a test, to be what it is compared with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import pytest
from sqlalchemy.engine import URL

from tests import mysql_servers, servers
from tests.mysql_servers import MyServer
from tests.servers import ServerUnderTest

Elsewhere = Callable[[], URL]
_numbers = count(1)


@contextmanager
def _made(server: URL, run: Callable[..., None], ending: str) -> Iterator[Elsewhere]:
    """Makes databases as long as it is open; they are gone afterwards."""
    made: list[str] = []

    def make() -> URL:
        made.append(f"copy_{next(_numbers)}")
        run(server, f"CREATE DATABASE {made[-1]} {ending}")
        return server.set(database=made[-1])

    yield make
    run(server, *(f"DROP DATABASE {name}" for name in made))


@pytest.fixture
def pg_elsewhere(postgres_server: ServerUnderTest) -> Iterator[Elsewhere]:
    """Makes empty databases beside the one of the test."""
    with _made(postgres_server.url, servers.run, "TEMPLATE template0") as make:
        yield make


@pytest.fixture
def my_elsewhere(my_server: MyServer) -> Iterator[Elsewhere]:
    """The same on MySQL and MariaDB."""
    with _made(my_server.url, mysql_servers.run, "CHARACTER SET utf8mb4") as make:
        yield make
