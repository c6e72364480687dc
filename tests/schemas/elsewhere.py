"""Empty databases beside the one of a test, to be what it is compared with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from sqlalchemy.engine import URL

from tests import mysql_servers, servers
from tests.mysql_servers import MyServer
from tests.servers import ServerUnderTest

Elsewhere = Callable[[], URL]
_numbers = count(1)


@pytest.fixture
def pg_elsewhere(postgres_server: ServerUnderTest) -> Iterator[Elsewhere]:
    """Makes empty databases beside the one of the test."""
    made: list[str] = []

    def make() -> URL:
        made.append(f"copy_{next(_numbers)}")
        servers.run(postgres_server.url, f"CREATE DATABASE {made[-1]} TEMPLATE template0")
        return postgres_server.url.set(database=made[-1])

    yield make
    servers.run(postgres_server.url, *(f"DROP DATABASE {name}" for name in made))


@pytest.fixture
def my_elsewhere(my_server: MyServer) -> Iterator[Elsewhere]:
    """The same on MySQL and MariaDB."""
    made: list[str] = []

    def make() -> URL:
        made.append(f"copy_{next(_numbers)}")
        mysql_servers.run(my_server.url, f"CREATE DATABASE {made[-1]} CHARACTER SET utf8mb4")
        return my_server.url.set(database=made[-1])

    yield make
    mysql_servers.run(my_server.url, *(f"DROP DATABASE {name}" for name in made))
