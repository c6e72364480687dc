"""A MariaDB whose performance_schema is on and records metadata locks: then it tells as much as a MySQL."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread

import pytest
from sqlalchemy.engine import URL

from console.core.blocking import edges
from console.core.session import Session
from console.dialects.mariadb import MariaDBDialect
from console.dialects.mysql.link import MySQLLink
from tests.mysql_servers import ask, open_connection, private, run
from tests.waiting import eventually

SETTINGS = {"performance-schema": "ON", "performance-schema-instrument": "wait/lock/metadata/sql/mdl=ON"}


@pytest.fixture(scope="module")
def recorded() -> Iterator[URL]:
    """Such a server with a database."""
    with private("mariadb", SETTINGS) as server:
        run(server.url, "CREATE DATABASE shop", "CREATE TABLE shop.orders (id INT)")
        yield server.url.set(database="shop")


@pytest.fixture
def link(recorded: URL) -> Iterator[MySQLLink]:
    """A link to it."""
    opened = MariaDBDialect().open(recorded, "locks")
    yield opened
    opened.close()


def by_id(link: MySQLLink, number: int) -> Session:
    return next(session for session in link.sessions() if session.id == str(number))


@pytest.mark.server
def test_holders_and_waiters_are_known_and_not_guessed(recorded: URL, link: MySQLLink) -> None:
    with open_connection(recorded, program_name="web") as reader, open_connection(recorded) as altering:
        ask(reader, "BEGIN")
        ask(reader, "SELECT * FROM orders")
        root = ask(reader, "SELECT connection_id()")[0][0]
        waiter = ask(altering, "SELECT connection_id()")[0][0]
        thread = Thread(target=ask, args=(altering, "ALTER TABLE orders ADD late INT"))
        thread.start()
        found = eventually(lambda: edges(link.locks()))
        assert [(edge.waiter, edge.blocker, edge.object, edge.mode, edge.hard, edge.inferred) for edge in found] == [
            (str(waiter), str(root), "orders", "EXCLUSIVE", True, False)
        ]
        assert by_id(link, root).state == "idle in transaction"
        assert by_id(link, root).application == "web"
        assert by_id(link, waiter).waiting_for == "Lock/metadata"
        ask(reader, "COMMIT")
        thread.join(10)
    assert link.locks() == ()


@pytest.mark.server
def test_no_plugin_is_asked_for(link: MySQLLink) -> None:
    assert {right.name: right.held for right in link.rights()}["see metadata locks"] is True
