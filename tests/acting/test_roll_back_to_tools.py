"""Going back to a batch or a version behind real tools: each knows afterwards what is left, and goes on from there."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console import dialects, frameworks
from console.core.intent import Intent, Verb
from console.core.observation import Machine
from console.core.plan import Word
from console.incident import Incident
from console.wiring import Options, find, source
from tests.acting.responder import Responder, responder
from tests.alembic.project import AlembicProject, NewAlembic, alembic
from tests.incidents.alembic_told import BASE, DROP, INDEX, NOTES
from tests.incidents.laravel_cases import php
from tests.laravel.fixtures import NewProject
from tests.laravel.project import LaravelProject
from tests.mysql_servers import MyServer, ask, open_connection
from tests.servers import MAJORS

__all__ = ["alembic"]


class Quiet:
    """A machine on which nothing else runs: other tests migrate at the same time."""

    def look(self) -> Machine:
        return Machine()


def gone_back(folder: str, environ: dict[str, str], kind: str, intent: Intent, steps: int) -> None:
    """Proposed and carried out, in the project's folder."""
    found = find(Options(project=folder), environ)
    incident = Incident(replace(source(found), machine=Quiet()))
    markers = {f.name: frameworks.marker(f.name, project) for f, project in incident.source.frameworks}
    name = found.database.get_backend_name()
    made = responder(incident, dialects.renderer(kind), lambda: dialects.open_hand(name, found.database), markers)
    with made as ann:
        done(ann, intent, steps)


def done(ann: Responder, intent: Intent, steps: int) -> None:
    plan = ann.propose(intent)
    assert plan.refused == ()
    assert plan.phrases[0] == f"roll back to {intent.back_to}"
    result = ann.acting.carry_out(plan, plan.phrases)
    assert [o.word for o in result.outcomes] == [Word.DONE] * steps, result.outcomes


def upgraded(project: AlembicProject) -> None:
    assert project.alembic("upgrade", "head").code == 0


@pytest.mark.parametrize("postgres_server", MAJORS[-1:], indirect=True)
def test_alembics_one_row_moves_down_step_by_step(alembic: NewAlembic, database: URL) -> None:
    project = alembic(database)
    project.add("a1", BASE, DROP)
    project.add("b2", NOTES, 'op.drop_table("notes")', after="a1")
    project.add("c3", INDEX, 'op.drop_index("ix_orders_note", "orders")', after="b2")
    upgraded(project)
    intent = Intent(Verb.ROLL_BACK_TO, framework="alembic", back_to="version a1")
    gone_back(str(project.folder), project.environ, "postgresql", intent, 4)
    assert project.alembic("current").out.split() == ["a1"]
    upgraded(project)
    assert project.alembic("current").out.split()[0] == "c3"


def back_at_the_first_batch(project: LaravelProject, kind: str) -> None:
    """Three batches, the second of them of two files; and forward again by Laravel itself."""
    bodies = {
        "2024_01_01_000000_orders": "Schema::create('orders', fn ($table) => $table->id());",
        "2024_02_01_000000_note": "Schema::table('orders', fn ($table) => $table->string('note')->nullable());",
        "2024_03_01_000000_by_note": "Schema::table('orders', fn ($table) => $table->index('note'));",
        "2024_03_02_000000_carriers": "Schema::create('carriers', fn ($table) => $table->id());",
    }
    for name, up in bodies.items():
        project.add(name, php(up.replace("fn ($table)", "fn (Blueprint $table)"), loose=False))
        if not name.startswith("2024_03_01"):
            assert project.migrate().code == 0
    intent = Intent(Verb.ROLL_BACK_TO, framework="laravel", back_to="batch 1")
    gone_back(str(project.folder), {}, kind, intent, 6)


def test_laravel_is_back_at_a_batch_on_mysql(laravel: NewProject, my_server: MyServer, my_database: URL) -> None:
    project = laravel(my_database)
    back_at_the_first_batch(project, my_server.kind)
    with open_connection(my_database) as other:
        assert ask(other, "SELECT migration, batch FROM migrations") == [("2024_01_01_000000_orders", 1)]
        assert ask(other, "SHOW COLUMNS FROM orders LIKE 'note'") == []
    assert project.migrate().code == 0


def test_laravel_is_back_at_a_batch_on_sqlite(laravel: NewProject, tmp_path: Path) -> None:
    path = tmp_path / "shop.sqlite"
    path.touch()
    project = laravel(URL.create("sqlite", database=str(path)))
    back_at_the_first_batch(project, "sqlite")
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT migration, batch FROM migrations").fetchall() == [("2024_01_01_000000_orders", 1)]
        assert [name for _, name, *_ in other.execute("PRAGMA table_info(orders)")] == ["id"]
    assert project.migrate().code == 0
