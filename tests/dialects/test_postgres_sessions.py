"""Sessions, locks and who blocks whom, from connections that truly block each other."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import URL

from console.core.blocking import edges, trees
from console.core.session import Node, Session, SessionKind
from console.dialects.postgres.link import PostgresLink
from tests.dialects.conftest import OpenLink, Waits
from tests.servers import Connect, Connection, ServerUnderTest, run
from tests.waiting import eventually


def by_id(link: PostgresLink, pid: int | str) -> Session:
    return next(session for session in link.sessions() if session.id == str(pid))


def blockers(link: PostgresLink) -> dict[str, set[str]]:
    """Waiter -> blockers, as the core computes them from one scan."""
    found: dict[str, set[str]] = {}
    for edge in edges(link.locks()):
        found.setdefault(edge.waiter, set()).add(edge.blocker)
    return found


def as_the_server_says(connection: Connection) -> dict[str, set[str]]:
    rows = connection.execute(
        "SELECT pid, pg_blocking_pids(pid) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0"
    )
    return {str(pid): {str(blocker) for blocker in by} for pid, by in rows.fetchall()}


def outline(node: Node) -> object:
    name = node.session.id
    return {name: sorted((outline(w) for w in node.waiters), key=str)} if node.waiters else name


def tree(link: PostgresLink) -> list[object]:
    return [outline(root) for root in trees(link.sessions(), edges(link.locks()))]


@pytest.fixture
def orders(connect: Connect) -> Connection:
    """A connection to a database with two tables and some rows."""
    connection = connect()
    connection.execute("CREATE TABLE users (id int PRIMARY KEY)")
    connection.execute("CREATE TABLE orders (id int PRIMARY KEY, note text, user_id int REFERENCES users)")
    connection.execute("INSERT INTO users SELECT generate_series(1, 9)")
    connection.execute("INSERT INTO orders SELECT n, 'x', n FROM generate_series(1, 9) n")
    return connection


def test_an_idle_transaction_is_seen_as_one(orders: Connection, connect: Connect, link: PostgresLink) -> None:
    holder = connect(application_name="web")
    holder.execute("BEGIN")
    holder.execute("UPDATE orders SET note = 'y' WHERE id = 1")
    seen = by_id(link, holder.info.backend_pid)
    assert (seen.state, seen.application, seen.kind) == ("idle in transaction", "web", SessionKind.CLIENT)
    assert (seen.has_written, seen.visible, seen.own) == (True, True, False)
    assert seen.query == "UPDATE orders SET note = 'y' WHERE id = 1"
    assert (seen.database, seen.user) == (holder.info.dbname, holder.info.user)
    assert seen.started_at is not None
    assert seen.transaction_at is not None
    assert seen.started_at <= seen.transaction_at
    assert seen.started_at.utcoffset() is not None


def test_own_sessions_are_known_as_own(link: PostgresLink, open_link: OpenLink) -> None:
    open_link("locks")
    own = [session.application for session in link.sessions() if session.own]
    assert sorted(own) == ["halfway locks", "halfway schema"]


def test_background_processes_are_no_clients(link: PostgresLink) -> None:
    kinds = {session.kind for session in link.sessions() if session.user is None}
    assert kinds <= {SessionKind.SYSTEM, SessionKind.AUTOVACUUM}


def test_reads_queue_behind_the_alter_and_the_alter_behind_the_idle_reader(
    orders: Connection, connect: Connect, waits: Waits, link: PostgresLink
) -> None:
    reader = connect()
    reader.execute("BEGIN")
    reader.execute("SELECT FROM orders")
    root = str(reader.info.backend_pid)
    alter = str(waits("ALTER TABLE orders ADD late int"))
    queued = [str(waits("SELECT FROM orders")) for _ in range(5)]
    assert tree(link) == [{root: [{alter: sorted(queued)}]}]
    assert blockers(link) == as_the_server_says(orders)
    (top,) = trees(link.sessions(), edges(link.locks()))
    assert top.waiters[0].waits_for == "orders (ACCESS EXCLUSIVE)"
    assert top.waiters[0].waiters[0].waits_for == "orders (ACCESS SHARE)"


def test_row_locks_make_a_chain_and_name_the_row(
    orders: Connection, connect: Connect, waits: Waits, link: PostgresLink
) -> None:
    holder = connect()
    holder.execute("BEGIN")
    holder.execute("UPDATE orders SET note = 'a' WHERE id = 1")
    first = str(waits("UPDATE orders SET note = 'b' WHERE id = 1"))
    second = str(waits("UPDATE orders SET note = 'c' WHERE id = 1"))
    assert tree(link) == [{str(holder.info.backend_pid): [{first: [second]}]}]
    assert blockers(link) == as_the_server_says(orders)
    assert {edge.object for edge in edges(link.locks())} == {"a row of orders"}


def test_advisory_locks_carry_the_key_the_application_gave(
    orders: Connection, connect: Connect, waits: Waits, link: PostgresLink
) -> None:
    holder = connect()
    holder.execute("SELECT pg_advisory_lock(77433833903597)")
    waiter = str(waits("SELECT pg_advisory_lock(77433833903597)"))
    (edge,) = edges(link.locks())
    assert (edge.waiter, edge.blocker, edge.object) == (waiter, str(holder.info.backend_pid), "advisory 77433833903597")


@pytest.mark.parametrize(
    ("call", "key"),
    [
        ("pg_advisory_lock(1)", ("advisory", "1")),
        ("pg_advisory_lock(-1)", ("advisory", "-1")),
        ("pg_advisory_lock(-9223372036854775808)", ("advisory", "-9223372036854775808")),
        ("pg_advisory_lock(1, -2)", ("advisory", "1", "-2")),
        ("pg_advisory_lock_shared(9223372036854775807)", ("advisory", "9223372036854775807")),
    ],
)
def test_advisory_keys_are_targets(connect: Connect, link: PostgresLink, call: str, key: tuple[str, ...]) -> None:
    connect().execute(f"SELECT {call}")
    (lock,) = [lock for lock in link.locks() if lock.kind == "advisory"]
    assert lock.target == key
    assert lock.object == "advisory " + ", ".join(key[1:])


def test_a_concurrent_index_waits_for_a_writer(
    orders: Connection, connect: Connect, waits: Waits, link: PostgresLink
) -> None:
    writer = connect()
    writer.execute("BEGIN")
    writer.execute("UPDATE orders SET note = 'a' WHERE id = 1")
    building = str(waits("CREATE INDEX CONCURRENTLY slow ON orders (note)"))
    assert tree(link) == [{str(writer.info.backend_pid): [building]}]
    assert blockers(link) == as_the_server_says(orders)
    (progress,) = link.progress()
    assert (progress.session, progress.index, progress.phase) == (
        building,
        "public.slow",
        "waiting for writers before build",
    )
    assert (progress.done, progress.total) == (0, 1)
    index = next(thing for thing in link.schema().things if thing.ref.name == "slow")
    assert getattr(index, "building", None) is True


def test_a_foreign_key_waits_for_the_parent_row(
    orders: Connection, connect: Connect, waits: Waits, link: PostgresLink
) -> None:
    deleter = connect()
    deleter.execute("BEGIN")
    deleter.execute("INSERT INTO users VALUES (77)")
    child = str(waits("INSERT INTO orders VALUES (50, 'x', 1); INSERT INTO users VALUES (77)"))
    assert tree(link) == [{str(deleter.info.backend_pid): [child]}]
    assert blockers(link) == as_the_server_says(orders)


def test_a_deadlock_in_the_making_is_a_cycle(
    orders: Connection, connect: Connect, waits: Waits, link: PostgresLink
) -> None:
    pair = [connect(), connect()]
    for number, connection in enumerate(pair, 1):
        connection.execute("SET deadlock_timeout = '1min'")
        connection.execute("BEGIN")
        connection.execute(sql.SQL("UPDATE orders SET note = 'a' WHERE id = {}").format(number))
    waits("UPDATE orders SET note = 'b' WHERE id = 2", connection=pair[0])
    waits("UPDATE orders SET note = 'b' WHERE id = 1", connection=pair[1])
    (root,) = trees(link.sessions(), edges(link.locks()))
    assert {root.session.id, root.waiters[0].session.id} == {str(c.info.backend_pid) for c in pair}
    (closing,) = root.waiters[0].waiters
    assert (closing.session.id, closing.cycle) == (root.session.id, True)


def test_a_prepared_transaction_blocks_under_its_gid(
    orders: Connection, connect: Connect, waits: Waits, link: PostgresLink
) -> None:
    owner = connect()
    owner.execute("BEGIN")
    owner.execute("UPDATE orders SET note = 'a' WHERE id = 1")
    gid = f"it's {owner.info.dbname}"
    owner.execute(sql.SQL("PREPARE TRANSACTION {}").format(gid))
    waiter = str(waits("ALTER TABLE orders ADD late int"))
    assert tree(link) == [{gid: [waiter]}]
    session = by_id(link, gid)
    assert (session.kind, session.state, session.database) == (SessionKind.PREPARED, "prepared", owner.info.dbname)
    assert session.transaction_at is not None


def test_locks_of_other_databases_are_left_out(
    postgres_server: ServerUnderTest, connect: Connect, link: PostgresLink
) -> None:
    elsewhere = connect(postgres_server.url)
    elsewhere.execute("BEGIN")
    elsewhere.execute("LOCK TABLE pg_catalog.pg_ts_dict IN ACCESS SHARE MODE")
    pid = str(elsewhere.info.backend_pid)
    assert not [lock for lock in link.locks() if lock.session == pid and lock.kind == "relation"]
    assert by_id(link, pid).database == postgres_server.url.database


def test_locks_name_relations_of_other_schemas_in_full(connect: Connect, link: PostgresLink) -> None:
    holder = connect()
    holder.execute('CREATE SCHEMA "Audit" CREATE TABLE "Log" (a int)')
    holder.execute("BEGIN")
    holder.execute('LOCK TABLE "Audit"."Log"')
    (lock,) = [lock for lock in link.locks() if lock.kind == "relation" and lock.mode == "AccessExclusiveLock"]
    assert (lock.object, lock.relation) == ("Audit.Log", ("Audit", "Log"))


def test_a_renamed_table_is_shown_under_its_new_name(orders: Connection, connect: Connect, link: PostgresLink) -> None:
    def names() -> set[str]:
        return {lock.object for lock in link.locks() if lock.mode == "RowShareLock"}

    holder = connect()
    holder.execute("BEGIN")
    holder.execute("LOCK TABLE users IN ROW SHARE MODE")
    assert names() == {"users"}
    holder.execute("ROLLBACK")
    orders.execute("ALTER TABLE users RENAME TO people")
    holder.execute("BEGIN")
    holder.execute("LOCK TABLE people IN ROW SHARE MODE")
    assert names() == {"people"}


@pytest.fixture
def weak(database: URL, postgres_server: ServerUnderTest) -> Iterator[URL]:
    """The database, as a role that may do nothing special."""
    name = f"weak_{database.database}"
    run(postgres_server.url, f"CREATE ROLE {name} LOGIN PASSWORD 'secret'")
    yield database.set(username=name, password="secret")
    with psycopg.connect(database.set(drivername="postgresql").render_as_string(hide_password=False)) as connection:
        connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(name)))
    eventually(lambda: _dropped(postgres_server.url, name))


def _dropped(url: URL, name: str) -> bool:
    run(url, f"DROP ROLE IF EXISTS {name}")
    return True


def test_without_rights_the_tree_is_still_drawn(
    orders: Connection, connect: Connect, waits: Waits, open_link: OpenLink, weak: URL
) -> None:
    holder = connect()
    holder.execute("BEGIN")
    holder.execute("LOCK TABLE orders")
    waiter = str(waits("SELECT FROM orders"))
    link = open_link(url=weak)
    assert tree(link) == [{str(holder.info.backend_pid): [waiter]}]
    seen = by_id(link, waiter)
    assert (seen.visible, seen.state, seen.query, seen.started_at) == (False, "unknown", "", None)
    assert seen.user == holder.info.user


def test_missing_rights_come_with_the_grant_that_gives_them(open_link: OpenLink, weak: URL, orders: Connection) -> None:
    link = open_link(url=weak)
    server = link.server()
    assert (server.sees_all_sessions, server.may_signal, server.superuser) == (False, False, False)
    rights = {right.name: right for right in link.rights()}
    assert not any(right.held for right in rights.values())
    for right in rights.values():
        orders.execute(right.grant)
    assert all(right.held for right in open_link(url=weak).rights())


def test_the_whole_schema_is_read_without_rights(open_link: OpenLink, weak: URL, orders: Connection) -> None:
    mine, theirs = open_link(), open_link(url=weak)
    assert theirs.schema().things == mine.schema().things
    assert theirs.server().identity == mine.server().identity
