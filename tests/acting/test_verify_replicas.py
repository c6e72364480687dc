"""What verifying says of real replicas: that they are there, how far behind they are, and what is not visible."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console import dialects
from console.core.judge import assess
from console.core.observation import Server
from console.core.schema import Schema
from console.core.verify import Check, Found
from console.core.verify.asked import judged_replicas, of_server
from console.drill.binaries import free_port, installations, programs
from console.drill.server import PrivatePostgres
from console.lanes.verifying import Verifier
from tests import mysql_servers, servers
from tests.builders import observation
from tests.mysql_servers import MyServer, private
from tests.servers import ServerUnderTest
from tests.waiting import eventually

_FOLLOW = {
    "mysql": ("CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT={port}, SOURCE_USER='root'",
              "START REPLICA"),
    "mariadb": ("CHANGE MASTER 'shop' TO MASTER_HOST='127.0.0.1', MASTER_PORT={port}, MASTER_USER='root'",
                "START SLAVE 'shop'"),
}  # fmt: skip
_STOP = {"mysql": ("STOP REPLICA",), "mariadb": ("STOP SLAVE 'shop'",)}
_FORGET = {
    "mysql": ("STOP REPLICA", "RESET REPLICA ALL"),
    "mariadb": ("STOP SLAVE 'shop'", "RESET SLAVE 'shop' ALL", "SET GLOBAL gtid_slave_pos = ''"),
}
"""MariaDB keeps the place it came to in the log of a primary that is gone, and no other one has that."""


def told(url: URL) -> tuple[Server, Check]:
    """The server as it is read, and what is said of its replicas."""
    kind = url.get_backend_name()
    link = dialects.open_dialect(kind).open(url, "schema")
    hand = dialects.open_hand(kind, url)
    try:
        server = link.server()
        now = assess(observation(Schema(), server=server))
        return server, judged_replicas(Verifier(lambda: now, hand.count).counted(of_server(server), now), server)
    finally:
        hand.close()
        link.close()


@contextmanager
def followed(server: MyServer) -> Iterator[URL]:
    """A primary that the tests' own server follows."""
    log = {"log-bin": "log"} if server.is_mariadb else {"disable-log-bin": "0"}
    with private(server.kind, {"server-id": "2", **log}) as primary:
        mysql_servers.run(server.url, *(sql.format(port=primary.url.port) for sql in _FOLLOW[server.kind]))
        try:
            eventually(lambda: told(server.url)[0].replica_lag == 0)
            yield primary.url
        finally:
            mysql_servers.run(server.url, *_FORGET[server.kind])


def test_a_replica_of_mysql_is_seen_from_both_sides(my_server: MyServer) -> None:
    with followed(my_server) as primary:
        _, seen = told(primary)
        words = "1 replica; how far behind is not visible from here: only they say it themselves"
        assert (seen.found, seen.evidence) == (Found.UNKNOWN, words)
        mysql_servers.run(primary, "CREATE USER blind@'127.0.0.1'")
        _, blind = told(primary.set(username="blind"))
        assert (blind.found, "1 replica" in blind.evidence) == (Found.UNKNOWN, my_server.is_mariadb)
        server, itself = told(my_server.url)
        assert (server.replica, itself.found) == (True, Found.HOLDS)
        assert re.match(r"this server is a replica itself, \d+ s behind its primary", itself.evidence)
        mysql_servers.run(my_server.url, *_STOP[my_server.kind])
        server, itself = told(my_server.url)
        assert (server.replica, server.replica_lag, itself.found) == (True, None, Found.UNKNOWN)


class Standby(PrivatePostgres):
    """A copy of another server, which follows it."""

    def __init__(self, primary: ServerUnderTest) -> None:
        super().__init__(primary.major, servers.SETTINGS)
        self.primary = primary.url

    def _start(self, installed: Path) -> None:
        folder = self._made_folder("halfway-pg-")
        binaries, data = programs(installed, folder), self._data_folder(folder)
        if not (binaries / "pg_basebackup").exists():
            shutil.copy2(installed / "bin" / "pg_basebackup", binaries)
        where = ("-h", "127.0.0.1", "-p", str(self.primary.port), "-U", "postgres", "-c", "fast", "-R", "--no-sync")
        copied = self._spawned([str(binaries / "pg_basebackup"), "-D", str(data), *where])
        assert copied.wait(timeout=60) == 0, "the primary could not be copied"
        port = free_port()
        settings = [f"-c{name}={value}" for name, value in {**self._settings, "port": str(port)}.items()]
        self._spawned([str(binaries / "postgres"), "-D", str(data), *settings])
        self.url = URL.create("postgresql", "postgres", host="127.0.0.1", port=port, database="postgres")
        assert self._is_ready(lambda: b"accept read-only connections" in (folder / "log").read_bytes())


@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_a_standby_of_postgres_is_seen_from_both_sides(postgres_server: ServerUnderTest, database: URL) -> None:
    assert postgres_server.major in installations()
    with Standby(postgres_server) as standby:
        servers.run(database, "CREATE TABLE a (id int)")
        eventually(lambda: told(database)[1].found is Found.HOLDS)
        assert told(database)[1].evidence.startswith("1 replica, at most ")
        servers.run(standby.url, "SELECT pg_wal_replay_pause()")
        servers.run(database, "CREATE TABLE b AS SELECT generate_series(1, 100000) AS n")
        eventually(lambda: told(database)[1].found is not Found.HOLDS)
        server, itself = told(standby.url)
        assert (server.replica, itself.found, "stands still" in itself.evidence) == (True, Found.UNKNOWN, True)
        servers.run(standby.url, "SELECT pg_wal_replay_resume()")
        eventually(lambda: "is a replica itself, 0 s behind" in told(standby.url)[1].evidence)
