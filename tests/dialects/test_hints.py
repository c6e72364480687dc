"""Whether anything changed: a hint at each look, and the exact answer only where that moved or somebody is to act."""

from __future__ import annotations

from typing import Any

import pytest

from console.dialects.mysql.link import MySQLLink
from console.dialects.mysql.wire import Wire as MyWire
from console.dialects.postgres.link import PostgresLink
from console.dialects.postgres.wire import Wire as PgWire
from tests.mysql_servers import MyConnect, ask
from tests.servers import Connect
from tests.waiting import eventually

_EXACT = ("information_schema.routines", "pg_catalog.pg_attribute")
"""What only the exact answer reads."""


@pytest.fixture
def exact(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The exact questions that are sent."""
    found: list[str] = []
    for wire, name in ((PgWire, "cursor"), (MyWire, "noticed"), (MyWire, "several")):
        send = getattr(wire, name)

        def noted(wire: Any, sql: str, *more: Any, send: Any = send) -> Any:
            found.extend([sql] if any(word in sql for word in _EXACT) else [])
            return send(wire, sql, *more)

        monkeypatch.setattr(wire, name, noted)
    return found


@pytest.fixture
def at_rest(my_link: MySQLLink, exact: list[str]) -> MySQLLink:
    """A link that has looked, and whose hint is trusted."""
    assert my_link.server().dialect == "mysql"
    eventually(lambda: is_quiet(my_link, exact))
    return my_link


def is_quiet(link: MySQLLink, exact: list[str]) -> bool:
    """Nothing that ran before counts any more."""
    exact.clear()
    link.fingerprint()
    return not exact


def test_the_exact_probe_is_not_sent_while_the_hint_is_unchanged(
    connect: Connect, link: PostgresLink, exact: list[str]
) -> None:
    connection = connect()
    connection.execute("CREATE TABLE t (a int)")
    first = link.fingerprint()
    assert len(exact) == 1
    connection.execute("SELECT count(*) FROM t")
    assert [link.fingerprint() for _ in range(3)] == [first] * 3
    assert len(exact) == 1
    connection.execute("ALTER TABLE t ADD b int")
    assert link.fingerprint() != first
    assert len(exact) == 2


ON_MYSQL = pytest.mark.parametrize("my_server", ["mysql"], indirect=True)
"""MariaDB counts nothing unless it is told to: it is always looked at."""


@ON_MYSQL
def test_mysql_is_not_asked_for_everything_while_no_statement_ended_that_may_change_it(
    my_connect: MyConnect, at_rest: MySQLLink, exact: list[str]
) -> None:
    connection = my_connect()
    before = at_rest.fingerprint()
    ask(connection, "SELECT 1")
    ask(connection, "SET @a = 1")
    assert [at_rest.fingerprint() for _ in range(3)] == [before] * 3
    assert exact == []


@ON_MYSQL
def test_somebody_who_is_to_act_is_told_exactly(at_rest: MySQLLink, exact: list[str]) -> None:
    at_rest.doubt()
    at_rest.fingerprint()
    assert len(exact) == 1


WAYS = {
    "plain": ("ALTER TABLE t ADD b INT",),
    "prepared": ("PREPARE s FROM 'ALTER TABLE t ADD b INT'", "EXECUTE s"),
    "called": ("CREATE PROCEDURE p() ALTER TABLE t ADD b INT", "CALL p()"),
    "scheduled": ("CREATE EVENT e ON SCHEDULE AT now() DO ALTER TABLE t ADD b INT",),
}


@ON_MYSQL
@pytest.mark.parametrize("way", WAYS)
def test_a_change_is_hinted_at_by_whatever_way_it_comes(my_connect: MyConnect, at_rest: MySQLLink, way: str) -> None:
    connection = my_connect()
    ask(connection, "CREATE TABLE t (a INT)")
    *before, last = WAYS[way]
    for sql in before:
        ask(connection, sql)
    rested = settled(at_rest)
    ask(connection, last)
    eventually(lambda: at_rest.fingerprint() != rested)


def settled(link: MySQLLink) -> str:
    """What it tells when it tells the same twice."""
    seen = [link.fingerprint()]

    def same() -> bool:
        seen.append(link.fingerprint())
        return seen[-1] == seen[-2]

    eventually(same)
    return seen[-1]


@ON_MYSQL
def test_a_session_that_is_not_counted_is_looked_after(
    my_connect: MyConnect, at_rest: MySQLLink, exact: list[str]
) -> None:
    connection = my_connect()
    quiet = "UPDATE performance_schema.threads SET instrumented = 'NO' WHERE processlist_id = connection_id()"
    ask(connection, quiet)
    before = at_rest.fingerprint()
    assert len(exact) == 1
    ask(connection, "CREATE TABLE t (a INT)")
    assert at_rest.fingerprint() != before
