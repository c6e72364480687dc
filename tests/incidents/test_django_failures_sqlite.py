"""The real Django stops half way on a real SQLite; Halfway, without running any of it, says what it left."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.django.fixtures import NewDjango
from tests.django.project import DjangoProject
from tests.django.shop import migration as file
from tests.incidents.django_told import BASE, CASES, ROWS, Case, assess, judged_of, letters, texts

WITHOUT = {
    "duplicates_middle": "LLUNNN",
    "default_then_check": "LUUUUUNNN",
    "nulls_last": "LLLUNN",
}
"""A table made anew: CREATE, INSERT, DROP, RENAME, then its indexes. Of copied rows the catalog tells nothing."""


@pytest.fixture
def url(tmp_path: Path) -> URL:
    return URL.create("sqlite", database=str(tmp_path / "shop.sqlite"))


def failed(django: NewDjango, url: URL, case: Case, *, atomic: bool) -> DjangoProject:
    """A project whose second migration was refused."""
    project = django(url, "5.2", {"0001_initial": file(BASE)})
    assert project.migrate().code == 0
    with closing(sqlite3.connect(url.database or "")) as connection, connection:
        for row in ROWS:
            connection.execute(row)
    project.add("0002_change", case.text(atomic=atomic))
    assert project.migrate().code == 1
    return project


@pytest.mark.parametrize("case", [c for c in CASES if c.name in WITHOUT], ids=lambda case: case.name)
def test_what_django_left_without_a_transaction_is_told(case: Case, django: NewDjango, url: URL) -> None:
    project = failed(django, url, case, atomic=False)
    judged = judged_of(assess(project))
    assert (letters(judged), judged.state.value) == (WITHOUT[case.name], "half_applied")
    assert tuple(texts(judged)[: len(project.sent)]) == project.sent


@pytest.mark.parametrize("case", CASES[3:4], ids=lambda case: case.name)
def test_in_its_transaction_everything_of_the_migration_is_undone(case: Case, django: NewDjango, url: URL) -> None:
    project = failed(django, url, case, atomic=True)
    found = assess(project)
    judged = judged_of(found)
    assert (set(letters(judged)), judged.state.value) == ({"N", "U"}, "pending")
    assert tuple(texts(judged)[: len(project.sent)]) == project.sent
    assert "all in one transaction" in found.frameworks[0].next_run


def test_a_migration_that_leaves_orphans_fails_and_is_recorded(django: NewDjango, url: URL) -> None:
    """Django looks for them last, behind its row: without a transaction everything stays."""
    judged = judged_of(assess(failed(django, url, CASES[5], atomic=False)))
    assert (set(letters(judged)), judged.state.value) == ({"L"}, "applied")


def test_a_project_that_is_up_to_date_is_healthy(django: NewDjango, url: URL) -> None:
    project = django(url, "6.0", {"0001_initial": file(BASE), "0002_change": CASES[2].text()})
    assert project.migrate().code == 0
    found = assess(project)
    states = {m.state.value for f in found.frameworks for m in f.migrations}
    assert (states, found.overall.value) == ({"applied"}, "healthy"), found.summary
