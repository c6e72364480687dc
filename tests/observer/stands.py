"""Servers of each kind with an incident on them, whose logs tell what an observer with every right really sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from threading import Thread

import psycopg
import pymysql
import pytest
from sqlalchemy.engine import URL

from console.drill.server import PrivatePostgres, available
from tests.mysql_servers import ask, open_connection, private
from tests.mysql_servers import run as my_run
from tests.observer.sent import LOGGED, not_reads, sent_to_mysql, sent_to_postgres
from tests.servers import conninfo, run
from tests.waiting import eventually

KINDS = ("postgresql", "mysql", "mariadb")
HOSTILE = "x[red]\x1b]0;owned\x07\x1b[2J;]DROP"
_SHOP = ("CREATE TABLE orders (id INT PRIMARY KEY, total INT)", "INSERT INTO orders VALUES (1, 10), (2, 20)")


@dataclass(frozen=True)
class Stand:
    """A server; the login `looker` may do everything, so that only the client and its sessions are in the way."""

    kind: str
    root: URL

    @property
    def url(self) -> URL:
        """As the observer is given it."""
        return self.root.set(username="looker", password="looks")

    @property
    def address(self) -> str:
        """The URL as a person writes it."""
        return self.url.set(drivername=self.kind).render_as_string(hide_password=False)

    def sent(self) -> list[str]:
        """Everything the observer sent, but for the attempts of its own proof."""
        return (sent_to_postgres if self.kind == "postgresql" else sent_to_mysql)(self.root, "looker")

    def acts(self) -> list[str]:
        """What of it could change something."""
        sent = self.sent()
        assert len(sent) > 5
        return not_reads(self.kind, sent)

    def state(self) -> list[tuple[object, ...]]:
        """What an intruder would change: rows, tables, logins."""
        asked = (
            "SELECT id, total FROM orders ORDER BY 1",
            "SELECT table_schema, table_name FROM information_schema.tables ORDER BY 1, 2",
            "SELECT usename, '' FROM pg_user ORDER BY 1" if self.kind == "postgresql" else
            "SELECT user, host FROM mysql.user ORDER BY 1, 2",
        )  # fmt: skip
        if self.kind == "postgresql":
            with psycopg.connect(conninfo(self.root)) as connection:
                return [row for sql in asked for row in connection.execute(sql).fetchall()]
        with open_connection(self.root) as connection_:
            return [row for sql in asked for row in ask(connection_, sql)]

    @contextmanager
    def blocked(self) -> Iterator[None]:
        """Somebody holds a row and somebody waits for it; both are still there at the end."""
        with ExitStack() as stack:
            yield from (_blocked_postgres if self.kind == "postgresql" else _blocked_mysql)(self.root, stack)


def _blocked_postgres(url: URL, stack: ExitStack) -> Iterator[None]:
    holder, waiter, watcher = (stack.enter_context(psycopg.connect(conninfo(url), autocommit=True)) for _ in range(3))
    holder.execute("BEGIN")
    holder.execute(f"UPDATE orders SET total = 11 WHERE id = 1 /* {HOSTILE} */")
    thread = Thread(target=waiter.execute, args=("UPDATE orders SET total = total WHERE id = 1",), daemon=True)
    thread.start()
    pids = [holder.info.backend_pid, waiter.info.backend_pid]
    eventually(partial(_waits_on_postgres, watcher, pids[1]))
    try:
        yield
        left = watcher.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = ANY (%s)", (pids,)).fetchone()
        assert left == (2,)
    finally:
        holder.execute("ROLLBACK")
        thread.join(10)


def _waits_on_postgres(watcher: psycopg.Connection[tuple[object, ...]], pid: int) -> bool:
    return watcher.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", (pid,)).fetchone() == (True,)


def _blocked_mysql(url: URL, stack: ExitStack) -> Iterator[None]:
    holder, waiter, watcher = (stack.enter_context(open_connection(url)) for _ in range(3))
    ask(holder, "BEGIN")
    ask(holder, f"UPDATE orders SET total = 11 WHERE id = 1 /* {HOSTILE} */")
    ids = [ask(each, "SELECT connection_id()")[0][0] for each in (holder, waiter)]

    def wait() -> None:
        with suppress(pymysql.Error):
            ask(waiter, "UPDATE orders SET total = total WHERE id = 1")

    thread = Thread(target=wait, daemon=True)
    thread.start()
    # innodb_trx is not read anew while somebody keeps asking for it.
    running = f"SELECT 1 FROM information_schema.processlist WHERE id = {ids[1]} AND info LIKE 'UPDATE%'"
    eventually(lambda: ask(watcher, running))
    there = f"SELECT count(*) FROM information_schema.processlist WHERE id IN ({ids[0]}, {ids[1]})"
    try:
        yield
        assert ask(watcher, there) == [(2,)]
    finally:
        ask(holder, "ROLLBACK")
        thread.join(10)


@pytest.fixture(scope="module", params=KINDS)
def stand(request: pytest.FixtureRequest) -> Iterator[Stand]:
    """A server of each kind."""
    if request.param == "postgresql":
        with PrivatePostgres(max(available()), LOGGED) as server:
            run(server.url, *_SHOP, f'CREATE TABLE "{HOSTILE}" (id int)', "CREATE ROLE looker LOGIN SUPERUSER")
            yield Stand("postgresql", server.url)
        return
    with private(request.param) as my_server:
        url = my_server.url
        my_run(url, "CREATE DATABASE shop", "CREATE USER looker@'%' IDENTIFIED BY 'looks'",
               "GRANT ALL ON *.* TO looker@'%' WITH GRANT OPTION", "SET GLOBAL log_output = 'TABLE'",
               "SET GLOBAL general_log = ON")  # fmt: skip
        url = url.set(database="shop")
        my_run(url, *_SHOP, f"CREATE TABLE `{HOSTILE}` (id int) COMMENT '{HOSTILE}'")
        yield Stand(request.param, url)
