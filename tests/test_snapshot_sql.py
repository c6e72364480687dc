"""The SQL of `snapshot diff --sql`, run on the very database: afterwards nothing differs any more."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress

import psycopg
import pymysql
from sqlalchemy.engine import URL

from console.cli.mending import sql_lines, written
from console.core.drift import compare_schemas
from console.core.expected_base import Baseline
from console.core.observation import Server
from console.core.ports import Dialect
from console.core.schema import Schema
from console.dialects.mariadb import make as mariadb
from console.dialects.mysql import make as mysql
from console.dialects.postgres import make as postgres
from tests import mysql_servers, servers
from tests.builders import NOON
from tests.mysql_servers import MyServer
from tests.schemas import read_of, rich
from tests.schemas.reading import read
from tests.test_snapshot_servers import my_rich

POSTGRES = (
    "ALTER TABLE orders DROP COLUMN note",
    "ALTER TABLE orders ADD extra text",
    "ALTER TABLE orders RENAME COLUMN tags TO labels",
    "ALTER TABLE customers RENAME TO people",
    "ALTER TABLE customers ALTER email TYPE varchar(300), ALTER name TYPE varchar(9)",
    "ALTER TABLE orders ALTER total SET DEFAULT 5, ALTER state SET NOT NULL",
    "ALTER TABLE customers ALTER joined DROP NOT NULL, ALTER joined DROP DEFAULT",
    "ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey",
    "ALTER TABLE orders DROP CONSTRAINT orders_total_check, ADD CONSTRAINT orders_total_check CHECK (total > 1)",
    "ALTER TABLE orders ADD CONSTRAINT note_check CHECK (note <> 'x') NOT VALID",
    "DROP INDEX orders_tags_idx",
    "DROP INDEX orders_total_idx; CREATE INDEX orders_total_idx ON orders (total)",
    "CREATE TABLE more (id int PRIMARY KEY, customer_id bigint REFERENCES customers (id))",
    "ALTER TABLE customers DROP CONSTRAINT customers_email_key",
    "COMMENT ON COLUMN orders.total IS 'with tax'; COMMENT ON TABLE orders IS NULL",
    "ALTER TABLE orders DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE orders DISABLE TRIGGER touch",
    "ALTER VIEW big RENAME TO large",
    "ALTER TYPE mood RENAME TO feeling",
)
MYSQL = (
    "ALTER TABLE flat DROP COLUMN a",
    "ALTER TABLE orders ADD extra text",
    "ALTER TABLE orders RENAME COLUMN touched TO changed",
    "ALTER TABLE flat RENAME TO plain",
    "ALTER TABLE orders MODIFY total bigint NOT NULL DEFAULT 7",
    "ALTER TABLE customers MODIFY level enum('new','old','gone') NULL",
    "ALTER TABLE orders DROP FOREIGN KEY orders_customer",
    "ALTER TABLE orders DROP INDEX orders_note",
    "ALTER TABLE orders DROP INDEX orders_note, ADD INDEX orders_note (note)",
    "ALTER TABLE orders DROP CONSTRAINT orders_total",
    "ALTER TABLE customers DROP INDEX customers_email",
    "CREATE TABLE more (id int PRIMARY KEY, c bigint unsigned, FOREIGN KEY (c) REFERENCES customers (id))",
    "ALTER TABLE customers COMMENT 'Others'",
    "DROP TABLE flat",
)
Run = Callable[[str], None]


def base(schema: Schema, server: Server) -> Baseline:
    return Baseline(schema, "", server.dialect, server.version, server.name, NOON, {}, server.version_number)


def mended(dialect: Dialect, url: URL, changes: tuple[str, ...], run: Run) -> list[str]:
    """What still differs after the SQL has been run; and every statement that it took."""
    expected, _ = read(dialect, url)
    for change in changes:
        with suppress(psycopg.Error, pymysql.Error):  # one that the one before it does not leave room for
            run(change)
    actual, server = read(dialect, url)
    found = compare_schemas(expected, actual)
    assert found.differences
    mends = written(found.differences, base(actual, server))
    assert [mend.refused for mend in mends if mend.refused] == []
    for mend in mends:
        for sql, hazard in zip(mend.sql, mend.hazards, strict=True):
            run(sql)
            assert hazard.lock or hazard.rewrite is None
    after, _ = read(dialect, url)
    return [f"{d.change} {d.ref.label()} {d.parts}" for d in compare_schemas(expected, after).differences]


def apart(changes: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Each by itself, and then several together."""
    chance = random.Random(len(changes))
    return [*((change,) for change in changes), *(tuple(chance.sample(changes, 3)) for _ in range(5))]


def test_postgres_is_as_expected_afterwards(database: URL) -> None:
    servers.run(database, rich.POSTGRES)
    for changes in apart(POSTGRES):
        assert (changes, mended(postgres(), database, changes, lambda sql: servers.run(database, sql))) == (changes, [])


def test_mysql_is_as_expected_afterwards(my_database: URL, my_server: MyServer) -> None:
    my_rich(my_database, my_server.kind)
    dialect = mariadb() if my_server.is_mariadb else mysql()
    for changes in apart(MYSQL):
        left = mended(dialect, my_database, changes, lambda sql: mysql_servers.run(my_database, sql))
        assert (changes, left) == (changes, [])


def test_what_loses_data_or_cannot_be_written_is_said_and_nothing_is_half_written() -> None:
    expected = read_of(rich.POSTGRES)
    changes = "ALTER TABLE orders ADD extra text; DROP VIEW big; ALTER TABLE customers ALTER name TYPE varchar(9);"
    actual = read_of(rich.POSTGRES + changes)
    server = Server("postgresql", "16.4", 160004, "shop", "db1", "me")
    mends = written(compare_schemas(expected, actual).differences, base(actual, server))
    lines = list(sql_lines(mends))
    assert lines[0] == "-- What would make it as expected. Nothing of it has been run."
    assert '-- ALTER TABLE "public"."orders" DROP COLUMN "extra";' in lines
    assert not any("DROP" in line for line in lines if not line.startswith("--"))
    assert "-- LOSES DATA: rows of orders, or a column of them, go with it; so it is a comment" in lines
    at = lines.index('ALTER TABLE "public"."customers" ALTER COLUMN "name" TYPE text COLLATE "C";')
    assert lines[at - 1].startswith("-- lock: ACCESS EXCLUSIVE on customers; ")
    assert 'CREATE VIEW "public"."big" AS' in lines


def script(expected: str, actual: str) -> list[str]:
    """The SQL that would make the one of the other, by lines."""
    there = read_of(actual)
    server = Server("postgresql", "16.4", 160004, "shop", "db1", "me")
    return list(sql_lines(written(compare_schemas(read_of(expected), there).differences, base(there, server))))


def test_a_type_that_may_not_hold_every_value_is_said_to_cut_them() -> None:
    lines = script("CREATE TABLE t (c integer, d date)", "CREATE TABLE t (c numeric(10,2), d timestamp)")
    assert [line for line in lines if "MAY LOSE" in line] == [
        f"-- MAY LOSE DATA: values of t.{name} may be rounded or cut; so it is a comment" for name in "cd"
    ]
    assert all(line.startswith("--") or not line for line in lines)
    wider = script("CREATE TABLE t (a bigint)", "CREATE TABLE t (a int)")
    assert [line[:11] for line in wider if line and not line.startswith("--")] == ["ALTER TABLE"]
