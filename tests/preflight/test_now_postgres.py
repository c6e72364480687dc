"""Real PostgreSQL: a run waits for who is in its way, by name, and may go once that has ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from console.preflighting import Looked
from console.store.backups import look
from tests.preflight.moments import preflight, waits
from tests.servers import MAJORS, Connection, ServerUnderTest, conninfo, fresh_database, run
from tests.waiting import eventually

ALTER = "ALTER TABLE orders ADD COLUMN note text"
INDEX = "CREATE INDEX orders_state ON orders (state)"
CONCURRENTLY = "CREATE INDEX CONCURRENTLY orders_state ON orders (state)"
KEY = "ALTER TABLE orders ADD CONSTRAINT k FOREIGN KEY (customer_id) REFERENCES customers (id)"
SHOP = (
    "CREATE TABLE customers (id bigint PRIMARY KEY)",
    "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, state text)",
    "CREATE TABLE databasechangeloglock (id int PRIMARY KEY, locked bool, lockgranted timestamp, lockedby text)",
    "INSERT INTO databasechangeloglock VALUES (1, false, NULL, NULL)",
    "INSERT INTO orders SELECT i, i, 'new' FROM generate_series(1, 100) i",
)

Ending = Callable[[], object]


@pytest.fixture(scope="module")
def shop(postgres_server: ServerUnderTest) -> Iterator[URL]:
    """A database for all of these; each leaves it as it was."""
    with fresh_database(postgres_server) as url:
        run(url, *SHOP)
        yield url


def _idle(connection: Connection, *statements: str) -> Ending:
    """A transaction that is left open."""
    connection.execute("BEGIN")
    for statement in statements:
        connection.execute(statement)
    return connection.rollback


def _reads(connection: Connection) -> Ending:
    return _idle(connection, "SELECT 1 FROM orders")


def _writes(connection: Connection) -> Ending:
    return _idle(connection, "UPDATE orders SET state = 'x' WHERE id = 1")


def _reads_parent(connection: Connection) -> Ending:
    return _idle(connection, "SELECT 1 FROM customers FOR UPDATE", "LOCK TABLE customers IN SHARE MODE")


def _prepared(connection: Connection) -> Ending:
    connection.execute("BEGIN")
    connection.execute("UPDATE orders SET state = 'x' WHERE id = 1")
    connection.execute("PREPARE TRANSACTION 'nightly'")
    return lambda: connection.execute("ROLLBACK PREPARED 'nightly'")


def _snapshot(connection: Connection) -> Ending:
    return _idle(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", "SELECT 1 FROM customers")


def _dumps(connection: Connection) -> Ending:
    connection.execute("SET application_name = 'pg_dump'")
    ends = _idle(connection, "SELECT 1 FROM customers")
    return lambda: (ends(), connection.execute("SET application_name = ''"))


def _copies(connection: Connection) -> Ending:
    start, stop = ("pg_backup_start", "pg_backup_stop") if connection.info.server_version >= 150000 else (
        "pg_start_backup", "pg_stop_backup")  # fmt: skip
    given = "'x', true" if connection.info.server_version >= 150000 else "'x', true, false"
    connection.execute(f"SELECT {start}({given})")
    return lambda: connection.execute(f"SELECT {stop}({'' if connection.info.server_version >= 150000 else 'false'})")


def _takes_the_lock(connection: Connection) -> Ending:
    connection.execute("UPDATE databasechangeloglock SET locked = true, lockedby = 'web1 (10.0.0.7)'")
    return lambda: connection.execute("UPDATE databasechangeloglock SET locked = false, lockedby = NULL")


def _breaks_an_index(connection: Connection) -> Ending:
    connection.execute("INSERT INTO orders VALUES (200, 1, 'new')")
    with suppress(psycopg.errors.UniqueViolation):
        connection.execute("CREATE UNIQUE INDEX CONCURRENTLY orders_state ON orders (state)")
    connection.execute("DELETE FROM orders WHERE id = 200")
    return lambda: connection.execute("DROP INDEX orders_state")


CASES = {
    "an idle reader and an ALTER": (_reads, ALTER, "now-transaction", "session {pid} ("),
    "an idle writer and an index": (_writes, INDEX, "now-transaction", "session {pid} ("),
    "an idle writer and an UPDATE": (_writes, "UPDATE orders SET state = 'y'", "now-transaction", "session {pid} ("),
    "a lock on the other side of a foreign key": (_reads_parent, KEY, "now-transaction", "session {pid} ("),
    "a prepared transaction": (_prepared, ALTER, "now-prepared-transaction", "prepared transaction nightly"),
    "an old snapshot": (_snapshot, CONCURRENTLY, "now-old-snapshot", "session {pid} ("),
    "pg_dump": (_dumps, ALTER, "now-backup", "session {pid} ("),
    "a base backup": (_copies, ALTER, "now-backup", "session {pid} ("),
    "a tool's lock": (_takes_the_lock, ALTER, "now-tool-lock", "the lock of Liquibase in databasechangeloglock"),
    "an invalid index": (_breaks_an_index, f"{CONCURRENTLY.replace('LY ', 'LY IF NOT EXISTS ')}", "now-debris",
                         "invalid index orders_state"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
@pytest.mark.first_of("waits")
def test_a_run_waits_for_who_is_in_its_way_and_goes_once_that_has_ended(shop: URL, case: str) -> None:
    begin, sql, rule, name = CASES[case]
    with psycopg.connect(conninfo(shop), autocommit=True) as connection:
        end = begin(connection)
        wanted = name.format(pid=connection.info.backend_pid)

        def waited_for() -> bool:
            return any(found == rule and wanted in said for found, said in waits(preflight(shop, sql)))

        eventually(waited_for, every=0.3)
        end()
        eventually(lambda: not waits(preflight(shop, sql)))


@pytest.mark.first_of("waits")
def test_readers_are_not_waited_for_by_what_lets_them_read(shop: URL) -> None:
    with psycopg.connect(conninfo(shop), autocommit=True) as reader, psycopg.connect(conninfo(shop)) as other:
        other.execute("SELECT 1 FROM customers")
        end = _reads(reader)
        eventually(lambda: waits(preflight(shop, ALTER)))
        assert waits(preflight(shop, INDEX)) == []
        assert waits(preflight(shop, "UPDATE orders SET state = 'y'")) == []
        end()


@pytest.mark.parametrize("postgres_server", [MAJORS[-1]], indirect=True)
def test_a_backup_that_can_be_read_is_waited_for(shop: URL, tmp_path: Path) -> None:
    def found() -> Looked:
        seen = look((str(tmp_path),))
        return seen.found, seen.notes

    def said() -> list[tuple[str, str]]:
        return waits(preflight(shop, "ALTER TABLE orders DROP COLUMN state", places=("b",), backups=found))

    dump = "--\n-- PostgreSQL database dump\n--\n\nCREATE TABLE orders ();\n"
    assert said() == [("now-backup-old", "no backup in b was read to its end")]
    (tmp_path / "shop.sql").write_text(dump)
    assert [rule for rule, _ in said()] == ["now-backup-old"]
    (tmp_path / "shop.sql").write_text(f"{dump}--\n-- PostgreSQL database dump complete\n--\n\n")
    assert said() == []
