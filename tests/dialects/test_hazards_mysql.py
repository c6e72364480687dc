"""What the rules claim of MySQL and MariaDB, against what a server takes and refuses with ALGORITHM and LOCK.

The server refuses an algorithm it cannot use (1845, 1846) before it touches a row: what is better than the claim must
be refused, and the claim itself taken.
"""

from __future__ import annotations

import re

import pymysql
import pytest

from console.core.hazards import Hazard, hazard_of
from console.core.statements import read_script
from console.dialects.mysql.link import MySQLLink
from tests.core.hazard_cases import MY_TABLES, my_rows
from tests.mysql_servers import MyConnect, MyConnection, ask

CREATES = tuple(s.strip() for s in MY_TABLES.split(";\n") if s.strip())
UNTRIED = re.compile(r"partition|engine=|fulltext index|^alter table mi ")
"""Clauses beside which no algorithm can stand, or where MariaDB takes it and copies all the same."""
MORE = (
    "alter table c add column x int, add column y int, drop column g",
    "alter table c add column x int, add index i8 (g)",
    "alter table c add column x int, alter column n set default 3",
    "alter table c drop column g, add index i8 (n)",
    "alter table c modify g int null comment 'a', modify n int default 1 comment 'b'",
    "alter table c modify v20 varchar(60), add index i8 (g)",
    "alter table c change g gg bigint",
    "alter table c change v60 w60 varchar(63)",
    "alter table c modify v60 varchar(61) not null",
    "alter table c modify en enum('a','b','c','d') not null",
    "alter table c rename column g to gg, add column x int",
    "alter table c rename index k1 to k9, drop index k2",
    "alter table c drop index k1, add index i8 (g)",
    "alter table c drop foreign key fk1, drop column g",
    "alter table c comment='x', add column x int",
    "alter table gc add column y int, add index i8 (n)",
    "alter table em add index i8 (k), add column x int not null",
    "alter table c add column x decimal(5,2) not null default 1.5",
    "alter table c add column x json",
    "alter table c add column x varchar(10) default 'a' after id",
)
ALL = tuple(dict.fromkeys([row.sql for row in my_rows()] + list(MORE)))
REFUSED = frozenset({1845, 1846})


def _tries(hazard: Hazard) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What must be refused, and what must be taken, one of them."""
    if "copied" in hazard.lock:
        return ("algorithm=instant", "algorithm=inplace"), ("algorithm=copy, lock=shared",)
    if hazard.blocks == "writes":
        return ("algorithm=instant", "algorithm=inplace, lock=none"), ("algorithm=inplace, lock=shared",)
    if hazard.rewrite or hazard.scan:
        return ("algorithm=instant",), ("algorithm=inplace, lock=none",)
    return (), ("algorithm=instant", "algorithm=inplace, lock=none")


def _outcome(connection: MyConnection, sql: str) -> int:
    """0, or the number of the error."""
    try:
        ask(connection, sql)
    except pymysql.Error as error:
        return int(error.args[0])
    return 0


def _with(sql: str, manner: str) -> str:
    return re.sub(r"^(alter table \w+) ", rf"\1 {manner}, ", sql)


def _made_again(connection: MyConnection, table: str) -> None:
    names = ["p", "c"] if table in ("p", "c") else [table]
    for name in reversed(names):
        ask(connection, f"drop table if exists {name}")
    ask(connection, "drop table if exists em2")
    for sql in CREATES:
        if re.match(rf"(create table|insert into) ({'|'.join(names)}) ", sql):
            ask(connection, sql)


def _number(connection: MyConnection, table: str) -> object:
    """InnoDB's number of the table: another one once it was made anew."""
    ((version,),) = ask(connection, "SELECT version()")
    place = "innodb_sys_tables" if "MariaDB" in version else "innodb_tables"
    return ask(
        connection, f"SELECT table_id FROM information_schema.{place} WHERE name = concat(database(), '/{table}')"
    )


def _wrong(connection: MyConnection, sql: str, hazard: Hazard) -> str | None:
    """'' where all is as told; None where the server refuses the statement itself, whatever the way."""
    better, claims = _tries(hazard)
    table = sql.split()[2]
    before = _number(connection, table)
    for manner in better:
        error = _outcome(connection, _with(sql, manner))
        if error not in REFUSED:
            return f"{sql}: {manner} gave {error}, told {hazard.lock}" if not error else None
    for manner in claims:
        error = _outcome(connection, _with(sql, manner))
        if not error:
            rebuilt = _number(connection, table) != before
            told = rebuilt is hazard.rewrite or " rename to " in sql
            return "" if told else f"{sql}: rebuilt {rebuilt}, told {hazard.rewrite}"
        if error not in REFUSED:
            return None
    return f"{sql}: {claims} refused, told {hazard.lock}"


@pytest.fixture
def prepared(my_connect: MyConnect) -> MyConnection:
    """A connection to a database that has the tables."""
    connection = my_connect()
    for sql in CREATES:
        ask(connection, sql)
    return connection


def test_a_server_does_it_in_the_way_that_is_told(prepared: MyConnection, my_link: MySQLLink) -> None:
    on, schema = my_link.server(), my_link.schema()
    found = dict[str, str | None]()
    for sql in ALL:
        (statement,) = read_script(sql, on.dialect, schema.home)
        hazard = hazard_of(statement, on, schema)
        if hazard.rule and not UNTRIED.search(sql):
            found[sql] = _wrong(prepared, sql, hazard)
            _made_again(prepared, sql.split()[2])
    assert "\n".join(line for line in found.values() if line) == ""
    assert sum(line is not None for line in found.values()) >= 85


def test_the_size_is_told_as_an_estimate(prepared: MyConnection, my_link: MySQLLink) -> None:
    ask(prepared, "ANALYZE TABLE c")
    schema = my_link.schema()
    (statement,) = read_script("alter table c modify g bigint", schema.dialect, schema.home)
    assert "by the server's estimate" in hazard_of(statement, my_link.server(), schema).estimate
