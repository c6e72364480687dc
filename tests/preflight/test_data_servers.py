"""Real servers: what the rows would have refused is said before the run, counted and with a few of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from pymysql import MySQLError
from sqlalchemy.engine import URL

from console import dialects
from console.core.preflight import now_server
from console.core.preflight.finding import About, Report, Severity
from console.lanes.foreseeing import Budget
from console.preflighting import Wish
from console.wiring import DRIVERS
from tests import mysql_servers, servers
from tests.acting.test_verify_replicas import Standby, followed
from tests.mysql_servers import MyServer
from tests.preflight.moments import about, blocks, preflight, waits
from tests.servers import ServerUnderTest, conninfo
from tests.waiting import eventually

ASKS = Wish(data=True)
TABLES = (
    "CREATE TABLE teams (id bigint PRIMARY KEY, label text)",
    "CREATE VIEW labels AS SELECT label FROM teams",
    "CREATE TABLE users (id bigint PRIMARY KEY, email text, name text, age int, nick varchar(20), team_id bigint)",
    "INSERT INTO teams VALUES (1, 'a')",
    """INSERT INTO users VALUES (1, 'a@x', 'Ann', -1, 'longer than that', 1), (2, 'a@x', NULL, 5, 'ok', 7),
                                (3, 'b@x', 'Bob', 7, 'ok', NULL)""",
)
RUN = """ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);
ALTER TABLE users ALTER COLUMN name SET NOT NULL;
ALTER TABLE users ADD CONSTRAINT team FOREIGN KEY (team_id) REFERENCES teams (id);
ALTER TABLE users ADD CONSTRAINT grown CHECK (age >= 0);
ALTER TABLE users ALTER COLUMN nick TYPE varchar(5);
ALTER TABLE users ADD COLUMN code int NOT NULL;
CREATE TABLE teams (id bigint);
ALTER TABLE teams DROP COLUMN label;
ALTER TABLE users ADD CONSTRAINT text_of FOREIGN KEY (email) REFERENCES teams (id);
"""
FOUND = {
    ("data-duplicates", 1): (1, ("a@x",)),
    ("data-nulls", 2): (1, ()),
    ("data-orphans", 3): (1, ("7",)),
    ("data-violations", 4): (1, ()),
    ("data-misfits", 5): (1, ("longer than that",)),
    ("data-filled", 6): (3, ()),
}
MENDED = (
    "DELETE FROM users", "INSERT INTO users VALUES (1, 'a@x', 'Ann', 1, 'ok', 1), (2, 'b@x', 'Bob', 5, 'ok', 1)",
)  # fmt: skip


@pytest.mark.first_of("data")
def test_postgres_refuses_nothing_that_was_not_foreseen(database: URL, postgres_server: ServerUnderTest) -> None:
    servers.run(database, *TABLES)
    told = about(preflight(database, RUN, ASKS), About.DATA)
    assert {key: (told[key].rows, told[key].sample) for key in FOUND} == FOUND
    refused = {*FOUND, ("data-definition", 7), ("data-dependents", 8), ("data-definition", 9)}
    assert {key for key, f in told.items() if f.severity is Severity.BLOCK} == refused
    for n, statement in enumerate(RUN.split(";\n")[:-1], start=1):
        with psycopg.connect(conninfo(database)) as connection, pytest.raises(psycopg.Error):
            connection.execute(statement.encode())
        assert any(at == n for _, at in refused)
    servers.run(database, *MENDED)
    assert blocks(preflight(database, "\n".join(RUN.splitlines()[:5]), ASKS)) == []


MY_RUN = """ALTER TABLE users ADD UNIQUE KEY users_email (email);
ALTER TABLE users MODIFY name varchar(50) NOT NULL;
ALTER TABLE users ADD CONSTRAINT team FOREIGN KEY (team_id) REFERENCES teams (id);
ALTER TABLE users ADD CONSTRAINT grown CHECK (age >= 0);
ALTER TABLE users MODIFY nick varchar(5);
CREATE TABLE teams (id bigint);
ALTER TABLE users ADD CONSTRAINT text_of FOREIGN KEY (email) REFERENCES teams (id);
"""
MY_FOUND = {
    ("data-duplicates", 1): (1, ("a@x",)),
    ("data-nulls", 2): (1, ()),
    ("data-orphans", 3): (1, ("7",)),
    ("data-violations", 4): (1, ()),
    ("data-misfits", 5): (1, ("longer than that",)),
}


def _tables(*, more: tuple[str, ...] = ()) -> tuple[str, ...]:
    return (
        "CREATE TABLE teams (id bigint PRIMARY KEY, label varchar(20))",
        TABLES[2].replace("email text, name text", "email varchar(40), name varchar(50)"),
        *TABLES[3:4],
        TABLES[4].replace("(2, 'a@x'", "(2, 'A@X'"),
        *more,
    )


def test_mysql_refuses_nothing_that_was_not_foreseen(my_database: URL) -> None:
    mysql_servers.run(my_database, *_tables())
    told = about(preflight(my_database, MY_RUN, ASKS), About.DATA)
    found = {key: (told[key].rows, tuple(value.lower() for value in told[key].sample)) for key in MY_FOUND}
    assert found == MY_FOUND
    refused = {*MY_FOUND, ("data-definition", 6), ("data-definition", 7)}
    assert {key for key, f in told.items() if f.severity is Severity.BLOCK} == refused
    for statement in MY_RUN.split(";\n")[:-1]:
        with pytest.raises(MySQLError):
            mysql_servers.run(my_database, statement)
    mysql_servers.run(my_database, *MENDED)
    assert blocks(preflight(my_database, "\n".join(MY_RUN.splitlines()[:5]), ASKS)) == []


def test_a_file_is_asked_too(tmp_path: Path) -> None:
    url = URL.create("sqlite", database=str(tmp_path / "a.db"))
    with dialects_file(tmp_path / "a.db"):
        report = preflight(url, "CREATE UNIQUE INDEX e ON users (email); DROP TABLE users;", ASKS)
    assert blocks(report) == [("data-duplicates", 1)]


@contextmanager
def dialects_file(path: Path) -> Iterator[None]:
    import sqlite3

    with sqlite3.connect(path) as connection:
        for statement in (TABLES[2], TABLES[4]):
            connection.execute(statement)
    yield


@pytest.mark.parametrize("postgres_server", [servers.MAJORS[-1]], indirect=True)
def test_nobody_is_asked_without_a_wish_and_what_does_not_answer_is_not_known(
    database: URL, postgres_server: ServerUnderTest
) -> None:
    servers.run(database, *TABLES)
    unasked = about(preflight(database, RUN), About.DATA)
    assert unasked[("data-not-asked", 1)].steps[0].startswith("SELECT count(*) FROM (SELECT users.email")
    assert ("data-dependents", 8) in unasked  # the catalog tells
    late = about(preflight(database, RUN, Wish(data=True, budget=Budget(0.0))), About.UNKNOWN)
    assert "the budget of 0 s was used up" in late[("unknown-data", 1)].why
    hidden = preflight(database, RUN, Wish(data=True, redact=True))
    assert {key: f.sample for key, f in about(hidden, About.DATA).items() if key in FOUND} == dict.fromkeys(FOUND, ())
    assert "a@x" not in repr(hidden)
    with psycopg.connect(conninfo(database)) as busy:
        busy.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
        told = about(preflight(database, RUN, ASKS), About.UNKNOWN)
    assert "users is locked" in told[("unknown-data", 1)].why


@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_a_standby_answers_for_its_primary_which_waits_for_it(
    postgres_server: ServerUnderTest, database: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers.run(database, *TABLES)
    with Standby(postgres_server) as standby:
        here = standby.url.set(database=database.database)
        eventually(lambda: preflight(here, "SELECT 1").judged)
        told = about(from_replica(database, here, RUN), About.DATA)
        assert {key: (told[key].rows, told[key].sample, told[key].severity) for key in FOUND} == {
            key: (*found, Severity.BLOCK) for key, found in FOUND.items()
        }
        monkeypatch.setattr(now_server, "_BEHIND_BYTES", 2**20)
        add = "ALTER TABLE users ADD COLUMN z int"
        assert waits(preflight(database, add)) == []
        servers.run(here, "SELECT pg_wal_replay_pause()")
        servers.run(database, "CREATE TABLE many AS SELECT generate_series(1, 100000) AS n")
        ((rule, name),) = eventually(lambda: waits(preflight(database, add)))
        assert (rule, name.startswith("replica walreceiver@127.0.0.1, ")) == ("now-replica-lag", True)
        servers.run(here, "SELECT pg_wal_replay_resume()")
        eventually(lambda: not waits(preflight(database, add)))
        seen = preflight(here, RUN)
        assert [f.severity for f in seen.findings if f.rule == "now-replica"] == [Severity.HIGH]


def from_replica(url: URL, replica: URL, sql: str):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """A preflight whose rows are looked at elsewhere."""
    there = replica.set(drivername=DRIVERS[replica.get_backend_name()])
    opened = partial(dialects.open_dialect(there.get_backend_name()).open, there)
    return preflight(url, sql, ASKS, replica=opened, replica_name="the replica")


def test_a_replica_of_mysql_is_proved_to_be_one(my_server: MyServer) -> None:
    with followed(my_server) as primary:
        mysql_servers.run(primary, "CREATE DATABASE copied")
        mysql_servers.run(primary.set(database="copied"), *_tables())
        here, there = primary.set(database="copied"), my_server.url.set(database="copied")
        eventually(lambda: _has_users(there))
        told = about(from_replica(here, there, MY_RUN), About.DATA)
        assert (told[("data-orphans", 3)].severity, "in the replica" in told[("data-orphans", 3)].why) == (
            Severity.BLOCK, True)  # fmt: skip
        strange = from_replica(there, here, MY_RUN)
        assert about(strange, About.DATA)[("data-orphans", 3)].severity is Severity.HIGH
        assert "is not proved to be a copy" in about(strange, About.DATA)[("data-orphans", 3)].why
        mysql_servers.run(here, *MENDED)
        strange = from_replica(there, here, MY_RUN)
        assert "is not proved to be a copy" in about(strange, About.UNKNOWN)[("unknown-data", 3)].why
        mysql_servers.run(primary, "DROP DATABASE copied")
        eventually(lambda: "copied" not in _databases(my_server.url))


def _has_users(url: URL) -> bool:
    if url.database not in _databases(url.set(database="mysql")):
        return False
    with mysql_servers.open_connection(url) as connection, suppress(MySQLError):
        return len(mysql_servers.ask(connection, "SELECT id FROM users")) == 3
    return False


def _databases(url: URL) -> set[str]:
    with mysql_servers.open_connection(url) as connection:
        return {row[0] for row in mysql_servers.ask(connection, "SHOW DATABASES")}


@pytest.mark.parametrize("my_server", ["mysql"], indirect=True)
def test_a_table_that_was_changed_too_often_is_built_anew(my_database: URL) -> None:
    changes = [f"ALTER TABLE `t t` {verb}" for _ in range(127) for verb in ("ADD COLUMN a int", "DROP COLUMN a")]
    mysql_servers.run(my_database, "CREATE TABLE `t t` (id int PRIMARY KEY)", "INSERT INTO `t t` VALUES (1)", *changes)
    add, demanding = "ALTER TABLE `t t` ADD COLUMN b int", "ALTER TABLE `t t` ADD COLUMN c int, ALGORITHM=INSTANT"
    told = [f for f in preflight(my_database, f"{add};{demanding};").findings if f.rule == "my-row-versions"]
    assert [(f.n, f.severity) for f in told] == [(2, Severity.BLOCK)]
    mysql_servers.run(my_database, add)
    with pytest.raises(MySQLError, match="4092"):
        mysql_servers.run(my_database, demanding)


@pytest.mark.first_of("data")
def test_a_replica_that_is_not_there_leaves_it_unknown(database: URL) -> None:
    servers.run(database, *TABLES)
    told = about(from_replica(database, database.set(port=1), RUN), About.UNKNOWN)
    assert "the replica did not answer" in told[("unknown-data", 1)].why


@pytest.mark.parametrize("postgres_server", [servers.MAJORS[-1]], indirect=True)
def test_a_question_gives_way_to_who_waits_behind_it(database: URL, postgres_server: ServerUnderTest) -> None:
    slow = "CREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 FROM (SELECT pg_sleep(1)) x'"
    servers.run(database, "CREATE TABLE t (a int)", "INSERT INTO t SELECT generate_series(1, 100)", slow)
    reports: list[Report] = []
    asking = Thread(target=lambda: reports.append(preflight(database, "CREATE UNIQUE INDEX i ON t (slow(a))", ASKS)))
    asking.start()
    with psycopg.connect(conninfo(database), autocommit=True) as connection:
        busy = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'halfway count' AND query LIKE '%slow%'"
        eventually(lambda: connection.execute(busy).fetchall())
        connection.execute("ALTER TABLE t ADD COLUMN b int")
    asking.join(30)
    assert "gave way" in about(reports[0], About.UNKNOWN)[("unknown-data", 1)].why


RATED = re.compile(r"which takes less than 1 s to read at [\d.]+ \w+ a second, measured just now by reading its first ")


@pytest.mark.parametrize("postgres_server", [servers.MAJORS[-1]], indirect=True)
def test_a_rate_is_measured_on_postgres(database: URL, postgres_server: ServerUnderTest) -> None:
    rows = "INSERT INTO orders SELECT i, 'new' FROM generate_series(1, 20000) i"
    servers.run(database, "CREATE TABLE orders (id int, state text)", rows, "ANALYZE")
    assert _rated(database, "ALTER TABLE orders ALTER COLUMN id TYPE numeric") == [True]


def test_a_rate_is_measured_on_mysql(my_database: URL) -> None:
    table = "CREATE TABLE orders (id int PRIMARY KEY AUTO_INCREMENT, state varchar(20))"
    rows = "INSERT INTO orders (state) WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900) "
    mysql_servers.run(my_database, table, rows + "SELECT 'new' FROM n", "ANALYZE TABLE orders")
    assert _rated(my_database, "ALTER TABLE orders MODIFY state int") == [True]


def _rated(url: URL, sql: str) -> list[bool]:
    """Of each finding that tells of a rewrite, whether a rate was measured for it."""
    return [RATED.search(f.hold) is not None for f in preflight(url, sql, ASKS).findings if f.rewrite]
