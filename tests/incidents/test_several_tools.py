"""Two real tools on one PostgreSQL, and ledgers that no project is here for: each is shown, none is mistaken."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.wiring import Options, find
from tests.django.fixtures import NewDjango
from tests.django.shop import migration as file
from tests.headless import halfway
from tests.incidents.django_told import BROKEN, ROWS
from tests.incidents.several_tools import (
    DBMATE,
    FLYWAY,
    GOLANG,
    RAILS,
    STOPPED,
    both,
    by_name,
    by_url,
    told,
    tools,
)
from tests.servers import run

pytestmark = pytest.mark.parametrize("postgres_server", [16], indirect=True)


def test_the_broken_one_and_the_healthy_one_are_both_shown(django: NewDjango, database: URL) -> None:
    theirs, others = both(django, database)
    run(database, *ROWS, *FLYWAY)
    theirs.add("0002_change", file(STOPPED, "0001_initial", atomic=False))
    assert theirs.migrate().code == 1
    answer = told(others, "--json")
    assert (answer.code, answer.verdict["state"], answer.states[BROKEN]) == (1, "incident", "half_applied")
    assert tools(answer) == {
        "flyway": ("flyway_schema_history", 1, {"applied"}, False),
        "alembic": ("alembic_version", 1, {"applied"}, True),
        "django": ("django_migrations", 19, {"applied", "half_applied"}, True),
    }
    lines = told(others).out.splitlines()
    at = lines.index("FLYWAY  public.flyway_schema_history: 1 applied")
    assert lines[at + 1] == "  No project was found for it: its one row cannot be held against files."
    assert "ALEMBIC  public.alembic_version: 1 applied" in lines
    assert "DJANGO  public.django_migrations: 1 half applied, 19 applied" in lines
    assert "HALF APPLIED  shop.0002_change  shop/migrations/0002_change.py" in lines


def test_both_healthy_are_healthy_and_each_can_be_looked_at_alone(django: NewDjango, database: URL) -> None:
    _, others = both(django, database)
    answer = told(others, "--json")
    assert (answer.code, answer.verdict["state"], set(tools(answer))) == (0, "healthy", {"alembic", "django"})
    run(database, *FLYWAY)
    assert told(others).code == 1
    alone = told(others, "--json", "--framework", "alembic")
    assert (alone.code, set(tools(alone))) == (0, {"alembic"})


def test_without_a_project_alembic_is_not_said_to_refuse(django: NewDjango, database: URL, tmp_path: Path) -> None:
    both(django, database)
    answer = by_url(database, tmp_path / "empty", "--json")
    assert {name: found[3] for name, found in tools(answer).items()} == {"alembic": False, "django": False}
    assert [f["next_run"] for f in answer.document["frameworks"]] == [None, None]


def test_tables_of_one_name_are_told_apart_by_their_columns(database: URL, tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    run(database, *GOLANG)
    answer = by_url(database, folder, "--json")
    assert tools(answer) == {"golang-migrate": ("schema_migrations", 1, {"failed"}, False)}
    run(database, "DROP TABLE schema_migrations", *DBMATE)
    answer = by_url(database, folder, "--json")
    assert tools(answer) == {"rails": ("schema_migrations", 1, {"applied"}, False)}
    assert answer.document["frameworks"][0]["about"].startswith("It may be dbmate's")
    run(database, *(sql.replace("`", '"') for sql in RAILS))
    answer = by_url(database, folder, "--json")
    assert answer.document["frameworks"][0]["about"].startswith("No project was found for it")


def test_a_project_that_names_another_database_is_not_judged_by_this_one(django: NewDjango, database: URL) -> None:
    theirs, others = both(django, database)
    other = database.set(database="elsewhere", drivername="postgresql+psycopg")
    environ = {"DATABASE_URL": other.render_as_string(hide_password=False)}
    found = {f.name: p for f, p in find(Options(project=str(theirs.folder)), environ).projects if p is not None}
    assert found["alembic"].apart == ""
    assert "this project names another database, postgresql://" in found["django"].apart
    named = Options(project=str(theirs.folder), url=database.render_as_string(hide_password=False))
    assert {p.apart for _, p in find(named, environ).projects if p is not None} == {""}
    same = find(Options(project=str(theirs.folder)), others.environ).projects
    assert {p.apart for _, p in same if p is not None} == {""}


def test_a_project_that_names_no_database_is_judged_only_where_its_ledger_is(django: NewDjango, database: URL) -> None:
    theirs, others = both(django, database)
    env = others.folder / "migrations" / "env.py"
    env.write_text(env.read_text().replace('os.environ["DATABASE_URL"]', "secrets.url()"))
    assert tools(told(others, "--json"))["alembic"] == ("alembic_version", 1, {"applied"}, True)
    run(database, "DROP TABLE alembic_version")
    answer = told(others, "--json")
    assert tools(answer)["alembic"] == ("alembic_version", 0, set(), True)
    assert answer.gaps["alembic files"]["reason"].startswith("this project does not say which database it uses")
    named = halfway("assess", by_name(database), "--json", "--project", str(theirs.folder))
    assert tools(named)["alembic"] == ("alembic_version", 0, {"unrecorded"}, True)
