"""All of the language, run by the real Rails up and down on real servers: what is read is what it sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.migration import Migration
from console.core.statements import Statement
from tests.rails.corpus import files
from tests.rails.making import RAILS
from tests.rails.project import RailsProject, make_project


def made(folder: Path, url: URL, *, reversible: bool) -> RailsProject:
    """A project with the migrations of the corpus, all of them run."""
    project = make_project(folder, url)
    for name, text in files(url.get_backend_name(), reversible=reversible).items():
        project.add(name, text)
    done = project.run("migrate")
    assert done.code == 0, done.said
    return project


def read(project: RailsProject, url: URL) -> tuple[Migration, ...]:
    """What Halfway reads of it, without any Ruby."""
    found = RAILS.detect(project.folder, {"RAILS_ENV": "production"})
    assert found is not None
    dialect = {"postgresql": "postgres"}.get(url.get_backend_name(), url.get_backend_name())
    home = "public" if dialect == "postgres" else str(url.database)
    return RAILS.read(found, None, dialect, home).migrations


def texts(statements: list[Statement]) -> list[str]:
    """Each with single blanks; what is not read shows itself."""
    return [" ".join(s.sql.split()) if s.readable else f"not read: {s.sql}" for s in statements]


def _hold_up(folder: Path, url: URL) -> None:
    project = made(folder, url, reversible=False)
    assert texts([s for m in read(project, url) for s in m.statements]) == [one.sql for one in project.sent()]


def _hold_down(folder: Path, url: URL) -> None:
    project = made(folder, url, reversible=True)
    before = len(project.sent())
    migrations = read(project, url)
    for _ in migrations:
        back = project.run("rollback")
        assert back.code == 0, back.said
    sent = [one.sql for one in project.sent()[before:]]
    assert texts([s for m in reversed(migrations) for s in m.down]) == sent
    assert set(project.status().values()) == {"down"}


def test_the_way_up_on_postgres(tmp_path: Path, database: URL) -> None:
    _hold_up(tmp_path, database)


def test_the_way_down_on_postgres(tmp_path: Path, database: URL) -> None:
    _hold_down(tmp_path, database)


def test_the_way_up_on_mysql(tmp_path: Path, my_database: URL) -> None:
    _hold_up(tmp_path, my_database)


def test_the_way_down_on_mysql(tmp_path: Path, my_database: URL) -> None:
    _hold_down(tmp_path, my_database)


@pytest.mark.parametrize("server", ["postgresql", "mysql"])
def test_the_corpus_is_as_large_as_it_was(server: str) -> None:
    assert (len(files(server)), len(files(server, reversible=True))) == (9, 8)
