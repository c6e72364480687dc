"""Sessions, locks and who blocks whom on MySQL and MariaDB, from connections that truly block each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import cast

import pytest

from console.core.blocking import edges, trees
from console.core.faults import NotInstrumentedFault
from console.core.session import Edge, Lock, Node, Session, SessionKind
from console.dialects.mysql.link import MySQLLink
from console.dialects.mysql.sessions import Around, Transaction, rolling_back
from tests.builders import NOON
from tests.dialects.my_fixtures import MyWaits, OpenMyLink
from tests.mysql_servers import MyConnect, MyConnection, MyServer, ask, run
from tests.waiting import eventually


def number(connection: MyConnection) -> str:
    return str(ask(connection, "SELECT connection_id()")[0][0])


def by_id(link: MySQLLink, session: str) -> Session:
    return next(each for each in link.sessions() if each.id == session)


def locks_of(link: MySQLLink) -> tuple[Lock, ...]:
    """All there is, also when something is missing."""
    try:
        return link.locks()
    except NotInstrumentedFault as fault:
        return cast("tuple[Lock, ...]", fault.partial)


def waits_for(link: MySQLLink) -> set[tuple[str, str]]:
    return {(edge.waiter, edge.blocker) for edge in edges(locks_of(link))}


def edge_of(link: MySQLLink, waiter: str) -> Edge:
    return next(edge for edge in edges(locks_of(link)) if edge.waiter == waiter)


def outline(node: Node) -> object:
    name = node.session.id
    return {name: sorted((outline(w) for w in node.waiters), key=str)} if node.waiters else name


def tree(link: MySQLLink) -> list[object]:
    return [outline(root) for root in trees(link.sessions(), edges(locks_of(link)))]


@pytest.fixture
def orders(my_connect: MyConnect) -> MyConnection:
    """A connection to a database with two tables and some rows."""
    connection = my_connect()
    ask(connection, "CREATE TABLE users (id INT PRIMARY KEY)")
    ask(connection, "CREATE TABLE orders (id INT PRIMARY KEY, note VARCHAR(9), user_id INT, KEY (user_id))")
    ask(connection, "INSERT INTO users VALUES (1), (2), (3)")
    ask(connection, "INSERT INTO orders VALUES (1, 'x', 1), (2, 'x', 2), (3, 'x', 3)")
    return connection


def begun(connect: MyConnect, *statements: str, **options: object) -> tuple[MyConnection, str]:
    """A session in a transaction, idle."""
    connection = connect(**options)
    ask(connection, "BEGIN")
    for statement in statements:
        ask(connection, statement)
    return connection, number(connection)


def test_an_idle_transaction_is_seen_as_one(
    orders: MyConnection, my_connect: MyConnect, my_link: MySQLLink, my_server: MyServer
) -> None:
    connection = my_connect(program_name="web")
    session = number(connection)
    ask(connection, "BEGIN")
    ask(connection, "UPDATE orders SET note = 'y' WHERE id = 1")
    seen = by_id(my_link, session)
    assert (seen.state, seen.kind, seen.visible, seen.own) == ("idle in transaction", SessionKind.CLIENT, True, False)
    assert (seen.has_written, seen.database, seen.user) == (True, my_link.server().home, my_server.url.username)
    assert seen.address == "127.0.0.1"
    assert seen.port == connection._sock.getsockname()[1]  # type: ignore[attr-defined]
    assert seen.transaction_at is not None
    assert seen.transaction_at.utcoffset() is not None
    if not my_server.is_mariadb:
        assert seen.application == "web"
        assert seen.query == "UPDATE orders SET note = 'y' WHERE id = 1"


def test_what_is_undone_after_a_kill_is_still_seen() -> None:
    around = Around(NOON, innodb={7: Transaction(9.0, rolling_back=True), 8: Transaction(3.0), 9: Transaction(1.0)})
    (ghost,) = rolling_back(["8", "9"], around)
    assert (ghost.id, ghost.state, ghost.has_written) == ("7", "rolling back", True)
    assert ghost.transaction_at == NOON - timedelta(seconds=9)
    assert list(rolling_back(["7", "8"], around)) == []


def test_a_session_that_rests_has_no_transaction(
    my_connect: MyConnect, my_link: MySQLLink, orders: MyConnection
) -> None:
    resting = my_connect()
    ask(resting, "SELECT * FROM orders")
    seen = by_id(my_link, number(resting))
    assert (seen.state, seen.transaction_at, seen.waiting_for) == ("idle", None, "")


def test_own_sessions_are_known_as_own(my_link: MySQLLink, open_my_link: OpenMyLink, my_connect: MyConnect) -> None:
    open_my_link("locks")
    other = number(my_connect())
    own = sorted(session.application for session in my_link.sessions() if session.own)
    assert own == ["halfway locks", "halfway schema"]
    assert by_id(my_link, other).own is False


def test_what_the_server_does_itself_is_no_client(my_link: MySQLLink) -> None:
    clients = [session for session in my_link.sessions() if session.kind is SessionKind.CLIENT]
    assert {session.state for session in clients} <= {"active", "idle", "idle in transaction"}
    assert {session.user for session in clients} == {my_link.server().user}


def test_reads_queue_behind_the_alter_and_the_alter_behind_the_idle_reader(
    orders: MyConnection, my_connect: MyConnect, my_waits: MyWaits, my_link: MySQLLink
) -> None:
    _, reader = begun(my_connect, "SELECT * FROM orders")
    alter = my_waits("ALTER TABLE orders ADD late INT")
    queued = [my_waits("SELECT * FROM orders") for _ in range(3)]
    assert tree(my_link) == [{reader: [{alter: sorted(queued)}]}]
    edge = edge_of(my_link, alter)
    assert (edge.object, edge.mode, edge.hard) == ("orders", "EXCLUSIVE", True)
    assert by_id(my_link, alter).waiting_for == "Lock/metadata"
    assert by_id(my_link, alter).query == "ALTER TABLE orders ADD late INT"


def test_a_row_that_is_held_makes_everybody_wait_for_its_holder(
    orders: MyConnection, my_connect: MyConnect, my_waits: MyWaits, my_link: MySQLLink
) -> None:
    _, holder = begun(my_connect, "UPDATE orders SET note = 'a' WHERE id = 1")
    writers = [my_waits("UPDATE orders SET note = 'b' WHERE id = 1", state="pdating") for _ in range(3)]
    eventually(lambda: len(waits_for(my_link)) == 3)
    assert waits_for(my_link) == {(writer, holder) for writer in writers}
    assert edge_of(my_link, writers[0]).object == "a row of orders"
    assert by_id(my_link, writers[0]).waiting_for == "Lock/row"


def test_rows_of_different_holders_are_kept_apart(
    orders: MyConnection, my_connect: MyConnect, my_waits: MyWaits, my_link: MySQLLink
) -> None:
    _, one = begun(my_connect, "UPDATE orders SET note = 'a' WHERE id = 1")
    _, two = begun(my_connect, "UPDATE orders SET note = 'a' WHERE id = 2")
    first = my_waits("UPDATE orders SET note = 'b' WHERE id = 1", state="pdating")
    second = my_waits("UPDATE orders SET note = 'b' WHERE id = 2", state="pdating")
    eventually(lambda: waits_for(my_link) == {(first, one), (second, two)})


def test_many_row_locks_are_not_read_when_one_is_waited_for(
    orders: MyConnection, my_connect: MyConnect, my_waits: MyWaits, my_link: MySQLLink
) -> None:
    ask(orders, "INSERT INTO orders SELECT 10 + a.id + 4 * b.id + 16 * c.id, 'x', 1 FROM users a, users b, users c")
    _, holder = begun(my_connect, "UPDATE orders SET note = 'a'")
    waiter = my_waits("DELETE FROM orders WHERE id = 2", state="pdating")
    eventually(lambda: waits_for(my_link) == {(waiter, holder)})
    assert len([lock for lock in locks_of(my_link) if lock.kind == "row"]) == 2


@pytest.fixture
def plugged(my_server: MyServer) -> Iterator[None]:
    """A server that tells who holds metadata locks: MariaDB with its plugin. It goes after everything else."""
    if my_server.is_mariadb:
        run(my_server.url, "INSTALL SONAME 'metadata_lock_info'")
    yield
    if my_server.is_mariadb:
        run(my_server.url, "UNINSTALL SONAME 'metadata_lock_info'")


@pytest.mark.usefixtures("plugged")
def test_a_stampede_is_known_and_not_guessed(
    orders: MyConnection, my_connect: MyConnect, my_waits: MyWaits, my_link: MySQLLink
) -> None:
    begun(my_connect, "SELECT * FROM users")
    _, reader = begun(my_connect, "SELECT * FROM orders")
    alter = my_waits("ALTER TABLE orders ADD late INT")
    queued = [my_waits("SELECT * FROM orders"), my_waits("UPDATE orders SET note = 'q'")]
    found = my_link.locks()
    assert tree(my_link) == [{reader: [{alter: sorted(queued)}]}]
    assert not [edge for edge in edges(found) if edge.inferred]


@pytest.mark.usefixtures("plugged")
def test_the_locked_table_is_named_and_not_the_altered_one(
    orders: MyConnection, my_connect: MyConnect, my_waits: MyWaits, my_link: MySQLLink, my_server: MyServer
) -> None:
    _, reader = begun(my_connect, "SELECT * FROM users")
    alter = "ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (user_id) REFERENCES users (id)"
    if my_server.is_mariadb:
        ask(orders, alter)  # it locks the parent only for a moment, beside readers
        assert waits_for(my_link) == set()
        return
    child = my_waits(alter)
    edge = edge_of(my_link, child)
    assert (edge.blocker, edge.object) == (reader, "users")


@pytest.mark.usefixtures("plugged")
def test_lock_tables_is_seen_with_whoever_waits_for_it(
    orders: MyConnection, my_connect: MyConnect, my_waits: MyWaits, my_link: MySQLLink
) -> None:
    locker = my_connect()
    ask(locker, "LOCK TABLES orders WRITE")
    reader = my_waits("SELECT * FROM orders")
    assert waits_for(my_link) == {(reader, number(locker))}
    assert edge_of(my_link, reader).object == "orders"


@pytest.mark.usefixtures("plugged")
def test_a_user_lock_carries_the_name_the_application_gave(
    my_connect: MyConnect, my_waits: MyWaits, my_link: MySQLLink
) -> None:
    holder = my_connect()
    ask(holder, "SELECT GET_LOCK('flyway-1234', 1)")
    waiter = my_waits("SELECT GET_LOCK('flyway-1234', 60)", state="User lock")
    edge = edge_of(my_link, waiter)
    assert (edge.blocker, edge.object) == (number(holder), "advisory flyway-1234")
    assert by_id(my_link, waiter).waiting_for == "Lock/user"


@pytest.mark.usefixtures("plugged")
@pytest.mark.parametrize(
    "statement", ["UPDATE orders SET note = 'q'", "ALTER TABLE orders ADD late INT"], ids=["dml", "ddl"]
)
def test_a_global_read_lock_is_found_behind_whatever_it_stops(
    orders: MyConnection, my_connect: MyConnect, my_waits: MyWaits, my_link: MySQLLink, statement: str
) -> None:
    locker = my_connect()
    ask(locker, "FLUSH TABLES WITH READ LOCK")
    writer = my_waits(statement)
    assert waits_for(my_link) == {(writer, number(locker))}


@pytest.mark.usefixtures("plugged")
def test_a_commit_that_a_global_read_lock_stops_is_found(
    orders: MyConnection, my_connect: MyConnect, my_waits: MyWaits, my_link: MySQLLink, my_server: MyServer
) -> None:
    writing, writer = begun(my_connect, "UPDATE orders SET note = 'q' WHERE id = 1")
    locker = my_connect()
    ask(locker, "FLUSH TABLES WITH READ LOCK")
    my_waits("COMMIT", connection=writing)
    assert waits_for(my_link) == {(writer, number(locker))}
    words = {"Lock/backup"} if my_server.is_mariadb else {"Lock/commit", "Lock/global read"}
    assert by_id(my_link, writer).waiting_for in words


@pytest.mark.usefixtures("plugged")
def test_a_backup_lock_is_found(
    orders: MyConnection, my_connect: MyConnect, my_waits: MyWaits, my_link: MySQLLink, my_server: MyServer
) -> None:
    locker = my_connect()
    if my_server.is_mariadb:
        ask(locker, "BACKUP STAGE START")
        ask(locker, "BACKUP STAGE FLUSH")
        ask(locker, "BACKUP STAGE BLOCK_DDL")
    else:
        ask(locker, "LOCK INSTANCE FOR BACKUP")
    alter = my_waits("ALTER TABLE orders ADD late INT")
    assert waits_for(my_link) == {(alter, number(locker))}
    assert by_id(my_link, alter).waiting_for == "Lock/backup"


def test_a_prepared_transaction_without_a_client_is_the_root(
    orders: MyConnection, my_connect: MyConnect, my_waits: MyWaits, my_link: MySQLLink
) -> None:
    leaving = my_connect()
    for statement in (
        "XA START 'paid'",
        "UPDATE orders SET note = 'p' WHERE id = 1",
        "XA END 'paid'",
        "XA PREPARE 'paid'",
    ):
        ask(leaving, statement)
    leaving.close()
    waiter = my_waits("UPDATE orders SET note = 'q' WHERE id = 1", state="pdating")
    eventually(lambda: waits_for(my_link) == {(waiter, "paid")})
    seen = by_id(my_link, "paid")
    assert (seen.kind, seen.state) == (SessionKind.PREPARED, "prepared")


def test_without_its_plugin_mariadb_only_lets_us_guess_and_that_is_said(
    orders: MyConnection, my_connect: MyConnect, my_waits: MyWaits, my_link: MySQLLink, my_server: MyServer
) -> None:
    _, one = begun(my_connect, "SELECT * FROM orders")
    _, two = begun(my_connect, "SELECT * FROM users")
    alter = my_waits("ALTER TABLE orders ADD late INT")
    if not my_server.is_mariadb:
        assert waits_for(my_link) == {(alter, one)}
        return
    with pytest.raises(NotInstrumentedFault, match="inferred, not known") as caught:
        my_link.locks()
    assert caught.value.grant == "INSTALL SONAME 'metadata_lock_info'"
    found = edges(locks_of(my_link))
    assert {(edge.waiter, edge.blocker, edge.inferred) for edge in found} == {(alter, one, True), (alter, two, True)}


@pytest.mark.usefixtures("plugged")
def test_who_began_after_the_wait_is_not_in_its_way(
    orders: MyConnection, my_connect: MyConnect, my_waits: MyWaits, my_link: MySQLLink
) -> None:
    _, reader = begun(my_connect, "SELECT * FROM orders")
    alter = my_waits("ALTER TABLE orders ADD late INT")
    begun(my_connect, "SELECT * FROM users")
    assert waits_for(my_link) == {(alter, reader)}


def test_locks_that_are_not_recorded_are_said_with_what_records_them(
    my_link: MySQLLink, my_connect: MyConnect, my_server: MyServer
) -> None:
    connection = my_connect()
    off = "UPDATE performance_schema.setup_instruments SET enabled = 'NO' WHERE name = 'wait/lock/metadata/sql/mdl'"
    ask(connection, off)
    try:
        with pytest.raises(NotInstrumentedFault) as caught:
            my_link.locks()
        assert isinstance(caught.value.partial, tuple)
        ask(connection, caught.value.grant if not my_server.is_mariadb else "DO 1")
        if not my_server.is_mariadb:
            assert isinstance(my_link.locks(), tuple)
    finally:
        ask(connection, off.replace("'NO'", "'NO'" if my_server.is_mariadb else "'YES'"))


@pytest.mark.usefixtures("plugged")
def test_behind_a_flush_everybody_waits_for_the_statement_that_runs(
    orders: MyConnection, my_waits: MyWaits, my_link: MySQLLink, my_server: MyServer
) -> None:
    running = my_waits("SELECT sleep(20) FROM orders LIMIT 1", state="User sleep")
    if my_server.is_mariadb:
        flush = my_waits("FLUSH TABLES orders")
        reader = my_waits("SELECT * FROM orders")
        assert waits_for(my_link) == {(flush, running), (reader, flush)}
        return
    flush = my_waits("FLUSH TABLES orders", state="table flush")
    reader = my_waits("SELECT * FROM orders", state="table flush")
    assert waits_for(my_link) == {(flush, running), (reader, running)}
    assert edge_of(my_link, reader).inferred
    assert by_id(my_link, reader).waiting_for == "Lock/flush"


def test_nothing_of_ours_is_in_the_lock_table(my_link: MySQLLink, open_my_link: OpenMyLink) -> None:
    other = open_my_link("locks")
    ours = {session.id for session in my_link.sessions() if session.own}
    assert not [lock for lock in locks_of(other) if lock.session in ours and not lock.granted]


def test_two_alters_at_once_are_told_apart_once_that_is_recorded(
    my_connect: MyConnect, my_waits: MyWaits, my_link: MySQLLink, my_server: MyServer
) -> None:
    connection = my_connect()
    started = []
    for name in ("one", "two"):
        ask(connection, f"CREATE TABLE {name} (id INT PRIMARY KEY AUTO_INCREMENT, a CHAR(9) DEFAULT 'x')")
        ask(connection, f"INSERT INTO {name} (a) VALUES ('1'), ('2'), ('3'), ('4'), ('5'), ('6'), ('7'), ('8')")
        for _ in range(8):
            ask(connection, f"INSERT INTO {name} (a) SELECT a FROM {name}")
        slow = "INT DEFAULT (LENGTH(REPEAT(UUID(), 200000)))"
        if not my_server.is_mariadb:
            slow = "CHAR(128) AS (SHA2(REPEAT(a, 4000000), 512)) STORED"
        started.append(my_waits(f"ALTER TABLE {name} ADD b {slow}, ALGORITHM=COPY", state="copy to tmp table"))
    if not my_server.is_mariadb:
        with pytest.raises(NotInstrumentedFault, match="Which session") as caught:
            my_link.progress()
        assert caught.value.partial == ()
        ask(connection, caught.value.grant)
        ask(connection, caught.value.grant.replace("'YES'", "'NO'"))
        return
    assert sorted(each.session for each in my_link.progress()) == sorted(started)


def test_an_alter_that_copies_says_how_far_it_is(
    my_connect: MyConnect, my_waits: MyWaits, my_link: MySQLLink, my_server: MyServer
) -> None:
    connection = my_connect()
    ask(connection, "CREATE TABLE big (id INT PRIMARY KEY AUTO_INCREMENT, a CHAR(200) DEFAULT 'x')")
    ask(connection, "INSERT INTO big (a) VALUES ('1'), ('2'), ('3'), ('4'), ('5'), ('6'), ('7'), ('8')")
    for _ in range(13):
        ask(connection, "INSERT INTO big (a) SELECT a FROM big")
    slow = "INT DEFAULT (LENGTH(REPEAT(UUID(), 20000)))"
    if not my_server.is_mariadb:
        slow = "CHAR(128) AS (SHA2(REPEAT(a, 40000), 512)) STORED"
    session = my_waits(f"ALTER TABLE big ADD b {slow}, ALGORITHM=COPY", state="copy to tmp table")
    found = eventually(my_link.progress)
    assert found[0].session == session
    assert "copy to tmp table" in found[0].phase
    assert found[0].total
    assert 0 <= (found[0].done or 0) <= found[0].total
