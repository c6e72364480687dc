"""Each runbook says what Halfway says today, and its steps end the incident that it is about."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.runbooks.playing import play
from tests.runbooks.reading import PAGES, SECTIONS, Runbook, missing, runbooks
from tests.runbooks.states import in_state, server_of
from tests.servers import MAJORS

ALL = runbooks()


def _those(server: str) -> pytest.MarkDecorator:
    found = [each for each in ALL if server_of(each.state) == server]
    return pytest.mark.parametrize("runbook", found, ids=lambda each: each.path.stem)


def _carried_out(runbook: Runbook, folder: Path, database: URL | None) -> None:
    in_state(runbook.state, folder / "project", database, lambda place: play(runbook, place, folder / "journal"))


@pytest.mark.server
@_those("")
def test_a_runbook_about_a_drill_holds(runbook: Runbook, tmp_path: Path) -> None:
    _carried_out(runbook, tmp_path, None)


@_those("postgresql")
@pytest.mark.parametrize("postgres_server", [max(MAJORS)], indirect=True, ids=str, scope="session")
def test_a_runbook_on_postgresql_holds(runbook: Runbook, tmp_path: Path, database: URL) -> None:
    _carried_out(runbook, tmp_path, database)


@_those("mysql")
@pytest.mark.parametrize("my_server", ["mysql"], indirect=True, scope="session")
def test_a_runbook_on_mysql_holds(runbook: Runbook, tmp_path: Path, my_database: URL) -> None:
    _carried_out(runbook, tmp_path, my_database)


@_those("mariadb")
@pytest.mark.parametrize("my_server", ["mariadb"], indirect=True, scope="session")
def test_a_runbook_on_mariadb_holds(runbook: Runbook, tmp_path: Path, my_database: URL) -> None:
    _carried_out(runbook, tmp_path, my_database)


@pytest.mark.parametrize("runbook", ALL, ids=lambda each: each.path.stem)
def test_a_runbook_goes_from_the_symptom_to_what_not_to_do(runbook: Runbook) -> None:
    assert runbook.sections == SECTIONS
    assert runbook.symptoms
    assert runbook.blocks
    shown = [block for block in runbook.blocks if block[0].kind in ("console", "keys")]
    assert all(any(step.seen for step in block) for block in shown)


def test_the_list_has_every_runbook_and_its_symptoms() -> None:
    listed = (PAGES / "README.md").read_text(encoding="utf-8")
    for each in ALL:
        rows = [line for line in listed.splitlines() if line.startswith("| `")]
        (row,) = [line for line in rows if f"]({each.path.name})" in line]
        assert any(f"`{symptom}`" in row for symptom in each.symptoms), each.path.name


def test_what_must_be_seen_is_looked_for_in_its_order() -> None:
    said = "one  two\nthree 4711 four"
    assert missing(("one two", "three … four"), said) == ""
    assert missing(("three", "one"), said) == "one"
    assert missing(("two five",), said) == "two five"
