"""A server that has no connection left: one more responder gets in by what the server keeps, and frees the root."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pymysql
import pytest
from sqlalchemy.engine import URL

from console.core.faults import FullFault, RefusedFault
from console.core.plan import Word
from console.dialects import open_dialect
from console.dialects.mysql import doors
from console.drill.binaries import free_port
from console.drill.server import PrivatePostgres, available
from console.lanes.riding import NOTE
from tests import mysql_servers
from tests.acting.slots import latecomer, mysql_crowd, postgres_crowd
from tests.mysql_servers import KINDS, MyConnection, open_connection
from tests.servers import run
from tests.waiting import eventually

pytestmark = pytest.mark.server
RIGHT = {"mysql": "CONNECTION_ADMIN", "mariadb": "CONNECTION ADMIN"}


@dataclass(frozen=True)
class Small:
    """A PostgreSQL with six connections."""

    url: URL
    major: int

    @property
    def reserves(self) -> bool:
        """It keeps some for other roles than superusers."""
        return self.major >= 16

    @property
    def places(self) -> int:
        """How many of the application are let in."""
        return 4 if self.reserves else 5

    @property
    def app(self) -> URL:
        """As the application."""
        return self.url.set(username="app")


@pytest.fixture(scope="module", params=available(), ids=lambda major: f"pg{major}")
def small_postgres(request: pytest.FixtureRequest) -> Iterator[Small]:
    """Six connections, of which one is kept for superusers and, where there is such a thing, one for the reserved."""
    settings = {"max_connections": "6", "superuser_reserved_connections": "1"}
    if request.param >= 16:
        settings["reserved_connections"] = "1"
    with PrivatePostgres(request.param, settings) as server:
        run(server.url, "CREATE ROLE app LOGIN", "CREATE TABLE orders (id int)", "ALTER TABLE orders OWNER TO app",
            "CREATE ROLE ann LOGIN", "GRANT pg_signal_backend, pg_read_all_stats TO ann")  # fmt: skip
        if request.param >= 16:
            run(server.url, "GRANT pg_use_reserved_connections TO ann")
        yield Small(server.url, request.param)


def test_on_postgres_the_superusers_slot_is_enough_to_see_and_to_free(small_postgres: Small, tmp_path: Path) -> None:
    with (
        postgres_crowd(small_postgres.app, small_postgres.places) as crowd,
        latecomer(small_postgres.url, tmp_path) as ann,
    ):
        ann.sees()
        assert any(ann.riders())
        assert [o.word for o in ann.frees(crowd.root).outcomes] == [Word.GONE]
        assert crowd.all_free()


def test_on_postgres_a_reserved_slot_lets_in_who_was_granted_it(small_postgres: Small, tmp_path: Path) -> None:
    member = small_postgres.url.set(username="ann")
    with postgres_crowd(small_postgres.app, small_postgres.places) as crowd:
        if not small_postgres.reserves:
            with pytest.raises(FullFault, match="superuser_reserved_connections"):
                open_dialect("postgresql").open(member, "sessions")
            return
        with latecomer(member, tmp_path) as ann:
            assert [o.word for o in ann.frees(crowd.root).outcomes] == [Word.GONE]
            assert crowd.all_free()


def test_on_postgres_who_is_refused_is_told_the_ways_in(small_postgres: Small) -> None:
    with postgres_crowd(small_postgres.app, small_postgres.places), pytest.raises(FullFault) as refused:
        open_dialect("postgresql").open(small_postgres.app, "sessions")
    assert "superuser_reserved_connections" in str(refused.value)
    assert "pg_use_reserved_connections" in str(refused.value)


def test_who_looks_over_the_acting_connection_runs_nothing_else(small_postgres: Small, tmp_path: Path) -> None:
    with postgres_crowd(small_postgres.app, small_postgres.places), latecomer(small_postgres.url, tmp_path) as ann:
        ann.sees()
        with pytest.raises(RefusedFault, match="no connection left"):
            ann.acting.grip.keep()


def test_lanes_move_to_connections_of_their_own_when_there_are_some(small_postgres: Small, tmp_path: Path) -> None:
    with (
        postgres_crowd(small_postgres.app, small_postgres.places) as crowd,
        latecomer(small_postgres.url, tmp_path) as ann,
    ):
        ann.frees(crowd.root)
        assert crowd.all_free()
        crowd.ends.close()

        eventually(lambda: ann.incident.fresh().observation.sessions.complete and not any(ann.riders()), seconds=15)


@pytest.fixture(scope="module", params=KINDS)
def small_mysql(request: pytest.FixtureRequest) -> Iterator[tuple[URL, int]]:
    """Ten connections (MariaDB has no fewer) and one for the administrator; the second is its other port."""
    kind, port = request.param, free_port()
    mine = {
        "mysql": {"admin-address": "127.0.0.1", "admin-port": str(port)},
        "mariadb": {"extra-port": str(port), "extra-max-connections": "9"},
    }
    with mysql_servers.private(kind, {"max-connections": "10", **mine[kind]}) as server:
        right = RIGHT[kind]
        mysql_servers.run(
            server.url,
            "CREATE DATABASE app",
            "CREATE TABLE app.orders (id int PRIMARY KEY, total int) ENGINE=InnoDB",
            "INSERT INTO app.orders VALUES (1, 0)",
            "CREATE USER app@localhost",
            "GRANT ALL ON app.* TO app@localhost",
            "CREATE USER ann@localhost",
            f"GRANT PROCESS, {right} ON *.* TO ann@localhost",
            "GRANT SELECT ON *.* TO ann@localhost",
            "CREATE USER bob@localhost",
            "GRANT ALL ON app.* TO bob@localhost",
            *(["GRANT SERVICE_CONNECTION_ADMIN, PROCESS ON *.* TO bob@localhost"] if kind == "mysql" else []),
        )
        yield server.url.set(database="app"), port


@pytest.fixture(autouse=True)
def nothing_learned() -> Iterator[None]:
    """What was learned of other servers is forgotten."""
    doors._known.clear()
    doors._shut.clear()
    yield
    doors._known.clear()
    doors._shut.clear()


@contextmanager
def slot_taken(url: URL) -> Iterator[None]:
    """Another administrator has the one that is kept."""

    def come() -> MyConnection | None:
        with suppress(pymysql.err.OperationalError):  # who was here before is still leaving
            return open_connection(url)
        return None

    found = eventually(come)
    assert found is not None
    with found:
        yield


def app_of(url: URL) -> URL:
    return url.set(username="app")


@pytest.mark.parametrize("who", ["root", "ann"])
def test_the_slot_kept_for_administrators_is_enough_to_see_and_to_free(
    who: str, small_mysql: tuple[URL, int], tmp_path: Path
) -> None:
    url, _ = small_mysql
    with mysql_crowd(app_of(url), 10) as crowd, latecomer(url.set(username=who), tmp_path) as late:
        server = late.sees().observation.server.value
        assert server is not None
        assert NOTE in server.notes
        assert [o.word for o in late.frees(crowd.root).outcomes] == [Word.GONE]
        assert crowd.all_free()


def test_the_port_that_was_named_lets_everybody_of_ours_in(small_mysql: tuple[URL, int], tmp_path: Path) -> None:
    url, port = small_mysql
    named = url.update_query_dict({"admin_port": str(port)})
    with mysql_crowd(app_of(url), 10) as crowd, latecomer(named, tmp_path) as late:
        server = late.sees().observation.server.value
        assert server is not None
        said = f"its reserved port {port}"
        assert any(said in note for note in server.notes), server.notes
        assert not any(late.riders())
        assert [o.word for o in late.frees(crowd.root).outcomes] == [Word.GONE]
        assert crowd.all_free()


@pytest.mark.parametrize("how", ["learned", "environment"])
def test_where_the_slot_is_taken_the_other_port_is_tried(
    how: str, small_mysql: tuple[URL, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, port = small_mysql
    kind = url.get_backend_name()
    mine = url.set(username="bob")
    if how == "learned":
        link = open_dialect(kind).open(mine, "sessions")
        link.server()
        link.close()
    else:
        monkeypatch.setenv(doors.VARIABLE, str(port))
    with mysql_crowd(app_of(url), 10), slot_taken(url):
        link = open_dialect(kind).open(mine, "sessions")
        try:
            notes = link.server().notes
        finally:
            link.close()
    assert f"The server had no ordinary connection left: Halfway came in by its reserved port {port}." in notes


def test_who_gets_in_nowhere_is_told_what_was_tried(small_mysql: tuple[URL, int]) -> None:
    url, port = small_mysql
    app = app_of(url).update_query_dict({"admin_port": str(port if url.get_backend_name() == "mysql" else 1)})
    with mysql_crowd(app_of(url), 10), pytest.raises(FullFault) as refused:
        open_dialect(url.get_backend_name()).open(app, "sessions")
    assert "the server has no connection left; by port" in str(refused.value)
    assert "CONNECTION_ADMIN" in str(refused.value)
    assert "kill" not in str(refused.value).lower()


def test_another_server_behind_an_unnamed_port_is_not_entered(small_mysql: tuple[URL, int]) -> None:
    url, _ = small_mysql
    kind = url.get_backend_name()
    bob = url.set(username="bob")
    with mysql_servers.private(kind) as other, mysql_crowd(app_of(url), 10), slot_taken(url):
        doors._known[url.host, url.port] = "", other.url.port or 0
        mysql_servers.run(
            other.url, "CREATE DATABASE app", "CREATE USER bob@localhost", "GRANT ALL ON *.* TO bob@localhost"
        )
        with pytest.raises(FullFault, match="another server answers there"):
            open_dialect(kind).open(bob, "sessions")
