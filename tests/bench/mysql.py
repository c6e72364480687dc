"""MySQL and MariaDB: a schema against raw information_schema and SHOW CREATE TABLE, a steady sweep, a queue of 200."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

import pymysql
from sqlalchemy.engine import URL

from console.core.blocking import edges
from console.core.faults import ReadFault
from console.core.ports import Link
from console.dialects import open_dialect
from tests.bench.measure import compare, seconds
from tests.mysql_servers import KINDS, MyConnection, ask, open_connection, private, run
from tests.waiting import eventually

TABLES = 1000
WAITERS = 200
READERS = 200
_TABLE = """
CREATE TABLE t{n} (
    id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, parent bigint unsigned,
    code varchar(40) NOT NULL DEFAULT 'x', amount decimal(10, 2) CHECK (amount >= 0),
    note text, a int, b int, c date, d datetime DEFAULT CURRENT_TIMESTAMP, e tinyint(1), f json, g char(36),
    UNIQUE (code), KEY (a, b), KEY (note(20)), FOREIGN KEY (parent) REFERENCES t{parent} (id))
"""
_RAW = tuple(
    f"SELECT {columns} FROM information_schema.{table} WHERE {owner}_schema = 'bench'"
    for table, owner, columns in (
        ("tables", "table", "table_name, table_type, engine, create_time, table_collation, create_options"),
        ("columns", "table", "*"),
        ("statistics", "table", "table_name, index_name, non_unique, seq_in_index, column_name, collation, sub_part"),
        ("key_column_usage", "table", "*"),
        ("referential_constraints", "constraint", "*"),
        ("table_constraints", "table", "*"),
        ("check_constraints", "constraint", "*"),
        ("partitions", "table", "table_name, partition_name, partition_method, partition_expression"),
        ("views", "table", "*"),
        ("triggers", "trigger", "*"),
        ("routines", "routine", "*"),
        ("events", "event", "*"),
    )
)
_SWEEP = ("sessions", "locks", "progress", "fingerprint")
_SYS = "SELECT waiting_pid, blocking_pid FROM sys.schema_table_lock_waits"
_LEFT_FOR = 30.0
"""Seconds the server's own view may take before it is given up."""


def measure() -> None:
    """Both kinds, each on a private server."""
    for kind in KINDS:
        with private(kind, {"max-connections": "600", "table-open-cache": "4000"}) as server:
            _schema(server.url, server.title)
            _queue(server.url, server.title)


def _schema(server: URL, title: str) -> None:
    run(server, "CREATE DATABASE bench CHARACTER SET utf8mb4")
    url = server.set(database="bench")
    run(url, *(_TABLE.format(n=n, parent=max(n - 1, 0)) for n in range(TABLES)))
    link = open_dialect(server.drivername).open(url, "schema")
    with open_connection(url) as session:
        base = ("information_schema rows", seconds(lambda: [ask(session, sql) for sql in _RAW]))
        each = seconds(lambda: [ask(session, f"SHOW CREATE TABLE t{n}") for n in range(TABLES)])
    compare(
        f"{title}: schema of {TABLES} tables",
        base,
        ("halfway", seconds(link.schema)),
        ("SHOW CREATE TABLE of each", each),
        ("halfway, nothing changed", seconds(link.fingerprint)),
        *((f"halfway, {name} of a steady turn", seconds(_asked(link, name))) for name in _SWEEP[:3]),
    )
    link.close()


def _asked(link: Link, name: str) -> Callable[[], object]:
    def work() -> object:
        try:
            return getattr(link, name)()
        except ReadFault as fault:
            return fault.partial

    return work


def _queue(server: URL, title: str) -> None:
    """Sessions that wait behind an ALTER that waits for readers."""
    if server.drivername == "mariadb":
        run(server, "INSTALL SONAME 'metadata_lock_info'")
    link = open_dialect(server.drivername).open(server.set(database="bench"), "bench")
    with _waiting(server.set(database="bench")) as session:
        found = len(edges(link.locks()))
        figures = [("halfway: locks and edges", seconds(lambda: edges(link.locks())))]
        figures.append(("halfway: sessions", seconds(link.sessions)))
        if server.drivername == "mysql":
            figures.append(("sys.schema_table_lock_waits", seconds(lambda: _given_up(session), runs=1)))
        base = ("rows of the session list", seconds(lambda: ask(session, "SHOW FULL PROCESSLIST")))
    link.close()
    compare(f"{title}: {WAITERS} waiters behind an ALTER behind {READERS} readers, {found} edges", base, *figures)


def _given_up(session: MyConnection) -> None:
    ask(session, f"SET SESSION max_execution_time = {int(_LEFT_FOR * 1000)}")
    with suppress(pymysql.Error):
        ask(session, _SYS)


@contextmanager
def _waiting(url: URL) -> Iterator[MyConnection]:
    everybody = [open_connection(url) for _ in range(2 + READERS + WAITERS)]
    session, alter, readers, waiters = everybody[0], everybody[1], everybody[2 : 2 + READERS], everybody[2 + READERS :]
    for reader in readers:
        ask(reader, "BEGIN")
        ask(reader, "SELECT * FROM t1 LIMIT 1")
    threads = [_start(alter, "ALTER TABLE t1 ADD late INT")]
    waiting = "SELECT count(*) FROM information_schema.processlist WHERE state LIKE '%metadata lock'"
    eventually(lambda: ask(session, waiting) == [(1,)], 30)
    threads += [_start(each, "SELECT * FROM t1 LIMIT 1") for each in waiters]
    eventually(lambda: ask(session, waiting) == [(WAITERS + 1,)], 60)
    try:
        yield session
    finally:
        for reader in readers:
            ask(reader, "COMMIT")
        for thread in threads:
            thread.join(30)
        for connection in everybody:
            connection.close()


def _start(connection: MyConnection, sql: str) -> Thread:
    thread = Thread(target=lambda: ask(connection, sql), daemon=True)
    thread.start()
    return thread
