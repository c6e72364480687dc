"""Every row of the table for MySQL and MariaDB, produced by both real servers together."""

from __future__ import annotations

from threading import Event, Thread

import pymysql
import pytest

from console.core.errors import Rule, refusal_in
from console.core.errors.mysql import MYSQL
from tests.mysql_servers import MyConnect, MyConnection, MyServer, ask

SETUP = (
    "CREATE TABLE c (id INT PRIMARY KEY, a INT, t VARCHAR(9), big BIGINT, code VARCHAR(9), note TEXT)",
    "CREATE TABLE o (id INT PRIMARY KEY, c_id INT, who VARCHAR(9), up BIGINT)",
    "CREATE TABLE child (id INT PRIMARY KEY, c_id INT, CONSTRAINT held FOREIGN KEY (c_id) REFERENCES c (id))",
    "INSERT INTO c VALUES (1, 5, 'long one', 3000000000, 'k', 'a long one'), (2, 5, NULL, 1, 'k', NULL)",
    "INSERT INTO o VALUES (1, 99, 'a', 1)",
    "INSERT INTO child VALUES (1, 1)",
)
BOTH = (
    (1062, "ALTER TABLE c ADD UNIQUE u (a)"),
    (1452, "ALTER TABLE o ADD FOREIGN KEY (c_id) REFERENCES c (id)"),
    (1406, "ALTER TABLE c MODIFY note VARCHAR(3)"),
    (1264, "ALTER TABLE c MODIFY big INT"),
    (1050, "CREATE TABLE c (n INT)"),
    (1060, "ALTER TABLE c ADD a INT"),
    (1068, "ALTER TABLE c ADD PRIMARY KEY (a)"),
    (1146, "ALTER TABLE nowhere ADD a INT"),
    (1054, "ALTER TABLE c CHANGE nothing n INT"),
    (1091, "ALTER TABLE c DROP INDEX nothing"),
    (1067, "ALTER TABLE c ADD n INT NOT NULL DEFAULT 'x'"),
    (1071, "CREATE TABLE k (a VARCHAR(2000) CHARACTER SET utf8mb4 PRIMARY KEY)"),
    (1074, "ALTER TABLE c ADD n VARCHAR(65000) CHARACTER SET utf8mb4"),
    (1846, "ALTER TABLE c MODIFY a BIGINT, ALGORITHM=INPLACE"),
    (1064, "ALTER TABLE c AD n INT"),
    (1100, "LOCK TABLES o WRITE; ALTER TABLE c ADD n INT"),
    (1792, "SET SESSION TRANSACTION READ ONLY; INSERT INTO c (id) VALUES (9)"),
)
LONG = "SELECT count(*) FROM information_schema.columns a, information_schema.columns b, information_schema.columns d"
EACH = {
    "mysql": (
        (1366, "ALTER TABLE c MODIFY code INT"),
        (1138, "ALTER TABLE c MODIFY t VARCHAR(9) NOT NULL"),
        (3819, "ALTER TABLE c ADD CHECK (a > 9)"),
        (3780, "ALTER TABLE o ADD FOREIGN KEY (who) REFERENCES c (id)"),
        (6125, "ALTER TABLE o ADD FOREIGN KEY (c_id) REFERENCES c (a)"),
        (3730, "DROP TABLE c"),
    ),
    "mariadb": (
        (1292, "ALTER TABLE c MODIFY code INT"),
        (1265, "ALTER TABLE c MODIFY t VARCHAR(9) NOT NULL"),
        (4025, "ALTER TABLE c ADD CHECK (a > 9)"),
        (1005, "ALTER TABLE o ADD FOREIGN KEY (who) REFERENCES c (id)"),
        (1451, "DROP TABLE c"),
        (1969, f"SET STATEMENT max_statement_time = 0.05 FOR {LONG}"),
    ),
}
NOT_HERE = {"1799", "1927", "1053", "2006", "1114", "1037", "1040", "1142"}
"""What nobody can bring about without breaking the server that others share, or another login."""


def said_by(connection: MyConnection, sql: str) -> tuple[int, str]:
    """The number and text the server refuses it with."""
    with pytest.raises(pymysql.Error) as caught:
        play(connection, sql)
    ask(connection, "UNLOCK TABLES")
    ask(connection, "SET SESSION TRANSACTION READ WRITE")
    return caught.value.args


def play(connection: MyConnection, sql: str) -> None:
    for statement in sql.split("; "):
        ask(connection, statement)


def found_in(number: int, text: str, dialect: str) -> Rule:
    """The same rule from Laravel's wording, pymysql's, and the bare words."""
    rules = []
    for wording in (f"SQLSTATE[HY000]: General error: {number} {text}", repr((number, text)), text):
        found = refusal_in(wording, dialect)
        assert found is not None, wording
        rules.append(found.rule)
    assert rules == [rules[0]] * 3, text
    return rules[0]


def test_every_row_is_what_a_server_says(my_server: MyServer, my_connect: MyConnect) -> None:
    connection, other = my_connect(), my_connect()
    kind = "mariadb" if my_server.is_mariadb else "mysql"
    for statement in SETUP:
        ask(connection, statement)
    hit = []
    for wanted, sql in (*BOTH, *EACH[kind]):
        number, text = said_by(connection, sql)
        assert (sql, number) == (sql, wanted), text
        hit.append(found_in(number, text, kind))
    hit += [found_in(*said, kind) for said in (locked(connection, other), killed(connection, other))]
    hit += [found_in(*said, kind) for said in (deadlock(connection, other), *slow(connection, kind))]
    missed = {rule.codes[0] for rule in MYSQL if rule not in hit}
    assert missed - NOT_HERE == ({"1138", "6125"} if my_server.is_mariadb else set())


def locked(one: MyConnection, other: MyConnection) -> tuple[int, str]:
    ask(other, "BEGIN")
    ask(other, "SELECT * FROM c")
    ask(one, "SET lock_wait_timeout = 1")
    said = said_by(one, "ALTER TABLE c ADD late INT")
    ask(other, "ROLLBACK")
    return said


def killed(one: MyConnection, other: MyConnection) -> tuple[int, str]:
    number, ended = ask(one, "SELECT connection_id()")[0][0], Event()

    def kill() -> None:
        while not ended.wait(0.05):
            ask(other, f"KILL QUERY {number}")

    killer = Thread(target=kill)
    killer.start()
    said = said_by_any(one, LONG)
    ended.set()
    killer.join(10)
    return said


def said_by_any(connection: MyConnection, sql: str) -> tuple[int, str]:
    with pytest.raises(pymysql.Error) as caught:
        ask(connection, sql)
    return caught.value.args


def deadlock(one: MyConnection, other: MyConnection) -> tuple[int, str]:
    """Whichever of the two is refused."""
    for connection, key in ((one, 1), (other, 2)):
        ask(connection, "BEGIN")
        ask(connection, f"UPDATE c SET big = 1 WHERE id = {key}")
    said: list[tuple[int, str]] = []

    def update(connection: MyConnection, key: int) -> None:
        try:
            ask(connection, f"UPDATE c SET big = 2 WHERE id = {key}")
        except pymysql.Error as refused:
            said.append(refused.args)

    waiting = Thread(target=update, args=(other, 1))
    waiting.start()
    update(one, 2)
    waiting.join(10)
    for connection in (one, other):
        ask(connection, "ROLLBACK")
    return said[0]


def slow(one: MyConnection, kind: str) -> list[tuple[int, str]]:
    """MySQL's limit stops nothing but a SELECT."""
    if kind == "mariadb":
        return []
    return [said_by_any(one, LONG.replace("SELECT", "SELECT /*+ MAX_EXECUTION_TIME(50) */"))]
