"""The session that runs a plan's steps is set as the tool's own is: read back by the statement that runs in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count

import pytest
from sqlalchemy.engine import URL

from console import dialects
from console.core.plan import Step, StepKind
from tests.mysql_servers import MyConnect, MyServer, ask
from tests.servers import Connect, run

_numbers = count(1)
PG_NAMES = ("search_path", "TimeZone", "client_encoding", "statement_timeout", "idle_in_transaction_session_timeout")
PG_SEEN = f"""CREATE TABLE app.seen AS SELECT current_user::text AS me, session_user::text AS login,
    {", ".join(f"current_setting('{name}') AS {name}" for name in PG_NAMES)}"""
MY_SEEN = """INSERT INTO seen SELECT @@SESSION.sql_mode, @@SESSION.time_zone, @@SESSION.character_set_client,
    @@SESSION.collation_connection, @@SESSION.foreign_key_checks"""
MODES = "NO_ENGINE_SUBSTITUTION,STRICT_TRANS_TABLES"


def step(sql: str) -> Step:
    return Step(1, StepKind.SCHEMA, "what it sees", (sql,))


@pytest.fixture
def deployer(database: URL) -> Iterator[str]:
    """A login whose every statement would be ended after a second."""
    name = f"deployer_{os.getpid()}_{next(_numbers)}"
    run(database, f"CREATE ROLE {name} LOGIN PASSWORD 'secret'", f"CREATE ROLE {name}_owner ROLE {name}",
        f"CREATE SCHEMA app AUTHORIZATION {name}_owner", 'CREATE SCHEMA "A b"',
        f"ALTER ROLE {name} SET statement_timeout = '1s'",
        f"ALTER ROLE {name} SET search_path = 'nowhere'")  # fmt: skip
    yield name
    for role in (name, f"{name}_owner"):
        run(database, f"DROP OWNED BY {role} CASCADE", f"DROP ROLE {role}")


def test_postgres_runs_as_the_tool_would(database: URL, deployer: str, connect: Connect) -> None:
    tool = {"search_path": "A b, app", "timezone": "Europe/Berlin", "charset": "LATIN1"}
    settings = dialects.renderer("postgresql").settings(tool, f"{deployer}_owner")
    hand = dialects.open_hand("postgresql", database.set(username=deployer, password="secret"))
    try:
        hand.settle(settings)
        hand.run(step(PG_SEEN))
    finally:
        hand.close()
    seen = connect().execute("SELECT * FROM app.seen").fetchone()
    assert seen == (f"{deployer}_owner", deployer, '"A b", app', "Europe/Berlin", "LATIN1", "0", "0")


def test_postgres_ends_no_statement_that_takes_its_time(database: URL, deployer: str) -> None:
    settings = dialects.renderer("postgresql").settings({}, "")
    hand = dialects.open_hand("postgresql", database.set(username=deployer, password="secret"))
    try:
        hand.settle(settings)
        hand.run(step("SELECT pg_sleep(1.2)"))  # longer than the second this login has
    finally:
        hand.close()


def test_postgres_leaves_alone_what_the_tool_does_not_set(database: URL, connect: Connect) -> None:
    run(database, "CREATE SCHEMA app", f"ALTER DATABASE {database.database} SET search_path = 'app, public'")
    hand = dialects.open_hand("postgresql", database)
    try:
        hand.settle(dialects.renderer("postgresql").settings({}, ""))
        hand.run(step(PG_SEEN))
    finally:
        hand.close()
    seen = connect().execute("SELECT search_path, statement_timeout FROM app.seen").fetchone()
    assert seen == ('"app, public"', "0")


@pytest.mark.parametrize("checks", ["0", "1"])
def test_mysql_runs_as_the_tool_would(
    checks: str, my_server: MyServer, my_database: URL, my_connect: MyConnect
) -> None:
    tool = {"sql_mode": MODES, "timezone": "+02:00", "charset": "latin1", "collation": "latin1_german1_ci",
            "foreign_key_checks": checks}  # fmt: skip
    assert _seen(tool, my_server, my_database, my_connect) == ("+02:00", "latin1", "latin1_german1_ci", checks, MODES)


def test_mysql_takes_the_servers_own_where_the_tool_sets_nothing(
    my_server: MyServer, my_database: URL, my_connect: MyConnect
) -> None:
    """And not what our own reads are set to."""
    mode, zone = ask(my_connect(), "SELECT @@GLOBAL.sql_mode, @@GLOBAL.time_zone")[0]
    found = _seen({}, my_server, my_database, my_connect)
    assert (found[0], found[3], found[4]) == (zone, "1", ",".join(sorted(mode.split(","))))


def _seen(
    tool: dict[str, str], my_server: MyServer, my_database: URL, my_connect: MyConnect
) -> tuple[str, str, str, str, str]:
    """Zone, charset, collation, checks and modes while a step runs."""
    watch = my_connect()
    ask(watch, "CREATE TABLE seen (modes text, zone text, charset_ text, collation_ text, checks text)")
    kind = my_server.kind
    hand = dialects.open_hand(kind, my_database)
    try:
        hand.settle(dialects.renderer(kind).settings(tool, ""))
        hand.run(step(MY_SEEN))
    finally:
        hand.close()
    modes, zone, charset, collation, checks = ask(watch, "SELECT * FROM seen")[0]
    return zone, charset, collation, checks, ",".join(sorted(modes.split(",")))


@pytest.fixture
def limit(my_server: MyServer, my_connect: MyConnect) -> Iterator[str]:
    """The server gives every new session a minute for a statement: MariaDB for any, MySQL for what only reads."""
    name, minute = ("max_statement_time", 60) if my_server.is_mariadb else ("max_execution_time", 60000)
    watch = my_connect()
    ask(watch, f"SET GLOBAL {name} = {minute}")
    yield name
    ask(watch, f"SET GLOBAL {name} = 0")


def test_mysql_ends_no_statement_that_takes_its_time(
    limit: str, my_server: MyServer, my_database: URL, my_connect: MyConnect
) -> None:
    watch = my_connect()
    ask(watch, "CREATE TABLE seen (at_first double, in_a_step double)")
    assert ask(watch, f"SELECT @@SESSION.{limit} > 0") == [(1,)]
    hand = dialects.open_hand(my_server.kind, my_database)
    try:
        hand.settle(dialects.renderer(my_server.kind).settings({}, ""))
        hand.run(step(f"INSERT INTO seen SELECT @@GLOBAL.{limit} > 0, @@SESSION.{limit}"))
    finally:
        hand.close()
    assert ask(watch, "SELECT * FROM seen") == [(1.0, 0.0)]
