"""Links to fresh databases on MySQL and MariaDB, and statements that really wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from threading import Thread

import pymysql
import pytest
from sqlalchemy.engine import URL

from console.dialects.mysql import MySQLDialect
from console.dialects.mysql.link import MySQLLink
from tests.mysql_servers import MyConnect, MyConnection, MyServer, ask, open_connection, run
from tests.waiting import eventually

OpenMyLink = Callable[..., MySQLLink]
MyWaits = Callable[..., str]
NewUser = Callable[..., URL]

_numbers = count(1)


@pytest.fixture
def open_my_link(my_database: URL) -> Iterator[OpenMyLink]:
    """Opens links to the fresh database (or to the URL given); closed at the end."""
    opened: list[MySQLLink] = []

    def opener(lane: str = "schema", url: URL | None = None) -> MySQLLink:
        opened.append(MySQLDialect().open(url or my_database, lane))
        return opened[-1]

    yield opener
    for link in opened:
        link.close()


@pytest.fixture
def my_link(open_my_link: OpenMyLink) -> MySQLLink:
    """A link to the fresh database."""
    return open_my_link()


@pytest.fixture
def my_waits(my_connect: MyConnect) -> Iterator[MyWaits]:
    """Runs a statement in a thread, returns once the server has it waiting: the connection id."""
    started: list[tuple[int, Thread]] = []

    def waiter(sql: str, *before: str, connection: MyConnection | None = None, state: str = "aiting for") -> str:
        runner = connection or my_connect()
        for statement in before:
            ask(runner, statement)

        def work() -> None:
            with suppress(pymysql.Error):
                ask(runner, sql)

        session = ask(runner, "SELECT connection_id()")[0][0]
        thread = Thread(target=work, daemon=True)
        started.append((session, thread))
        thread.start()
        watcher = my_connect()
        look = f"SELECT state FROM information_schema.processlist WHERE id = {session} AND state LIKE '%{state}%'"
        eventually(lambda: ask(watcher, look))
        return str(session)

    yield waiter
    with my_connect() as killer:
        for session, thread in started:
            if thread.is_alive():
                with suppress(pymysql.Error):
                    ask(killer, f"KILL {session}")
            thread.join(10)


@pytest.fixture
def my_user(my_server: MyServer, my_database: URL) -> Iterator[NewUser]:
    """Makes accounts with the rights given (`{db}` is the fresh database); dropped at the end."""
    made: list[str] = []

    def maker(*grants: str) -> URL:
        name = f"low_{next(_numbers)}_{my_database.database}"[:32]
        made.append(name)
        run(my_server.url, f"CREATE USER '{name}'@'%' IDENTIFIED BY 'secret-of-{name}'")
        for grant in grants:
            run(my_server.url, grant.format(db=my_database.database, user=f"'{name}'@'%'"))
        return my_database.set(username=name, password=f"secret-of-{name}")

    yield maker
    with open_connection(my_server.url) as connection:
        for name in made:
            ask(connection, f"DROP USER '{name}'@'%'")


def holding_exclusively(waits: MyWaits, connect: MyConnect, table: str) -> str:
    """A session that holds an exclusive lock on a table: it renames it together with one that somebody reads."""
    reader = connect()
    ask(reader, "CREATE TABLE zz_read (id INT)")
    ask(reader, "BEGIN")
    ask(reader, "SELECT * FROM zz_read")
    return waits(f"RENAME TABLE {table} TO {table}_renamed, zz_read TO zz_renamed")
