"""The commands of a time machine: exact, with a time that is proven or a blank, and never run."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.journal import Entry, Person, Topic
from console.core.judge import assess
from console.core.observation import Server
from console.core.restore.moment import Moment, Told, bounds_of, moment_of
from console.core.restore.point_in_time import finding, recipes
from tests.acting.test_steps_mysql import V2, my_project
from tests.builders import failed, observation, pending, recorded, schema_after, tracking
from tests.headless import halfway
from tests.mysql_servers import MyServer
from tests.mysql_servers import run as my_run
from tests.restore.test_loading import ON_NEWEST, rows
from tests.sites import shop
from tests.test_incident import incident_on

TEN = datetime(2026, 1, 31, 10, tzinfo=UTC)
PROVEN = Moment(Told(TEN, "a ledger"))
POSTGRES = Server("postgresql", "16.4", 160004, "shop", "db1", "ann")
MYSQL = Server("mysql", "9.7", 90700, "shop", "db1", "ann")


RDS = (
    "aws rds restore-db-instance-to-point-in-time --source-db-instance-identifier shop"
    " --target-db-instance-identifier shop-before --restore-time 2026-01-31T10:00:00Z"
)
AURORA = (
    "aws rds restore-db-cluster-to-point-in-time --source-db-cluster-identifier shop"
    " --db-cluster-identifier shop-before --restore-to-time 2026-01-31T10:00:00Z"
)
NEON = "neonctl branches create --project-id <project> --name before-migration --parent <branch>@2026-01-31T10:00:00Z"
BINLOG = (
    "TZ=UTC mysqlbinlog --stop-datetime='2026-01-31 10:00:00'"
    " --start-position=<position in the backup> <first log> <others>"
)


@pytest.mark.parametrize(
    ("server", "host", "command"),
    [
        (POSTGRES, "shop.abc1def.eu-west-1.rds.amazonaws.com", RDS),
        (MYSQL, "shop.cluster-abc1def.eu-west-1.rds.amazonaws.com", AURORA),
        (POSTGRES, "ep-cool-darkness-123456-pooler.us-east-2.aws.neon.tech", NEON),
        (POSTGRES, "db1", "recovery_target_time = '2026-01-31 10:00:00+00'"),
        (MYSQL, "db1", BINLOG),
    ],
    ids=["rds", "aurora", "neon", "wal", "binlog"],
)
def test_each_server_has_its_own_commands(server: Server, host: str, command: str) -> None:
    (recipe,) = recipes(server, host, PROVEN)
    assert command in recipe.commands
    (blank,) = recipes(server, host, Moment())
    assert "<time>" in " ".join(blank.commands)
    assert "2026" not in " ".join(blank.commands)


@pytest.mark.parametrize("host", ["evil.rds.amazonaws.com.example.org", "neon.tech", "x;y.abc.eu.rds.amazonaws.com"])
def test_a_host_that_only_looks_like_one_tells_nothing(host: str) -> None:
    assert recipes(POSTGRES, host, PROVEN)[0].title.startswith("PostgreSQL: a base backup")


def test_names_in_the_query_are_quoted() -> None:
    assert '\'"a""b"\'::regclass' in finding(POSTGRES, 'a"b')
    assert "table_name = 'it''s'" in finding(MYSQL, "it's")


@ON_NEWEST
def test_without_a_proven_time_a_blank_is_printed_and_the_query(database: URL, tmp_path: Path) -> None:
    site = shop(tmp_path, database)
    site.file("2", "ALTER TABLE orders ADD COLUMN carrier text;\nALTER TABLE orders ADD COLUMN total text;\n")
    site.run("ALTER TABLE orders ADD COLUMN carrier text")
    answer = halfway("restore", site.address, "--project", str(tmp_path), "--point-in-time")
    assert answer.code == 0, answer
    assert "Until when it had not begun is not known." in answer.out
    ((number,),) = rows(database, "SELECT xmin::text FROM pg_attribute WHERE attname = 'carrier'")[0]
    assert f"Its first transaction was {number}: statement 1 made orders.carrier in it." in answer.out
    assert f"recovery_target_xid = '{number}'" in answer.out
    assert f"This may find it: SELECT pg_xact_commit_timestamp('{number}'::xid)" in answer.out
    named = halfway("restore", site.address, "--project", str(tmp_path), "--point-in-time", "--before",
                    "2026-01-31T11:00:00+01:00")  # fmt: skip
    assert "It had not begun at 2026-01-31T10:00:00Z (you said so: --before)." in named.out
    assert "recovery_target_time = '2026-01-31 10:00:00+00'" in named.out


@pytest.mark.parametrize("my_server", ["mariadb"], indirect=True)
def test_a_row_that_says_how_long_it_ran_proves_the_time(my_database: URL, my_server: MyServer, tmp_path: Path) -> None:
    my_project(tmp_path, my_server.kind, my_database)
    my_run(my_database, V2.partition(";")[0],
           "INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, checksum,"
           " installed_by, installed_on, execution_time, success) VALUES (2, '2', 'change 2', 'SQL',"
           " 'V2__change_2.sql', 1, 'root', '2026-01-31 10:00:30', 29000, 0)")  # fmt: skip
    url = my_database.render_as_string(hide_password=False)
    answer = halfway("restore", url, "--project", str(tmp_path), "--point-in-time", env={"TZ": "Asia/Tokyo"})
    assert "It had not begun at 2026-01-31T10:00:00Z" in answer.out, answer
    assert "TZ=UTC mariadb-binlog --stop-datetime='2026-01-31 10:00:00'" in answer.out
    backup = tmp_path / "shop.sql"
    backup.write_text("-- MySQL dump 10.13\nCREATE TABLE a (b int);\n-- Dump completed\n")
    os.utime(backup, (0, (TEN - timedelta(hours=1)).timestamp()))
    listed = halfway("restore", url, "--project", str(tmp_path), "--backups", str(tmp_path))
    assert (listed.code, "from before the migration, read to its end" in listed.out) == (0, True), listed


def test_of_several_migrations_only_what_holds_for_all_is_said() -> None:
    later = Moment(Told(TEN + timedelta(hours=1), "a ledger"), Told(TEN + timedelta(hours=2), "a journal"))
    both = Moment(Told(TEN, "a ledger"), Told(TEN, "a journal"))
    assert bounds_of((both, later)) == (TEN, TEN + timedelta(hours=2))
    assert bounds_of((later, Moment())) == bounds_of(()) == (None, None)


@ON_NEWEST
def test_the_journal_says_by_when_it_had_begun(database: URL, tmp_path: Path) -> None:
    site = shop(tmp_path, database)
    site.file("2", "ALTER TABLE orders ADD COLUMN carrier text;\nALTER TABLE orders ADD COLUMN total text;\n")
    site.run("ALTER TABLE orders ADD COLUMN carrier text")
    incident = incident_on(site)
    now = incident.observe()
    incident.stop()
    kept = Entry(7, TEN, "i", "r", Person("ann"), Topic.INTENT, f"Finish {now.troubled[0][1].label}", {})
    other = Entry(6, TEN - timedelta(days=9), "i", "r", Person("ann"), Topic.INTENT, "Finish V9__other", {})
    found = moment_of(now, *now.troubled[0], (other, kept))
    assert found.bounds == (None, TEN)
    assert "It had begun at 2026-01-31T10:00:00Z (journal entry 7)." in found.words


@pytest.mark.parametrize("tool", ["sqitch", "dbmate"])
def test_where_nothing_runs_out_of_order_the_one_before_it_proves_the_time(tool: str) -> None:
    one = recorded("V1", "create table a (id int)")
    assert one.row is not None
    one = replace(one, row=replace(one.row, applied_at=TEN))
    two = pending("V2", "alter table a add b int; alter table a add c int")
    schema = schema_after("create table a (id int, b int)")
    assessment = assess(observation(schema, tracking(one, two, framework=tool)))
    found = moment_of(assessment, *assessment.troubled[0], ())
    assert found.target == (TEN if tool == "sqitch" else None)
    assert ("The newest time in" in found.hint) is (tool != "sqitch")


def test_of_prismas_rows_the_first_try_proves_the_time() -> None:
    two = failed("V2", "alter table a add b int; alter table a add c int")
    assert two.row is not None
    rows_of = [
        replace(two.row, applied_at=None, raw=(("started_at", text), ("finished_at", None)))
        for text in ("2026-01-31 11:00:00+01", "2026-01-31 12:00:00.5+00", "2026-01-31 08:00:00")
    ]
    files = tracking(replace(two, row=rows_of[1]), framework="prisma")
    files = replace(files, ledger=replace(files.ledger, rows=tuple(rows_of)))
    assessment = assess(observation(schema_after("create table a (id int, b int)"), files))
    assert moment_of(assessment, *assessment.troubled[0], ()).target == TEN - timedelta(seconds=1)
