"""Sqitch's plan, its scripts with their own transactions, and its registry that remembers what failed."""

from __future__ import annotations

from pathlib import Path

import pytest

from console import frameworks
from console.core.migration import Ledger
from console.core.plan import CannotWriteError
from console.core.ports import KeepsMore, KeepsMoving, TableRows
from console.frameworks.sqitch.plan import read_plan
from tests.frameworks.making import write
from tests.frameworks.sqlfiles import FAILED, PENDING, RECORDED, beliefs, by_id, not_ran, project, ran, sqitch_plan
from tests.frameworks.sqlfiles import ledger as made
from tests.frameworks.sqlfiles import tracked as joined

NAME, TABLE = "sqitch", "sqitch.changes"
COLUMNS = ("change_id", "script_hash", "change", "project", "note", "committed_at", "planned_at")
EVENTS = ("event", "change_id", "change", "project", "committed_at")
FILES = {
    "sqitch.plan": sqitch_plan("base", "users [base !old]", "@v1.0", "more", "users [users@v1.0]"),
    "deploy/base.sql": "-- Deploy base\n\nBEGIN;\nCREATE TABLE a (b int);\nCREATE TABLE c (d int);\nCOMMIT;\n",
    "revert/base.sql": "BEGIN;\nDROP TABLE c;\nDROP TABLE a;\nCOMMIT;\n",
    "deploy/users@v1.0.sql": "SELECT 1;\nSELECT 2;\n",
    "deploy/users.sql": "SELECT 3;\n",
}
CONF = """[core]
\tengine = pg
\t# plan_file = sqitch.plan
[engine "pg"]
\ttarget = live
\tregistry = ops
[target "live"]
\turi = db:pg://me@db:5433/app
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path, FILES)


def row(change: str, at: int, *, project: str = "shop", total: str | None = None) -> tuple[str | None, ...]:
    return (f"{project}{at}", total or f"{project}{at}", change, project, "", f"2026-01-31 12:00:0{at}", "2026-01-31")


def events(ledger: Ledger, *found: tuple[str, str, int]) -> Ledger:
    tool = frameworks.load(NAME)
    assert isinstance(tool, KeepsMore)
    assert isinstance(tool, KeepsMoving)
    rows = tuple((event, "x", change, "shop", f"2026-01-31 12:00:0{at}") for event, change, at in found)
    return tool.with_beside(ledger, TableRows(EVENTS, rows, (None,) * len(rows)))


def test_the_plan_gives_the_order_and_tags_keep_what_was_reworked(folder: Path) -> None:
    found = frameworks.load(NAME).read(project(NAME, folder), None, "postgres", "public").migrations
    assert [(m.id, len(m.statements), len(m.down), m.unreadable) for m in found] == [
        ("base", 2, 2, ""),
        ("users@v1.0", 2, 0, ""),
        ("more", 0, 0, "its script is not here"),
        ("users", 1, 0, ""),
    ]
    assert len({s.group for s in found[0].statements}) == 1
    assert len({s.group for s in found[1].statements}) == 2
    assert [s.line for s in found[0].statements] == [4, 5]


@pytest.mark.parametrize("line", ["base", "-base 2026-01-31T12:00:00Z Ann <a@x>", "@v1 2026-01-31T12:00:00Z A <a@x>"],
                         ids=["no-time", "revert", "tag-first"])  # fmt: skip
def test_a_line_that_is_none_of_a_plan_is_named(line: str, folder: Path) -> None:
    text = f"%syntax-version=1.0.0\n%project=shop\n{line}\n"
    assert read_plan(text).odd == "line 3"
    write(folder, {"sqitch.plan": text})
    found = frameworks.load(NAME).read(project(NAME, folder), None, "postgres", "public")
    assert found.unread == "sqitch.plan cannot be read: line 3"


def test_its_target_is_read_from_its_configuration(folder: Path) -> None:
    write(folder, {"sqitch.conf": CONF})
    found = project(NAME, folder)
    assert (str(found.url), found.url_from) == ("postgresql://me@db:5433/app", "sqitch.conf")
    assert frameworks.load(NAME).ledger_tables(found) == (("ops", "changes"), (None, "changes"))
    assert str(project(NAME, folder, SQITCH_TARGET="db:pg:other").url) == "postgresql:///other"


def test_rows_are_joined_by_name_and_order(folder: Path) -> None:
    rows = (row("users", 3), row("base", 1), row("users", 2), row("x", 4, project="other"))
    found = joined(NAME, folder, made(NAME, TABLE, COLUMNS, *rows))
    assert beliefs(found) == {"base": RECORDED, "users@v1.0": RECORDED, "more": PENDING, "users": RECORDED}
    assert [r.id for r in found.ledger.rows] == ["base", "users@v1.0", "users"]
    assert found.about == "The registry holds other projects, too: other."
    assert joined(NAME, folder, made(NAME, TABLE, COLUMNS, row("gone", 1))).tracked[-1].migration is None


def test_the_last_event_says_what_failed(folder: Path) -> None:
    ledger = made(NAME, TABLE, COLUMNS, row("base", 1))
    found = joined(NAME, folder, events(ledger, ("fail", "users", 2), ("deploy", "base", 1)))
    assert beliefs(found)["users@v1.0"] == FAILED
    assert by_id(found)["users@v1.0"].note.startswith("its last event is a failure")
    again = joined(NAME, folder, events(ledger, ("revert", "users", 3), ("fail", "users", 2), ("fail", "base", 4)))
    assert beliefs(again)["users@v1.0"] == PENDING
    assert by_id(again)["base"].note == "deployed, and its last event is a failure: a revert of it may have stopped"


def test_a_script_that_changed_is_seen(folder: Path) -> None:
    changed = joined(NAME, folder, made(NAME, TABLE, COLUMNS, row("base", 1, total="0" * 40)))
    assert by_id(changed)["base"].checksum_differs
    assert not by_id(joined(NAME, folder, made(NAME, TABLE, COLUMNS, row("base", 1))))["base"].checksum_differs


def test_no_row_of_its_five_tables_is_written_here(folder: Path) -> None:
    found = joined(NAME, folder, made(NAME, TABLE, COLUMNS, row("base", 1)))
    with pytest.raises(CannotWriteError, match=r"sqitch deploy --log-only --to users@v1\.0"):
        ran(found, "users@v1.0")
    with pytest.raises(CannotWriteError, match="sqitch revert --log-only"):
        not_ran(found, "base")
