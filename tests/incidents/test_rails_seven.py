"""Rails 7.2, up and down on real servers: migrations of all versions, and what only the newer ones have."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

from sqlalchemy.engine import URL

from tests.incidents.test_rails_language import in_file, read, texts
from tests.incidents.test_rails_schema_files import hold
from tests.rails.corpus import SEVEN, UP_DOWN, files
from tests.rails.making import change
from tests.rails.project import RailsProject, make_project
from tests.tools.rails import RAILS_72


def made(folder: Path, url: URL) -> RailsProject:
    """The corpus in the words of 7.2, its old migrations as they are, all of it run."""
    project = make_project(folder, url, RAILS_72)
    server = url.get_backend_name()
    for name, text in files(server, reversible=True).items():
        # of a text Rails takes the collation from the server, so that cannot be told
        told = text.replace("change_column_null :people, :notes, true", "change_column_null :people, :place, true")
        project.add(name, told.replace("Migration[6.1]", "Migration[7.2]"))
    if server == "postgresql":
        project.add("20250101000000_seven", change(SEVEN, "7.2", name="Seven"))
    done = project.run("migrate")
    assert done.code == 0, done.said
    return project


def _hold(folder: Path, url: URL) -> None:
    project = made(folder, url)
    migrations = read(project, url)
    sent = [one.sql for one in project.sent()]
    assert _apart(texts([s for m in migrations for s in m.statements]), sent) == ""
    dumped = project.run("dump")
    assert dumped.code == 0, dumped.said
    back = project.run("rollback", str(len(migrations)))
    assert back.code == 0, back.said
    down = [one.sql for one in project.sent()[len(sent) :]]
    assert _apart(texts([s for m in reversed(migrations) for s in m.down]), down) == ""
    if url.get_backend_name() == "postgresql":
        _hold_what_is_not_taken_back(project, url)
    hold(project, url)


def _hold_what_is_not_taken_back(project: RailsProject, url: URL) -> None:
    project.add("20240601000000_up_down", UP_DOWN.replace("Migration[6.1]", "Migration[7.2]"))
    done = project.run("migrate")
    assert done.code == 0, done.said
    statements = [s for m in read(project, url) for s in m.statements]
    assert _apart(texts(statements), [one.sql for one in project.sent()[-len(statements) :]]) == ""


def _apart(read: list[str], sent: list[str]) -> str:
    """What only one of them has, in its place."""
    ended = [one.removesuffix(";") for one in sent]
    return "\n".join(line for line in unified_diff(read, ended, n=0, lineterm="") if line[:2] not in ("--", "++", "@@"))


def test_rails_statements_down_and_up_are_those_of_seven_on_postgres(tmp_path: Path, database: URL) -> None:
    _hold(tmp_path / "app", database)


def test_both_ways_on_mysql(tmp_path: Path, my_database: URL) -> None:
    _hold(tmp_path / "app", my_database)


def test_both_ways_on_sqlite(tmp_path: Path) -> None:
    _hold(tmp_path / "app", in_file(tmp_path))
