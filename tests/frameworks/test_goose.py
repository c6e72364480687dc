"""goose's annotated files as its parser cuts them, and its table in which the last row of a version decides."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from console import frameworks
from console.core.migration import Migration
from console.core.plan import CannotWriteError
from console.core.ports import TableRows
from tests.frameworks.making import write
from tests.frameworks.sqlfiles import PENDING, RECORDED, beliefs, by_id, not_ran, project, ran
from tests.frameworks.sqlfiles import ledger as made
from tests.frameworks.sqlfiles import tracked as joined

NAME, TABLE = "goose", "public.goose_db_version"
COLUMNS = ("id", "version_id", "is_applied", "tstamp")
UP, DOWN = "-- +goose Up\n", "-- +goose Down\n"
FUNCTION = """CREATE FUNCTION f() RETURNS int AS $$
BEGIN
  RETURN 1;
END;
$$ LANGUAGE plpgsql;
"""


def one(folder: Path, text: str, dialect: str = "postgres") -> Migration:
    """The migration of one file."""
    write(folder, {"migrations/00001_x.sql": text, "migrations/00002_y.sql": UP})
    return frameworks.load(NAME).read(project(NAME, folder), None, dialect, "public").migrations[0]


def row(number: int, version: int, applied: str = "t") -> tuple[str | None, ...]:
    return (str(number), str(version), applied, "2026-01-31 12:00:00")


def test_goose_statements_up_and_down_are_read_on_their_own_lines(tmp_path: Path) -> None:
    found = one(tmp_path, f"-- why\n\n{UP}CREATE TABLE a (b int);\n\nSELECT 1; -- once\n{DOWN}DROP TABLE a;\n")
    assert [(s.sql, s.line) for s in found.statements] == [("CREATE TABLE a (b int)", 4), ("SELECT 1", 6)]
    assert ([s.sql for s in found.down], found.transactional) == (["DROP TABLE a"], True)
    assert one(tmp_path, f"{UP}SELECT 1;\n", "mysql").transactional is False


def test_goose_transactions_are_left_out_where_the_file_says_so(tmp_path: Path) -> None:
    found = one(tmp_path, f"-- +goose NO TRANSACTION\n{UP}SELECT 1;\nSELECT 2;\n")
    assert (found.transactional, len({s.group for s in found.statements})) == (False, 2)


def test_a_body_with_semicolons_needs_brackets(tmp_path: Path) -> None:
    whole = one(tmp_path, f"{UP}-- +goose StatementBegin\n{FUNCTION}-- +goose StatementEnd\nSELECT 1;\n")
    assert (whole.unreadable, len(whole.statements)) == ("", 2)
    cut = one(tmp_path, f"{UP}{FUNCTION}")
    assert cut.unreadable == "goose cuts a statement of it in two: it needs +goose StatementBegin around it"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"{UP}SELECT 1\n", "no semicolon"),
        (f"{UP}SELECT 1\n{DOWN}", "no semicolon"),
        (f"{UP}-- +goose StatementBegin\nSELECT 1;\n", "StatementEnd is missing"),
        (f"{UP}-- +goose StatementEnd\n", "out of place"),
        (f"{UP}SELECT 1;\n{UP}", "stands where none may"),
        (f"SELECT 1;\n{UP}", "stand before"),
        ("SELECT 1;\n", "stand before"),
        ("", "no +goose Up"),
    ],
    ids=["end", "down", "begin", "lone-end", "twice", "before", "none", "empty"],
)
def test_what_goose_refuses_is_said(text: str, why: str, tmp_path: Path) -> None:
    found = one(tmp_path, text)
    assert found.unreadable.startswith("goose refuses it: ")
    assert (why in found.unreadable, found.statements) == (True, ())


def test_goose_does_not_look_at_the_other_direction(tmp_path: Path) -> None:
    """What is wrong with a way back stops no `goose up`: what such a file left behind is to be judged."""
    found = one(tmp_path, f"{UP}CREATE TABLE a (b int);\n{DOWN}DROP TABLE a\n")
    assert (found.unreadable, [s.sql for s in found.statements], found.down) == ("", ["CREATE TABLE a (b int)"], ())
    assert found.note == "its way back: goose refuses it: a statement of it has no semicolon"
    cut = one(tmp_path, f"{UP}SELECT 1;\n{DOWN}{FUNCTION}")
    assert (len(cut.statements), cut.down, cut.note.partition(":")[0]) == (1, (), "its way back")


def test_what_only_a_run_could_tell_is_said(tmp_path: Path) -> None:
    assert "ENVSUB" in one(tmp_path, f"-- +goose ENVSUB ON\n{UP}SELECT '${{WHO}}';\n").unreadable
    write(tmp_path, {"migrations/00003_z.go": "package x", "migrations/00004_z_test.go": "package x"})
    found = frameworks.load(NAME).read(project(NAME, tmp_path), None, "postgres", "public").migrations
    assert [(m.id, m.unreadable) for m in found[2:]] == [("3", "it is a Go program: what it sends is not read")]


def test_goose_order_where_the_last_row_of_a_version_decides(tmp_path: Path) -> None:
    one(tmp_path, f"{UP}SELECT 1;\n")
    rows = (row(5, 1), row(1, 0), row(2, 1), row(3, 2), row(4, 2, "f"))
    found = joined(NAME, tmp_path, made(NAME, TABLE, COLUMNS, *rows))
    assert (beliefs(found), len(found.ledger.rows)) == ({"1": RECORDED, "2": PENDING}, 4)
    assert found.ledger.rows[0].applied_at is not None
    assert [lock for (lock,) in found.locks] == ["4097083626", "5887940537704921958"]


def test_what_is_missing_below_the_newest_stops_it(tmp_path: Path) -> None:
    one(tmp_path, f"{UP}SELECT 1;\n")
    found = joined(NAME, tmp_path, made(NAME, TABLE, COLUMNS, row(1, 2), row(2, 7)))
    assert (beliefs(found), by_id(found)["7"].migration) == ({"1": PENDING, "2": RECORDED, "7": RECORDED}, None)
    assert found.next_run == (
        "`goose up` runs nothing: 1 is missing below 7, which is recorded; only `goose up -allow-missing` runs it."
    )


def test_its_rows_are_goose_s_own(tmp_path: Path) -> None:
    one(tmp_path, f"{UP}SELECT 1;\n")
    found = joined(NAME, tmp_path, made(NAME, TABLE, COLUMNS, row(1, 1)))
    assert ran(found, "2").sql == (
        'INSERT INTO "public"."goose_db_version" ("version_id", "is_applied") VALUES (2, true)',
    )
    assert not_ran(found, "1").sql == ('DELETE FROM "public"."goose_db_version" WHERE "version_id" = 1',)
    with pytest.raises(CannotWriteError, match="no row"):
        not_ran(found, "2")


@pytest.mark.parametrize(
    ("driver", "text", "url"),
    [
        ("postgres", "host=db user=me password='p w' dbname=app sslmode=disable",
         "postgresql://me:p w@db/app?sslmode=disable"),
        ("mysql", "me:p@tcp(db:3307)/app?parseTime=true", "mysql://me:p@db:3307/app"),
        ("postgres", "postgres://me@db/app", "postgresql://me@db/app"),
    ],
    ids=["words", "mysql", "url"],
)  # fmt: skip
def test_its_data_source_is_understood(driver: str, text: str, url: str, tmp_path: Path) -> None:
    one(tmp_path, UP)
    found = project(NAME, tmp_path, GOOSE_DRIVER=driver, GOOSE_DBSTRING=text, GOOSE_TABLE="ops.ran")
    assert found.url is not None
    assert found.url.render_as_string(hide_password=False).replace("%20", " ").replace("+", " ") == url
    assert frameworks.load(NAME).ledger_tables(found) == (("ops", "ran"), (None, "goose_db_version"))


def test_an_odd_version_makes_its_table_unread() -> None:
    odd = frameworks.load(NAME).parse_ledger(TABLE, TableRows(COLUMNS, (("1", None, "t", None),), (None,)))
    assert odd is not None
    assert odd.unread == "a version of it is no number"


def test_goose_statements_down_are_those_behind_its_mark(tmp_path: Path) -> None:
    found = one(tmp_path, f"{UP}CREATE TABLE a (b int);\n{DOWN}\nDROP INDEX i;\nDROP TABLE a;\n")
    assert [(s.sql, s.line) for s in found.down] == [("DROP INDEX i", 5), ("DROP TABLE a", 6)]


def test_goose_lock_is_that_of_a_program_with_goose_inside(tmp_path: Path) -> None:
    one(tmp_path, f"{UP}SELECT 1;\n")
    found = joined(NAME, tmp_path, made(NAME, TABLE, COLUMNS, row(1, 1)))
    assert found.locks[0] == (str(zlib.crc32(b"goose")),)
    assert "inside" in found.lock_note
