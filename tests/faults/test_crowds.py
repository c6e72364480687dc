"""Nine hundred sessions behind one: all of them are told, soon, and the page keeps to its size."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from console.drill.server import PrivatePostgres
from screens.incident import page
from tests import mysql_servers
from tests.acting.faults import do
from tests.faults.watching import HANG, watched
from tests.screens.said import drawn
from tests.servers import conninfo
from tests.waiting import eventually

pytestmark = pytest.mark.server
WAITERS = 900
_COM_QUERY = 3
_QUESTION = "SELECT * FROM orders"


@dataclass(frozen=True)
class Crowd:
    """A database where everybody waits for `root`."""

    url: URL
    root: str


def postgres_crowd(url: URL, ends: ExitStack) -> str:
    """They have asked and read no answer."""
    root = psycopg.connect(conninfo(url))
    ends.callback(root.close)
    root.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")
    for _ in range(WAITERS):
        one = psycopg.connect(conninfo(url), autocommit=True)
        ends.callback(one.close)
        one.pgconn.send_query(_QUESTION.encode())
    count = "SELECT count(*) FROM pg_lock_status() WHERE NOT granted"
    eventually(lambda: do(url, count)[0][0] == WAITERS)
    return str(root.info.backend_pid)


def mysql_crowd(url: URL, ends: ExitStack) -> str:
    """The same."""
    root = ends.enter_context(closing(mysql_servers.open_connection(url)))
    mysql_servers.ask(root, "LOCK TABLES orders WRITE")
    for _ in range(WAITERS):
        one = mysql_servers.open_connection(url)
        ends.callback(one._force_close)  # type: ignore[attr-defined]
        one._execute_command(_COM_QUERY, _QUESTION)  # type: ignore[attr-defined]
    count = "SELECT count(*) FROM information_schema.processlist WHERE state LIKE 'Waiting for table%'"
    eventually(lambda: do(url, count)[0][0] == WAITERS)
    return str(mysql_servers.ask(root, "SELECT connection_id()")[0][0])


@pytest.fixture(params=["postgresql", "mysql"])
def crowd(request: pytest.FixtureRequest) -> Iterator[Crowd]:
    """On a server with room for it."""
    room = {"max_connections": str(WAITERS + 30)}
    postgres = request.param == "postgresql"
    server = (
        PrivatePostgres(18, room)
        if postgres
        else mysql_servers.private("mysql", {"max-connections": room["max_connections"]})
    )
    with server, ExitStack() as ends:
        do(server.url, "CREATE DATABASE shop")
        url = server.url.set(database="shop")
        do(url, "CREATE TABLE orders (id bigint PRIMARY KEY)")
        yield Crowd(url, (postgres_crowd if postgres else mysql_crowd)(url, ends))
        server.stop_now()


def test_nine_hundred_waiters_are_seen_behind_their_root(crowd: Crowd, tmp_path: Path) -> None:
    with watched(crowd.url, tmp_path) as seen:
        seen.fresh()
        began = time.monotonic()
        found = seen.fresh()
        assert seen.longest_pause(began) < HANG
        (tree,) = found.blocked.trees
        assert tree.session.id == crowd.root
        assert found.blocked.waiting == WAITERS
        lines = page(found, 80, 19)
        assert f"{WAITERS}" in drawn(found)
        assert len(lines) < WAITERS
