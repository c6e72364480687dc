"""What doctor finds, what it misses, and that what it prints is what mends it."""

from __future__ import annotations

import fcntl
import os
import pty
import sqlite3
import struct
import subprocess
import termios
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.headless import command, environment, halfway
from tests.incidents.mysql_flyway import MySite
from tests.mysql_servers import MyServer
from tests.servers import conninfo, run
from tests.sites import V2, shop


@pytest.fixture
def low(database: URL) -> Iterator[URL]:
    """A role that may do nothing but connect."""
    run(database, 'DROP ROLE IF EXISTS "Lo w"', 'CREATE ROLE "Lo w" LOGIN')
    yield database.set(username="Lo w")
    run(database, 'DROP OWNED BY "Lo w"', 'DROP ROLE "Lo w"')


def test_everything_in_place_ends_0(tmp_path: Path, database: URL) -> None:
    shop(tmp_path, database)
    answer = halfway("doctor", cwd=tmp_path)
    assert (answer.code, answer.err) == (0, "")
    assert "MISSING" not in answer.out
    for line in (
        f"PROJECT     flyway in {tmp_path}",
        "FILES       1 migration",
        f"CONNECTION  postgresql://postgres@127.0.0.1:{database.port}/{database.database} (from flyway.conf)",
        "LEDGER      public.flyway_schema_history: 1 row",
        "ROLE        postgres (superuser)",
    ):
        assert line in answer.out.splitlines()


def test_the_grants_it_prints_are_those_that_mend_it(tmp_path: Path, database: URL, low: URL) -> None:
    shop(tmp_path, database)
    before = halfway("doctor", conninfo(low), cwd=tmp_path)
    assert before.code == 1
    grants = [line.strip() for line in before.out.splitlines() if line.strip().startswith("GRANT")]
    assert len(grants) >= 3
    run(database, *grants)
    after = halfway("doctor", conninfo(low), cwd=tmp_path)
    assert (after.code, "MISSING" in after.out) == (0, False)


def test_without_a_server_it_says_what_is_on_disk_and_ends_3(tmp_path: Path, database: URL) -> None:
    site = shop(tmp_path, database)
    site.file("2", V2)
    answer = halfway("doctor", conninfo(database.set(port=1)), cwd=tmp_path)
    assert answer.code == 3
    assert "FILES       2 migrations" in answer.out
    assert "CONNECTION  postgresql://postgres@127.0.0.1:1/" in answer.out
    assert answer.err.startswith("halfway: PostgreSQL cannot be reached")


def test_without_anything_it_says_what_it_looked_for_and_ends_2(tmp_path: Path) -> None:
    answer = halfway("doctor", cwd=tmp_path)
    assert answer.code == 2
    assert "PROJECT     MISSING, none found of flyway, laravel" in answer.out
    assert "no database was named" in answer.err


def test_without_a_project_the_server_is_examined_all_the_same(tmp_path: Path, database: URL) -> None:
    answer = halfway("doctor", conninfo(database), cwd=tmp_path)
    assert answer.code == 1
    assert "PROJECT     MISSING, none found of flyway, laravel" in answer.out
    assert f"DATABASE    {database.database}, schema public" in answer.out


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("id serial PRIMARY KEY, migration varchar(255), batch int", "public.migrations: 0 rows"),
        ("note text", "public.migrations belongs to another tool"),
    ],
)
def test_a_table_that_several_tools_could_have_is_told_once(
    tmp_path: Path, database: URL, columns: str, said: str
) -> None:
    run(database, f"CREATE TABLE migrations ({columns})")
    lines = halfway("doctor", conninfo(database), cwd=tmp_path).out.splitlines()
    assert [line for line in lines if line.startswith("LEDGER")] == [f"LEDGER      {said}"]


def test_on_mysql_and_mariadb_it_speaks_of_databases_and_accounts(
    tmp_path: Path, my_database: URL, my_server: MyServer
) -> None:
    site = MySite(tmp_path / "shop", my_database).make()
    site.applied("1", "CREATE TABLE `order` (`key` INT PRIMARY KEY) ENGINE=InnoDB COMMENT='it''s'")
    answer = halfway("doctor", cwd=site.folder)
    product = "MariaDB" if my_server.is_mariadb else "MySQL"
    lines = answer.out.splitlines()
    assert "FILES       1 migration" in lines
    assert f"DATABASE    {my_database.database}" in lines
    assert f"LEDGER      {my_database.database}.flyway_schema_history: 1 row" in lines
    assert f"ACCOUNT     {my_database.username} (superuser)" in lines
    assert any(line.startswith(f"SERVER      {product} ") and line.endswith(", primary") for line in lines)
    missing = [line for line in lines if "MISSING" in line]
    assert [line.split(":")[0] for line in missing] == (
        ["RIGHT       see metadata locks"] if my_server.is_mariadb else []
    )
    assert answer.code == (1 if missing else 0)


def test_releases_are_named(tmp_path: Path, database: URL) -> None:
    for name in ("1", "2"):
        (tmp_path / "releases" / name / "sql").mkdir(parents=True)
        (tmp_path / "releases" / name / "sql" / "V2__x.sql").write_text(V2)
    (tmp_path / "current").symlink_to("releases/1")
    answer = halfway("doctor", conninfo(database), cwd=tmp_path / "current")
    assert "RELEASE     1 is linked; there are 1, 2" in answer.out


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, database: URL) -> None:
    site = shop(tmp_path, database)
    site.file("2", V2).write_bytes(b"x" * (64 * 1024 * 1024))
    answer = halfway("doctor", cwd=tmp_path)
    assert answer.code == 1
    assert "sql/V2__change_2.sql: it is larger than" in answer.out


@pytest.mark.parametrize("arguments", [["doctor"], ["assess"]])
def test_on_a_terminal_every_line_fits_it(tmp_path: Path, database: URL, low: URL, arguments: list[str]) -> None:
    site = shop(tmp_path, database)
    site.file("2", V2.replace("varchar(40)", "varchar(40) DEFAULT '" + "long " * 40 + "'"))
    site.run("ALTER TABLE orders ADD COLUMN carrier int")
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    child = subprocess.Popen(
        command(*arguments, conninfo(low)),
        cwd=tmp_path,
        env=environment({"TERM": "xterm"}),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.PIPE,
    )
    os.close(theirs)
    said = b""
    while True:
        try:
            said += os.read(ours, 10_000)
        except OSError:
            break
    _, err = child.communicate(timeout=30)
    os.close(ours)
    assert (child.returncode, err) == (1, b"")
    lines = said.decode().replace("\r", "").splitlines()
    assert lines
    assert [line for line in lines if len(line) > 80] == []
    assert b"\x1b" not in said


def test_a_ledger_that_is_not_understood_is_not_said_to_be_empty(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.db")) as made:
        made.executescript(
            "CREATE TABLE schema_migrations (version text); INSERT INTO schema_migrations VALUES (1), ('x')"
        )
    answer = halfway("doctor", f"sqlite:///{tmp_path / 'shop.db'}", "--framework", "dbmate", cwd=tmp_path)
    assert answer.code == 1
    assert "main.schema_migrations: MISSING, one of its rows is no version" in answer.out
