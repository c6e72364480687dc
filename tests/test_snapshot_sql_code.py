"""Views, code, types, sequences and schemas in the SQL of `snapshot diff --sql`: run, nothing differs any more."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from console.cli.mending import sql_lines, written
from console.core.drift import compare_schemas
from console.core.observation import Server
from console.dialects.mariadb import make as mariadb
from console.dialects.mysql import make as mysql
from console.dialects.postgres import make as postgres
from console.dialects.sqlite import make as sqlite
from tests import mysql_servers, servers
from tests.mysql_servers import MyServer
from tests.schemas import read_of, rich
from tests.test_snapshot_servers import my_rich
from tests.test_snapshot_sql import base, mended, script

MORE = """
CREATE INDEX sums_customer ON sums (customer_id);
CREATE VIEW bigger WITH (security_barrier) AS SELECT id, total FROM big WHERE id > 1;
CREATE FUNCTION twice(n int DEFAULT 2, VARIADIC more int[] DEFAULT '{}') RETURNS int IMMUTABLE STRICT SECURITY DEFINER
  COST 5 SET search_path = public, "Odd" SET work_mem = '5MB' LANGUAGE sql AS 'select n * 2';
CREATE PROCEDURE tidy(INOUT n int) LANGUAGE plpgsql AS $$begin delete from orders where note = '$x$'; end$$;
CREATE FUNCTION parsed(a int) RETURNS int RETURN a + 1;
CREATE FUNCTION known(one orders) RETURNS SETOF big LANGUAGE sql ROWS 7 AS 'select * from big';
CREATE SEQUENCE loose;
CREATE TYPE shade AS ENUM ('dark', 'grey', 'light');
CREATE RULE quiet AS ON DELETE TO customers DO NOTHING;
CREATE STATISTICS both_of ON customer_id, total FROM orders;
CREATE SCHEMA side;
CREATE TABLE side.a (id serial PRIMARY KEY, n varchar(40), feels public.mood);
CREATE VIEW side.v AS SELECT n FROM side.a;
CREATE TABLE side.b (a int REFERENCES side.a (id), at timestamptz DEFAULT now());
ALTER TABLE orders ALTER note SET STORAGE external, ALTER total SET STATISTICS 500;
COMMENT ON VIEW big IS 'large ones'; COMMENT ON FUNCTION parsed(int) IS 'one more'; COMMENT ON TYPE shade IS 's';
"""
POSTGRES = (
    (
        "CREATE OR REPLACE VIEW big AS SELECT id, total FROM orders WHERE total > 7; DROP FUNCTION parsed(int);"
        " ALTER SEQUENCE counter INCREMENT 7 MAXVALUE 600 NO CYCLE; DROP POLICY mine ON orders"
    ),
    (
        "DROP VIEW big CASCADE; CREATE VIEW big AS SELECT id, total, note FROM orders;"
        " CREATE VIEW bigger AS SELECT id, total FROM big; DROP FUNCTION touch CASCADE; DROP STATISTICS both_of"
    ),
    (
        "DROP MATERIALIZED VIEW sums; CREATE MATERIALIZED VIEW sums AS SELECT customer_id FROM orders;"
        " DROP TYPE shade; CREATE TYPE shade AS ENUM ('grey'); DROP PROCEDURE tidy; DROP SEQUENCE loose; DROP TYPE pair"
    ),
    (
        "DROP MATERIALIZED VIEW sums; DROP FUNCTION twice; CREATE FUNCTION twice(n int, VARIADIC m int[]) RETURNS int"
        " LANGUAGE sql AS 'select 1'; DROP RULE quiet ON customers; DROP TRIGGER touch ON orders;"
        " CREATE TRIGGER touch AFTER DELETE ON orders FOR EACH ROW WHEN (old.id > 1) EXECUTE FUNCTION touch()"
    ),
    (
        "ALTER FUNCTION twice(int, int[]) STABLE SECURITY INVOKER CALLED ON NULL INPUT RESET work_mem;"
        " ALTER DOMAIN positive DROP CONSTRAINT positive_check;"
        " ALTER DOMAIN positive ADD CONSTRAINT other CHECK (VALUE > 3);"
        " ALTER DOMAIN positive SET DEFAULT 3; ALTER SEQUENCE orders_id_seq OWNED BY NONE;"
        " ALTER VIEW bigger RESET (security_barrier); REFRESH MATERIALIZED VIEW sums WITH NO DATA"
    ),
    "DROP TABLE orders CASCADE; ALTER TYPE pair DROP ATTRIBUTE other",
    "DROP TABLE customers CASCADE; CREATE VIEW extra AS SELECT 1 AS a; CREATE VIEW extra_2 AS SELECT a FROM extra",
    (
        "DROP SCHEMA side CASCADE; CREATE SCHEMA more CREATE TABLE m (id int UNIQUE) CREATE VIEW v AS SELECT id FROM m;"
        " CREATE TYPE more.t AS (a int); CREATE FUNCTION more.f(t more.t) RETURNS int LANGUAGE sql AS 'select 1'"
    ),
    (
        "DROP VIEW side.v; ALTER TABLE side.a ALTER n TYPE text; CREATE VIEW side.v AS SELECT n FROM side.a;"
        " ALTER TABLE orders ALTER total SET STATISTICS 9; DROP SEQUENCE side.a_id_seq CASCADE"
    ),
)
SQLITE = (
    "DROP TABLE orders; DROP TABLE t; CREATE TABLE extra (a int)",
    (
        "DROP VIEW big; DROP VIEW wide; CREATE VIEW wide AS SELECT 2 AS x; DROP INDEX orders_total; DROP INDEX lowered;"
        " CREATE INDEX lowered ON t (b); DROP TRIGGER touch; DROP TABLE customers"
    ),
    "ALTER TABLE t DROP COLUMN d; ALTER TABLE t ADD COLUMN more text; ALTER TABLE t RENAME c TO cc",
    "ALTER TABLE customers RENAME TO people",
)
LITE = """
CREATE TABLE t (a int PRIMARY KEY, b text CONSTRAINT once UNIQUE, c int DEFAULT (1 + 2), d text DEFAULT 'it''s',
  CHECK (b <> 'X')) STRICT, WITHOUT ROWID;
CREATE VIEW wide (x, y) AS SELECT 1, 'A'; CREATE UNIQUE INDEX lowered ON t (b COLLATE nocase, lower(b));
"""
MYSQL = (
    ("CREATE OR REPLACE VIEW big AS SELECT id FROM orders",),
    ("ALTER SQL SECURITY INVOKER VIEW big AS SELECT id, total FROM orders WHERE total > 100 WITH LOCAL CHECK OPTION",),
    ("DROP VIEW big", "DROP PROCEDURE wipe", "DROP FUNCTION twice", "DROP TRIGGER orders_before",
     "DROP PROCEDURE blocks", "DROP TRIGGER orders_after"),
    ("DROP FUNCTION twice",
     "CREATE FUNCTION twice(n bigint) RETURNS bigint READS SQL DATA SQL SECURITY INVOKER RETURN 3",
     "CREATE VIEW extra AS SELECT 1 AS a", "ALTER EVENT nightly ENABLE"),
)  # fmt: skip
MY_MORE = (
    (
        "CREATE PROCEDURE blocks(IN a int, INOUT `b c` varchar(20) CHARACTER SET latin1, OUT d json) MODIFIES SQL DATA"
        " COMMENT 'it''s' BEGIN DELETE FROM flat WHERE a = 1; SET d = NULL; END"
    ),
    "CREATE TRIGGER orders_after AFTER DELETE ON orders FOR EACH ROW BEGIN DELETE FROM flat; DELETE FROM flat; END",
)


def test_postgres_code_is_as_expected_afterwards(database: URL) -> None:
    servers.run(database, rich.POSTGRES + MORE)
    for changes in POSTGRES:
        found = mended(postgres(), database, (changes,), lambda sql: servers.run(database, sql))
        assert (changes, found) == (changes, [])


def test_mysql_code_is_as_expected_afterwards(my_database: URL, my_server: MyServer) -> None:
    my_rich(my_database, my_server.kind)
    mysql_servers.run(my_database, *MY_MORE)
    dialect = mariadb() if my_server.is_mariadb else mysql()
    sequence = ("ALTER SEQUENCE counter INCREMENT BY 7 MAXVALUE 9000 CYCLE", "CREATE SEQUENCE more START WITH 3")
    for changes in (*MYSQL, *([sequence, ("DROP SEQUENCE counter",)] if my_server.is_mariadb else [])):
        left = mended(dialect, my_database, changes, lambda sql: mysql_servers.run(my_database, sql))
        assert (changes, left) == (changes, [])


def test_sqlite_is_as_expected_afterwards(tmp_path: Path) -> None:
    url = make_url(f"sqlite:///{tmp_path / 'shop.db'}")

    def run(sql: str) -> None:
        with sqlite3.connect(tmp_path / "shop.db") as there:
            there.executescript(sql)

    run(rich.SQLITE + LITE)
    for changes in SQLITE:
        assert (changes, mended(sqlite(), url, (changes,), run)) == (changes, [])


def test_a_schema_goes_after_its_tables_and_nothing_of_it_is_more_than_a_comment() -> None:
    more = "CREATE SCHEMA s; CREATE TABLE s.a (id int PRIMARY KEY); CREATE TABLE s.b (a int REFERENCES s.a (id));"
    lines = script("", more + "CREATE VIEW s.v AS SELECT id FROM s.a; CREATE SCHEMA empty")
    assert [line for line in lines if "DROP" in line] == [
        '-- ALTER TABLE "s"."b" DROP CONSTRAINT "b_a_fkey";', '-- DROP VIEW "s"."v";', '-- DROP TABLE "s"."b";',
        '-- DROP TABLE "s"."a";', '-- DROP SCHEMA "s";', 'DROP SCHEMA "empty";',
    ]  # fmt: skip
    assert sum("LOSES DATA: rows of" in line for line in lines) == 5


def test_what_a_view_stands_on_goes_after_it_and_comes_before_it() -> None:
    base = "CREATE TABLE t (a int, b text); CREATE VIEW one AS SELECT {} FROM t; CREATE VIEW two AS SELECT a FROM one;"
    lines = script(base.format("a, b"), base.format("a"))
    sql = [line for line in lines if line.startswith(("DROP", "CREATE"))]
    assert sql == ['DROP VIEW "public"."two";', 'DROP VIEW "public"."one";', 'CREATE VIEW "public"."one" AS',
                   'CREATE VIEW "public"."two" AS']  # fmt: skip
    assert "-- CAREFUL: who was given rights on one is not known here: give them again" in lines


def in_mysql(expected: str, actual: str, home: str) -> list[str]:
    """The script from one database to another that may be called otherwise."""
    one, other = read_of(expected, "mysql", home), read_of(actual, "mysql", "shop")
    there = base(other, Server("mysql", "9.7.4", 90704, "shop", "db1", "me"))
    return list(sql_lines(written(compare_schemas(one, other).differences, there, home)))


def test_code_with_semicolons_is_told_to_the_client_as_one_statement() -> None:
    lines = in_mysql(f"CREATE TABLE orders (id int); CREATE TABLE flat (id int); {MY_MORE[1]}",
                     "CREATE TABLE orders (id int); CREATE TABLE flat (id int)", "shop")  # fmt: skip
    assert lines[-3:] == [
        "DELIMITER ;;",
        (
            "CREATE TRIGGER `shop`.`orders_after` AFTER DELETE ON `shop`.`orders` FOR EACH ROW"
            " BEGIN DELETE FROM flat; DELETE FROM flat; END;;"
        ),
        "DELIMITER ;",
    ]


def test_a_text_that_speaks_of_a_database_of_another_name_is_not_written_as_it_is() -> None:
    table = "CREATE TABLE t (a int);"
    view = "CREATE SQL SECURITY INVOKER VIEW v AS select `old`.`t`.`a` AS `a` from `old`.`t`"
    lines = in_mysql(table + view, table, "old")
    assert lines[-1].endswith("VIEW `shop`.`v` AS select `shop`.`t`.`a` AS `a` from `shop`.`t`;")
    lines = in_mysql(f"{table}{view} WHERE `old`.`t`.`a` <> 'x'", table, "old")
    assert lines[-1] == "-- NOT WRITTEN: Its text speaks of old, and here that is shop."
