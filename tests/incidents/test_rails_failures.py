"""The real Rails stops half way on real servers; Halfway, without any Ruby, says what Rails really did."""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.assessment import Assessment, JudgedMigration
from tests import mysql_servers
from tests.incidents.rails_cases import BASE, BROKEN, CASES, FIRST, ROWS, Case
from tests.incidents.told import assessed, judged_of, letters
from tests.rails.making import GUARDED
from tests.rails.project import RailsProject, Sent, make_project
from tests.servers import run as run_postgres

pytestmark = pytest.mark.first_of("what Rails left")

NO_RUBY = {"PATH": "/nonexistent", "RAILS_ENV": "production"}
Runner = Callable[..., None]


@pytest.fixture
def postgres(tmp_path: Path, database: URL) -> RailsProject:
    return make_project(tmp_path / "app", database)


@pytest.fixture
def mysql(tmp_path: Path, my_database: URL) -> RailsProject:
    return make_project(tmp_path / "app", my_database)


@pytest.fixture
def in_a_file(tmp_path: Path) -> URL:
    return URL.create("sqlite", database=str(tmp_path / "shop.sqlite3"))


def run_sqlite(url: URL, *statements: str) -> None:
    """Each on its own."""
    with closing(sqlite3.connect(str(url.database))) as made:
        for statement in statements:
            made.execute(statement)
        made.commit()


def assess(project: RailsProject) -> Assessment:
    """What Halfway says in the project's folder."""
    return assessed(project.folder, NO_RUBY)


def migration(found: Assessment, name: str = BROKEN) -> JudgedMigration:
    """One of them."""
    return judged_of(found, name)


def broken(project: RailsProject, url: URL, case: Case, run: Runner, *, loose: bool = True) -> list[Sent]:
    """The shop, rows in it, and a migration that did not get to its end; what Rails sent of it."""
    project.add(f"{FIRST}_make_shop", BASE)
    made = project.run("migrate")
    assert made.code == 0, made.said
    run(url, *ROWS, *case.by_hand)
    before = len(project.sent())
    project.add(f"{BROKEN}_change_shop", case.text(loose=loose))
    ended = project.run("migrate", **({"DIE_AFTER": case.dies_after} if case.dies_after else {}))
    assert ended.code == (-signal.SIGKILL if case.dies_after else 1), ended.said
    return project.sent()[before:]


def agrees(project: RailsProject, case: Case, sent: list[Sent], wanted: tuple[str, str]) -> None:
    """What is told is what the case says, and what Rails sent stands at its place, character for character."""
    found = assess(project)
    judged = migration(found)
    told = [(j.verdict.value, j.statement.sql, j.evidence) for j in judged.statements]
    texts = [" ".join(j.statement.sql.split()) for j in judged.statements]
    assert texts[: len(sent)] == [one.sql for one in sent], told
    assert (letters(judged), judged.state.value) == wanted, told
    assert migration(found, FIRST).state.value == "applied"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_rails_statements_up_are_told_one_by_one(case: Case, postgres: RailsProject, database: URL) -> None:
    sent = broken(postgres, database, case, run_postgres)
    agrees(postgres, case, sent, (case.loose, case.state))


def test_whose_environment_it_is_is_said(postgres: RailsProject, database: URL) -> None:
    broken(postgres, database, CASES[0], run_postgres)
    (framework,) = assess(postgres).frameworks
    assert framework.about == GUARDED


@pytest.mark.parametrize("case", [c for c in CASES if c.only != "postgres"], ids=lambda case: case.name)
def test_what_rails_left_on_mysql_is_told_statement_by_statement(
    case: Case, mysql: RailsProject, my_database: URL
) -> None:
    sent = broken(mysql, my_database, case, mysql_servers.run)
    agrees(mysql, case, sent, (case.loose, case.state))


@pytest.mark.parametrize("case", CASES[:3], ids=lambda case: case.name)
def test_rails_transactions_leave_nothing(case: Case, postgres: RailsProject, database: URL) -> None:
    sent = broken(postgres, database, case, run_postgres, loose=False)
    agrees(postgres, case, sent, ("N" * len(case.loose), "pending"))


ON_SQLITE = (*CASES[:3], *(case for case in CASES if case.name in ("column_by_hand", "killed_before_its_row")))


@pytest.mark.parametrize("case", ON_SQLITE, ids=lambda case: case.name)
def test_what_rails_left_on_sqlite_is_told_statement_by_statement(case: Case, tmp_path: Path, in_a_file: URL) -> None:
    project = make_project(tmp_path / "app", in_a_file)
    sent = broken(project, in_a_file, case, run_sqlite)
    agrees(project, case, sent, (case.loose, case.state))


def test_in_a_transaction_of_sqlite_nothing_is_left(tmp_path: Path, in_a_file: URL) -> None:
    project = make_project(tmp_path / "app", in_a_file)
    sent = broken(project, in_a_file, CASES[2], run_sqlite, loose=False)
    agrees(project, CASES[2], sent, ("NNN", "pending"))
