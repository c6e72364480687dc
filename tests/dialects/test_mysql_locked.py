"""Whatever is locked, no read of ours waits, and what is locked is said to be locked and not gone."""

from __future__ import annotations

import time

import pytest

from console.core.faults import LockedFault
from console.core.schema import Column, Table, column_ref, table_ref
from console.dialects.mysql.link import MySQLLink
from tests.dialects.my_fixtures import MyWaits, holding_exclusively
from tests.mysql_servers import MyConnect, MyConnection, MyServer, ask

MADE = (
    "CREATE TABLE parent (id INT PRIMARY KEY)",
    """CREATE TABLE orders (id INT PRIMARY KEY, note VARCHAR(20) DEFAULT 'x', parent_id INT,
       CHECK (note <> 'a'), KEY (note), FOREIGN KEY (parent_id) REFERENCES parent (id))""",
    "CREATE TABLE other (id INT PRIMARY KEY, code CHAR(3))",
    "CREATE VIEW seen AS SELECT id, note FROM orders",
    "CREATE TRIGGER stamped BEFORE INSERT ON orders FOR EACH ROW SET NEW.note = 'n'",
)


@pytest.fixture
def made(my_connect: MyConnect) -> MyConnection:
    """A connection to a database with three tables, a view and a trigger."""
    connection = my_connect()
    for statement in MADE:
        ask(connection, statement)
    return connection


@pytest.fixture(params=["held", "awaited", "lock tables", "flushed", "alter"])
def locked(request: pytest.FixtureRequest, made: MyConnection, my_connect: MyConnect, my_waits: MyWaits) -> str:
    """`orders` is locked in one of the ways a table can be locked."""
    if request.param == "held":
        holding_exclusively(my_waits, my_connect, "orders")
    elif request.param == "lock tables":
        ask(my_connect(), "LOCK TABLES orders WRITE")
    elif request.param == "flushed":
        ask(my_connect(), "FLUSH TABLES WITH READ LOCK")
    else:
        reader = my_connect()
        ask(reader, "BEGIN")
        ask(reader, "SELECT * FROM orders")
        my_waits("ALTER TABLE orders ADD late INT" if request.param == "alter" else "DROP TABLE orders")
    return str(request.param)


@pytest.mark.usefixtures("locked")
def test_no_read_waits(my_link: MySQLLink) -> None:
    began = time.monotonic()
    my_link.server()
    my_link.rights()
    my_link.fingerprint()
    my_link.schema()
    my_link.sessions()
    my_link.tables_named("orders")
    my_link.rows(str(my_link.server().home), "other")
    assert time.monotonic() - began < 1.0


def test_a_locked_table_is_still_there(my_link: MySQLLink, locked: str, my_server: MyServer) -> None:
    schema = my_link.schema()
    table = schema.get(table_ref(schema.home, "orders"))
    assert isinstance(table, Table)
    hidden = my_server.is_mariadb and locked == "held"
    assert table.locked is hidden
    assert ("members" in table.unread) is hidden
    columns = [thing for thing in schema.by_table.get((schema.home, "orders"), ()) if isinstance(thing, Column)]
    assert (columns == []) is hidden
    assert schema.get(column_ref(schema.home, "other", "code")) is not None
    assert schema.unread == (
        ("orders is locked (an exclusive metadata lock is held): its parts were not read",) if hidden else ()
    )


def test_what_was_locked_is_read_whole_afterwards(
    made: MyConnection, my_connect: MyConnect, my_waits: MyWaits, my_link: MySQLLink
) -> None:
    before = my_link.schema()
    locked = my_connect()
    ask(locked, "LOCK TABLES orders WRITE")
    my_link.schema()
    ask(locked, "UNLOCK TABLES")
    assert my_link.schema() == before


def test_a_locked_ledger_is_refused_at_once(
    my_link: MySQLLink, made: MyConnection, my_connect: MyConnect, my_waits: MyWaits
) -> None:
    holding_exclusively(my_waits, my_connect, "orders")
    began = time.monotonic()
    with pytest.raises(LockedFault, match="orders is locked"):
        my_link.rows(my_link.server().home, "orders")
    assert time.monotonic() - began < 0.9


def test_reading_leaves_no_lock_behind(my_link: MySQLLink, made: MyConnection) -> None:
    my_link.schema()
    my_link.rows(my_link.server().home, "orders")
    ask(made, "SET SESSION lock_wait_timeout = 1")
    ask(made, "ALTER TABLE orders ADD late INT")
    assert my_link.schema().get(column_ref(my_link.server().home, "orders", "late")) is not None
