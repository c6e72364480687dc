"""golang-migrate's one row: what is below it counts as done, and what is dirty stopped, in either direction."""

from __future__ import annotations

from pathlib import Path

import pytest

from console import frameworks
from console.core.hold import hold_of
from console.core.migration import Belief, Ledger
from console.core.observation import Tracking
from console.core.plan import CannotWriteError
from console.core.ports import TableRows
from console.machine import tool_of
from tests.builders import SERVER
from tests.frameworks.making import write
from tests.frameworks.sqlfiles import FAILED, MYSQL, PENDING, RECORDED, beliefs, by_id, not_ran, project, ran
from tests.frameworks.sqlfiles import ledger as made
from tests.frameworks.sqlfiles import tracked as joined

NAME, TABLE = "golang-migrate", "public.schema_migrations"
FILES = {
    "migrations/000001_init.up.sql": "CREATE TABLE a (b int);",
    "migrations/000001_init.down.sql": "DROP TABLE a;",
    "migrations/000002_more_of_it.up.sql": "ALTER TABLE a ADD c int;\nALTER TABLE a ADD d int;\n",
    "migrations/000002_more_of_it.down.sql": "ALTER TABLE a DROP d;\nALTER TABLE a DROP c;\n",
    "migrations/000003_index.up.sql": "CREATE INDEX CONCURRENTLY a_c ON a (c);",
    "migrations/README.md": "",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path, FILES)


def row(version: str, dirty: str) -> Ledger:
    return made(NAME, TABLE, ("version", "dirty"), (version, dirty))


def at(folder: Path, version: str, dirty: str = "f") -> Tracking:
    return joined(NAME, folder, row(version, dirty))


def test_golang_migrate_statements_up_and_down_are_pairs_of_files(folder: Path) -> None:
    found = frameworks.load(NAME).read(project(NAME, folder), None, "postgres", "public").migrations
    assert [(m.id, m.description, len(m.statements), len(m.down), m.transactional) for m in found] == [
        ("1", "init", 1, 1, False),
        ("2", "more of it", 2, 2, True),
        ("3", "index", 1, 0, False),
    ]
    on_mysql = frameworks.load(NAME).read(project(NAME, folder), None, "mysql", "app").migrations
    assert [m.transactional for m in on_mysql] == [False, False, False]


def test_golang_migrate_transactions_end_where_each_statement_is_sent_alone(folder: Path) -> None:
    named = project(NAME, folder, DATABASE_URL="pgx5://me:pw@db:5433/app?sslmode=disable&x-multi-statement=true")
    assert named.url is not None
    assert named.url.render_as_string() == "postgresql://me:***@db:5433/app?sslmode=disable"
    found = frameworks.load(NAME).read(named, None, "postgres", "public").migrations
    assert [m.transactional for m in found] == [False, False, False]


def test_a_go_address_is_understood(folder: Path) -> None:
    named = project(NAME, folder, MYSQL_URL="mysql://me:p@tcp(db:3307)/app?multiStatements=true")
    assert named.url is not None
    assert named.url.render_as_string(hide_password=False) == "mysql://me:p@db:3307/app"


def test_golang_migrate_detection_leaves_files_of_sqlx_alone(folder: Path) -> None:
    write(folder, {"Cargo.toml": ""})
    assert frameworks.load(NAME).detect(folder, {}) is None


@pytest.mark.parametrize(
    ("version", "dirty", "believed"),
    [
        ("1", "f", [RECORDED, PENDING, PENDING]),
        ("3", "f", [RECORDED, RECORDED, RECORDED]),
        ("2", "t", [RECORDED, FAILED, PENDING]),
    ],
    ids=["first", "last", "dirty"],
)
def test_golang_migrate_order_is_that_of_the_numbers_below_the_row(
    folder: Path, version: str, dirty: str, believed: list[Belief]
) -> None:
    assert list(beliefs(at(folder, version, dirty)).values()) == believed


def test_golang_migrate_failure_may_be_of_the_down(folder: Path) -> None:
    found = by_id(at(folder, "2", "t"))
    assert found["2"].note == "dirty: its up stopped, or the down of 3 did, which leaves the same row"
    assert found["3"].note == "its down may be what stopped"
    assert at(folder, "2", "t").next_run == (
        "`migrate up` runs nothing: version 2 is dirty, and it stays so until `migrate force 2` says that it ran, or "
        "`migrate force 1` that it did not."
    )


def test_a_row_without_a_file_stops_it(folder: Path) -> None:
    found = at(folder, "7")
    assert (by_id(found)["7"].migration, by_id(found)["7"].file_expected) == (None, True)
    assert found.next_run == "`migrate up` runs nothing: no file has version 7, at which the database is."
    down = at(folder, "-1", "t")
    assert (by_id(down)["-1"].belief, by_id(down)["-1"].file_expected) == (FAILED, False)


def test_what_is_not_its_row_is_not_read() -> None:
    tool = frameworks.load(NAME)
    assert tool.parse_ledger(TABLE, TableRows(("version",), (("1",),), (None,))) is None
    two = tool.parse_ledger(TABLE, TableRows(("version", "dirty"), (("1", "f"), ("2", "f")), (None, None)))
    assert two is not None
    assert two.unread == "it has 2 rows, and golang-migrate writes one"


def test_its_lock_is_known_by_number(folder: Path) -> None:
    assert at(folder, "1").locks[0] == ("1726534663",)
    assert joined(NAME, folder, row("1", "0"), MYSQL).locks != ()


def test_its_lock_is_taken_and_surely_holds_off_nobody(folder: Path) -> None:
    hold = hold_of(at(folder, "1"), SERVER)
    assert (bool(hold.locks), hold.sure) == (True, False)


def test_golang_migrate_mark_ran_makes_a_dirty_row_clean(folder: Path) -> None:
    edit = ran(at(folder, "2", "t"), "2")
    assert edit.sql == (
        'DELETE FROM "public"."schema_migrations" WHERE "version" = 2 AND "dirty" = true',
        'INSERT INTO "public"."schema_migrations" ("version", "dirty") VALUES (2, false)',
    )
    assert edit.after == ((("version", "2"), ("dirty", "f")),)
    assert edit.undo[1] == """INSERT INTO "public"."schema_migrations" ("version", "dirty") VALUES ('2', 't')"""


def test_golang_migrate_mark_not_ran_names_the_one_before(folder: Path) -> None:
    assert not_ran(at(folder, "2", "t"), "2").after == ((("version", "1"), ("dirty", "f")),)
    first = not_ran(at(folder, "1", "t"), "1")
    assert (first.after, len(first.sql)) == ((), 1)


@pytest.mark.parametrize(
    ("version", "dirty", "wish", "why"),
    [
        ("1", "f", "3", "2 comes first"),
        ("2", "t", "3", "dirty at 2"),
        ("2", "f", "1", "done already"),
        ("2", "f", "9", "No file has this version"),
    ],
    ids=["skips", "dirty-below", "below", "no-file"],
)
def test_what_force_would_say_wrongly_is_refused(folder: Path, version: str, dirty: str, wish: str, why: str) -> None:
    with pytest.raises(CannotWriteError, match=why):
        ran(at(folder, version, dirty), wish)


def test_only_what_the_row_names_is_taken_back(folder: Path) -> None:
    with pytest.raises(CannotWriteError, match="names another version"):
        not_ran(at(folder, "2"), "1")


def test_its_process_is_known() -> None:
    assert tool_of("migrate -path db -database postgres://x/y up") == NAME
    assert tool_of("migrate birds up the river") is None


def test_golang_migrate_statements_down_are_those_of_the_down_file(folder: Path) -> None:
    found = frameworks.load(NAME).read(project(NAME, folder), None, "postgres", "public").migrations
    assert [[s.sql for s in m.down] for m in found] == [
        ["DROP TABLE a"], ["ALTER TABLE a DROP d", "ALTER TABLE a DROP c"], [],
    ]  # fmt: skip
