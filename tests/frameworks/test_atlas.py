"""Atlas: sums over all files up to one, a counter of statements, and the rows that its `set` leaves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from console import frameworks
from console.core.migration import Belief
from console.core.observation import Tracking
from console.core.plan import CannotWriteError
from console.core.ports import TableRows
from console.frameworks.atlas.ledger import fnv
from tests.frameworks.making import write
from tests.frameworks.sqlfiles import (
    FAILED,
    MYSQL,
    PENDING,
    RECORDED,
    atlas_hashes,
    atlas_sum,
    beliefs,
    by_id,
    not_ran,
    project,
    ran,
)
from tests.frameworks.sqlfiles import ledger as made
from tests.frameworks.sqlfiles import tracked as joined

NAME, TABLE = "atlas", "public.atlas_schema_revisions"
COLUMNS = ("version", "description", "type", "applied", "total", "executed_at", "execution_time", "error", "error_stmt",
           "hash", "partial_hashes", "operator_version")  # fmt: skip
FILES = {
    "1_one.sql": "CREATE TABLE a (b int);\n",
    "2_two.sql": "ALTER TABLE a ADD c int;\nALTER TABLE a ADD d int;\n",
    "3_three.sql": "-- atlas:txmode none\n\nCREATE INDEX CONCURRENTLY a_c ON a (c);\n",
}


def laid(folder: Path, files: Mapping[str, str], total: str = "") -> Path:
    here = {f"migrations/{name}": text for name, text in files.items()}
    return write(folder, {**here, "migrations/atlas.sum": total or atlas_sum(files)})


def row(
    version: str, applied: int, total: int, *, kind: int = 2, error: str = "", files: Mapping[str, str] = FILES
) -> tuple[str | None, ...]:
    name = next((name for name in files if name.startswith(f"{version}_")), "")
    return (version, "x", str(kind), str(applied), str(total), "2026-01-31 12:00:00+00", "9", error, "",
            atlas_hashes(files).get(name, ""), "null", "Atlas CLI v1.2.3")  # fmt: skip


def track(folder: Path, *rows: tuple[str | None, ...]) -> Tracking:
    return joined(NAME, folder, made(NAME, TABLE, COLUMNS, *rows))


def test_atlas_transactions_are_read_at_the_top_of_a_file(tmp_path: Path) -> None:
    odd = {"4_a.sql": "-- atlas:txmode none\nSELECT 1;\n", "5_b.sql": "-- atlas:delimiter //\n\nSELECT 1//\n",
           "6_c.sql": "-- atlas:txmode all\n\nSELECT 1;\n"}  # fmt: skip
    found = frameworks.load(NAME).read(project(NAME, laid(tmp_path, {**FILES, **odd})), None, "postgres", "public")
    assert [(m.id, m.transactional, m.unreadable) for m in found.migrations] == [
        ("1", True, ""),
        ("2", True, ""),
        ("3", False, ""),
        ("4", True, ""),
        ("5", True, "its directive atlas:delimiter is not read"),
        ("6", True, "Atlas refuses it: its atlas:txmode is all"),
    ]


def test_atlas_detection_reads_settings_and_evaluates_nothing(tmp_path: Path) -> None:
    laid(tmp_path, FILES)
    text = 'env "prod" {\n  url = getenv("SHOP_URL")\n  migration {\n    dir = "file://migrations"\n  }\n}\n'
    write(tmp_path, {"atlas.hcl": text})
    found = project(NAME, tmp_path, SHOP_URL="mysql://me@db:3306/app")
    assert (str(found.url), found.url_from) == ("mysql://me@db:3306/app", "SHOP_URL")


@pytest.mark.parametrize(
    ("kind", "applied", "error", "believed"),
    [(2, 2, "", RECORDED), (2, 1, "no", FAILED), (2, 1, "", FAILED), (6, 1, "no", RECORDED), (4, 0, "", RECORDED)],
    ids=["done", "failed", "killed", "resolved", "set"],
)
def test_the_counter_says_what_atlas_believes(
    kind: int, applied: int, error: str, believed: Belief, tmp_path: Path
) -> None:
    found = track(
        laid(tmp_path, FILES), row("1", 1, 1), row("2", applied, 0 if kind == 4 else 2, kind=kind, error=error)
    )
    assert beliefs(found) == {"1": RECORDED, "2": believed, "3": PENDING}


def test_atlas_failure_is_its_counter_and_what_it_kept(tmp_path: Path) -> None:
    found = track(laid(tmp_path, FILES), row("1", 1, 1), row("2", 1, 2, error="Statement:\nx\n\nError:\nno such"))
    assert by_id(found)["2"].note == "Atlas counts 1 of 2 statements as done; Atlas kept: no such"
    assert found.next_run == (
        "`atlas migrate apply` goes on with statement 2 of 2 of 2, where its counter stands, and refuses if a "
        "statement before that was changed."
    )
    assert [lock for (lock,) in found.locks] == ["2686470616"]
    assert joined(NAME, tmp_path, made(NAME, TABLE, COLUMNS), MYSQL).locks == (("atlas_migrate_execute",),)


def test_a_sum_that_does_not_fit_stops_it(tmp_path: Path) -> None:
    changed = {**FILES, "1_one.sql": "CREATE TABLE a (b bigint);\n"}
    found = track(laid(tmp_path, changed, atlas_sum(FILES)), row("1", 1, 1), row("2", 2, 2))
    assert "atlas.sum does not say what the files are" in found.next_run
    assert [(t.id, t.checksum_differs, "not known" in t.note) for t in found.tracked] == [
        ("1", True, False),
        ("2", False, True),
        ("3", False, False),
    ]


def test_atlas_order_and_a_file_that_came_between(tmp_path: Path) -> None:
    between = {**FILES, "1a_new.sql": "SELECT 1;\n"}
    found = track(laid(tmp_path, between), row("1", 1, 1), row("2", 2, 2))
    assert not any(t.checksum_differs or "not known" in t.note for t in found.tracked)
    assert by_id(found)["1a"].note.startswith("below 2, which is recorded: Atlas refuses it")
    assert found.next_run == "`atlas migrate apply` runs nothing: 1a was added below 2, which is recorded."


def test_what_stands_for_others_is_passed_over(tmp_path: Path) -> None:
    files = {**FILES, "2_two.sql": "-- atlas:checkpoint\n\nCREATE TABLE a (b int);\n"}
    assert beliefs(track(laid(tmp_path, files))) == {"1": Belief.IGNORED, "2": PENDING, "3": PENDING}
    assert beliefs(track(tmp_path, row("1", 1, 1, files=files)))["2"] == Belief.IGNORED
    assert beliefs(track(tmp_path, row("2", 0, 0, kind=1, files=files)))["1"] == Belief.IGNORED


def test_atlas_mark_ran_sets_it_resolved_and_the_counter_stays(tmp_path: Path) -> None:
    found = track(laid(tmp_path, FILES), row("1", 1, 1), row("2", 1, 2, error="no"))
    edit = ran(found, "2")
    assert edit.sql == (
        (
            """UPDATE "public"."atlas_schema_revisions" SET "type" = 6 WHERE "version" = '2' AND "type" = 2 """
            """AND "applied" = 1"""
        ),
    )
    assert (dict(edit.after[0])["type"], dict(edit.after[0])["applied"]) == ("6", "1")
    assert not_ran(found, "2").sql == ("""DELETE FROM "public"."atlas_schema_revisions" WHERE "version" = '2'""",)


def test_what_is_not_known_exactly_is_refused(tmp_path: Path) -> None:
    found = track(laid(tmp_path, FILES), row("1", 1, 1), row("2", 2, 2))
    with pytest.raises(CannotWriteError, match="atlas migrate set 3"):
        ran(found, "3")
    with pytest.raises(CannotWriteError, match="2 is recorded after it"):
        not_ran(found, "1")


def test_its_own_marks_are_no_revisions() -> None:
    ledger = made(NAME, TABLE, COLUMNS, row(".atlas_cloud_identifier", 0, 0), row("1", 1, 1))
    assert [found.id for found in ledger.rows] == ["1"]
    assert frameworks.load(NAME).parse_ledger(TABLE, TableRows(("version", "type"), (), ())) is None
    assert fnv("") == 0x811C9DC5


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("1_x.up.sql", "SELECT 1;"),
        ("V1__x.sql", "SELECT 1;"),
        ("1_x.sql", "-- +goose Up\nSELECT 1;"),
        ("1_x.sql", "-- migrate:up\n-- migrate:down\n"),
    ],
    ids=["golang-migrate", "flyway", "goose", "dbmate"],
)
def test_files_that_it_only_binds_for_another_tool_are_not_its(name: str, text: str, tmp_path: Path) -> None:
    laid(tmp_path, {name: text})
    assert frameworks.load(NAME).detect(tmp_path, {}) is None
