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
from tests.core.hazard_cases import MEASURED, MY_MORE_TABLES, MY_TABLES, my_rows
from tests.mysql_servers import MyConnect, MyConnection, ask

CREATES = tuple(s.strip() for s in f"{MY_TABLES}{MY_MORE_TABLES}".split(";\n") if s.strip())
UNTRIED = re.compile(r"partition|engine=|fulltext index|^alter table mi ")
"""Clauses beside which no algorithm can stand, or where MariaDB takes it and copies all the same."""
MORE = tuple((MEASURED / "mysql_more.sql").read_text(encoding="utf-8").rstrip(";\n").split(";\n"))
"""What the measurements do not hold."""
CAUTIOUS = re.compile(
    r"^alter table (u2|mem|redv) |order by|modify [vs]v |drop index u1|p[re] drop primary|modify m3i |algorithm="
    r"|using btree|change vg vg2|check \(n > 5\)|default \((concat|json_array)|mi comment|after x$|comment 'k'$"
)
"""Told worse than it is on one of the two, or a clause that MariaDB takes although it copies."""
APART = re.compile(r"^alter table (ph|pr|pe|pt|mem|mi) ")
"""InnoDB has another number for each part of it, or none."""
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
    """As it was, whoever refers to it."""
    ask(connection, "SET foreign_key_checks = 0")
    names = ["p", "c", "fkc", "chi"] if table == "p" else [table]
    ask(connection, f"DROP TABLE IF EXISTS {', '.join(names)}")
    for sql in CREATES:
        if re.match(rf"(create table|insert into) ({'|'.join(names)}) ", sql):
            ask(connection, sql)
    ask(connection, "SET foreign_key_checks = 1")


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
            told = rebuilt is hazard.rewrite or " rename to " in sql or APART.match(sql)
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
        if hazard.rule and not UNTRIED.search(sql) and not CAUTIOUS.search(sql):
            found[sql] = _wrong(prepared, sql, hazard)
            _made_again(prepared, sql.split()[2])
    assert "\n".join(line for line in found.values() if line) == ""
    assert sum(line is not None for line in found.values()) >= 200


def test_the_size_is_told_as_an_estimate(prepared: MyConnection, my_link: MySQLLink) -> None:
    ask(prepared, "ANALYZE TABLE c")
    schema = my_link.schema()
    (statement,) = read_script("alter table c modify g bigint", schema.dialect, schema.home)
    assert "by the server's estimate" in hazard_of(statement, my_link.server(), schema).estimate
