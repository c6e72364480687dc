"""Real MySQL and MariaDB: a run waits for who is in its way, by name, and may go once that has ended.

MariaDB as it is installed does not say who holds a table: whoever has a transaction open may be in the way then, and
that is what is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy.engine import URL

from console.core.preflight.finding import About
from tests.mysql_servers import MyConnection, MyServer, ask, fresh_database, open_connection, run
from tests.preflight.moments import about, preflight, waits
from tests.waiting import eventually

ALTER = "ALTER TABLE orders ADD COLUMN note text"
KEY = "ALTER TABLE orders ADD CONSTRAINT k FOREIGN KEY (customer_id) REFERENCES customers (id)"
Ending = Callable[[], object]


@pytest.fixture(scope="module")
def shop(my_server: MyServer) -> Iterator[URL]:
    """A database for all of these; each leaves it as it was."""
    with fresh_database(my_server) as url:
        run(
            url,
            "CREATE TABLE customers (id bigint PRIMARY KEY)",
            "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, state varchar(20))",
            "INSERT INTO orders VALUES (1, 1, 'new'), (2, 2, 'new')",
            "INSERT INTO customers VALUES (1), (2)",
            "CREATE TABLE knex_migrations_lock (`index` int PRIMARY KEY AUTO_INCREMENT, is_locked int)",
            "INSERT INTO knex_migrations_lock (is_locked) VALUES (0)",
        )
        yield url


def number(connection: MyConnection) -> int:
    """How the server calls it."""
    return int(ask(connection, "SELECT connection_id()")[0][0])


def _sends(*statements: str, end: str) -> Callable[[MyConnection], Ending]:
    def begin(connection: MyConnection) -> Ending:
        for statement in statements:
            ask(connection, statement)
        return lambda: ask(connection, end)

    return begin


CASES = {
    "an idle reader and an ALTER": (
        _sends("BEGIN", "SELECT 1 FROM orders", end="ROLLBACK"), ALTER, "now-transaction", "session {pid} ("),
    "an idle writer": (
        _sends("BEGIN", "UPDATE orders SET state = 'x' WHERE id = 1", end="ROLLBACK"), ALTER, "now-transaction",
        "session {pid} ("),
    "an idle writer and an UPDATE": (
        _sends("BEGIN", "UPDATE orders SET state = 'x' WHERE id = 1", end="ROLLBACK"),
        "UPDATE orders SET state = 'y'", "now-transaction", "session {pid} ("),
    "a reader of the parent of a new foreign key": (
        _sends("BEGIN", "SELECT 1 FROM customers", end="ROLLBACK"), KEY, "now-transaction", "session {pid} ("),
    "an XA transaction that its session has prepared": (
        _sends("XA START 'nightly'", "UPDATE orders SET state = 'x' WHERE id = 1", "XA END 'nightly'",
               "XA PREPARE 'nightly'", end="XA ROLLBACK 'nightly'"), ALTER, "{xa}", "{prepared}"),
    "locked tables": (_sends("LOCK TABLES orders READ", end="UNLOCK TABLES"), ALTER, "now-transaction", "{locker}"),
    "a tool's lock": (
        _sends("UPDATE knex_migrations_lock SET is_locked = 1", end="UPDATE knex_migrations_lock SET is_locked = 0"),
        ALTER, "now-tool-lock", "the lock of Knex in knex_migrations_lock"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_run_waits_for_who_is_in_its_way_and_goes_once_that_has_ended(
    shop: URL, my_server: MyServer, case: str
) -> None:
    begin, sql, rule, name = CASES[case]
    with open_connection(shop) as connection:
        pid = number(connection)
        locker = "whoever has locked orders" if my_server.is_mariadb else f"session {pid} ("
        rule = rule.format(xa="now-prepared-transaction" if my_server.is_mariadb else "now-transaction")
        prepared = "prepared transaction" if my_server.is_mariadb else f"session {pid} ("
        end, wanted = begin(connection), name.format(pid=pid, locker=locker, prepared=prepared)

        def waited_for() -> bool:
            return any(found == rule and wanted in said for found, said in waits(preflight(shop, sql)))

        eventually(waited_for, every=0.3)
        end()
        eventually(lambda: not waits(preflight(shop, sql)))


def test_a_prepared_transaction_whose_session_is_gone_is_waited_for(shop: URL) -> None:
    with open_connection(shop) as connection:
        for word in ("START", "END", "PREPARE"):
            ask(connection, f"XA {word} 'nightly'")
            if word == "START":
                ask(connection, "UPDATE orders SET state = 'x' WHERE id = 1")
    found = eventually(lambda: waits(preflight(shop, ALTER)))
    assert {rule for rule, _ in found} == {"now-prepared-transaction"}
    run(shop, "XA ROLLBACK 'nightly'")
    eventually(lambda: not waits(preflight(shop, ALTER)))


BACKUPS = {
    "mysql": {
        "FTWRL": ("FLUSH TABLES WITH READ LOCK", "UNLOCK TABLES", "holds the global read lock"),
        "backup lock": ("LOCK INSTANCE FOR BACKUP", "UNLOCK INSTANCE", "holds the backup lock"),
    },
    "mariadb": {
        "FTWRL": ("FLUSH TABLES WITH READ LOCK", "UNLOCK TABLES", "holds the backup lock"),
        "backup lock": ("BACKUP STAGE START", "BACKUP STAGE END", "holds the backup lock"),
    },
}


@pytest.mark.parametrize("kind", ["FTWRL", "backup lock"])
def test_a_lock_on_everything_is_waited_for(shop: URL, my_server: MyServer, kind: str) -> None:
    take, give, words = BACKUPS[my_server.kind][kind]
    with open_connection(shop) as plugin, open_connection(shop) as connection:
        if my_server.is_mariadb:
            ask(plugin, "INSTALL SONAME 'metadata_lock_info'")
        ask(connection, take)
        found = eventually(lambda: waits(preflight(shop, ALTER)))
        assert [said for _, said in found if words in said and f"session {number(connection)} (" in said]
        ask(connection, give)
        eventually(lambda: not waits(preflight(shop, ALTER)))
        if my_server.is_mariadb:
            ask(plugin, "UNINSTALL SONAME 'metadata_lock_info'")


def test_a_dump_is_known_by_its_program_or_its_words(shop: URL, my_server: MyServer) -> None:
    with open_connection(shop, program_name="mysqldump") as connection:
        ask(connection, "BEGIN")
        ask(connection, "SELECT /*!40001 SQL_NO_CACHE */ * FROM customers")
        found = eventually(lambda: waits(preflight(shop, ALTER)))
        rule = "now-transaction" if my_server.is_mariadb else "now-backup"  # MariaDB tells no programs as it is
        assert [(rule, True)] == [(r, f"session {number(connection)} (" in said) for r, said in found]
        ask(connection, "ROLLBACK")
    eventually(lambda: not waits(preflight(shop, ALTER)))


def test_what_cannot_be_seen_is_said(shop: URL, my_server: MyServer) -> None:
    told = about(preflight(shop, ALTER), About.UNKNOWN)
    assert (("unknown-moment", 0) in told) is my_server.is_mariadb
