"""`assess --shadow URL`: the migrations on a scratch server say what is expected, and it is empty again afterwards."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy.engine import URL

from console import dialects
from console.cli import once
from console.cli.shadow import Scratch
from console.core.faults import PasswordFault, UsageFault
from console.core.ports import Link
from console.core.shadow import made
from console.dialects.mariadb import make as mariadb
from console.dialects.mysql import make as mysql
from console.dialects.postgres import make as postgres
from console.drill.player import checksum
from tests import mysql_servers, servers
from tests.headless import Answer
from tests.mysql_servers import MyServer
from tests.schemas import rich
from tests.schemas.elsewhere import Elsewhere
from tests.schemas.reading import read
from tests.scratch import my_scratch, pg_scratch
from tests.test_snapshot_cli import halfway
from tests.test_snapshot_servers import HISTORY, plain

__all__ = ["my_scratch", "pg_scratch"]
ROW = "INSERT INTO flyway_schema_history VALUES (1, '1', 'o', 'SQL', 'V1__o.sql', {}, 'me', now(), 7, true)"
TWO = "ALTER TABLE orders ADD carrier varchar(40);\nALTER TABLE orders ADD shipped date;\n"
MYSQL = "".join(line for line in rich.MYSQL.splitlines(keepends=True) if "EVENT" not in line)
CIRCLE = """
CREATE TABLE hens (id int PRIMARY KEY, egg_id int);
CREATE TABLE eggs (id int PRIMARY KEY, hen_id int, CONSTRAINT laid FOREIGN KEY (hen_id) REFERENCES hens (id));
ALTER TABLE hens ADD CONSTRAINT hatched FOREIGN KEY (egg_id) REFERENCES eggs (id);
"""
FILLED = "INSERT INTO customers (email) VALUES ('a@b');\n"
Run = Callable[..., None]


def half_way(folder: Path, given: URL, script: str, run: Run) -> None:
    """A project of Flyway whose second migration stopped after its first statement; and an index by hand."""
    (folder / "sql").mkdir()
    (folder / "sql" / "V1__o.sql").write_text(script)
    (folder / "sql" / "V2__shipping.sql").write_text(TWO)
    (folder / "sql" / "V2__shipping.sql.conf").write_text("executeInTransaction=false\n")
    (folder / "flyway.conf").write_text("flyway.locations=filesystem:sql\n")
    statements = (HISTORY, *(sql for sql in script.split(";\n") if sql.strip()), ROW.format(checksum(script)))
    run(given, *statements, "ALTER TABLE orders ADD carrier varchar(40)", "CREATE INDEX by_hand ON orders (total)")


def assess(folder: Path, given: URL, *options: str) -> Answer:
    return halfway("assess", plain(given), "--project", str(folder), "--json", *options)


def told(answer: Answer) -> list[tuple[str, str, int | None]]:
    return [(d["change"], d["object"], d["statement"]) for d in answer.document["drift"]]


def test_on_postgres(database: URL, pg_scratch: URL, tmp_path: Path) -> None:
    half_way(tmp_path, database, rich.POSTGRES + CIRCLE + FILLED, servers.run)
    answer = assess(tmp_path, database, "--shadow", plain(pg_scratch))
    assert told(answer) == [("missing", "orders.shipped", 2), ("unexpected", "by_hand", None)], answer.err
    assert answer.document["baseline"].startswith("replay of 1 migration on scratch on ")
    assert answer.err == "halfway: 1 statement that only change rows were not sent to the scratch database\n"
    assert list(made(read(postgres(), pg_scratch)[0])) == []


def test_on_mysql(my_database: URL, my_scratch: URL, my_server: MyServer, tmp_path: Path) -> None:
    half_way(tmp_path, my_database, MYSQL + CIRCLE + FILLED, mysql_servers.run)
    answer = assess(tmp_path, my_database, "--shadow", plain(my_scratch))
    assert told(answer) == [("missing", "orders.shipped", 2), ("unexpected", "orders.by_hand", None)], answer.err
    assert list(made(read(mariadb() if my_server.is_mariadb else mysql(), my_scratch)[0])) == []


def test_a_scratch_database_that_is_not_empty_or_beside_the_incident_is_left_alone(
    database: URL, pg_elsewhere: Elsewhere, pg_scratch: URL, tmp_path: Path
) -> None:
    half_way(tmp_path, database, "CREATE TABLE orders (id int, total int);\n", servers.run)
    beside = assess(tmp_path, database, "--shadow", plain(pg_elsewhere()))
    assert (beside.code, beside.out) == (2, "")
    assert "is on the server of the incident" in beside.err
    servers.run(pg_scratch, "CREATE TABLE theirs (id int)")
    answer = assess(tmp_path, database, "--shadow", plain(pg_scratch))
    assert (answer.code, answer.out) == (2, "")
    assert "is not empty" in answer.err
    assert "theirs" in {thing.ref.name for thing in made(read(postgres(), pg_scratch)[0])}
    servers.run(pg_scratch, "DROP TABLE theirs")


def test_what_cannot_be_replayed_is_told_and_leaves_nothing(database: URL, pg_scratch: URL, tmp_path: Path) -> None:
    wrong = "CREATE TABLE orders (id int, total int);\nCREATE TABLE more (id int, of_it geometry_of_theirs);\n"
    servers.run(database, "CREATE DOMAIN geometry_of_theirs AS text")
    half_way(tmp_path, database, wrong, servers.run)
    answer = assess(tmp_path, database, "--shadow", plain(pg_scratch))
    assert (answer.code, answer.out) == (3, "")
    assert "statement 1 of 1 could not be replayed on the scratch database" in answer.err
    assert "geometry_of_theirs" in answer.err
    assert list(made(read(postgres(), pg_scratch)[0])) == []


def test_what_code_made_is_left_there_and_said(database: URL, pg_scratch: URL, tmp_path: Path) -> None:
    code = "DO $$ BEGIN CREATE TABLE by_code (id int); END $$"
    half_way(tmp_path, database, f"CREATE TABLE orders (id int, total int);\n{code};\n", servers.run)
    answer = assess(tmp_path, database, "--shadow", plain(pg_scratch))
    assert told(answer) == [("missing", "orders.shipped", 2), ("unexpected", "by_hand", None)]
    assert answer.err == "halfway: left in scratch on 127.0.0.1: table by_code\n"
    servers.run(pg_scratch, "DROP TABLE by_code")


@pytest.mark.parametrize(
    "beyond",
    [
        pytest.param("DO $$ BEGIN EXECUTE 'CREATE ROLE ada'; END $$", id="role"),
        pytest.param("SET search_path = public;\nCREATE TABLE more (id int)", id="path"),
    ],
)
def test_what_would_reach_beyond_the_scratch_database_is_not_sent(
    database: URL, pg_scratch: URL, tmp_path: Path, beyond: str
) -> None:
    half_way(tmp_path, database, "CREATE TABLE orders (id int, total int);\n", servers.run)
    script = f"CREATE TABLE orders (id int, total int);\n{beyond};\n"
    (tmp_path / "sql" / "V1__o.sql").write_text(script)
    servers.run(database, f"UPDATE flyway_schema_history SET checksum = {checksum(script)}")
    answer = assess(tmp_path, database, "--shadow", plain(pg_scratch))
    assert (answer.code, answer.out, answer.err.count("\n")) == (2, "", 1)
    assert "the project cannot be replayed: " in answer.err


def test_one_source_is_named_at_a_time(tmp_path: Path) -> None:
    answer = halfway("assess", "--shadow", "postgresql://db/x", "--expect", str(tmp_path))
    assert (answer.code, answer.out) == (2, "")
    assert "--shadow and --expect both say what is expected" in answer.err


def test_the_database_is_looked_at_once_and_its_password_asked_for_once(
    database: URL, pg_scratch: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    half_way(tmp_path, database, rich.POSTGRES, servers.run)
    opened: list[str] = []
    asked: list[PasswordFault] = []
    dialect = postgres()

    def opening(url: URL, purpose: str) -> Link:
        if url.database == database.database:
            if url.password is None:
                raise PasswordFault("the server wants a password")
            opened.append(purpose)
        return dialect.open(url, purpose)

    def asking(fault: PasswordFault) -> str:
        asked.append(fault)
        return "typed"

    monkeypatch.setattr(dialects, "open_dialect", lambda _: SimpleNamespace(**{**vars(type(dialect)), "open": opening}))
    monkeypatch.setattr(once, "ask_password", asking)
    answer = assess(tmp_path, database, "--shadow", plain(pg_scratch))
    assert told(answer) == [("missing", "orders.shipped", 2), ("unexpected", "by_hand", None)], answer.err
    assert len(asked) == 1
    assert len(opened) == len(set(opened))


def test_a_name_that_leads_to_another_server_by_now_is_acted_on_by_nobody(
    pg_scratch: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch, closed = Scratch(pg_scratch), list[str]()
    hand = SimpleNamespace(identity=lambda: "4711 then", close=lambda: closed.append("closed"))
    monkeypatch.setattr(dialects, "open_hand", lambda *_: hand)
    with pytest.raises(UsageFault, match="is on another server than a moment ago"):
        scratch.another()
    assert closed == ["closed"]
