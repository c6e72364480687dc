"""SQLite: where ALTER TABLE cannot do what is asked, the real Alembic makes the table anew, and may leave its copy."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.alembic.project import AlembicProject, NewAlembic, alembic
from tests.incidents.alembic_told import BASE, BROKEN, FIRST, NOTES, assess, letters, migration, states
from tests.tools.alembic import LATEST, OLDER, Release

__all__ = ["alembic"]

COPIED = """
with op.batch_alter_table("customers") as batch:
    batch.drop_column("name")
    batch.add_column(sa.Column("nick", sa.String(40), nullable=True))
    batch.alter_column("email", new_column_name="mail", existing_type=sa.String(80))
    batch.create_unique_constraint("uq_mail", ["mail"])
    batch.create_index("ix_nick", ["nick"])
"""
ALWAYS = """
with op.batch_alter_table("orders", recreate="always") as batch:
    batch.add_column(sa.Column("sum", sa.Integer))
with op.batch_alter_table("orders", recreate="never") as batch:
    batch.drop_column("note")
"""
NOWHERE = 'op.add_column("nowhere", sa.Column("x", sa.Integer))\n'
RELEASES = pytest.mark.parametrize("release", [LATEST, OLDER], ids=["latest", "older"])


def begun(alembic: NewAlembic, folder: Path, release: Release) -> AlembicProject:
    project = alembic(URL.create("sqlite", database=str(folder / "shop.db")), release)
    project.add(FIRST, BASE)
    assert project.alembic("upgrade", "head").code == 0
    return project


@RELEASES
def test_a_copy_is_judged_by_what_it_leaves(alembic: NewAlembic, tmp_path: Path, release: Release) -> None:
    project = begun(alembic, tmp_path, release)
    project.add(BROKEN, COPIED + ALWAYS, after=FIRST)
    found = migration(assess(project))
    assert (letters(found), found.state.value) == ("NNN", "pending")
    assert [s.statement.readable for s in found.statements] == [False, False, True]
    assert found.statements[0].statement.sql.startswith('with op.batch_alter_table("customers") as batch:')
    assert project.alembic("upgrade", "head").code == 0
    after = assess(project)
    assert (states(after), letters(migration(after)), after.debris) == (
        {FIRST: "applied", BROKEN: "applied"},
        "LLL",
        (),
    )


@RELEASES
def test_what_a_copy_that_was_taken_back_leaves_is_named(alembic: NewAlembic, tmp_path: Path, release: Release) -> None:
    project = begun(alembic, tmp_path, release)
    project.add(BROKEN, COPIED + NOWHERE + NOTES, after=FIRST)
    assert project.alembic("upgrade", "head").code == 1
    found = assess(project)
    assert letters(migration(found)) == "NNN"
    (left,) = found.debris
    assert (left.kind, left.object) == ("online_change_table", "_alembic_tmp_customers")
    assert left.detail.startswith("an unfinished copy of customers by Alembic's table rebuild")
    again = project.alembic("upgrade", "head")
    assert "table _alembic_tmp_customers already exists" in again.said
