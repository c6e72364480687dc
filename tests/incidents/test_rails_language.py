"""All of the language, run by the real Rails up and down on real servers: what is read is what it sent."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.migration import Migration
from console.core.operations import Opaque
from console.core.statements import Statement
from console.readers.ruby.rebuilds import WHY
from tests.rails.corpus import REBUILDS, SHOP, files
from tests.rails.making import RAILS, change, ruby
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
    return RAILS.read(found, None, dialect_of(url), home_of(url)).migrations


def dialect_of(url: URL) -> str:
    """How its statements are read."""
    return {"postgresql": "postgres"}.get(url.get_backend_name(), url.get_backend_name())


def home_of(url: URL) -> str:
    """Where names without a schema are."""
    return {"postgres": "public", "sqlite": "main"}.get(dialect_of(url), str(url.database))


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
    back = project.run("rollback", str(len(migrations)))
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


def test_the_way_up_on_sqlite(tmp_path: Path) -> None:
    _hold_up(tmp_path / "app", in_file(tmp_path))


def test_the_way_down_on_sqlite(tmp_path: Path) -> None:
    _hold_down(tmp_path / "app", in_file(tmp_path))


def in_file(folder: Path) -> URL:
    """A database in a file."""
    return URL.create("sqlite", database=str(folder / "shop.sqlite3"))


def test_what_sqlite_is_rebuilt_for_is_said_and_not_guessed(tmp_path: Path) -> None:
    project = make_project(tmp_path / "app", in_file(tmp_path))
    project.add("1_shop", change(SHOP, name="Shop"))
    lines = REBUILDS.strip().splitlines()
    for at, line in enumerate(lines, 2):
        project.add(f"{at}_change{at}", ruby(f"def up\n  {line}\nend", name=f"Change{at}"))
    done = project.run("migrate")
    assert done.code == 0, done.said
    anew = [one.sql for one in project.sent() if one.sql.startswith("CREATE TEMPORARY TABLE")]
    unread = [s for m in read(project, in_file(tmp_path))[1:] for s in m.statements if not s.readable]
    assert {operation.why for s in unread for operation in s.operations if isinstance(operation, Opaque)} == {WHY}
    assert (len(anew), len(unread), {s.sql for s in unread}) == (16, 16, set(lines))


def test_on_sqlite_only_the_first_statement_of_a_text_is_run(tmp_path: Path) -> None:
    project = make_project(tmp_path / "app", in_file(tmp_path))
    project.add("1_words", change('execute "CREATE TABLE a (b int); -- both\n CREATE TABLE c (d int)"', name="Words"))
    done = project.run("migrate")
    assert done.code == 0, done.said
    (migration,) = read(project, in_file(tmp_path))
    assert texts(list(migration.statements)) == ["CREATE TABLE a (b int)"]
    with closing(sqlite3.connect(tmp_path / "shop.sqlite3")) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert tables & {"a", "c"} == {"a"}


@pytest.mark.parametrize("server", ["postgresql", "mysql"])
def test_the_corpus_is_as_large_as_it_was(server: str) -> None:
    assert (len(files(server)), len(files(server, reversible=True))) == (9, 8)
