"""What is debris, and what is only somebody still at work."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.core.assessment import Debris
from console.core.debris import debris
from console.core.drift import own
from console.core.schema import Index, Schema, Table, table_ref
from console.core.session import Session, SessionKind
from console.core.state import Picture
from tests.builders import schema_after, session

BASE = "CREATE TABLE orders (id bigint PRIMARY KEY, a int, KEY by_a (a)) ENGINE=InnoDB;"
IDLE = session("9", "", state="idle")


def shop(sql: str = "", dialect: str = "mysql") -> Schema:
    return schema_after(BASE + sql, dialect=dialect, home="shop")


def with_table(name: str, dialect: str = "mysql") -> Schema:
    schema = shop(dialect=dialect)
    return replace(schema, things=(*schema.things, Table(ref=table_ref("shop", name), engine="innodb")))


def left(schema: Schema, *sessions: Session, sees_all: bool = True, intended: Picture | None = None) -> list[Debris]:
    found = debris(schema, intended or Picture(), sessions or (IDLE,), (), (), sees_all=sees_all)
    return list(found)


def intends(schema: Schema) -> Picture:
    """A recorded migration made all of it."""
    return Picture({thing.ref: {"visible": getattr(thing, "visible", True)} for thing in schema.things})


def test_a_copy_belongs_to_the_connection_in_its_name() -> None:
    schema = with_table("#sql-4c14_1c")
    assert left(schema, session("28", "ALTER TABLE orders ADD b int")) == []
    for said in ("-- deploy 41\nALTER TABLE orders ADD b int", "CALL change_orders()", "SELECT 1"):
        assert left(schema, session("28", said)) == []
    for other in (session("28", "", state="idle"), session("29", "ALTER TABLE orders ADD b int"), IDLE):
        assert [item.kind for item in left(schema, other)] == ["unfinished_table"]
    assert "connection 28 was broken off" in left(schema)[0].detail


ALTERING = {
    "a_line_before": "-- deploy 41\nALTER TABLE orders ADD b int",
    "a_hash_before": "# deploy 41\n  alter table orders ADD b int",
    "executable": "/*!50003 ALTER TABLE orders ADD b int */",
    "settings_for_it": "SET STATEMENT max_statement_time=60, sql_mode='for select' FOR ALTER TABLE orders ADD b int",
}


@pytest.mark.parametrize("said", ALTERING.values(), ids=ALTERING)
def test_an_alter_is_one_whatever_stands_before_it(said: str) -> None:
    schema = with_table("#sql2", "mariadb")
    assert left(schema, session("29", said)) == []
    for other in ("SET STATEMENT sql_mode='for alter' FOR SELECT 1", "-- ALTER TABLE orders\nSELECT 1", "SET a = 1"):
        assert [item.kind for item in left(schema, session("29", other))] == ["unfinished_table"]


def test_a_copy_without_a_number_may_be_anybodys() -> None:
    schema = with_table("#sql-ib1234-99")
    other = with_table("#sql2")
    assert left(other, session("29", "/* tool */ OPTIMIZE TABLE orders")) == []
    assert [item.kind for item in left(schema)] == ["unfinished_table"]


@pytest.mark.parametrize(
    ("name", "dialect", "words"),
    [
        ("#sql-4c14_1c", "mysql", "the server does when it starts again"),
        ("#sql-alter-4c14-1c", "mariadb", "DROP TABLE `#mysql50##sql-alter-4c14-1c`"),
        ("#mysql50##sql-4c14_1c", "mysql", "DROP TABLE `#mysql50##sql-4c14_1c`"),
        ("#sql-backup-4c14-1c", "mariadb", "it may hold the only rows of a table that is missing"),
    ],
)
def test_how_a_copy_ends_depends_on_the_server(name: str, dialect: str, words: str) -> None:
    detail = left(with_table(name, dialect))[0].detail
    assert words in detail
    assert ("DROP" in detail) is ("DROP" in words)


@pytest.mark.parametrize("name", ["#sql-alter-4c14-1c", "_orders_new", "_orders_gho", "lhmn_orders"])
def test_nothing_is_offered_while_there_may_be_sessions_that_are_not_seen(name: str) -> None:
    schema = with_table(name, "mariadb")
    hidden = replace(IDLE, visible=False)
    for found in (left(schema, sees_all=False), left(schema, hidden), list(debris(schema, Picture(), (), (), ()))):
        assert ["leave it" in item.detail and "DROP" not in item.detail for item in found] == [True]


@pytest.mark.parametrize(
    "busy",
    [
        session("7", "INSERT LOW_PRIORITY IGNORE INTO `shop`.`_orders_new` (id) SELECT id FROM orders"),
        session("7", "SELECT 1", application="pt-online-schema-change"),
        session("7", "SELECT /* pt-online-schema-change 4711 */ 1", state="idle"),
    ],
)
def test_a_tool_that_is_heard_of_is_at_work(busy: Session) -> None:
    assert left(with_table("_orders_new"), busy) == []
    assert [item.object for item in left(with_table("_orders_new"), replace(busy, own=True))] == ["_orders_new"]
    assert [item.object for item in left(with_table("_orders_gho"), busy)] == ["_orders_gho"]


@pytest.mark.parametrize(
    "name", ["_invoices_new", "_invoices_old", "_invoices_del", "new__invoices", "orders_new", "_new"]
)
def test_a_name_that_people_give_too_is_no_debris_by_itself(name: str) -> None:
    assert left(with_table(name)) == []


@pytest.mark.parametrize("name", ["_invoices_gho", "__osc_new_invoices", "lhmn_invoices", "_alembic_tmp_invoices"])
def test_a_copy_of_what_is_not_there_is_kept(name: str) -> None:
    found = left(with_table(name))
    assert [item.kind for item in found] == ["online_change_table"]
    assert "may be the only copy of its rows: keep it" in found[0].detail
    assert "DROP" not in found[0].detail


@pytest.mark.parametrize("dialect", ["mysql", "mariadb"])
@pytest.mark.parametrize("name", ["new__orders", "__temp__orders", "__temp__invoices"])
def test_on_mysql_frameworks_copy_nothing_under_these_names(name: str, dialect: str) -> None:
    schema = with_table(name, dialect)
    assert left(schema) == []
    assert own.of_tools(schema) == {}
    assert [item.object for item in left(with_table("_alembic_tmp_orders", dialect))] == ["_alembic_tmp_orders"]


def test_on_sqlite_only_the_copies_of_frameworks_are_debris() -> None:
    tables = "".join(f"CREATE TABLE {name} (id int);" for name in ("_alembic_tmp_orders", "new__orders", "_orders_old"))
    found = debris(schema_after(f"CREATE TABLE orders (id int); {tables}"), Picture(), (), (), (), anew=True)
    assert [item.object for item in found] == ["_alembic_tmp_orders", "new__orders"]
    assert found[0].detail == (
        "an unfinished copy of orders by Alembic's table rebuild; "
        "whether Alembic's table rebuild still works on it cannot be seen here: leave it"
    )


def test_what_a_recorded_migration_made_is_meant() -> None:
    schema = shop("CREATE TABLE _orders_old (id int); ALTER TABLE orders ALTER INDEX by_a INVISIBLE;")
    assert {item.kind for item in left(schema)} == {"online_change_table", "invisible_index"}
    assert left(schema, intended=intends(schema)) == []


def test_names_are_quoted() -> None:
    found = left(shop("CREATE TABLE `o``x` (id int); CREATE TABLE `_o``x_new` (id int);"))
    assert "DROP TABLE `_o``x_new`" in found[0].detail


def test_an_invisible_index_is_brought_back_in_the_words_of_the_server() -> None:
    for dialect, word in (("mysql", "VISIBLE"), ("mariadb", "NOT IGNORED")):
        schema = shop(dialect=dialect)
        things = tuple(
            replace(t, visible=False) if isinstance(t, Index) else t for t in schema.things if t.ref.name != "primary"
        )
        found = left(replace(schema, things=things))
        assert found[0].detail.endswith(f"ALTER TABLE `orders` ALTER INDEX `by_a` {word}")


def test_postgres_has_none_of_these() -> None:
    schema = schema_after(
        'CREATE TABLE orders (id int); CREATE TABLE _orders_new (id int); CREATE TABLE "#sql-1_2" (id int)'
    )
    assert left(schema) == []


def test_a_prepared_transaction_speaks_for_nobody() -> None:
    prepared = replace(IDLE, id="gid", kind=SessionKind.PREPARED, query="_orders_new")
    assert {item.kind for item in left(with_table("_orders_new"), prepared, IDLE)} == {
        "online_change_table",
        "prepared_transaction",
    }
