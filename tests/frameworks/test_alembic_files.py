"""Which files are read: given ones, release folders, and the names that the project's own conventions make."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.core.ports import Project
from tests.alembic.making import ALEMBIC, ENV, app, project, read, revision
from tests.frameworks.making import write

UNNAMED = revision("one", None, 'op.create_unique_constraint(None, "t", ["a"])')
WITH_MODELS = ENV.replace("target_metadata=None", "target_metadata=Base.metadata")
LITERAL = 'from sqlalchemy import MetaData\nuq = "uq_%(table_name)s"\nMetaData(naming_convention={"uq": uq})\n'


def unique(folder: Path) -> str:
    """The SQL of a constraint without a name, or why there is none."""
    (migration,) = read(folder).migrations
    (statement,) = migration.statements
    return statement.sql if statement.readable else "unreadable"


@pytest.mark.parametrize(
    ("env", "models", "sql"),
    [
        (ENV, LITERAL, "ALTER TABLE t ADD UNIQUE (a)"),
        (WITH_MODELS, "", "ALTER TABLE t ADD UNIQUE (a)"),
        (WITH_MODELS, LITERAL, "ALTER TABLE t ADD CONSTRAINT uq_t UNIQUE (a)"),
        (WITH_MODELS, LITERAL.replace('{"uq": uq}', "settings.NAMES"), "unreadable"),
        (WITH_MODELS, LITERAL + LITERAL.replace("uq_%", "u_%"), "unreadable"),
    ],
    ids=["no-metadata", "none", "literal", "elsewhere", "bound-twice"],
)
def test_a_constraint_without_a_name_gets_the_projects(tmp_path: Path, env: str, models: str, sql: str) -> None:
    files = {"migrations/env.py": env, "shop/models.py": models, "migrations/versions/one.py": UNNAMED}
    assert unique(app(tmp_path, (), files)) == sql


def test_what_was_named_is_read_without_a_project(tmp_path: Path) -> None:
    write(tmp_path, {"one.py": revision("one"), "two.py": revision("two", "one"), "helpers.py": "a = 1\n"})
    bare = Project("alembic", str(tmp_path), bare=True)
    assert [m.id for m in ALEMBIC.read(bare, str(tmp_path), "postgres", "public").migrations] == ["one", "two"]
    alone = ALEMBIC.read(bare, str(tmp_path / "two.py"), "postgres", "public")
    assert ([m.id for m in alone.migrations], bool(alone.unread)) == (["two"], True)


def test_a_release_that_failed_is_read_beside_the_linked_one(tmp_path: Path) -> None:
    for name, line in (("20260101", ("one",)), ("20260201", ("one", "two"))):
        app(tmp_path / "releases" / name, line)
    (tmp_path / "current").symlink_to(tmp_path / "releases" / "20260101")
    found = project(tmp_path)
    assert (found.releases, found.current_release) == (("20260101", "20260201"), "20260101")
    files = ALEMBIC.read(found, None, "postgres", "public").migrations
    assert {m.id: m.from_failed_deploy for m in files} == {"one": False, "two": True}
