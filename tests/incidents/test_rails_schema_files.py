"""The files in which a real Rails writes down a whole schema, read: its own statements when it loads them again."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy.engine import URL

from console.frameworks.rails.dumps import Dump, dump
from tests.incidents.test_rails_language import dialect_of, home_of, in_file, texts
from tests.rails.corpus import files
from tests.rails.making import RAILS, change
from tests.rails.project import RailsProject, make_project

_KEYS = re.compile(r', CONSTRAINT "fk_rails_\w+" FOREIGN KEY [^,]*?(?: ON DELETE (?:SET NULL|CASCADE))? ?(?=, C|\)$)')

_EMPTIED = "DROP TABLE IF EXISTS"


def dumped(folder: Path, url: URL) -> RailsProject:
    """A project whose migrations ran, and whose db/schema.rb Rails wrote."""
    project = make_project(folder, url)
    for name, text in files(url.get_backend_name()).items():
        project.add(name, text)
    if url.get_backend_name() == "mysql":
        # Rails 6.1 cannot load what it dumps of such a check of MySQL 8
        project.add(
            "20250101000000_less",
            change("remove_check_constraint :categories, \"slug <> 'a'\", name: 'positive'", name="Less"),
        )
    for command in ("migrate", "dump"):
        done = project.run(command)
        assert done.code == 0, done.said
    return project


def read(project: RailsProject, url: URL) -> Dump:
    """What Halfway reads of it, without any Ruby."""
    found = RAILS.detect(project.folder, {"RAILS_ENV": "production"})
    assert found is not None
    made = dump(found, dialect_of(url), home_of(url))
    assert made is not None
    return made


def hold(project: RailsProject, url: URL) -> None:
    """Its db/schema.rb is read as Rails loads it."""
    found = read(project, url)
    newest = max(path.name for path in (project.folder / "db/migrate").iterdir()).partition("_")[0]
    assert (found.unread, found.version) == ("", newest)
    before = len(project.sent())
    loaded = project.run("load")
    assert loaded.code == 0, loaded.said
    sent = [one.sql.removesuffix(";") for one in project.sent()[before:] if not one.sql.startswith(_EMPTIED)]
    made = texts(list(found.migration.statements))
    if url.get_backend_name() == "sqlite":
        # there Rails makes a table anew for each of its keys, when all tables are there
        sent = sent[: sent.index("PRAGMA foreign_keys")]
        assert sum("FOREIGN KEY" in one for one in made) == 3
        made = [_KEYS.sub("", one) for one in made]
    assert made == sent


def test_what_rails_loads_is_read_on_postgres(tmp_path: Path, database: URL) -> None:
    hold(dumped(tmp_path / "app", database), database)


def test_what_rails_loads_is_read_on_mysql(tmp_path: Path, my_database: URL) -> None:
    hold(dumped(tmp_path / "app", my_database), my_database)


def test_what_rails_loads_is_read_on_sqlite(tmp_path: Path) -> None:
    hold(dumped(tmp_path / "app", in_file(tmp_path)), in_file(tmp_path))
