"""What the servers count of rows written: without a lock, partitions with their parents, or that it is not counted."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.engine import URL

from console.core.faults import NotInstrumentedFault
from console.dialects.mysql.link import MySQLLink
from console.dialects.mysql.wire import Wire
from console.dialects.postgres import make as postgres
from tests.dialects.my_fixtures import OpenMyLink
from tests.mysql_servers import MyConnect, MyServer, ask
from tests.servers import Connect, Connection
from tests.waiting import eventually

T = ("public", "t")
PARTS = ("public", "parts")


def test_postgres_counts_what_was_written_also_while_the_table_is_locked(database: URL, connect: Connect) -> None:
    writer = connect()
    writer.execute("CREATE TABLE t (id int)")
    writer.execute("CREATE TABLE parts (id int) PARTITION BY RANGE (id)")
    writer.execute("CREATE TABLE part1 PARTITION OF parts FOR VALUES FROM (0) TO (100)")
    link = postgres().open(database, "locks")
    try:
        assert link.writes((T, PARTS, ("public", "none"))) == {T: 0, PARTS: 0}
        writer.execute("INSERT INTO t SELECT generate_series(1, 7)")
        writer.execute("UPDATE t SET id = 1 WHERE id < 3")
        writer.execute("DELETE FROM t WHERE id = 7")
        writer.execute("INSERT INTO parts VALUES (1), (2)")
        eventually(lambda: _told(writer) and link.writes((T, PARTS)) == {T: 10, PARTS: 2})
        writer.execute("BEGIN")
        writer.execute("LOCK TABLE t, parts IN ACCESS EXCLUSIVE MODE")
        assert link.writes((T,)) == {T: 10}
    finally:
        link.close()


def _told(writer: Connection) -> bool:
    """A session tells what it did once a second, when it next ends something."""
    return writer.execute("SELECT 1").fetchone() == (1,)


def test_postgres_says_when_it_does_not_count(database: URL, connect: Connect) -> None:
    connect().execute(f'ALTER DATABASE "{database.database}" SET track_counts = off')
    link = postgres().open(database, "locks")
    try:
        with pytest.raises(NotInstrumentedFault, match="What is written is not counted"):
            link.writes((T,))
    finally:
        link.close()


def test_mysql_counts_and_mariadb_says_that_it_does_not(
    open_my_link: OpenMyLink, my_connect: MyConnect, my_server: MyServer, my_database: URL
) -> None:
    writer, link = my_connect(), open_my_link()
    ask(writer, "CREATE TABLE t (id int primary key)")
    table = (str(my_database.database), "t")
    if my_server.is_mariadb:
        with pytest.raises(NotInstrumentedFault) as told:
            link.writes((table,))
        assert "performance_schema is off" in told.value.why
        return
    assert link.writes((table,)) == {table: 0}
    ask(writer, "INSERT INTO t VALUES (1), (2), (3)")
    ask(writer, "UPDATE t SET id = 9 WHERE id = 1")
    ask(writer, "DELETE FROM t WHERE id = 9")
    ask(writer, "LOCK TABLES t WRITE")
    assert link.writes((table,)) == {table: 5}


@pytest.mark.parametrize("my_server", ["mysql"], indirect=True)
def test_mysql_counts_with_the_locks_what_was_asked_about_before(
    my_link: MySQLLink, my_connect: MyConnect, my_database: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, table = my_connect(), (str(my_database.database), "t")
    ask(writer, "CREATE TABLE t (id int primary key)")
    sent: list[str] = []
    send = Wire.noticed

    def noted(wire: Wire, sql: str, *more: Any) -> Any:
        sent.append(sql)
        return send(wire, sql, *more)

    monkeypatch.setattr(Wire, "noticed", noted)
    assert my_link.writes((table,)) == {table: 0}
    ask(writer, "INSERT INTO t VALUES (1), (2), (3)")
    my_link.locks()
    sent.clear()
    assert my_link.writes((table,)) == {table: 3}
    assert sent == []
    ask(writer, "INSERT INTO t VALUES (4)")
    assert my_link.writes((table,)) == {table: 4}
    assert len(sent) == 1
