"""What the servers' dump programs write is expected: the same database does not differ from it, a changed one does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.cli.kept import kept
from console.readers.sources.dumps import statements_of
from tests import mysql_servers, servers
from tests.headless import Answer
from tests.mysql_servers import MyServer
from tests.schemas import rich
from tests.schemas.dumps import mysql_dump, postgres_dump, sqlite_dump
from tests.servers import ServerUnderTest
from tests.test_snapshot_cli import halfway, ran
from tests.test_snapshot_servers import my_rich, plain


def told(answer: Answer) -> list[tuple[str, str, str]]:
    return [(d["change"], d["kind"], d["object"]) for d in answer.document["drift"]]


def diff(one: str, other: str) -> Answer:
    return halfway("snapshot", "diff", one, other, "--json")


def without_drift(file: Path, url: str) -> None:
    """The dump beside its database, on either side, and beside itself."""
    for pair in ((str(file), url), (url, str(file)), (str(file), str(file))):
        answer = diff(*pair)
        assert (answer.code, told(answer), answer.err) == (0, [], ""), pair


def test_postgres_is_as_it_was_dumped(database: URL, postgres_server: ServerUnderTest, tmp_path: Path) -> None:
    servers.run(database, rich.POSTGRES, "INSERT INTO customers (email) VALUES ('a@b; CREATE TABLE no ()')")
    file, url = tmp_path / "shop.sql", plain(database)
    file.write_bytes(postgres_dump(database, postgres_server.major))
    without_drift(file, url)
    laravel = tmp_path / "pgsql-schema.sql"  # as its schema:dump has it written
    laravel.write_bytes(postgres_dump(database, postgres_server.major, "--no-owner", "--no-acl", "--schema-only"))
    without_drift(laravel, url)
    servers.run(database, "ALTER TABLE orders ALTER note TYPE varchar(80)", "DROP INDEX orders_tags_idx")
    assert told(diff(str(file), url)) == [("changed", "column", "orders.note"), ("missing", "index", "orders_tags_idx")]
    assert told(diff(url, str(file))) == [
        ("changed", "column", "orders.note"), ("unexpected", "index", "orders_tags_idx")
    ]  # fmt: skip
    nowhere = halfway("assess", url, "--project", str(tmp_path), "--schema", "nope")
    assert (nowhere.code, nowhere.out, "There is audit, public" in nowhere.err) == (2, "", True)
    answer = halfway("assess", url, "--project", str(tmp_path), "--expect", str(file), "--json")
    assert (answer.code, answer.document["baseline"]) == (1, f"dump {file}")
    assert [d["change"] for d in answer.document["drift"]] == ["changed", "missing"]


def test_mysql_is_as_it_was_dumped(my_database: URL, my_server: MyServer, tmp_path: Path) -> None:
    my_rich(my_database, my_server.kind)
    mysql_servers.run(my_database, "INSERT INTO flat VALUES (1, 'CREATE TABLE `no`; USE `other`')")
    file, url = tmp_path / "shop.sql", plain(my_database)
    file.write_bytes(mysql_dump(my_database, my_server.kind))
    without_drift(file, url)
    laravel = tmp_path / "mysql-schema.sql"  # as its schema:dump has it written
    short = ("--skip-add-locks", "--skip-comments", "--skip-set-charset", "--tz-utc", "--no-data")
    text = mysql_dump(my_database, my_server.kind, *short).decode()
    laravel.write_text(re.sub(r"\s+AUTO_INCREMENT=[0-9]+", "", text))
    assert [told(diff(*pair)) for pair in ((str(laravel), url), (url, str(laravel)))] == [[], []]
    mysql_servers.run(my_database, "ALTER TABLE orders MODIFY total bigint NOT NULL", "DROP TABLE flat")
    assert told(diff(str(file), url)) == [("missing", "table", "flat"), ("changed", "column", "orders.total")]
    assert told(diff(url, str(file))) == [("unexpected", "table", "flat"), ("changed", "column", "orders.total")]


def test_what_mysqldump_leaves_out_is_not_known(my_database: URL, my_server: MyServer, tmp_path: Path) -> None:
    my_rich(my_database, my_server.kind)
    file = tmp_path / "shop.sql"
    file.write_bytes(mysql_dump(my_database, my_server.kind, "--skip-routines", "--skip-events"))
    answer = diff(str(file), plain(my_database))
    assert (answer.code, told(answer)) == (1, [])
    assert len(answer.document["not_compared"]) == 3
    assert "event nightly: what was expected is not known: the dump was written without events" in answer.err


POSTGRES = "SET statement_timeout = 0;\nCREATE TABLE public.items (id integer);\n"
MYSQL = (
    "-- MySQL dump 10.13\n--\n-- Host: localhost    Database: shop\nCREATE TABLE `items` (`id` int) ENGINE=InnoDB;\n"
)


def test_a_dump_is_not_compared_with_another_kind_of_server(tmp_path: Path) -> None:
    one, other = tmp_path / "one.sql", tmp_path / "other.sql"
    one.write_text(POSTGRES)
    other.write_text(MYSQL)
    answer = halfway("snapshot", "diff", str(one), str(other))
    assert (answer.code, answer.out) == (2, "")
    assert "is of postgresql" in answer.err
    assert "they are not comparable" in answer.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("CREATE TABLE items (id int);\n", "does not say which server it is a dump of", id="unknown"),
        pytest.param("SET search_path = x;\nSELECT 1;\n", "neither a snapshot nor a dump of a schema", id="nothing"),
        pytest.param(f"{POSTGRES}\\connect a\n\\connect b\n", "a dump of several databases (a, b)", id="several"),
        pytest.param(f"{MYSQL}USE `a`;\nUSE `b`;\n", "a dump of several databases (a, b)", id="used"),
        pytest.param("PGDMP\x01", "it is a binary dump. Dump the schema alone, as SQL text", id="binary"),
    ],
)
def test_what_is_no_dump_of_one_schema_is_refused_in_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "odd.sql"
    file.write_text(text)
    answer = halfway("snapshot", "diff", str(file), str(file))
    assert (answer.code, answer.out, answer.err.count("\n")) == (2, "", 1), answer
    assert said in answer.err


def test_a_statement_nobody_can_read_is_told_and_what_it_may_have_made_is_in_doubt(tmp_path: Path) -> None:
    one, other = tmp_path / "one.sql", tmp_path / "other.sql"
    one.write_text(f"{POSTGRES}DO $$ BEGIN EXECUTE 'CREATE TABLE more (id int)'; END $$;\n")
    other.write_text(f"{POSTGRES}CREATE TABLE public.more (id int);\n")
    answer = diff(str(one), str(other))
    assert (answer.code, told(answer)) == (1, [])
    assert f"halfway: 1 statement of dump {one} could not be read, it is in line 3: DO $$ BEGIN" in answer.err
    assert [f"dump {one} is not whole" in doubt for doubt in answer.document["not_compared"]] == [True, False]
    other.write_text(POSTGRES)
    assert diff(str(one), str(other)).code == 1, "it may have made something that is not there"


def test_what_else_a_dump_holds_makes_no_noise(tmp_path: Path) -> None:
    file, plainly = tmp_path / "noisy.sql", tmp_path / "plain.sql"
    plainly.write_text(POSTGRES)
    file.write_text(
        "\\restrict abc\n" + POSTGRES + "COPY public.items (id) FROM stdin;\n1\n\\.\n"
        "SELECT pg_catalog.setval('public.s', 1, false);\nGRANT SELECT ON public.items TO me;\n"
        "INSERT INTO schema_migrations (version) VALUES ('1'), ('2');\n\\unrestrict abc\n"
    )
    answer = diff(str(plainly), str(file))
    assert (answer.code, told(answer), answer.err) == (0, [], "")


def test_the_server_that_it_is_compared_with_says_whose_a_bare_dump_is(tmp_path: Path) -> None:
    ran(tmp_path / "shop.db", "CREATE TABLE items (id integer PRIMARY KEY, name text)")
    file = tmp_path / "schema.sql"
    file.write_text("CREATE TABLE items (id integer PRIMARY KEY, name text, more int);\n")
    answer = diff(str(file), f"sqlite:///{tmp_path / 'shop.db'}")
    assert told(answer) == [("missing", "column", "items.more")]


def test_a_dump_says_what_had_run_where_the_rows_of_the_ledger_are_in_it(tmp_path: Path) -> None:
    file = tmp_path / "structure.sql"
    file.write_text(
        f"{POSTGRES}CREATE TABLE public.schema_migrations (version varchar NOT NULL);\n"
        "INSERT INTO \"schema_migrations\" (version) VALUES\n('20240102'),\n('20240101');\n"
        "COPY public.migrations (id, migration, batch) FROM stdin;\n1\t2024_01_01_000000_a\t1\n\\.\n"
    )
    recorded = {"rails": frozenset({"20240101", "20240102"}), "laravel": frozenset({"2024_01_01_000000_a"})}
    assert kept(file).recorded == recorded
    file.write_text(POSTGRES)
    assert kept(file).recorded == {}


def test_what_only_names_the_ledger_of_a_tool_is_not_the_tools_own() -> None:
    text = (
        "CREATE TABLE schema_migrations (version varchar PRIMARY KEY);\n"
        "CREATE TABLE users (id int, version varchar);\n"
        "CREATE VIEW ran AS SELECT version FROM schema_migrations;\n"
        "ALTER TABLE users ADD CONSTRAINT schema_migrations FOREIGN KEY (version) REFERENCES schema_migrations;\n"
        "CREATE INDEX mine ON schema_migrations (version);\nINSERT INTO schema_migrations VALUES ('1');\n"
    )
    kept_ones = statements_of(text, frozenset({"schema_migrations"}), "postgres", "public", whole=True)
    assert [s.sql.split("(")[0].strip() for s in kept_ones] == [
        "CREATE TABLE users", "CREATE VIEW ran AS SELECT version FROM schema_migrations",
        "ALTER TABLE users ADD CONSTRAINT schema_migrations FOREIGN KEY",
    ]  # fmt: skip


def test_what_sqlite3_dumps_is_as_it_was(tmp_path: Path) -> None:
    ran(tmp_path / "shop.db", rich.SQLITE, "INSERT INTO customers (email, name) VALUES ('a;b', 'CREATE TABLE no (a)')")
    file, url = tmp_path / "shop.sql", f"sqlite:///{tmp_path / 'shop.db'}"
    file.write_bytes(sqlite_dump(tmp_path / "shop.db"))
    without_drift(file, url)
    ran(tmp_path / "shop.db", "DROP VIEW big", "ALTER TABLE orders ADD COLUMN more int")
    assert told(diff(str(file), url)) == [("missing", "view", "big"), ("unexpected", "column", "orders.more")]
