"""What the real Django refuses to start with is told in its own words, without running it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.django.fixtures import NewDjango
from tests.django.project import DjangoProject
from tests.django.shop import migration as file
from tests.incidents.django_told import BASE, INDEX, NICK, NOTES, assess


@pytest.fixture
def project(django: NewDjango, tmp_path: Path) -> DjangoProject:
    files = {"0001_initial": file(BASE), "0002_change": file(NICK, "0001_initial")}
    made = django(URL.create("sqlite", database=str(tmp_path / "shop.sqlite")), "5.2", files)
    assert made.migrate().code == 0
    return made


def refused(project: DjangoProject, *words: str) -> str:
    """What Halfway says comes next, where both say these words and Django runs nothing."""
    run = project.migrate("--skip-checks")
    told = assess(project).frameworks[0].next_run
    assert (run.code, project.sent) == (1, ())
    assert [word for word in words if word not in run.said or word not in told] == [], (told, run.said[-400:])
    return told


def test_a_row_without_that_of_its_dependency(project: DjangoProject) -> None:
    with closing(sqlite3.connect(project.folder.parent / "shop.sqlite")) as connection, connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'shop' AND name = '0001_initial'")
    refused(
        project, "InconsistentMigrationHistory", "shop.0002_change is applied before its dependency shop.0001_initial"
    )


def test_two_last_migrations(project: DjangoProject) -> None:
    project.add("0003_one", file(NOTES, "0002_change"))
    project.add("0003_two", file(INDEX, "0002_change"))
    words = ("multiple leaf nodes in the migration graph", "0003_one, 0003_two in shop", "makemigrations --merge")
    assert "until they are merged" in refused(project, *words)


def test_a_dependency_that_nobody_has(project: DjangoProject) -> None:
    project.add("0003_one", file(NOTES, "0002_gone"))
    refused(project, "NodeNotFoundError", "shop.0003_one")


def test_migrations_in_a_circle(project: DjangoProject) -> None:
    project.add("0003_one", file(NOTES, "0004_two"))
    project.add("0004_two", file(INDEX, "0003_one"))
    refused(project, "CircularDependencyError", "shop.0003_one", "shop.0004_two")
