"""Liquibase's formatted SQL: changesets and what decides whether they run; its rows, and its lock that is a row."""

from __future__ import annotations

from pathlib import Path

import pytest

from console import frameworks
from console.core.migration import Belief, Migration
from console.core.plan import CannotWriteError
from console.core.ports import KeepsMore, KeepsMoving, TableRows
from tests.frameworks.making import write
from tests.frameworks.sqlfiles import MYSQL, PENDING, RECORDED, beliefs, by_id, changelog, not_ran, project, ran
from tests.frameworks.sqlfiles import ledger as made
from tests.frameworks.sqlfiles import tracked as joined

NAME, TABLE, PATH = "liquibase", "public.databasechangelog", "db/changelog/all.sql"
COLUMNS = ("id", "author", "filename", "dateexecuted", "orderexecuted", "exectype", "md5sum", "description")
LOCK = ("id", "locked", "lockgranted", "lockedby")
SETTINGS = "changeLogFile: db/changelog/all.sql\nurl=jdbc:postgresql://db:5433/app\nusername=me\npassword=p@w\n"


def laid(folder: Path, text: str) -> Path:
    return write(folder, {"liquibase.properties": SETTINGS, PATH: text})


def read(folder: Path, text: str, dialect: str = "postgres") -> tuple[Migration, ...]:
    laid(folder, text)
    return frameworks.load(NAME).read(project(NAME, folder), None, dialect, "public").migrations


def one(folder: Path, attributes: str, body: str = "SELECT 1;\n", dialect: str = "postgres") -> Migration:
    (found,) = read(folder, f"--liquibase formatted sql\n--changeset ann:1 {attributes}\n{body}", dialect)
    return found


def row(name: str, place: int, kind: str = "EXECUTED") -> tuple[str | None, ...]:
    return (name, "ann", PATH, "2026-01-31 12:00:00", str(place), kind, "9:x", "sql")


def test_changesets_are_read_with_what_takes_them_back(tmp_path: Path) -> None:
    text = (
        "-- LIQUIBASE FORMATTED SQL\n\n-- changeset ann:one\n--comment: why\nCREATE TABLE a (b int);\n"
        '--rollback DROP TABLE a;\n\n--changeset "bo b":"two words" runInTransaction:false\nSELECT 1;\nSELECT 2;\n'
        "/* liquibase rollback\nSELECT 3;\n*/\n--changeset ann:three\nSELECT 4;\n--rollback empty\n"
    )
    found = read(tmp_path, text)
    assert next((m.id, len(m.statements), len(m.down), m.transactional) for m in found) == (
        f"one::ann::{PATH}",
        1,
        1,
        True,
    )
    assert [(s.sql, s.line) for s in found[0].statements] == [("CREATE TABLE a (b int)", 5)]
    assert [m.id for m in found[1:]] == [f"two words::bo b::{PATH}", f"three::ann::{PATH}"]
    assert [s.sql for s in found[-1].down] == []


@pytest.mark.parametrize(
    ("attributes", "body", "why"),
    [
        ("endDelimiter:[;/]+", "SELECT 1//\n", "its statements end in [;/]+, which is not read"),
        ("", "SELECT '${who}';\n", "it puts the value of ${who} into its text, and that is not known here"),
        ("", "--ignoreLines:1\nSELECT 1;\n", "its line --ignorelines is not read"),
    ],
    ids=["delimiter", "parameter", "ignored-lines"],
)
def test_what_cannot_be_known_is_said(attributes: str, body: str, why: str, tmp_path: Path) -> None:
    found = one(tmp_path, attributes, body)
    assert (found.unreadable, found.statements) == (why, ())


@pytest.mark.parametrize(
    ("attributes", "note"),
    [
        ("dbms:mysql,oracle", "never runs here: it is for mysql,oracle"),
        ("dbms:!postgresql", "never runs here: it is for !postgresql"),
        ("dbms:postgresql", ""),
        ("dbms:!oracle", ""),
        ("ignore:true", "never runs here: it is ignored"),
        ("context:prod labels:x", "whether it runs is up to context prod; whether it runs is up to labels x"),
        ("runAlways:true", "it runs every time"),
        ("runOnChange:true", "it runs again when it changes, and whether it did is not known"),
        ("failOnError:false", "a refusal does not stop Liquibase"),
    ],
    ids=["other", "not-ours", "ours", "not-others", "ignored", "contexts", "always", "on-change", "goes-on"],
)
def test_what_decides_whether_it_runs_is_named(attributes: str, note: str, tmp_path: Path) -> None:
    assert one(tmp_path, attributes).note == note


def test_preconditions_are_named_and_not_asked(tmp_path: Path) -> None:
    body = "--preconditions onFail:MARK_RAN\n--precondition-sql-check expectedResult:0 SELECT 1\nSELECT 1;\n"
    assert one(tmp_path, "", body).note == "it has preconditions, which are not asked"


def test_rows_are_joined_by_id_author_and_file(tmp_path: Path) -> None:
    laid(tmp_path, changelog("SELECT 1", "SELECT 2", "SELECT 3"))
    ledger = made(NAME, TABLE, COLUMNS, row("2", 2, "MARK_RAN"), row("1", 1), row("old", 0))
    found = joined(NAME, tmp_path, ledger)
    ids = [f"{n}::ann::{PATH}" for n in (1, 2, 3, "old")]
    assert beliefs(found) == dict(zip(ids, (RECORDED, RECORDED, PENDING, RECORDED), strict=True))
    assert [t.id for t in found.tracked] == ids
    assert by_id(found)[ids[1]].note == "marked as run, without being run"
    assert found.about == ""
    assert joined(NAME, tmp_path, ledger, MYSQL).ledger.name == "public.DATABASECHANGELOG"
    assert by_id(joined(NAME, laid(tmp_path, changelog("SELECT 1").replace("ann:1", "ann:1 dbms:h2")), made(NAME, TABLE,
                 COLUMNS)))[ids[0]].belief is Belief.IGNORED  # fmt: skip


def test_the_lock_is_told_with_its_holder_and_its_time(tmp_path: Path) -> None:
    laid(tmp_path, changelog("SELECT 1", "SELECT 2"))
    tool = frameworks.load(NAME)
    assert isinstance(tool, KeepsMore)
    assert isinstance(tool, KeepsMoving)
    ledger = made(NAME, TABLE, COLUMNS, row("1", 1))
    held = tool.with_beside(ledger, TableRows(LOCK, (("1", "t", "2026-01-31 11:00:00", "box (10.0.0.1)"),), (None,)))
    found = joined(NAME, tmp_path, held)
    assert found.about.startswith(
        "Liquibase's lock is held by box (10.0.0.1) since 2026-01-31 11:00:00, in the clock of"
    )
    assert found.next_run == "`liquibase update` runs nothing: its lock is held, and it waits for it."
    with pytest.raises(CannotWriteError, match="lock is held"):
        not_ran(found, f"1::ann::{PATH}")
    free = tool.with_beside(ledger, TableRows(LOCK, (("1", "f", None, None),), (None,)))
    assert "lock" not in joined(NAME, tmp_path, free).about
    assert tool.with_beside(ledger, TableRows(("id",), (), ())) == ledger


def test_a_row_goes_by_its_three_names_and_none_is_written(tmp_path: Path) -> None:
    laid(tmp_path, changelog("SELECT 1", "SELECT 2"))
    found = joined(NAME, tmp_path, made(NAME, TABLE, COLUMNS, row("1", 1)))
    assert not_ran(found, f"1::ann::{PATH}").sql == (
        (
            """DELETE FROM "public"."databasechangelog" WHERE "id" = '1' AND "author" = 'ann' """
            f"""AND "filename" = '{PATH}'"""
        ),
    )
    (sql,) = ran(found, f"2::ann::{PATH}").sql
    assert "'2', 'ann', 'db/changelog/all.sql', 2, '9:" in sql


def test_its_database_is_read_from_its_properties(tmp_path: Path) -> None:
    laid(tmp_path, changelog("SELECT 1"))
    found = project(NAME, tmp_path)
    assert found.url is not None
    assert found.url.render_as_string(hide_password=False) == "postgresql://me:p%40w@db:5433/app"
    assert found.url_from == "liquibase.properties"


@pytest.mark.parametrize(
    ("files", "unread"),
    [
        ({"liquibase.properties": "changeLogFile=db/all.xml\n"}, "its changelog db/all.xml is not here"),
        ({"changelog/a.sql": changelog("SELECT 1"), "changelog/b.sql": changelog("SELECT 2")}, "several files"),
        ({"liquibase.properties": "changeLogFile=db/none.sql\n"}, "its changelog db/none.sql is not here"),
    ],
    ids=["gone-xml", "several", "gone"],
)
def test_what_is_not_read_is_said(files: dict[str, str], unread: str, tmp_path: Path) -> None:
    write(tmp_path, files)
    found = frameworks.load(NAME).read(project(NAME, tmp_path), None, "postgres", "public")
    assert (found.unread.startswith(unread), found.migrations) == (True, ())
