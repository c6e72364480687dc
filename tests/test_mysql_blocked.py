"""Who blocks whom on MySQL and MariaDB, through the product: sessions that truly wait, and what a person is told."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.assessment import Assessment
from console.core.observation import Health
from console.core.session import walk
from console.incident import Incident
from console.report import as_text
from console.wiring import Options, find, source
from screens import incident, locks
from screens.look import Look
from tests.dialects.my_fixtures import MyWaits
from tests.headless import halfway
from tests.incidents.mysql_flyway import MySite
from tests.mysql_servers import MyConnect, MyConnection, MyServer, ask, run
from tests.waiting import eventually

ORDERS = "CREATE TABLE orders (id INT PRIMARY KEY, note VARCHAR(20))"
ROWS = "INSERT INTO orders VALUES (1, 'a'), (2, 'b')"
ALTER = "ALTER TABLE orders ADD COLUMN carrier VARCHAR(40)"


@dataclass(frozen=True)
class Scene:
    """A shop whose second migration is one ALTER, and who does what in it."""

    site: MySite
    connect: MyConnect
    waits: MyWaits
    mariadb: bool

    def idle(self, *statements: str) -> str:
        """A session that did this and rests: its number."""
        connection = self.connect()
        for statement in statements:
            ask(connection, statement)
        return str(ask(connection, "SELECT connection_id()")[0][0])

    def look(self) -> Assessment:
        """One sweep."""
        url = self.site.url.render_as_string(hide_password=False)
        watching = Incident(source(find(Options(url=url, project=str(self.site.folder)), {})))
        try:
            return watching.observe()
        finally:
            watching.stop()

    def doctor(self) -> str:
        """What doctor says."""
        return halfway("doctor", "--project", str(self.site.folder), cwd=self.site.folder).out


def told(seen: Assessment) -> str:
    """Report and screens."""
    pages = [*incident.page(seen, 120, 60), *locks.page(seen, Look(unfolded=True), 120)]
    return " ".join((as_text(seen) + "\n" + "\n".join(line.text for line in pages)).split())


@pytest.fixture
def scene(tmp_path: Path, my_database: URL, my_connect: MyConnect, my_waits: MyWaits, my_server: MyServer) -> Scene:
    site = MySite(tmp_path / "shop", my_database).make()
    site.applied("1", ORDERS, ROWS)
    site.file("2", ALTER)
    return Scene(site, my_connect, my_waits, my_server.is_mariadb)


@contextmanager
def without(connection: MyConnection, instrument: str) -> Iterator[None]:
    """While the server does not record something."""
    change = "UPDATE performance_schema.setup_instruments SET enabled = '{}' WHERE name LIKE '{}'"
    ask(connection, change.format("NO", instrument))
    try:
        yield
    finally:
        ask(connection, change.format("YES", instrument))


def test_two_transactions_on_one_table_have_to_end_both_or_are_likely_both(scene: Scene) -> None:
    one = scene.idle("BEGIN", "SELECT * FROM orders")
    two = scene.idle("BEGIN", "SELECT * FROM orders WHERE id = 2")
    alter = scene.waits(ALTER)
    reader = scene.waits("SELECT * FROM orders")
    seen = scene.look()
    text = told(seen)
    assert seen.blocked.waiting == 2
    assert {node.session.id for node in walk(seen.blocked.trees)} == {one, two, alter, reader}
    if scene.mariadb:
        assert {node.session.id for node in seen.blocked.candidates} == {one, two}
        assert "end none of them before you know which" in text
        assert f"end {one}" not in text
        assert f"end {two}" not in text
    else:
        assert {node.session.id for node in seen.blocked.roots} == {one, two}
        assert {node.frees for node in seen.blocked.roots} == {0}
        assert "only when all of them have ended" in text


GLOBAL = ("FLUSH TABLES WITH READ LOCK",)
TABLES = ("LOCK TABLES orders WRITE",)


@pytest.mark.parametrize(
    ("taken", "waiting", "said"),
    [
        (GLOBAL, "UPDATE orders SET note = 'c' WHERE id = 1", "the global read lock by FLUSH TABLES WITH READ LOCK"),
        (TABLES, "SELECT * FROM orders", "orders by LOCK TABLES WRITE"),
    ],
    ids=["read lock", "lock tables"],
)
def test_a_lock_that_no_transaction_holds_is_named_or_said_to_be_untold(
    scene: Scene, taken: tuple[str, ...], waiting: str, said: str
) -> None:
    holder = scene.idle(*taken)
    waiter = scene.waits(waiting)
    seen = scene.look()
    text = told(seen)
    assert seen.blocked.waiting == 1
    assert "nobody" not in text.lower()
    if scene.mariadb:
        assert [node.session.id for node in seen.blocked.heads] == [waiter]
        assert "by whom is not told" in seen.summary
        assert f"end {holder}" not in text
    else:
        assert [node.session.id for node in seen.blocked.roots] == [holder]
        assert f"holds {said}" in text


def test_a_user_lock_is_named_as_the_application_named_it(scene: Scene) -> None:
    holder = scene.idle("SELECT GET_LOCK('nightly import', 1)")
    scene.waits("SELECT GET_LOCK('nightly import', 60)", state="User lock")
    seen = scene.look()
    assert [node.session.id for node in seen.blocked.roots] == [holder]
    assert "for user lock nightly import" in told(seen)
    assert "holds the user lock nightly import by GET_LOCK" in told(seen)


def test_of_two_prepared_transactions_neither_is_called_the_one(scene: Scene) -> None:
    for name in ("paid", "sent"):
        leaving = scene.connect()
        row = 1 if name == "paid" else 2
        for sql in (
            "XA START '{}'",
            f"UPDATE orders SET note = 'p' WHERE id = {row}",
            "XA END '{}'",
            "XA PREPARE '{}'",
        ):
            ask(leaving, sql.format(name))
        leaving.close()
    scene.waits("UPDATE orders SET note = 'q' WHERE id = 1", state="pdating")
    seen = eventually(lambda: found if len((found := scene.look()).blocked.candidates) == 2 else None)
    assert seen is not None
    assert sorted(node.session.id for node in seen.blocked.candidates) == ["paid", "sent"]
    assert "The server does not say who is in the way; likely one of" in told(seen)


def test_what_is_forecast_of_an_orphan_is_what_becomes_of_it(scene: Scene) -> None:
    keeper = scene.connect()
    ask(keeper, "BEGIN")
    ask(keeper, "SELECT * FROM orders")
    client = scene.connect()
    alter = scene.waits(ALTER, connection=client)
    client._sock.shutdown(socket.SHUT_RDWR)  # type: ignore[attr-defined]
    alive = f"SELECT id FROM information_schema.processlist WHERE id = {alter}"
    columns = (
        "SELECT count(*) FROM information_schema.columns WHERE column_name = 'carrier' AND table_schema = database()"
    )
    if scene.mariadb:
        eventually(lambda: not ask(keeper, alive))
        ask(keeper, "COMMIT")
        assert ask(keeper, columns) == [(0,)]
        return
    seen = scene.look()
    own = seen.blocked.migration[0]
    assert (own.session.id, own.client, own.fate) == (alter, "gone", "lands")
    assert f"cancel {alter} first to keep it out" in seen.next[0]
    ask(keeper, "COMMIT")
    eventually(lambda: ask(keeper, columns) == [(1,)])


def test_locks_that_are_not_recorded_are_mended_by_what_is_printed(scene: Scene, my_server: MyServer) -> None:
    keeper = scene.connect()
    after: Assessment | None
    if my_server.is_mariadb:
        scene.idle("BEGIN", "SELECT * FROM orders")
        scene.waits(ALTER)
        before = scene.look()
        grant = before.observation.locks.grant
        try:
            run(my_server.url, grant)
            after = scene.look()
        finally:
            run(my_server.url, "UNINSTALL SONAME 'metadata_lock_info'")
    else:
        with without(keeper, "wait/lock/metadata/sql/mdl"):
            scene.idle("BEGIN", "SELECT * FROM orders")
            scene.waits(ALTER)
            before = scene.look()
            grant = before.observation.locks.grant
            assert grant in scene.doctor()
            assert before.blocked.heads
            run(my_server.url, grant)
        # A lock from before it was recorded is in no list: that the session waits is still said.
        after = eventually(lambda: found if (found := scene.look()).blocked.heads else None)
    assert before.observation.locks.health is Health.NOT_INSTRUMENTED
    assert before.blocked.waiting == 1
    assert grant in told(before)
    assert "nobody" not in told(before).lower()
    assert after is not None
    assert (after.observation.locks.complete, after.blocked.waiting) == (True, 1)
    assert grant not in told(after)


def test_stages_that_are_off_are_said_beside_locks_that_were_read(scene: Scene) -> None:
    if scene.mariadb:
        assert scene.look().observation.progress.complete
        return
    keeper = scene.connect()
    with without(keeper, "stage/innodb/alter table%"):
        seen = scene.look()
        grant = seen.observation.progress.grant
        assert (seen.observation.locks.complete, seen.observation.progress.complete) == (True, False)
        assert grant in told(seen)
        assert grant in scene.doctor()
        ask(keeper, grant)
        assert scene.look().observation.progress.complete


def test_a_schema_option_is_refused_where_a_database_has_none(scene: Scene) -> None:
    url = scene.site.url.render_as_string(hide_password=False)
    answer = halfway("assess", url, "--schema", "other")
    assert (answer.code, answer.out) == (2, "")
    assert "so --schema means nothing there. Name the database in the URL" in answer.err
    assert halfway("assess", url, "--schema", str(scene.site.url.database)).code == 1
