"""What a server says of itself, and what is said of it: clusters, proxies, strangers, managed ones; and its grants."""

from __future__ import annotations

from datetime import timedelta

import pymysql
import pytest

from console.core.faults import (
    Fault,
    LinkLostFault,
    LockedFault,
    NotPermittedFault,
    ReadFault,
    TimedOutFault,
    UnreachableFault,
    UsageFault,
)
from console.dialects.mariadb.locks import awaited, named_table, wanted
from console.dialects.mysql.errors import connection_fault, read_fault
from console.dialects.mysql.lock_reader import Running
from console.dialects.mysql.locks import RowWait, flush_locks, row_key, to_ask
from console.dialects.mysql.rights import account_sql, granted
from console.dialects.mysql.server import Nature, notes
from console.dialects.mysql.sessions import Transaction, gid, place
from console.dialects.mysql.wire import version_number
from tests.builders import NOON

PLAIN = {"version": "8.0.41", "version_comment": "MySQL Community Server - GPL", "wsrep_on": "OFF"}
NOTES: tuple[tuple[dict[str, str], str, int, list[str]], ...] = (
    ({}, "mysql", 80041, []),
    ({"version": "10.11.18-MariaDB"}, "mariadb", 101118, []),
    ({"version": "8.0.36-28", "version_comment": "Percona Server (GPL)"}, "mysql", 80036, []),
    ({"version": "5.7.44"}, "mysql", 50744, ["older than any that was tried"]),
    ({"version": "10.5.29-MariaDB"}, "mariadb", 100529, ["older than any that was tried"]),
    ({"version": "8.0.11-TiDB-v7.5.1"}, "mysql", 80011, ["This is TiDB"]),
    ({"version": "5.7.25-TiDB-v6.1.0"}, "mysql", 50725, ["This is TiDB"]),
    ({"version": "8.0.30-Vitess"}, "mysql", 80030, ["This is Vitess"]),
    ({"version": "5.7.25-OceanBase-v4.2.1.0"}, "mysql", 50725, ["This is OceanBase"]),
    ({"wsrep_on": "ON"}, "mysql", 80041, ["Galera cluster"]),
    ({"group_replication_group_name": "aaaa-bbbb"}, "mysql", 80041, ["replication group"]),
    ({"aurora_version": "3.05.2", "version_comment": "Source distribution"}, "mysql", 80028, ["Amazon Aurora"]),
    ({"basedir": "/rdsdbbin/mysql-8.0.41.R1/"}, "mysql", 80041, ["This is Amazon RDS"]),
    ({"version_comment": "(Google)"}, "mysql", 80041, ["Google Cloud SQL"]),
    ({"version_comment": "(ProxySQL)"}, "mysql", 80041, ["A proxy stands between"]),
)


@pytest.mark.parametrize(("said", "dialect", "number", "wanted_notes"), NOTES, ids=[str(n) for n in range(len(NOTES))])
def test_a_server_is_recognised_by_what_it_says(
    said: dict[str, str], dialect: str, number: int, wanted_notes: list[str]
) -> None:
    found = list(notes(Nature({**PLAIN, **said}, proxied=False, limited=True, replica=False), dialect, number))
    assert len(found) == len(wanted_notes), found
    for note, words in zip(found, wanted_notes, strict=True):
        assert words in note
        assert note.endswith((".", ")."))


def test_a_proxy_betrays_itself_by_its_own_numbers_and_dropped_limits() -> None:
    found = list(
        notes(Nature(PLAIN, proxied=True, limited=False, replica=None, replica_grant="GRANT X"), "mysql", 80041)
    )
    assert [note.split(" ")[0] for note in found] == ["A", "The", "Whether"]
    assert "GRANT X" in found[-1]


@pytest.mark.parametrize(
    ("version", "number"), [("9.7.4", 90704), ("10.11.18", 101118), ("8.0", 80000), ("5.7.44", 50744)], ids=str
)
def test_versions_are_numbers(version: str, number: int) -> None:
    assert version_number(version) == number


GRANTS: tuple[tuple[str, dict[str, set[str]]], ...] = (
    ("GRANT USAGE ON *.* TO `a`@`%`", {"*": {"USAGE"}}),
    ("GRANT USAGE ON *.* TO `a`@`%` IDENTIFIED BY PASSWORD '*B69'", {"*": {"USAGE"}}),
    ("GRANT SELECT, SHOW VIEW ON `shop`.* TO `a`@`%`", {"home": {"SELECT", "SHOW VIEW"}}),
    ("GRANT SELECT ON `sh%`.* TO `a`@`%`", {"home": {"SELECT"}}),
    (r"GRANT SELECT ON `sho\_`.* TO `a`@`%`", {}),
    ("GRANT SELECT ON `sho_`.* TO `a`@`%`", {"home": {"SELECT"}}),
    ("GRANT SELECT ON `other`.* TO `a`@`%`", {}),
    ("GRANT SELECT ON `shop`.`orders` TO `a`@`%`", {}),
    ("GRANT SELECT (`id`, `note`), INSERT ON *.* TO `a`@`%`", {"*": {"SELECT", "INSERT"}}),
    ("GRANT ALL PRIVILEGES ON *.* TO `a`@`%` WITH GRANT OPTION", {"*": {"ALL PRIVILEGES"}}),
    ("GRANT CONNECTION ADMIN ON *.* TO `a`@`%`", {"*": {"CONNECTION ADMIN"}}),
    ("GRANT SELECT ON `mysql`.`proc` TO `a`@`%`", {"mysql.proc": {"SELECT"}}),
    ("GRANT EXECUTE ON PROCEDURE `shop`.`p` TO `a`@`%`", {}),
    ("GRANT `reader`@`%` TO `a`@`%`", {}),
    ("GRANT PROXY ON ''@'' TO `a`@`%`", {}),
)


@pytest.mark.parametrize(("line", "rights"), GRANTS, ids=[str(n) for n in range(len(GRANTS))])
def test_a_grant_is_read_for_what_it_holds_here(line: str, rights: dict[str, set[str]]) -> None:
    assert granted([line], "shop") == {where: frozenset(held) for where, held in rights.items()}


def test_an_account_is_written_so_that_grant_takes_it() -> None:
    assert account_sql("app@%") == "'app'@'%'"
    assert account_sql("o'brien@10.0.0.%") == "'o''brien'@'10.0.0.%'"
    assert account_sql("a@b@localhost") == "'a@b'@'localhost'"


ERRORS = (
    (pymysql.err.OperationalError(2013, "Lost connection to MySQL server during query"), LinkLostFault),
    (pymysql.err.OperationalError(2013, "Lost connection (timed out)"), TimedOutFault),
    (pymysql.err.OperationalError(1927, "Connection was killed"), LinkLostFault),
    (pymysql.err.InterfaceError(0, ""), LinkLostFault),
    (pymysql.err.OperationalError(1205, "Lock wait timeout exceeded"), LockedFault),
    (pymysql.err.OperationalError(3572, "Statement aborted because lock(s) could not be acquired"), LockedFault),
    (pymysql.err.OperationalError(3024, "maximum statement execution time exceeded"), TimedOutFault),
    (
        pymysql.err.OperationalError(1969, "Query execution was interrupted (max_statement_time exceeded)"),
        TimedOutFault,
    ),
    (pymysql.err.OperationalError(1142, "SELECT command denied to user"), NotPermittedFault),
    (pymysql.err.OperationalError(1227, "Access denied; you need (at least one of) the PROCESS"), NotPermittedFault),
    (pymysql.err.ProgrammingError(1146, "Table 'x' doesn't exist"), ReadFault),
    (pymysql.err.OperationalError(1317, "Query execution was interrupted"), ReadFault),
)


@pytest.mark.parametrize(("error", "kind"), ERRORS, ids=[str(n) for n in range(len(ERRORS))])
def test_what_the_driver_says_becomes_a_fault(error: pymysql.Error, kind: type[Fault]) -> None:
    assert type(read_fault(error, cancelled=False)) is kind


def test_a_server_without_room_says_how_to_get_in() -> None:
    fault = connection_fault(pymysql.err.OperationalError(1040, "Too many connections"), "a on b")
    assert isinstance(fault, UnreachableFault)
    assert "no connection left" in str(fault)
    assert "CONNECTION_ADMIN" in str(fault)
    assert isinstance(connection_fault(ValueError("port should be of type int"), "a on b"), UsageFault)


@pytest.mark.parametrize(
    ("host", "found"),
    [("localhost", ("", None)), ("localhost:4711", ("127.0.0.1", 4711)), ("10.0.0.7:41000", ("10.0.0.7", 41000)),
     ("web1.example:5", ("web1.example", 5)), ("::1:5", ("::1", 5)), ("web1", ("web1", None)), ("", ("", None))],
    ids=str,
)  # fmt: skip
def test_a_host_is_taken_apart(host: str, found: tuple[str, int | None]) -> None:
    assert place(host) == found


@pytest.mark.parametrize(
    ("data", "length", "found"),
    [("0x70616964", 4, "paid"), ("paidbranch", 4, "paid"), ("0xff0170", 2, "0xff01"), (b"paid", 4, "paid")],
    ids=["hexadecimal", "text", "binary", "bytes"],
)
def test_a_prepared_transaction_has_a_readable_name(data: str | bytes, length: int, found: str) -> None:
    assert gid(data, length) == found


@pytest.mark.parametrize(
    ("lock_id", "key"),
    [
        ("93825359132224:2:2:5:6:93825351123232", ("2", "5", "6")),
        ("93825359130608:42:2:5:6:93825351117600", ("2", "5", "6")),
        ("140414883354352:25:4:3:140414754902560", ("25", "4", "3")),
        ("68:10:3:2", ("10", "3", "2")),
    ],
    ids=["9.7", "9.7-other", "8.0", "mariadb"],
)
def test_the_same_row_is_recognised_in_the_locks_of_all(lock_id: str, key: tuple[str, ...]) -> None:
    assert row_key(lock_id) == key


def test_of_many_that_wait_for_a_row_only_the_first_is_asked_about() -> None:
    waits = [RowWait(str(n), f"{n}:10:3:{n % 2}", NOON + timedelta(seconds=n)) for n in range(300)]
    assert [wait.session for wait in to_ask(waits)] == ["0", "1"]
    assert len(to_ask([RowWait(str(n), f"{n}:10:3:{n}", None) for n in range(300)])) == 50


def test_behind_a_flush_the_oldest_statement_is_the_likely_root() -> None:
    flush = "Waiting for table flush"
    found = list(flush_locks([("9", "Sending data", 90.0), ("5", "", 20.0), ("7", flush, 30.0), ("8", flush, 10.0)]))
    assert [(lock.session, lock.granted, lock.inferred) for lock in found] == [
        ("9", True, True), ("7", False, True), ("8", False, True),
    ]  # fmt: skip
    alone = list(flush_locks([("5", "", 20.0), ("7", flush, 30.0)]))
    assert [(lock.session, lock.granted, lock.inferred) for lock in alone] == [("7", False, True)]
    assert list(flush_locks([("5", "", 20.0)])) == []


STATEMENTS = (
    ("SELECT * FROM orders", "SHARED_READ", ("shop", "orders")),
    ("  /* a */ (select 1 from `or ders`)", "SHARED_READ", ("shop", "or ders")),
    ("UPDATE orders SET a = 1", "SHARED_WRITE", ("shop", "orders")),
    ("INSERT INTO audit.orders VALUES (1)", "SHARED_WRITE", ("audit", "orders")),
    ("delete from `audit`.`orders`", "SHARED_WRITE", ("audit", "orders")),
    ("ALTER TABLE orders ADD a INT", "EXCLUSIVE", ("shop", "orders")),
    ("alter table if exists orders add a int", "EXCLUSIVE", ("shop", "orders")),
    ("DROP TABLE IF EXISTS orders", "EXCLUSIVE", ("shop", "orders")),
    ("TRUNCATE orders", "EXCLUSIVE", ("shop", "orders")),
    ("CREATE INDEX i ON orders (a)", "EXCLUSIVE", ("shop", "orders")),
    ("LOCK TABLES orders WRITE", "SHARED_NO_READ_WRITE", ("shop", "orders")),
    ("OPTIMIZE TABLE orders", "EXCLUSIVE", ("shop", "orders")),
    ("CALL tidy()", "SHARED_READ", ("shop", "")),
)


@pytest.mark.parametrize(("statement", "mode", "table"), STATEMENTS, ids=[str(n) for n in range(len(STATEMENTS))])
def test_what_a_waiting_statement_wants_is_read_from_it(statement: str, mode: str, table: tuple[str, str]) -> None:
    assert wanted(statement) == mode
    assert named_table(Running("1", "shop", "", 0.0, statement)) == table


def test_a_wait_that_no_named_table_explains_is_a_guess() -> None:
    held = [("5", "MDL_SHARED_READ", "Table metadata lock", "shop", "users"),
            ("5", "MDL_SHARED_READ", "Table metadata lock", "shop", "carts")]  # fmt: skip
    state = "Waiting for table metadata lock"
    known = list(awaited([Running("9", "shop", state, 1.0, "ALTER TABLE users ADD a INT")], held, "shop", {}))
    assert [(lock.relation, lock.inferred) for lock in known] == [(("shop", "users"), False)]
    guessed = list(awaited([Running("9", "shop", state, 1.0, "DROP TABLE parents")], held, "shop", {}))
    assert [(lock.relation, lock.inferred) for lock in guessed] == [
        (("shop", "carts"), True),
        (("shop", "users"), True),
    ]


def test_two_transactions_of_one_session_are_one_that_waits() -> None:
    running, waiting = Transaction(12.0, None, 3), Transaction(0.5, 0.4, 0)
    both = Transaction(12.0, 0.4, 3)
    assert running.with_other(waiting) == waiting.with_other(running) == both
    assert running.with_other(None) == running
