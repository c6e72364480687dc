"""Sqitch's plan, its scripts with their own transactions, and its registry that remembers what failed."""

from __future__ import annotations

from pathlib import Path

import pytest

from console import frameworks
from console.core.migration import Ledger
from console.core.observation import Server, Tracking
from console.core.plan import CannotWriteError, LedgerEdit
from console.core.ports import KeepsMore, KeepsMoving, TableRows
from console.frameworks.sqitch.plan import read_plan
from tests.frameworks.making import write
from tests.frameworks.sqlfiles import (
    FAILED,
    PENDING,
    POSTGRES,
    RECORDED,
    beliefs,
    by_id,
    not_ran,
    project,
    ran,
    sqitch_plan,
)
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


def test_sqitch_detection_reads_its_configuration(folder: Path) -> None:
    write(folder, {"sqitch.conf": CONF})
    found = project(NAME, folder)
    assert (str(found.url), found.url_from) == ("postgresql://me@db:5433/app", "sqitch.conf")
    assert frameworks.load(NAME).ledger_tables(found) == (("ops", "changes"), (None, "changes"))
    assert str(project(NAME, folder, SQITCH_TARGET="db:pg:other").url) == "postgresql:///other"


def test_sqitch_order_is_that_of_the_plan(folder: Path) -> None:
    rows = (row("users", 3), row("base", 1), row("users", 2), row("x", 4, project="other"))
    found = joined(NAME, folder, made(NAME, TABLE, COLUMNS, *rows))
    assert beliefs(found) == {"base": RECORDED, "users@v1.0": RECORDED, "more": PENDING, "users": RECORDED}
    assert [r.id for r in found.ledger.rows] == ["base", "users@v1.0", "users"]
    assert found.about == "The registry holds other projects, too: other."
    assert joined(NAME, folder, made(NAME, TABLE, COLUMNS, row("gone", 1))).tracked[-1].migration is None


def test_sqitch_failure_is_its_last_event(folder: Path) -> None:
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


def marked(folder: Path, found: Tracking, verb: str, change: str, server: Server = POSTGRES) -> LedgerEdit:
    """With somebody who is known to Sqitch."""
    person = {"SQITCH_FULLNAME": "Ann", "SQITCH_EMAIL": "ann@example.org"}
    marker = frameworks.marker(NAME, project(NAME, folder, **person))
    edit: LedgerEdit = getattr(marker, verb)(found, change, server)
    return edit


def deployed(folder: Path, *names: str) -> Tracking:
    """The registry holds these, as their plan has them."""
    known = {change.id: change for change in read_plan(FILES["sqitch.plan"]).changes}
    rows = (
        (known[name].digest, None, known[name].name, "shop", "", f"2026-01-31 12:00:0{at}+00", "2026-01-31")
        for at, name in enumerate(names)
    )
    return joined(NAME, folder, made(NAME, TABLE, COLUMNS, *rows))


def test_nobody_is_named_where_sqitch_is_not_told_who_it_is(folder: Path) -> None:
    for mark, change in ((ran, "users@v1.0"), (not_ran, "base")):
        with pytest.raises(CannotWriteError, match=r"user\.name and user\.email"):
            mark(deployed(folder, "base"), change)


def test_sqitch_takes_its_person_from_the_nearest_place_that_names_one(folder: Path) -> None:
    write(folder, {"home/.sqitch/sqitch.conf": "[user]\n\tname = Home\n\temail = h@x\n"})
    known = {"HOME": str(folder / "home"), "SQITCH_SYSTEM_CONFIG": "/dev/null/sqitch.conf"}
    assert _person(folder, known) == ("Home", "h@x")
    write(folder, {"sqitch.conf": CONF + "[user]\n\tname = Here\n"})
    assert _person(folder, known) == ("Here", "h@x")
    assert _person(folder, {**known, "SQITCH_FULLNAME": "Env", "SQITCH_EMAIL": "e@x"}) == ("Env", "e@x")
    assert _person(folder, {**known, "SQITCH_CONFIG": "other"}) == (None, None)


def _person(folder: Path, environ: dict[str, str]) -> tuple[str | None, str | None]:
    settings = project(NAME, folder, **environ).settings
    return settings.get("user.name"), settings.get("user.email")


REFUSED = {
    "a-hole": (("base",), "mark_ran", "users", r"^more comes right before it .*: Sqitch has no holes\.$"),
    "the-first-is-missing": ((), "mark_ran", "users@v1.0", r"^base comes right before it"),
    "no-script": (("base",), "mark_ran", "more", r"Its script or its plan is not here"),
    "not-the-last": (("base", "users@v1.0"), "mark_not_ran", "base", r"^users@v1\.0 was deployed after it"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_sqitch_marks_that_would_leave_a_hole_are_refused(case: str, folder: Path) -> None:
    rows, verb, change, why = REFUSED[case]
    with pytest.raises(CannotWriteError, match=why):
        marked(folder, deployed(folder, *rows), verb, change)


def test_sqitch_on_sqlite_keeps_its_registry_elsewhere(folder: Path) -> None:
    server = Server("sqlite", "3.45.0", 34500, "app.db", "main", "")
    with pytest.raises(CannotWriteError, match="a file of its own"):
        marked(folder, deployed(folder, "base"), "mark_ran", "users@v1.0", server)


def test_sqitch_on_sqlite_is_not_told_to_have_deployed_nothing(folder: Path) -> None:
    server = Server("sqlite", "3.45.0", 34500, "app.db", "main", "")
    found = joined(NAME, folder, Ledger("sqitch.changes", exists=False), server)
    assert (found.ledger.unread[:26], found.tracked) == ("on SQLite Sqitch keeps its", ())


def test_sqitch_marks_of_a_plan_that_was_changed_since_are_refused(folder: Path) -> None:
    found = joined(NAME, folder, made(NAME, TABLE, COLUMNS, ("0" * 40, *row("base", 1)[1:])))
    with pytest.raises(CannotWriteError, match="its id there is 0000000000, here"):
        marked(folder, found, "mark_ran", "users@v1.0")


@pytest.mark.parametrize("uri", ["https://x.org/%7ea", "mailto:ann"], ids=["escaped", "other"])
def test_sqitch_ids_that_cannot_be_made_are_refused(uri: str, folder: Path) -> None:
    write(folder, {"sqitch.plan": FILES["sqitch.plan"].replace("shop\n", f"shop\n%uri={uri}\n", 1)})
    with pytest.raises(CannotWriteError, match=f"uri={uri} is not known"):
        marked(folder, joined(NAME, folder, made(NAME, TABLE, COLUMNS)), "mark_ran", "base")


def test_sqitch_statements_down_and_up_and_transactions_are_the_scripts_own(folder: Path) -> None:
    first = frameworks.load(NAME).read(project(NAME, folder), None, "postgres", "public").migrations[0]
    assert [s.sql for s in first.down] == ["DROP TABLE c", "DROP TABLE a"]
    assert [s.sql for s in first.statements] == ["CREATE TABLE a (b int)", "CREATE TABLE c (d int)"]


def _script(name: str) -> str:
    return f"CREATE TABLE {name} (b int);\n"


def test_sqitch_a_bundle_beside_the_project_is_not_taken_for_it(folder: Path) -> None:
    """`sqitch bundle` writes a copy into the project, which stands before it by name and grows old."""
    copy = {"bundle/sqitch.plan": sqitch_plan("base"), "bundle/deploy/base.sql": _script("old")}
    write(folder, {**copy, "archive/deploy/base.sql": _script("older")})
    for given in (None, str(folder)):
        found = frameworks.load(NAME).read(project(NAME, folder), given, "postgres", "public").migrations
        assert [m.id for m in found] == ["base", "users@v1.0", "more", "users"]
        assert [s.sql for s in found[0].statements] == ["CREATE TABLE a (b int)", "CREATE TABLE c (d int)"]


@pytest.mark.parametrize(("server", "sql"), [("postgres", "pg"), ("mariadb", "my"), ("sqlite", "lite")])
def test_sqitch_each_engine_has_its_own_plan(server: str, sql: str, tmp_path: Path) -> None:
    conf = (
        '[core]\n\tengine = pg\n[engine "pg"]\n\ttop_dir = pg ; ours\n[engine "mysql"]\n\ttop_dir = "mysql"\n'
        '[engine "sqlite"]\n\tplan_file = plans/lite.plan\n\tdeploy_dir = lite/up\n\textension = ddl\n'
    )
    write(tmp_path, {
        "sqitch.conf": conf,
        **{f"{name}/sqitch.plan": sqitch_plan("base") for name in ("pg", "mysql")},
        "plans/lite.plan": sqitch_plan("base"),
        "mysql/deploy/base.sql": _script("my"), "pg/deploy/base.sql": _script("pg"),
        "lite/up/base.ddl": _script("lite"),
    })  # fmt: skip
    tool = frameworks.load(NAME)
    found = tool.detect(tmp_path, {})
    assert found is not None
    read = tool.read(found, None, server, "public")
    assert [[s.sql for s in m.statements] for m in read.migrations] == [[f"CREATE TABLE {sql} (b int)"]]


def test_sqitch_a_plan_of_another_engine_alone_is_not_read(tmp_path: Path) -> None:
    write(
        tmp_path, {"sqitch.conf": "[core]\n\tengine = pg\n\ttop_dir = pg\n", "mysql/sqitch.plan": sqitch_plan("base")}
    )
    tool = frameworks.load(NAME)
    found = tool.detect(tmp_path, {})
    assert found is not None
    assert tool.read(found, None, "postgres", "public").unread == "there is no folder pg"
