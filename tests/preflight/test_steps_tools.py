"""The real tools run the files of a safe sequence: each of them takes them as its own, in their order."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from console.core.preflight.ground import cases
from console.core.preflight.steps_sequence import steps_of
from console.dialects import open_dialect
from tests.alembic.project import make_project as alembic_project
from tests.builders import SERVER
from tests.django.fixtures import NewDjango, django
from tests.laravel.fixtures import NewProject, laravel
from tests.preflight.grounds import ground, unit
from tests.rails.project import make_project as rails_project
from tests.servers import conninfo, run

__all__ = ["django", "laravel"]
MADE = """CREATE TABLE customers (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id));
CREATE INDEX by_customer ON orders (customer_id)"""
RENAME = "ALTER TABLE orders RENAME COLUMN customer_id TO buyer_id"
FIRST = """from django.db import migrations
class Migration(migrations.Migration):
    dependencies = []
    operations = []
"""
JUDGED = {
    "rails": ("db/migrate/20240102000000_x.rb", "20240102000000", "class X < ActiveRecord::Migration[6.1]"),
    "laravel": ("database/migrations/2024_01_02_000000_x.php", "2024_01_02_000000_x", ""),
    "django": ("shop/migrations/0002_x.py", "shop.0002_x", ""),
    "alembic": ("migrations/versions/bb_x.py", "bb", ""),
}
FIRST_OF = {
    "django": ("dependencies = []", "dependencies = [('shop', '0001_make')]"),
    "alembic": ("down_revision = None", "down_revision = 'aa'"),
}
"""What they stand on, which only a project that was read tells."""
Migrate = Callable[[], tuple[int, str]]


def _files(framework: str, url: URL) -> dict[str, str]:
    link = open_dialect("postgresql").open(url, "schema")
    schema = link.schema()
    link.close()
    file, name, text = JUDGED[framework]
    judged = replace(unit(RENAME, name, framework=framework), file=file, text=text)
    case = next(iter(cases(ground(schema, judged, server=replace(SERVER, version_number=160_000)))))
    steps = (step.partition("\n") for step in steps_of(case.statement.operations[0], case))
    found = ((re.match(r"Deploy \d, ([^:]+/[^:]+):", head), body) for head, _, body in steps)
    return {at[1]: body.replace(*FIRST_OF.get(framework, ("", ""))) for at, body in found if at is not None}


def _project(framework: str, url: URL, folder: Path, make: tuple[NewDjango, NewProject]) -> tuple[Path, Migrate]:
    if framework == "rails":
        rails = rails_project(folder, url)
        return rails.folder, lambda: _ended(rails.run("migrate"))
    if framework == "laravel":
        artisan = make[1](url)
        return artisan.folder, lambda: _ended(artisan.migrate())
    if framework == "django":
        project = make[0](url, "5.2", {"0001_make": FIRST})
        settings = project.folder / "site_of/settings.py"
        settings.write_text(f"{settings.read_text()}\nINSTALLED_APPS = ['shop']\n")
        return project.folder, lambda: _ended(project.migrate("--noinput"))
    alembic = alembic_project(folder, url)
    alembic.add("aa", "pass")
    return alembic.folder, lambda: _ended(alembic.alembic("upgrade", "head"))


def _ended(done: object) -> tuple[int, str]:
    return int(getattr(done, "code", 1)), str(getattr(done, "said", ""))


@pytest.mark.parametrize("postgres_server", [16], indirect=True)
@pytest.mark.parametrize("framework", JUDGED)
def test_the_tool_runs_the_files_and_the_table_ends_as_it_should(
    framework: str, tmp_path: Path, database: URL, django: NewDjango, laravel: NewProject
) -> None:
    run(database, *MADE.split(";"))
    folder, migrate = _project(framework, database, tmp_path / "app", (django, laravel))
    for file, text in _files(framework, database).items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text)
    code, said = migrate()
    assert code == 0, said
    with psycopg.connect(conninfo(database)) as connection:
        columns = connection.execute(
            "SELECT attname, attnotnull FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attnum > 0 "
            "AND NOT attisdropped ORDER BY attname"
        ).fetchall()
        left = connection.execute("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal").fetchall()
    assert columns == [("buyer_id", True), ("id", True)]
    assert left == [(0,)]
