"""Halfway acts where a real Laravel stopped half way on MySQL and MariaDB: the ends are those that Laravel makes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy.engine import URL

from tests.acting.laravel_acts import LaravelActs, NewShop
from tests.acting.laravel_shop import Rows, Shop
from tests.laravel.fixtures import NewProject
from tests.mysql_servers import MyServer, ask, open_connection, run
from tests.tools.debian import Wanted
from tests.tools.laravel import LARAVEL_8

_COUNTER = re.compile(r" AUTO_INCREMENT=\d+")


def rows(url: URL, sql: str) -> Rows:
    with open_connection(url) as other:
        return ask(other, sql)


def schema(url: URL) -> Rows:
    """How many rows there were is no part of it."""
    tables = [name for (name,) in rows(url, "SHOW TABLES")]
    return [(name, _COUNTER.sub("", rows(url, f"SHOW CREATE TABLE `{name}`")[0][1])) for name in tables]


@pytest.fixture
def twin(my_database: URL) -> Iterator[URL]:
    name = f"{my_database.database}_twin"
    run(my_database, f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    yield my_database.set(database=name)
    run(my_database, f"DROP DATABASE {name}")


@pytest.fixture
def new_shop(laravel: NewProject, my_server: MyServer, my_database: URL, twin: URL) -> NewShop:
    def make(wanted: Wanted = LARAVEL_8, prefix: str = "") -> Shop:
        project = laravel(my_database, wanted, **({"DB_PREFIX": prefix} if prefix else {}))
        return Shop(project, my_database, twin, my_server.kind, rows, schema, prefix)

    return make


class TestLaravelOnMySQL(LaravelActs):
    """All of them, on both servers."""
