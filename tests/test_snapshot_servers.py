"""An unchanged schema does not differ, on every server: saved and reloaded, dumped and restored, copied by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from sqlalchemy.engine import URL

from console.core.drift import Drift, Rules, compare_schemas
from console.core.expected_base import Baseline
from console.core.observation import Server
from console.core.ports import Dialect, Link
from console.core.schema import Column, Schema
from console.dialects.mariadb import make as mariadb
from console.dialects.mysql import make as mysql
from console.dialects.postgres import make as postgres
from console.store.snapshots import as_text, from_text
from tests import mysql_servers, servers
from tests.builders import NOON
from tests.mysql_servers import MyServer
from tests.schemas import rich
from tests.schemas.dumps import dumped_mysql, dumped_postgres
from tests.servers import ServerUnderTest

_numbers = count(1)
Elsewhere = Callable[[], URL]


def read(dialect: Dialect, url: URL) -> tuple[Schema, Server]:
    link: Link = dialect.open(url, "schema")
    try:
        return link.schema(), link.server()
    finally:
        link.close()


def saved(schema: Schema, server: Server) -> Schema:
    """Through a file and back."""
    base = Baseline(schema, "", server.dialect, server.version, server.name, NOON)
    return from_text(as_text(base), "x").schema


def clean(found: Drift) -> None:
    """Nothing differs, and nothing was left out to get there."""
    assert [(d.change, d.ref, d.parts) for d in found.differences] == []
    assert [(d.ref, d.why) for d in found.doubts if "told by neither side" not in d.why] == []
    assert found.ignored == ()


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


def my_rich(url: URL, kind: str) -> None:
    script = rich.MARIADB if kind == "mariadb" else rich.MYSQL
    mysql_servers.run(url, *(sql for sql in script.split(";\n") if sql.strip()))


def test_postgres_saved_and_dumped(database: URL, postgres_server: ServerUnderTest, pg_elsewhere: Elsewhere) -> None:
    servers.run(database, rich.POSTGRES)
    schema, server = read(postgres(), database)
    assert sum(isinstance(thing, Column) for thing in schema.things) > 15
    again, _ = read(postgres(), database)
    clean(compare_schemas(saved(schema, server), again))
    copy = pg_elsewhere()
    dumped_postgres(database, copy, postgres_server.major)
    restored, _ = read(postgres(), copy)
    clean(compare_schemas(saved(schema, server), restored, Rules(owners=False)))
    clean(compare_schemas(restored, schema))


def test_mysql_saved_and_dumped(my_database: URL, my_server: MyServer, my_elsewhere: Elsewhere) -> None:
    my_rich(my_database, my_server.kind)
    dialect = mariadb() if my_server.is_mariadb else mysql()
    schema, server = read(dialect, my_database)
    again, _ = read(dialect, my_database)
    clean(compare_schemas(saved(schema, server), again))
    copy = my_elsewhere()
    dumped_mysql(my_database, copy, my_server.kind)
    restored, _ = read(dialect, copy)
    clean(compare_schemas(saved(schema, server), restored))
    clean(compare_schemas(restored, schema))
