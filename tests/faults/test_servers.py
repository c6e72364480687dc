"""What becomes of a server while it is watched: started anew, a standby, read-only, another one, full, shut to us."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

import psycopg
import pymysql
import pytest
from sqlalchemy.engine import URL

from console.core.observation import Health
from console.drill.binaries import free_port
from tests import mysql_servers
from tests.acting.faults import MySQL, Postgres, Server, do
from tests.acting.proxy import Proxy
from tests.faults.stands import plain
from tests.faults.watching import HANG, Watched, parts, watched
from tests.servers import conninfo
from tests.waiting import eventually

pytestmark = pytest.mark.server
_PLACES = 20
NAME = "shop"
_MY = mysql_servers.KINDS[0]


class SmallPostgres(Postgres):
    """With few places, and not asked whether it is ready: a standby never says so."""

    def __init__(self) -> None:
        super().__init__(18)
        self._settings = {**self._settings, "max_connections": str(_PLACES), "superuser_reserved_connections": "1"}

    def _is_ready(self, said: Callable[[], bool]) -> bool:
        eventually(lambda: _answers(self.url))
        return True


def _answers(url: URL) -> bool:
    with suppress(psycopg.OperationalError):
        return bool(do(url, "SELECT 1"))
    return False


@dataclass
class Scene:
    """A server, a link that can lead to another one, and who watches by it as a login of its own."""

    server: Server
    link: Proxy
    seen: Watched

    @property
    def url(self) -> URL:
        """Past the link, as the administrator."""
        return self.server.url.set(database=NAME)

    @property
    def is_postgres(self) -> bool:
        """Or MySQL."""
        return self.server.kind == "postgresql"

    def lost(self) -> str:
        """Why nothing is read any more; '' while something is."""
        now = parts(self.seen.last)
        return now["sessions"].reason if now["sessions"].health is Health.STALE else ""


def build(server: Server) -> None:
    """A database, and somebody who may look at it."""
    do(server.url, f"CREATE DATABASE {NAME}")
    url = server.url.set(database=NAME)
    if server.kind == "postgresql":
        do(url, "CREATE ROLE watcher LOGIN", "GRANT pg_read_all_stats, pg_read_all_data TO watcher")
    else:
        do(url, "CREATE USER watcher", "GRANT SELECT, PROCESS, REPLICATION CLIENT ON *.* TO watcher")
    do(url, "CREATE TABLE orders (id bigint PRIMARY KEY)")


@pytest.fixture(scope="module", params=["postgresql", "mysql"])
def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One for all: each fault is over when its test is."""
    server: Server = SmallPostgres() if request.param == "postgresql" else MySQL(_MY)
    with server, ExitStack() as ends:
        build(server)
        link = ends.enter_context(Proxy(server.url))
        url = plain(link.url.set(database=NAME, username="watcher", password=None))
        yield Scene(server, link, ends.enter_context(watched(url, tmp_path_factory.mktemp("project"))))


@contextmanager
def never_hanging(scene: Scene) -> Iterator[None]:
    """Pictures go on coming, and in the end everything is read again."""
    scene.seen.fresh()
    began = time.monotonic()
    yield
    scene.seen.fresh()
    assert scene.seen.longest_pause(began) < HANG
    assert all(reading.value is not None for reading in parts(scene.seen.last).values())


def identity(scene: Scene) -> str:
    """Which server it is, as it was read just now."""
    server = scene.seen.fresh().observation.server.value
    assert server is not None
    return server.identity


def test_a_server_started_anew_is_read_again_and_known_for_another_run(scene: Scene) -> None:
    before = identity(scene)
    with never_hanging(scene):
        scene.server.again()
        scene.link.swap(scene.server.url)
    assert identity(scene) != before


def test_another_server_behind_the_address_is_not_taken_for_the_first(
    scene: Scene,
) -> None:
    before = identity(scene)
    other: Server = SmallPostgres() if scene.is_postgres else MySQL(_MY)
    with other:
        build(other)
        with never_hanging(scene):
            do(other.url.set(database=NAME), "CREATE TABLE only_here (id int)")
            scene.link.swap(other.url)
            after = scene.seen.fresh().observation
            assert after.schema.value is not None
            assert "only_here" in {thing.ref.name for thing in after.schema.value.things}
            assert identity(scene) != before
            scene.link.swap(scene.server.url)
    assert identity(scene) == before


READ_ONLY = {
    "postgresql": ("ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()"),
    "mysql": ("SET GLOBAL read_only = 1",),
}
WRITABLE = {
    "postgresql": ("SET default_transaction_read_only = off", "ALTER SYSTEM RESET default_transaction_read_only",
                   "SELECT pg_reload_conf()"),
    "mysql": ("SET GLOBAL read_only = 0",),
}  # fmt: skip


def is_read_only(scene: Scene) -> bool:
    """As the newest picture says it."""
    server = scene.seen.last.observation.server.value
    return server is not None and server.read_only


def test_a_server_that_becomes_read_only_says_so(scene: Scene) -> None:
    with never_hanging(scene):
        do(scene.url, *READ_ONLY[scene.server.kind])
        scene.link.cut()
        eventually(lambda: is_read_only(scene))
        do(scene.url, *WRITABLE[scene.server.kind])
        scene.link.cut()
        eventually(lambda: not is_read_only(scene))


CLOSED = {
    "postgresql": ("ALTER ROLE watcher NOLOGIN",
                   "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'watcher'"),
    "mysql": ("ALTER USER watcher ACCOUNT LOCK",),
}  # fmt: skip
OPENED = {"postgresql": "ALTER ROLE watcher LOGIN", "mysql": "ALTER USER watcher ACCOUNT UNLOCK"}
SAID = {"postgresql": "not permitted to log in", "mysql": "Account is locked"}


def test_a_login_that_is_revoked_is_named_and_comes_back_by_itself(scene: Scene) -> None:
    with never_hanging(scene):
        do(scene.url, *CLOSED[scene.server.kind])
        if not scene.is_postgres:
            for (number,) in do(scene.url, "SELECT id FROM information_schema.processlist WHERE user = 'watcher'"):
                do(scene.url, f"KILL {number}")
        eventually(lambda: SAID[scene.server.kind] in scene.lost())
        do(scene.url, OPENED[scene.server.kind])


@contextmanager
def everybody(scene: Scene) -> Iterator[Callable[[], None]]:
    """All other places are taken; what is given takes those that have become free."""
    watcher = scene.url.set(username="watcher", password=None)
    with ExitStack() as ends:

        def one_more() -> bool:
            try:
                if scene.is_postgres:
                    ends.callback(psycopg.connect(conninfo(watcher), autocommit=True).close)
                else:
                    ends.callback(mysql_servers.open_connection(watcher).close)
            except (psycopg.OperationalError, pymysql.err.OperationalError):
                return False
            return True

        def fill() -> None:
            while one_more():
                pass

        fill()
        yield fill


FULL = {"postgresql": "connection slots", "mysql": "the server has no connection left"}


def test_a_server_that_fills_up_is_read_on_and_a_full_one_is_come_back_to(scene: Scene) -> None:
    if not scene.is_postgres:
        do(scene.url, f"SET GLOBAL max_connections = {_PLACES}")
    with never_hanging(scene), everybody(scene) as fill:
        scene.seen.fresh()
        scene.link.cut()
        eventually(lambda: [fill(), FULL[scene.server.kind] in scene.lost()][1])


def test_a_storm_of_ddl_is_read_through(scene: Scene) -> None:
    over = threading.Event()

    def blow(n: int) -> None:
        while not over.is_set():
            table = f"gust_{n}"
            made = (f"CREATE TABLE {table} (id int PRIMARY KEY, a int)", f"CREATE INDEX {table}_a ON {table} (a)")
            do(scene.url, *made, f"ALTER TABLE {table} ADD COLUMN b int", f"DROP TABLE {table}")

    gusts = [threading.Thread(target=blow, args=(n,)) for n in range(3)]
    with never_hanging(scene):
        for gust in gusts:
            gust.start()
        for _ in range(2):
            assert scene.seen.fresh().observation.schema.complete
        over.set()
        for gust in gusts:
            gust.join()


ON_POSTGRES = pytest.mark.parametrize("scene", ["postgresql"], indirect=True, scope="module")


@ON_POSTGRES
def test_a_catalog_locked_by_vacuum_full_stops_no_picture(scene: Scene) -> None:
    with never_hanging(scene), psycopg.connect(conninfo(scene.url)) as reader, ExitStack() as ends:
        vacuum = ends.enter_context(psycopg.connect(conninfo(scene.url), autocommit=True))
        reader.execute("SELECT count(*) FROM pg_class")
        vacuum.pgconn.send_query(b"VACUUM FULL pg_class")
        waits = "SELECT 1 FROM pg_lock_status() WHERE relation = 1259 AND NOT granted"
        eventually(lambda: reader.execute(waits).fetchone())
        (tree,) = scene.seen.fresh().blocked.trees
        assert tree.session.id == str(reader.info.backend_pid)
        scene.link.cut()
        eventually(lambda: "lock timeout" in scene.lost())
        reader.rollback()
        while vacuum.pgconn.get_result():
            pass


@ON_POSTGRES
def test_a_server_in_recovery_is_a_replica_until_it_is_promoted(scene: Scene) -> None:
    server = scene.server
    assert isinstance(server, Postgres)
    with never_hanging(scene):
        assert server._end(signal.SIGINT, 10.0)
        (server.place[1] / "standby.signal").touch()
        assert server._run(*server.place, free_port())
        scene.link.swap(server.url)
        eventually(lambda: is_replica(scene))
        do(server.url, "SELECT pg_promote()")
        eventually(lambda: not is_replica(scene))


def is_replica(scene: Scene) -> bool:
    """As the newest picture says it."""
    server = scene.seen.last.observation.server
    return server.complete and server.value is not None and server.value.replica
