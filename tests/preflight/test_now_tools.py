"""Another migration that is alive: a run of `halfway preflight` waits for its session, and goes when that has ended."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pytest
from pymysql import MySQLError
from sqlalchemy.engine import URL

from console.drill.history import advisory_key
from tests import mysql_servers, servers
from tests.servers import ServerUnderTest, conninfo
from tests.test_snapshot_cli import HISTORY, halfway
from tests.waiting import eventually

NEWEST = pytest.mark.parametrize("postgres_server", [servers.MAJORS[-1]], indirect=True)
LEDGER = HISTORY.replace("BOOLEAN", "BOOL")
TABLE = "CREATE TABLE orders (id bigint PRIMARY KEY, state varchar(20))"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A migration of Flyway's that has not run."""
    (tmp_path / "V1__note.sql").write_text("ALTER TABLE orders ADD COLUMN note varchar(20);\n")
    return tmp_path


def judged(url: URL, folder: Path) -> list[dict[str, Any]]:
    """What is waited for."""
    address = url.render_as_string(hide_password=False)
    document = halfway("preflight", address, "--framework", "flyway", "--migrations", str(folder), "--json").document
    assert document["judged"]
    return [f for f in document["findings"] if f["severity"] == "block" and f["about"] == "now"]


@NEWEST
def test_a_session_with_the_tools_lock_is_waited_for(
    database: URL, postgres_server: ServerUnderTest, folder: Path
) -> None:
    servers.run(database, LEDGER, TABLE)
    assert judged(database, folder) == []
    with psycopg.connect(conninfo(database), autocommit=True) as other:
        number = advisory_key('"public"."flyway_schema_history"')
        other.execute(f"SELECT pg_advisory_lock({number})".encode())
        found = eventually(lambda: judged(database, folder))
        name = f"session {other.info.backend_pid} (postgres@127.0.0.1), idle"
        assert [(f["rule"], f["waits_for"].startswith(name)) for f in found] == [("now-migration", True)]
    eventually(lambda: not judged(database, folder))


def test_a_session_that_runs_the_migration_is_waited_for(my_database: URL, folder: Path) -> None:
    mysql_servers.run(my_database, LEDGER, TABLE)
    assert judged(my_database, folder) == []
    opened = mysql_servers.open_connection
    with opened(my_database) as reader, opened(my_database) as tool, opened(my_database) as other:
        mysql_servers.ask(reader, "BEGIN")
        mysql_servers.ask(reader, "SELECT 1 FROM orders")
        number = mysql_servers.ask(tool, "SELECT connection_id()")[0][0]
        running = Thread(target=_runs, args=(tool, (folder / "V1__note.sql").read_text()))
        running.start()
        found = eventually(lambda: _waits(my_database, folder, "now-migration"), every=0.3)
        assert found["now-migration"].startswith(f"session {number} (root@127.0.0.1)")
        mysql_servers.ask(other, f"KILL QUERY {number}")
        running.join(30)
    eventually(lambda: not judged(my_database, folder), every=0.3)


def _waits(url: URL, folder: Path, rule: str) -> dict[str, str]:
    """Who is waited for by each rule, once there is that one."""
    found = {f["rule"]: f["waits_for"] for f in judged(url, folder)}
    return found if rule in found else {}


def _runs(connection: mysql_servers.MyConnection, sql: str) -> None:
    with suppress(MySQLError):
        mysql_servers.ask(connection, sql)
