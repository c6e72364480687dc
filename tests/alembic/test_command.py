"""The commands in the folder of a real Alembic project, without any Alembic of its own."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import URL

from tests.alembic.project import NewAlembic, alembic
from tests.headless import halfway
from tests.incidents.alembic_told import BASE, BROKEN, FIRST, NICK, NOTES, ROWS, UNIQUE, assess, letters, migration
from tests.mysql_servers import run

__all__ = ["alembic"]


def test_assess_tells_what_landed_and_what_comes_next(alembic: NewAlembic, my_database: URL) -> None:
    project = alembic(my_database)
    project.add(FIRST, BASE)
    assert project.alembic("upgrade", "head").code == 0
    run(my_database, *ROWS)
    project.add(BROKEN, NICK + NOTES + UNIQUE, after=FIRST)
    assert project.alembic("upgrade", "head").code == 1
    env = {"PATH": "/nonexistent", **project.environ}
    answer = halfway("assess", "--json", "--project", str(project.folder), cwd=Path("/"), env=env)
    assert (answer.code, answer.verdict["state"], set(answer.gaps) - {"locks"}) == (1, "incident", set())
    assert answer.states == {FIRST: "applied", BROKEN: "half_applied"}
    told = answer.migration(BROKEN)
    assert (told["source"], told["recorded"]) == ("static", False)
    assert told["file"] == f"migrations/versions/{BROKEN}_x.py"
    assert [s["verdict"] for s in told["statements"]] == ["landed", "landed", "not_landed"]


def test_a_project_that_is_up_to_date_is_healthy(alembic: NewAlembic, my_database: URL) -> None:
    project = alembic(my_database)
    project.add(FIRST, BASE)
    assert project.alembic("upgrade", "head").code == 0
    folder = str(project.folder)
    answer = halfway("assess", "--json", "--require-applied", "--project", folder, env=project.environ)
    assert (answer.code, answer.verdict["state"], set(answer.gaps) - {"locks"}) == (0, "healthy", set())


def test_on_sqlite_what_stopped_half_way_is_told(alembic: NewAlembic, tmp_path: Path) -> None:
    project = alembic(URL.create("sqlite", database=str(tmp_path / "shop.db")))
    project.add(FIRST, BASE)
    assert project.alembic("upgrade", "head").code == 0
    project.forget()
    late = 'op.add_column("nowhere", sa.Column("x", sa.Integer))'
    project.add(BROKEN, NICK + NOTES + late, after=FIRST)
    assert project.alembic("upgrade", "head").code == 1
    judged = migration(assess(project))
    assert [j.statement.sql for j in judged.statements[:2]] == project.sent()
    assert (letters(judged), judged.state.value) == ("LLN", "half_applied")
