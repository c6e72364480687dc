"""dbmate's files as dbmate itself takes and refuses them, and its table beside that of Rails."""

from __future__ import annotations

from pathlib import Path

import pytest

from console import frameworks
from console.core.plan import CannotWriteError
from console.core.ports import KeepsMore, Project, TableRows
from console.machine import tool_of
from tests.frameworks.making import write
from tests.frameworks.sqlfiles import PENDING, RECORDED, beliefs, blocks, by_id, not_ran, project, ran
from tests.frameworks.sqlfiles import ledger as made
from tests.frameworks.sqlfiles import tracked as joined
from tests.tools.dbmate import dbmate

NAME, TABLE = "dbmate", "public.schema_migrations"
UP, DOWN = "-- migrate:up\n", "-- migrate:down\n"
REFUSED = {
    "no_up": (f"SELECT 1;\n{DOWN}", "no migrate:up block"),
    "no_down": (f"{UP}SELECT 1;\n", "no migrate:down block"),
    "before": (f"SELECT 1;\n{UP}{DOWN}", "statements stand before"),
    "comment_of_c": (f"/* why */\n{UP}{DOWN}", "statements stand before"),
    "two_ups": (f"{UP}SELECT 1;\n{UP}SELECT 2;\n{DOWN}", "not followed by its down block"),
}
TAKEN = {
    "plain": f"-- why\n\n{UP}SELECT 1;\n{DOWN}",
    "windows": f"{UP}SELECT 1;\n{DOWN}".replace("\n", "\r\n"),
    "options": "--migrate:up  transaction:false  x:y\nSELECT 1;\n--  migrate:down transaction:false\n",
    "two_sections": f"{UP}SELECT 1;\n{DOWN}SELECT 3;\n{UP}SELECT 2;\n{DOWN}",
}


def versions(*rows: str | None) -> TableRows:
    return TableRows(("version",), tuple((row,) for row in rows), (None,) * len(rows))


@pytest.mark.parametrize("name", [*REFUSED, *TAKEN])
def test_what_the_real_one_refuses_is_said_and_not_read(name: str, tmp_path: Path) -> None:
    text = TAKEN.get(name) or REFUSED[name][0]
    write(tmp_path, {"db/migrations/1_x.sql": text})
    ended = dbmate(tmp_path, "sqlite:x.db", "up")
    bare = Project(NAME, str(tmp_path), settings={"place": "db/migrations"})
    (found,) = frameworks.load(NAME).read(bare, None, "sqlite", "main").migrations
    assert (ended.code == 0, bool(found.unreadable)) == (name in TAKEN, name in REFUSED), ended.said
    if name in REFUSED:
        assert REFUSED[name][1] in found.unreadable
    else:
        assert [s.sql for s in found.statements] == ["SELECT 1", *(["SELECT 2"] if "two" in name else [])]
        assert found.statements[0].line == text.partition("SELECT 1")[0].count("\n") + 1


@pytest.mark.parametrize(("dialect", "whole"), [("postgres", True), ("mysql", False)], ids=["postgres", "mysql"])
def test_dbmate_transactions_hold_where_the_server_has_one(dialect: str, whole: bool, tmp_path: Path) -> None:
    write(tmp_path, {"db/migrations/1_x.sql": blocks("create table a (b int)"),
                     "db/migrations/2_x.sql": f"{UP.strip()} transaction:false\nselect 1;\n{DOWN}"})  # fmt: skip
    first, alone = frameworks.load(NAME).read(project(NAME, tmp_path), None, dialect, "x").migrations
    assert (first.transactional, alone.transactional) == (whole, False)


def test_dbmate_detection_by_sections_and_settings(tmp_path: Path) -> None:
    write(tmp_path, {"db/migrations/1_x.sql": "create table a (b int)"})
    assert frameworks.load(NAME).detect(tmp_path, {}) is None
    write(tmp_path, {"db/migrations/1_x.sql": blocks("select 1"), ".env": "DATABASE_URL=postgres://db/app\n"})
    found = project(NAME, tmp_path, DBMATE_MIGRATIONS_TABLE='"kept"."ran"')
    assert (str(found.url), found.url_from) == ("postgresql://db/app", ".env (DATABASE_URL)")
    assert frameworks.load(NAME).ledger_tables(found) == (("kept", "ran"), (None, "schema_migrations"))


def test_what_stands_beside_a_table_of_rails_is_not_its() -> None:
    tool = frameworks.load(NAME)
    assert isinstance(tool, KeepsMore)
    ledger = tool.parse_ledger(TABLE, versions("2026"))
    assert ledger is not None
    assert not tool.with_beside(ledger, TableRows(("key", "value"), (), ())).exists
    assert tool.with_beside(ledger, TableRows(("id",), (), ())) == ledger


def test_rows_that_are_no_versions_are_not_its() -> None:
    tool = frameworks.load(NAME)
    assert tool.parse_ledger(TABLE, versions("abc", None)) is None
    odd = tool.parse_ledger(TABLE, versions("1", "abc"))
    assert odd is not None
    assert odd.unread == "one of its rows is no version"


def test_rows_and_files_are_joined_by_version(tmp_path: Path) -> None:
    write(tmp_path, {f"db/migrations/{n}_x.sql": blocks("select 1") for n in ("01", "02", "03")})
    write(tmp_path, {"db/migrations/01_y.sql": blocks("select 2")})
    found = joined(NAME, tmp_path, made(NAME, TABLE, ("version",), ("02",), ("00",)))
    assert beliefs(found) | {"01": PENDING} == {"00": RECORDED, "01": PENDING, "02": RECORDED, "03": PENDING}
    assert [t.note for t in found.tracked if t.id == "01"] == ["", "another file has the same version"]
    assert by_id(found)["00"].file_expected
    assert found.next_run == "`dbmate up` runs the statement of 01_x, in a transaction."
    assert (ran(found, "03").undo, not_ran(found, "02").after) == (
        ("""DELETE FROM "public"."schema_migrations" WHERE "version" = '03'""",),
        (),
    )
    with pytest.raises(CannotWriteError, match="recorded it already"):
        ran(found, "02")
    with pytest.raises(CannotWriteError, match="no row"):
        not_ran(found, "03")
    with pytest.raises(CannotWriteError, match="file is not here"):
        ran(found, "00")


def test_its_process_is_known() -> None:
    assert tool_of("dbmate --url postgres://x up") == NAME
