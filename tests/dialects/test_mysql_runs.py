"""How often the server ran a statement, by its wording."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pymysql
import pytest
from sqlalchemy.engine import URL

from console.core.observation import Runs
from console.dialects.mysql import MySQLDialect
from console.dialects.mysql.link import MySQLLink
from console.incident import Incident
from console.wiring import Options, find, source
from tests.dialects.my_fixtures import OpenMyLink
from tests.mysql_servers import MyConnect, MyServer, ask, private, run

SQL = "UPDATE orders SET note = 'x' WHERE note IS NULL"


@pytest.fixture(autouse=True)
def room_for_digests(my_server: MyServer) -> None:
    """A server that many tests shared has no room left to count another wording."""
    if not my_server.is_mariadb:
        run(my_server.url, "TRUNCATE TABLE performance_schema.events_statements_summary_by_digest")


@pytest.fixture
def orders(my_connect: MyConnect) -> object:
    connection = my_connect()
    ask(connection, "CREATE TABLE orders (id int PRIMARY KEY, note varchar(9))")
    ask(connection, "INSERT INTO orders (id) VALUES (1), (2), (3)")
    return connection


def counted(link: MySQLLink, server: MyServer, sql: str = SQL) -> Runs | None:
    """None on MariaDB, which tells no digest of a statement."""
    found = link.runs(sql)
    assert (found is None) is server.is_mariadb
    return found


def test_it_is_counted_by_its_wording(
    orders: object, my_link: MySQLLink, my_connect: MyConnect, my_server: MyServer
) -> None:
    before = counted(my_link, my_server)
    connection = my_connect()
    ask(connection, SQL)
    ask(connection, "update  `orders` set note='other' where note is null")
    with pytest.raises(pymysql.Error):
        ask(connection, "UPDATE orders SET note = 'much too long' WHERE note = 'x'")
    found = counted(my_link, my_server)
    if before is None or found is None:
        return
    assert (before.times, before.last) == (0, None)
    assert (found.times, found.errors, found.rows) == (2, 0, 3)
    assert found.last is not None
    assert abs((datetime.now(UTC) - found.last).total_seconds()) < 60
    assert found.since is not None
    assert found.since <= found.last
    broken = my_link.runs("UPDATE orders SET note = 'z' WHERE note = 'y'")
    assert broken is not None
    assert (broken.times, broken.errors) == (1, 1)


def test_another_database_is_not_meant(
    orders: object, my_link: MySQLLink, my_connect: MyConnect, my_server: MyServer, open_my_link: OpenMyLink
) -> None:
    ask(my_connect(), SQL)
    elsewhere = open_my_link(url=my_server.url.set(database="mysql"))
    here, there = my_link.runs(SQL), elsewhere.runs(SQL)
    assert (here is None) is (there is None) is my_server.is_mariadb
    assert (here and here.times, there and there.times) == ((None, None) if my_server.is_mariadb else (1, 0))


@pytest.mark.parametrize("sql", ["this is no statement", "", "DELIMITER ;;"])
def test_what_cannot_be_parsed_is_not_known(my_link: MySQLLink, sql: str) -> None:
    assert my_link.runs(sql) is None


def test_where_nobody_counts_it_is_not_known() -> None:
    with private("mysql", {"performance-schema-consumer-statements-digest": "off"}) as server:
        run(server.url, "CREATE DATABASE shop", "CREATE TABLE shop.orders (id int, note varchar(9))")
        link = MySQLDialect().open(server.url.set(database="shop"), "schema")
        try:
            assert link.runs(SQL) is None
        finally:
            link.close()


def test_what_was_full_says_nothing_of_what_is_missing() -> None:
    with private("mysql", {"performance-schema-digests-size": "1"}) as server:
        run(server.url, "CREATE DATABASE shop", "CREATE TABLE shop.orders (id int, note varchar(9))")
        link = MySQLDialect().open(server.url.set(database="shop"), "schema")
        try:
            assert link.runs(SQL) is None
        finally:
            link.close()


def test_a_statement_that_nobody_can_tell_says_when_its_like_ran(
    my_server: MyServer, my_database: URL, my_connect: MyConnect, tmp_path: Path
) -> None:
    (tmp_path / "V1__orders.sql").write_text(f"CREATE TABLE orders (id int PRIMARY KEY, note varchar(9));\n{SQL};\n")
    connection = my_connect()
    ask(connection, "CREATE TABLE orders (id int PRIMARY KEY, note varchar(9))")
    ask(connection, SQL)
    url = my_database.render_as_string(hide_password=False)
    options = Options(url=url, migrations=str(tmp_path), framework="flyway", project=str(tmp_path))
    incident = Incident(source(find(options, {})))
    try:
        (migration,) = incident.observe().frameworks[0].migrations
    finally:
        incident.stop()
    evidence = migration.statements[1].evidence
    assert ("The server has run its wording once since" in evidence) is not my_server.is_mariadb, evidence
