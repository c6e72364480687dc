"""What broken changes really leave on MySQL and MariaDB, and that what is offered against it mends it."""

from __future__ import annotations

import re
import signal
from contextlib import closing, suppress
from threading import Thread

import pymysql
import pytest
from sqlalchemy.engine import URL

from console.core.assessment import Debris
from console.core.debris import debris
from console.core.schema import Index, Kind, Ref
from console.core.state import Picture
from console.dialects.mysql import make
from console.dialects.mysql.link import MySQLLink
from console.drill.binaries import free_port
from console.drill.mysql_programs import unpacked
from console.drill.mysql_server import PrivateMySQL
from tests.dialects.my_fixtures import MyWaits, NewUser, OpenMyLink
from tests.mysql_servers import MyConnect, MyServer, ask, open_connection, private, run
from tests.waiting import eventually

pytestmark = pytest.mark.slow

COPY = "ALTER TABLE orders ADD b INT, ALGORITHM=COPY"
ORDERS = ("CREATE TABLE orders (id INT PRIMARY KEY, a INT)", "INSERT INTO orders VALUES (1, 1), (2, 2)")


def left(link: MySQLLink) -> tuple[Debris, ...]:
    return debris(link.schema(), Picture(), link.sessions(), (), (), sees_all=link.server().sees_all_sessions is True)


def statements_of(item: Debris) -> list[str]:
    """What is offered against it."""
    return re.findall(r"(?:DROP|ALTER) (?:TABLE|TRIGGER) `[^;]+", item.detail)


def test_the_table_of_a_running_alter_is_no_debris(
    my_connect: MyConnect, my_waits: MyWaits, open_my_link: OpenMyLink
) -> None:
    reader, watcher, link = my_connect(), my_connect(), open_my_link()
    for statement in (*ORDERS, "BEGIN", "SELECT * FROM orders"):
        ask(reader, statement)
    session = my_waits(COPY)
    names = [thing.ref.name for thing in link.schema().things if thing.ref.name.startswith("#sql")]
    assert [int(re.split("[-_]", name)[-1], 16) for name in names] == [int(session)]
    assert left(link) == ()
    before = link.fingerprint()
    ask(watcher, f"KILL {session}")
    eventually(lambda: link.fingerprint() != before)
    eventually(lambda: not [thing for thing in link.schema().things if thing.ref.name.startswith("#sql")])
    assert left(link) == ()


def made_unfinished(url: URL) -> str:
    """A copy that an ALTER of a connection long gone has left, as MariaDB and MySQL 5.7 leave them."""
    name = "#mysql50##sql-alter-4d2c-7fffffff"
    run(url, *ORDERS, "CREATE TABLE src LIKE orders", f"RENAME TABLE src TO `{name}`")
    return name


def test_a_copy_that_was_left_is_told_and_can_be_dropped(my_database: URL, my_link: MySQLLink) -> None:
    made_unfinished(my_database)
    found = left(my_link)
    assert [item.kind for item in found] == ["unfinished_table"]
    assert "of connection 2147483647 was broken off" in found[0].detail
    run(my_database, *statements_of(found[0]))
    assert left(my_link) == ()


def test_in_a_database_with_an_odd_name(my_server: MyServer, my_database: URL, open_my_link: OpenMyLink) -> None:
    name = f"{my_database.database}-é ü"
    run(my_server.url, f"CREATE DATABASE `{name}`")
    try:
        url = my_database.set(database=name)
        made_unfinished(url)
        assert [item.kind for item in left(open_my_link(url=url))] == ["unfinished_table"]
        assert left(open_my_link()) == ()
    finally:
        run(my_server.url, f"DROP DATABASE `{name}`")


def restarted(server: PrivateMySQL) -> None:
    """Killed at once, and started again on what it left."""
    assert server._folder
    programs = unpacked(server._folder / "programs") or server._installation
    assert server._end(signal.SIGKILL, 10.0)
    assert programs is not None
    assert server._run(programs, free_port())


def broken_off(server: PrivateMySQL) -> None:
    """Killed while an ALTER that copies has its copy ready and waits for a reader."""
    url = server.url.set(database="shop")
    reader, watcher = open_connection(url), open_connection(url)
    ask(reader, "BEGIN")
    ask(reader, "SELECT * FROM orders")

    def work() -> None:
        with suppress(pymysql.Error):
            run(url, COPY)

    altering = Thread(target=work)
    altering.start()
    eventually(lambda: ask(watcher, "SELECT id FROM information_schema.processlist WHERE state LIKE '%metadata lock'"))
    restarted(server)
    altering.join(20)
    for connection in (reader, watcher):
        with suppress(pymysql.Error):
            connection.close()


@pytest.mark.parametrize(("kind", "lands"), [("mysql", False), ("mariadb", True)])
def test_a_server_killed_at_the_end_of_a_copy_takes_its_table_away_itself(kind: str, lands: bool) -> None:
    """MariaDB, when it starts again, even ends the change that nobody waits for any more."""
    with private(kind) as server:
        run(server.url, "CREATE DATABASE shop")
        run(server.url.set(database="shop"), *ORDERS)
        broken_off(server)
        with closing(make().open(server.url.set(database="shop"), "schema")) as link:
            schema = link.schema()
            names = {thing.ref.name for thing in schema.things if thing.ref.kind is Kind.TABLE}
            assert names == {"orders"}
            assert (schema.get(Ref(Kind.COLUMN, "shop", "orders", "b")) is not None) is lands
            assert left(link) == ()


def test_keys_that_were_switched_off_are_told_and_can_be_switched_on(my_database: URL, my_link: MySQLLink) -> None:
    run(my_database, "CREATE TABLE flat (id INT PRIMARY KEY, a INT, KEY by_a (a)) ENGINE=MyISAM")
    assert left(my_link) == ()
    run(my_database, "ALTER TABLE flat DISABLE KEYS")
    found = left(my_link)
    assert [(item.kind, item.object) for item in found] == [("disabled_keys", "flat")]
    assert "by_a is neither used nor kept up to date" in found[0].detail
    run(my_database, *statements_of(found[0]))
    assert left(my_link) == ()
    assert all(index.options == () for index in my_link.schema().of_kind(Index))


def test_keys_are_no_debris_while_somebody_loads(my_connect: MyConnect, my_waits: MyWaits, my_link: MySQLLink) -> None:
    owner = my_connect()
    ask(owner, "CREATE TABLE flat (id INT PRIMARY KEY, a INT, KEY by_a (a)) ENGINE=MyISAM")
    ask(owner, "ALTER TABLE flat DISABLE KEYS")
    ask(owner, "LOCK TABLES flat READ")
    my_waits("INSERT INTO flat VALUES (1, 1)")
    assert left(my_link) == ()


def test_an_invisible_index_is_told_and_can_be_brought_back(
    my_database: URL, my_server: MyServer, my_link: MySQLLink
) -> None:
    word = "IGNORED" if my_server.is_mariadb else "INVISIBLE"
    run(my_database, f"CREATE TABLE t (a INT, KEY `by a` (a) {word})")
    found = left(my_link)
    assert [item.kind for item in found] == ["invisible_index"]
    run(my_database, *statements_of(found[0]))
    assert left(my_link) == ()


@pytest.mark.parametrize("my_server", ["mysql"], indirect=True)
def test_a_check_that_is_not_enforced_is_told_and_can_be(my_database: URL, my_link: MySQLLink) -> None:
    run(my_database, "CREATE TABLE t (a INT, CONSTRAINT ck CHECK (a > 0) NOT ENFORCED)")
    found = left(my_link)
    assert [item.kind for item in found] == ["check_not_enforced"]
    run(my_database, *statements_of(found[0]))
    assert left(my_link) == ()


PERCONA = (
    "CREATE TABLE _orders_new LIKE orders",
    *(
        f"CREATE TRIGGER pt_osc_shop_orders_{event[:3]} AFTER {event} ON orders FOR EACH ROW "
        + (
            "DELETE IGNORE FROM _orders_new WHERE id = OLD.id"
            if event == "delete"
            else "REPLACE INTO _orders_new (id, a) VALUES (NEW.id, NEW.a)"
        )
        for event in ("insert", "update", "delete")
    ),
)


def test_what_percona_left_is_cleaned_up_triggers_first(my_database: URL, my_link: MySQLLink) -> None:
    run(my_database, *ORDERS, *PERCONA)
    found = left(my_link)
    assert [(item.kind, item.object) for item in found] == [
        ("online_change_table", "_orders_new"),
        *(("online_change_trigger", f"pt_osc_shop_orders_{event}") for event in ("del", "ins", "upd")),
    ]
    assert "the triggers first" in found[0].detail
    assert "once pt-online-schema-change is surely not running on any machine" in found[0].detail
    run(my_database, *statements_of(found[0]), "INSERT INTO orders VALUES (3, 3)")
    assert left(my_link) == ()


def test_triggers_without_their_table_are_said_to_break_writes(my_database: URL, my_link: MySQLLink) -> None:
    run(my_database, *ORDERS, *PERCONA, "DROP TABLE _orders_new")
    with pytest.raises(pymysql.Error, match="_orders_new"):
        run(my_database, "INSERT INTO orders VALUES (3, 3)")
    found = left(my_link)
    assert {item.kind for item in found} == {"online_change_trigger"}
    assert all("writes to orders fail" in item.detail for item in found)
    run(my_database, *(statement for item in found for statement in statements_of(item)))
    run(my_database, "INSERT INTO orders VALUES (3, 3)")
    assert left(my_link) == ()


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("_orders_gho", "an unfinished copy of orders by gh-ost"),
        ("_orders_ghc", "the log of changes to orders by gh-ost"),
        ("_orders_del", "orders as it was before gh-ost"),
        ("__orders_old", "orders as it was before pt-online-schema-change"),
        ("__osc_new_orders", "an unfinished copy of orders by OnlineSchemaChange"),
        ("lhmn_orders", "an unfinished copy of orders by LHM"),
        ("lhma_2026_01_02_03_04_05_678_orders", "orders as it was before LHM"),
        ("_alembic_tmp_orders", "an unfinished copy of orders by Alembic's table rebuild"),
    ],
)
def test_tables_of_every_tool_are_known_by_name(table: str, words: str, my_database: URL, my_link: MySQLLink) -> None:
    run(my_database, *ORDERS, f"CREATE TABLE {table} LIKE orders")
    found = left(my_link)
    assert [(item.kind, item.object) for item in found] == [("online_change_table", table)]
    assert words in found[0].detail
    run(my_database, *statements_of(found[0]))
    assert left(my_link) == ()


def test_a_table_whose_tool_is_heard_of_is_no_debris(
    my_database: URL, my_connect: MyConnect, my_waits: MyWaits, my_link: MySQLLink
) -> None:
    run(my_database, *ORDERS, "CREATE TABLE _orders_gho LIKE orders")
    locker = my_connect()
    ask(locker, "LOCK TABLES _orders_gho WRITE")
    my_waits("INSERT IGNORE INTO _orders_gho SELECT * FROM orders")
    assert left(my_link) == ()


def test_where_sessions_are_not_seen_nothing_is_offered(
    my_database: URL, my_user: NewUser, my_connect: MyConnect, open_my_link: OpenMyLink
) -> None:
    run(my_database, *ORDERS, *PERCONA, "CREATE TABLE flat (a INT, KEY by_a (a)) ENGINE=MyISAM",
        "ALTER TABLE flat DISABLE KEYS")  # fmt: skip
    link = open_my_link(url=my_user("GRANT SELECT, TRIGGER ON {db}.* TO {user}"))
    found = left(link)
    assert {item.kind for item in found} == {"online_change_table", "online_change_trigger", "disabled_keys"}
    assert all("cannot be seen here: leave it" in item.detail for item in found)
    assert [statement for item in found for statement in statements_of(item)] == []
