"""Empty databases on servers of their own, for what is tried away from the incident."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.engine import URL

from console.drill.server import PrivatePostgres
from tests import mysql_servers, servers
from tests.mysql_servers import MyServer
from tests.servers import ServerUnderTest


@pytest.fixture(scope="session")
def pg_scratch(postgres_server: ServerUnderTest) -> Iterator[URL]:
    """An empty database on another server of the same version."""
    with PrivatePostgres(postgres_server.major, servers.SETTINGS) as server:
        servers.run(server.url, "CREATE DATABASE scratch TEMPLATE template0")
        yield server.url.set(database="scratch")


@pytest.fixture(scope="session")
def my_scratch(my_server: MyServer) -> Iterator[URL]:
    """The same on MySQL and MariaDB."""
    with mysql_servers.private(my_server.kind) as server:
        mysql_servers.run(server.url, "CREATE DATABASE scratch CHARACTER SET utf8mb4")
        yield server.url.set(database="scratch")
