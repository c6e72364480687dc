"""The real Rails stops half way on real servers; Halfway, without any Ruby, says what Rails really did."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.assessment import Assessment, JudgedMigration
from console.core.landed import Verdict
from console.incident import Incident
from console.wiring import Options, find, source
from tests import mysql_servers
from tests.incidents.rails_cases import BASE, BROKEN, CASES, FIRST, ROWS, Case
from tests.rails.project import RailsProject, Sent, make_project
from tests.servers import run as run_postgres

NO_RUBY = {"PATH": "/nonexistent", "RAILS_ENV": "production"}
_LETTERS = {Verdict.LANDED: "L", Verdict.NOT_LANDED: "N", Verdict.PARTIAL: "P", Verdict.UNKNOWABLE: "U"}
Runner = Callable[..., None]


@pytest.fixture
def postgres(tmp_path: Path, database: URL) -> RailsProject:
    return make_project(tmp_path / "app", database)


@pytest.fixture
def mysql(tmp_path: Path, my_database: URL) -> RailsProject:
    return make_project(tmp_path / "app", my_database)


def assess(project: RailsProject) -> Assessment:
    """What Halfway says in the project's folder."""
    incident = Incident(source(find(Options(project=str(project.folder)), NO_RUBY)))
    try:
        return incident.observe()
    finally:
        incident.stop()


def migration(found: Assessment, name: str = BROKEN) -> JudgedMigration:
    """One of them."""
    return next(m for f in found.frameworks for m in f.migrations if m.tracked.id == name)


def letters(judged: JudgedMigration) -> str:
    """A letter a statement; a dash for one that was not sent."""
    return "".join("-" if j.skipped else _LETTERS[j.verdict] for j in judged.statements)


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
def test_what_rails_left_is_told_statement_by_statement(case: Case, postgres: RailsProject, database: URL) -> None:
    sent = broken(postgres, database, case, run_postgres)
    agrees(postgres, case, sent, (case.loose, case.state))


@pytest.mark.parametrize("case", [c for c in CASES if c.only != "postgres"], ids=lambda case: case.name)
def test_what_rails_left_on_mysql_is_told_statement_by_statement(
    case: Case, mysql: RailsProject, my_database: URL
) -> None:
    sent = broken(mysql, my_database, case, mysql_servers.run)
    agrees(mysql, case, sent, (case.loose, case.state))


@pytest.mark.parametrize("case", CASES[:3], ids=lambda case: case.name)
def test_in_a_transaction_nothing_is_left(case: Case, postgres: RailsProject, database: URL) -> None:
    sent = broken(postgres, database, case, run_postgres, loose=False)
    agrees(postgres, case, sent, ("N" * len(case.loose), "pending"))
