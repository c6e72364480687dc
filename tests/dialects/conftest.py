"""Links to fresh databases, and statements that really wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Thread

import psycopg
import pytest
from sqlalchemy.engine import URL

from console.core.schema import Schema
from console.dialects.postgres import PostgresDialect
from console.dialects.postgres.link import PostgresLink
from tests.dialects.pg_schema import After
from tests.servers import Connect, Connection
from tests.waiting import eventually

OpenLink = Callable[..., PostgresLink]
Waits = Callable[..., int]


@pytest.fixture
def open_link(database: URL) -> Iterator[OpenLink]:
    """Opens links to the fresh database (or to the URL given); closed at the end."""
    opened: list[PostgresLink] = []

    def opener(lane: str = "schema", url: URL | None = None) -> PostgresLink:
        opened.append(PostgresDialect().open(url or database, lane))
        return opened[-1]

    yield opener
    for link in opened:
        link.close()


@pytest.fixture
def link(open_link: OpenLink) -> PostgresLink:
    """A link to the fresh database."""
    return open_link()


@pytest.fixture
def after(connect: Connect, link: PostgresLink) -> After:
    """The schema after these statements."""

    def run(*statements: str) -> Schema:
        connection = connect()
        for statement in statements:
            connection.execute(statement)
        return link.schema()

    return run


@pytest.fixture
def waits(connect: Connect) -> Iterator[Waits]:
    """Runs a statement in a thread, returns once the server has it waiting for a lock: the pid."""
    started: list[tuple[Connection, Thread]] = []

    def waiter(sql: str, *before: str, connection: Connection | None = None) -> int:
        runner = connection or connect()
        for statement in before:
            runner.execute(statement)

        def work() -> None:
            with suppress(psycopg.Error):
                runner.execute(sql)

        thread = Thread(target=work, daemon=True)
        started.append((runner, thread))
        thread.start()
        pid = runner.info.backend_pid
        watcher = connect()
        query = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pid = %s)"
        eventually(lambda: watcher.execute(query, (pid,)).fetchone() == (True,))
        return pid

    yield waiter
    for runner, thread in started:
        runner.cancel()
        thread.join(10)
