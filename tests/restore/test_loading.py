"""A backup loaded beside production: what it was is there, and production has not been touched."""

from __future__ import annotations

import gzip
import os
import tempfile
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import URL

from console.drill.binaries import installations
from console.drill.server import PrivatePostgres
from tests.headless import Answer, halfway
from tests.mysql_servers import MyServer, ask, open_connection
from tests.mysql_servers import run as my_run
from tests.restore.grounds import MYSQL, POSTGRES, beside, my_beside
from tests.restore.making import mydumped, pg_dump
from tests.schemas.dumps import mysql_dump
from tests.servers import MAJORS, ServerUnderTest, conninfo, run

ON_NEWEST = pytest.mark.parametrize("postgres_server", MAJORS[-1:], indirect=True)
ON_TWO = pytest.mark.parametrize("postgres_server", sorted({MAJORS[0], MAJORS[-1]}), indirect=True)
SHARES = (
    "SELECT string_agg(o::text, '|' ORDER BY id) FROM orders o",
    "SELECT string_agg(c::text, '|') FROM app.customers c",
)
COUNTERS = """SELECT sum(n_tup_ins), sum(n_tup_upd), sum(n_tup_del), (SELECT count(*) FROM pg_class)
FROM pg_stat_user_tables"""


def shown(url: URL) -> str:
    """As a person writes it."""
    return url.render_as_string(hide_password=False)


def load(file: Path | str, scratch: URL, production: URL, *more: str) -> Answer:
    return halfway("restore", shown(production), "--from", str(file), "--scratch", shown(scratch), *more)


def rows(url: URL, *queries: str) -> list[Any]:
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        return [connection.execute(query).fetchall() for query in queries]


def my_rows(url: URL, *queries: str) -> list[Any]:
    with open_connection(url) as connection:
        return [ask(connection, query) for query in queries]


@ON_TWO
def test_pg_dump_with_create_leaves_production_as_it_was(
    database: URL, postgres_server: ServerUnderTest, tmp_path: Path
) -> None:
    run(database, *POSTGRES)
    file = tmp_path / "shop.sql.gz"
    file.write_bytes(gzip.compress(pg_dump(database, postgres_server.major, "-C", "--clean")))
    before = rows(database, *SHARES, COUNTERS)
    with beside(database) as scratch:
        answer = load(file, scratch, database)
        assert answer.code == 0, answer
        assert rows(scratch, *SHARES) == before[:2]
        assert answer.out.splitlines() == ["app.customers  2 rows", "orders  500 rows"]
        for what in (
            "1 x \\connect",
            "1 x CREATE TRIGGER",
            "1 x CREATE FUNCTION",
            "1 x CREATE VIEW",
            "1 x foreign keys",
        ):
            assert f"left out: {what}" in answer.err
        assert "free: " in answer.err
    assert rows(database, *SHARES, COUNTERS) == before


@ON_NEWEST
def test_a_login_that_may_enter_production_loads_nothing(
    database: URL, postgres_server: ServerUnderTest, tmp_path: Path
) -> None:
    run(database, *POSTGRES[:4])
    file = tmp_path / "shop.sql"
    file.write_bytes(pg_dump(database, postgres_server.major))
    with beside(database, shut_out=False) as scratch:
        answer = load(file, scratch, database)
        assert (answer.code, "the scratch login can connect to the incident's database" in answer.err) == (2, True), (
            answer
        )
        assert rows(scratch, "SELECT count(*) FROM pg_class WHERE relname = 'customers'") == [[(0,)]]
        run(scratch, "CREATE TABLE left_over (id int)")
        answer = load(file, scratch, database)
        assert (answer.code, "is not empty" in answer.err) == (2, True), answer
    itself = load(file, database, database)
    assert (itself.code, "is the database of the incident" in itself.err) == (2, True), itself


@ON_NEWEST
def test_archives_go_through_pg_restore_to_another_server(
    database: URL, postgres_server: ServerUnderTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(database, *POSTGRES)
    file = tmp_path / "shop.dump"
    pg_dump(database, postgres_server.major, "-Fc", "-f", str(file))
    pg_dump(database, postgres_server.major, "-Ft", "-f", str(tmp_path / "shop.tar"))
    before = rows(database, *SHARES)
    monkeypatch.setenv("PATH", str(installations()[postgres_server.major] / "bin"), prepend=os.pathsep)
    with PrivatePostgres(postgres_server.major, {}) as other:
        answer = load(file, other.url, database)
        assert (answer.code, rows(other.url, *SHARES)) == (0, before), answer
        run(other.url, "CREATE DATABASE far TEMPLATE template0")
        answer = load(far := f"file://{tmp_path}/shop.tar", other.url.set(database="far"), database)
        assert (answer.code, rows(other.url.set(database="far"), *SHARES)) == (0, before), answer
        assert f"halfway: {far} is copied to this machine first: needed: " in answer.err
        assert list(Path(tempfile.gettempdir()).glob("halfway-backup-*")) == []
        monkeypatch.setenv("PATH", str(tmp_path))
        refused = load(file, other.url.set(database="template1"), database)
    command = f"Run pg_restore --no-owner --no-privileges --no-comments --file=backup.sql {file}"
    assert (refused.code, command in refused.err) == (2, True), refused


def test_mysqldump_of_databases_leaves_production_as_it_was(
    my_database: URL, my_server: MyServer, tmp_path: Path
) -> None:
    my_run(my_database, *MYSQL)
    file = tmp_path / "shop.sql"
    file.write_bytes(mysql_dump(my_database, my_server.kind, "--databases"))
    queries = (
        "CHECKSUM TABLE orders, customers",
        "SELECT * FROM orders ORDER BY id",
        "SELECT * FROM customers ORDER BY id",
    )
    before = my_rows(my_database, *queries)
    my_run(my_database, "SET GLOBAL log_output = 'TABLE'", "TRUNCATE mysql.general_log", "SET GLOBAL general_log = ON")
    try:
        with my_beside(my_database) as scratch:
            answer = load(file, scratch, my_database)
            assert answer.code == 0, answer
            assert my_rows(scratch, *queries[1:]) == before[1:]
            assert sorted(answer.out.splitlines()) == ["customers  2 rows", "orders  2 rows"]
            for what in ("CREATE TRIGGER", "CREATE EVENT", "CREATE VIEW", "CREATE PROCEDURE", "CREATE DATABASE", "USE"):
                assert f" x {what}" in answer.err
            log = _sent(my_database)
    finally:
        my_run(my_database, "SET GLOBAL general_log = OFF", "SET GLOBAL log_output = 'FILE'")
    assert [text for text in log if str(my_database.database) in text] == []
    assert [text for text in log if text.startswith("INSERT INTO `orders`")] != []
    assert my_rows(my_database, *queries) == before


def _sent(url: URL) -> list[str]:
    """Statements of the loading session, as the server wrote them down."""
    queries = "SELECT CONVERT(argument USING latin1), user_host FROM mysql.general_log WHERE command_type = 'Query'"
    return [text or "" for text, who in my_rows(url, queries)[0] if who.startswith("scratch")]


@pytest.mark.parametrize("my_server", ["mysql"], indirect=True)
def test_a_login_with_any_right_on_production_loads_nothing(
    my_database: URL, my_server: MyServer, tmp_path: Path
) -> None:
    my_run(my_database, *MYSQL[:2])
    file = tmp_path / "shop.sql"
    file.write_bytes(mysql_dump(my_database, my_server.kind))
    with my_beside(my_database, shut_out=False) as scratch:
        answer = load(file, scratch, my_database)
        assert (answer.code, "the scratch login can connect to the incident's database" in answer.err) == (2, True), (
            answer
        )
        assert my_rows(scratch, "SHOW TABLES") == [[]]


@pytest.mark.parametrize("my_server", ["mariadb"], indirect=True)
def test_what_mydumper_wrote_is_loaded_from_anywhere(my_database: URL, tmp_path: Path) -> None:
    my_run(my_database, *MYSQL)
    folder = mydumped(my_database, tmp_path / "shop", "--compress", "--triggers", "--events", "--routines")
    query = "SELECT * FROM orders ORDER BY id"
    with my_beside(my_database) as scratch:
        answer = load(f"file://{folder}", scratch, my_database)
        assert (answer.code, my_rows(scratch, query)) == (0, my_rows(my_database, query)), answer
