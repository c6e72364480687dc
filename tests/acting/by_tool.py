"""Projects with two migrations that a real tool ran, and a responder who can have the tool take the second one back."""

from __future__ import annotations

import shlex
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from console import dialects, frameworks
from console.core.intent import Intent, Verb
from console.core.migration import State
from console.core.observation import Machine
from console.core.plan import Plan, StepKind, Word
from console.incident import Incident
from console.responding import lead
from console.wiring import Options, find, source
from tests import mysql_servers, servers
from tests.acting.responder import Responder, responder
from tests.alembic.project import NewAlembic
from tests.django.fixtures import NewDjango
from tests.django.shop import migration as django_file
from tests.incidents import alembic_told, django_told
from tests.laravel.fixtures import NewProject
from tests.rails.making import change
from tests.rails.project import make_project as rails_project
from tests.tools.alembic import command as alembic_command
from tests.tools.alembic import environment as alembic_environment

EXTRA = "SELECT count(*) FROM information_schema.tables WHERE table_name LIKE '%note%'"


class Quiet:
    """A machine on which nothing else runs: other tests migrate at the same time."""

    def look(self) -> Machine:
        """Nothing."""
        return Machine()


@dataclass(frozen=True)
class Shop:
    """A project with two migrations that ran; the second made a table of notes."""

    folder: Path
    url: URL
    framework: str
    second: str
    environ: Mapping[str, str]

    @property
    def is_file(self) -> bool:
        """Nobody logs in to a file."""
        return self.url.get_backend_name() == "sqlite"

    def tables(self) -> int:
        """How many tables of notes there are."""
        if self.is_file:
            with closing(sqlite3.connect(self.url.database or "")) as file:
                return int(file.execute("SELECT count(*) FROM sqlite_master WHERE name LIKE '%note%'").fetchone()[0])
        if self.url.get_backend_name() == "postgresql":
            with psycopg.connect(servers.conninfo(self.url)) as other:
                return int(other.execute(EXTRA).fetchall()[0][0])
        with mysql_servers.open_connection(self.url) as there:
            return int(mysql_servers.ask(there, f"{EXTRA} AND table_schema = database()")[0][0])

    def run(self, sql: str) -> None:
        """By somebody else."""
        (servers.run if self.url.get_backend_name() == "postgresql" else mysql_servers.run)(self.url, sql)

    @contextmanager
    def hired(self) -> Iterator[Responder]:
        """A responder in the project's folder."""
        found = find(Options(project=str(self.folder)), self.environ)
        incident = Incident(replace(source(found), machine=Quiet()))
        markers = {f.name: frameworks.marker(f.name, project) for f, project in incident.source.frameworks}
        kind = self.url.get_backend_name()
        made = responder(
            incident,
            dialects.renderer(kind),
            lambda: dialects.open_hand(kind, self.url),
            markers,
            partial(lead, found, self.environ),
        )
        with made as ann:
            yield ann

    def planned(self, ann: Responder, migration: str = "") -> Plan:
        """What would be run."""
        return ann.propose(Intent(Verb.TOOL_ROLL_BACK, migration=migration or self.second, framework=self.framework))


def program(path: Path, *words: str, environ: Mapping[str, str] | None = None) -> Path:
    """A program of that name that is another one, in the test's own environment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ours = " ".join(f"{name}={shlex.quote(value)}" for name, value in (environ or {}).items())
    path.write_text(f'#!/bin/sh\nexec env {ours} {shlex.join(words)} "$@"\n')
    path.chmod(0o755)
    return path


def on_laravel(laravel: NewProject, url: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Of a real Laravel."""
    project = laravel(url)
    table = "<?php\nreturn new class extends \\Illuminate\\Database\\Migrations\\Migration {\n public function up() { \\Illuminate\\Support\\Facades\\Schema::create('%s', function (\\Illuminate\\Database\\Schema\\Blueprint $table) { $table->id(); }); }\n public function down() { \\Illuminate\\Support\\Facades\\Schema::drop('%s'); }\n};\n"  # noqa: E501 - one file
    for name in ("2024_01_01_000000_orders", "2024_02_01_000000_notes"):
        project.add(name, table % (name[18:], name[18:]))
        assert project.migrate().code == 0
    php = program(tmp_path / "bin" / "php", *project.php.command(), environ={"RECORD_TO": str(project.log)})
    monkeypatch.setenv("PATH", f"{php.parent}:/usr/bin:/bin")
    return Shop(project.folder, url, "laravel", "2024_02_01_000000_notes", {})


def on_django(django: NewDjango, url: URL, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Of a real Django."""
    files = {"0001_initial": django_file(django_told.BASE),
             "0002_notes": django_file(django_told.NOTES, "0001_initial")}  # fmt: skip
    project = django(url, "5.2", files)
    assert project.migrate().code == 0
    program(project.folder / ".venv" / "bin" / "python", sys.executable, "-S")
    monkeypatch.setenv("PYTHONPATH", str(project.site))
    monkeypatch.setenv("RECORD_TO", str(project.log))
    return Shop(project.folder, url, "django", "shop.0002_notes", {})


def on_alembic(alembic: NewAlembic, url: URL, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Of a real Alembic."""
    project = alembic(url)
    project.add("a1", alembic_told.BASE)
    project.add("b2", alembic_told.NOTES, 'op.drop_table("notes")', after="a1")
    assert project.alembic("upgrade", "head").code == 0
    ours = alembic_environment(project.release)
    program(project.folder / ".venv" / "bin" / "alembic", *alembic_command(), environ=ours)
    for name, value in project.environ.items():
        monkeypatch.setenv(name, value)
    return Shop(project.folder, url, "alembic", "b2", project.environ)


def on_rails(url: URL, tmp_path: Path) -> Shop:
    """Of a real Rails."""
    project = rails_project(tmp_path / "app", url)
    for version, name in (("20240101000000", "orders"), ("20240201000000", "notes")):
        text = change(f"create_table(:{name}) {{ |t| t.text :body }}", name=f"Make{name.capitalize()}")
        project.add(f"{version}_make_{name}", text)
    assert project.run("migrate").code == 0
    script = Path(__file__).parents[1] / "rails" / "run.rb"
    ours = {**project.ruby.environment(), "RAILS_ENV": "production", "RECORD_TO": str(project.log)}
    rails = program(project.folder / "bin" / "rails", *project.ruby.command(script), environ=ours)
    rails.write_text(rails.read_text().replace('"$@"', 'down "${2#VERSION=}"'))
    return Shop(project.folder, url, "rails", "20240201000000", {"RAILS_ENV": "production"})


def taken_back(shop: Shop) -> None:
    """The tool takes its newest migration back, by its own command, once a person has typed for it."""
    assert shop.tables() == 1
    heard: list[str] = []
    with shop.hired() as ann:
        ann.acting.hear = heard.append
        plan = shop.planned(ann)
        assert plan.refused == ()
        (step,) = plan.steps
        assert step.kind is StepKind.TOOL
        assert ("logs in as" in plan.about[1], "no login" in plan.about[1]) == (not shop.is_file, shop.is_file)
        assert step.sql[0].startswith(f"cd {shop.folder} && ")
        assert plan.phrase.startswith("roll back by tool ")
        (outcome,) = ann.acting.carry_out(plan, plan.phrases).outcomes
        assert outcome.word is Word.DONE, (outcome, heard)
        states = {m.id: m.state for f in ann.incident.fresh().frameworks for m in f.migrations}
    assert states[shop.second] is State.PENDING
    assert shop.tables() == 0
