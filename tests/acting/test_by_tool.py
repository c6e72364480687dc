"""The tool's own rollback, run by Halfway for real: what it took is read again, and its exit code is not believed."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from console import dialects, frameworks
from console.core.intent import Intent, Verb
from console.core.journal import Topic
from console.core.migration import State
from console.core.observation import Machine
from console.core.plan import Plan, StepKind, Word
from console.incident import Incident
from console.machine import gone, here
from console.responding import lead
from console.wiring import Options, find, source
from tests.acting.responder import Responder, responder
from tests.alembic.project import NewAlembic, alembic
from tests.django.fixtures import NewDjango
from tests.django.shop import migration as django_file
from tests.incidents import alembic_told, django_told
from tests.laravel.fixtures import NewProject
from tests.rails.making import change
from tests.rails.project import make_project as rails_project
from tests.servers import MAJORS, conninfo
from tests.tools.alembic import command as alembic_command
from tests.tools.alembic import environment as alembic_environment

__all__ = ["alembic"]

pytestmark = [pytest.mark.parametrize("postgres_server", MAJORS[-1:], indirect=True),
              pytest.mark.usefixtures("database")]  # fmt: skip
EXTRA = "SELECT count(*) FROM information_schema.tables WHERE table_name LIKE '%note%'"


class Quiet:
    """A machine on which nothing else runs: other tests migrate at the same time."""

    def look(self) -> Machine:
        return Machine()


@dataclass(frozen=True)
class Shop:
    """A project with two migrations that ran; the second made a table of notes."""

    folder: Path
    url: URL
    framework: str
    second: str
    environ: Mapping[str, str]

    def tables(self) -> int:
        with psycopg.connect(conninfo(self.url)) as other:
            return int(other.execute(EXTRA).fetchall()[0][0])

    @contextmanager
    def hired(self) -> Iterator[Responder]:
        """A responder in the project's folder."""
        found = find(Options(project=str(self.folder)), self.environ)
        incident = Incident(replace(source(found), machine=Quiet()))
        markers = {f.name: frameworks.marker(f.name, project) for f, project in incident.source.frameworks}
        made = responder(
            incident,
            dialects.renderer("postgresql"),
            lambda: dialects.open_hand("postgresql", self.url),
            markers,
            partial(lead, found, self.environ),
        )
        with made as ann:
            yield ann

    def planned(self, ann: Responder, migration: str = "") -> Plan:
        return ann.propose(Intent(Verb.TOOL_ROLL_BACK, migration=migration or self.second, framework=self.framework))


def program(path: Path, *words: str, environ: Mapping[str, str] | None = None) -> Path:
    """A program of that name that is another one, in the test's own environment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ours = " ".join(f"{name}={shlex.quote(value)}" for name, value in (environ or {}).items())
    path.write_text(f'#!/bin/sh\nexec env {ours} {shlex.join(words)} "$@"\n')
    path.chmod(0o755)
    return path


@pytest.fixture
def laravel_shop(laravel: NewProject, database: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    project = laravel(database)
    table = "<?php\nreturn new class extends \\Illuminate\\Database\\Migrations\\Migration {\n public function up() { \\Illuminate\\Support\\Facades\\Schema::create('%s', function (\\Illuminate\\Database\\Schema\\Blueprint $table) { $table->id(); }); }\n public function down() { \\Illuminate\\Support\\Facades\\Schema::drop('%s'); }\n};\n"  # noqa: E501 - one file
    for name in ("2024_01_01_000000_orders", "2024_02_01_000000_notes"):
        project.add(name, table % (name[18:], name[18:]))
        assert project.migrate().code == 0
    php = program(tmp_path / "bin" / "php", *project.php.command(), environ={"RECORD_TO": str(project.log)})
    monkeypatch.setenv("PATH", f"{php.parent}:/usr/bin:/bin")
    return Shop(project.folder, database, "laravel", "2024_02_01_000000_notes", {})


@pytest.fixture
def django_shop(django: NewDjango, database: URL, monkeypatch: pytest.MonkeyPatch) -> Shop:
    files = {"0001_initial": django_file(django_told.BASE),
             "0002_notes": django_file(django_told.NOTES, "0001_initial")}  # fmt: skip
    project = django(database, "5.2", files)
    assert project.migrate().code == 0
    program(project.folder / ".venv" / "bin" / "python", sys.executable, "-S")
    monkeypatch.setenv("PYTHONPATH", str(project.site))
    monkeypatch.setenv("RECORD_TO", str(project.log))
    return Shop(project.folder, database, "django", "shop.0002_notes", {})


@pytest.fixture
def alembic_shop(alembic: NewAlembic, database: URL, monkeypatch: pytest.MonkeyPatch) -> Shop:
    project = alembic(database)
    project.add("a1", alembic_told.BASE)
    project.add("b2", alembic_told.NOTES, 'op.drop_table("notes")', after="a1")
    assert project.alembic("upgrade", "head").code == 0
    ours = alembic_environment(project.release)
    program(project.folder / ".venv" / "bin" / "alembic", *alembic_command(), environ=ours)
    for name, value in project.environ.items():
        monkeypatch.setenv(name, value)
    return Shop(project.folder, database, "alembic", "b2", project.environ)


@pytest.fixture
def rails_shop(database: URL, tmp_path: Path) -> Shop:
    project = rails_project(tmp_path / "app", database)
    for version, name in (("20240101000000", "orders"), ("20240201000000", "notes")):
        text = change(f"create_table(:{name}) {{ |t| t.text :body }}", name=f"Make{name.capitalize()}")
        project.add(f"{version}_make_{name}", text)
    assert project.run("migrate").code == 0
    script = Path(__file__).parents[1] / "rails" / "run.rb"
    ours = {**project.ruby.environment(), "RAILS_ENV": "production", "RECORD_TO": str(project.log)}
    rails = program(project.folder / "bin" / "rails", *project.ruby.command(script), environ=ours)
    rails.write_text(rails.read_text().replace('"$@"', 'down "${2#VERSION=}"'))
    return Shop(project.folder, database, "rails", "20240201000000", {"RAILS_ENV": "production"})


@pytest.fixture(params=["laravel", "django", "alembic", "rails"])
def shop(request: pytest.FixtureRequest) -> Shop:
    made: Shop = request.getfixturevalue(f"{request.param}_shop")
    return made


def test_the_tool_takes_its_newest_migration_back(shop: Shop) -> None:
    assert shop.tables() == 1
    heard: list[str] = []
    with shop.hired() as ann:
        ann.acting.hear = heard.append
        plan = shop.planned(ann)
        assert plan.refused == ()
        (step,) = plan.steps
        assert step.kind is StepKind.TOOL
        assert step.sql[0].startswith(f"cd {shop.folder} && ")
        assert plan.phrase.startswith("roll back by tool ")
        (outcome,) = ann.acting.carry_out(plan, plan.phrases).outcomes
        assert outcome.word is Word.DONE, (outcome, heard)
        states = {m.id: m.state for f in ann.incident.fresh().frameworks for m in f.migrations}
    assert states[shop.second] is State.PENDING
    assert shop.tables() == 0


def test_what_is_not_the_newest_is_refused(laravel_shop: Shop) -> None:
    with laravel_shop.hired() as ann:
        plan = laravel_shop.planned(ann, "2024_01_01_000000_orders")
    assert "The tool would take back 2024_02_01_000000_notes." in plan.refused
    assert plan.steps == ()


def test_who_recorded_another_meanwhile_keeps_it_from_running(laravel_shop: Shop) -> None:
    with laravel_shop.hired() as ann:
        plan = laravel_shop.planned(ann)
        with psycopg.connect(conninfo(laravel_shop.url), autocommit=True) as other:
            other.execute("INSERT INTO migrations (migration, batch) VALUES ('2024_03_01_000000_other', 9)")
        (outcome,) = ann.acting.carry_out(plan, plan.phrases).outcomes
    assert (outcome.word, outcome.sent) == (Word.REFUSED, False)
    assert laravel_shop.tables() == 1


def test_settings_that_lead_elsewhere_since_the_plan_keep_it_from_running(laravel_shop: Shop) -> None:
    with laravel_shop.hired() as ann:
        plan = laravel_shop.planned(ann)
        assert (plan.refused, plan.unproven) == ((), "")
        settings = laravel_shop.folder / ".env"
        settings.write_text(settings.read_text().replace(f"={laravel_shop.url.database}", "=other"))
        (outcome,) = ann.acting.carry_out(plan, plan.phrases).outcomes
        assert laravel_shop.planned(ann).refused[-1].endswith("/other, which is not this database.")
    assert (outcome.word, outcome.sent) == (Word.REFUSED, False)
    assert outcome.detail.endswith("/other, which is not this database.")
    assert laravel_shop.tables() == 1


def test_a_tool_that_fails_is_not_run_again_and_its_words_are_told_without_secrets(
    alembic_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = alembic_shop.folder / "ran"
    monkeypatch.setenv("APP_PASSWORD", "hunter2secret")
    failing = alembic_shop.folder / ".venv" / "bin" / "alembic"
    failing.write_text(f'#!/bin/sh\necho once >>{ran}\necho "cannot log in with hunter2secret" >&2\nexit 3\n')
    with alembic_shop.hired() as ann:
        plan = alembic_shop.planned(ann)
        (outcome,) = ann.acting.carry_out(plan, plan.phrases).outcomes
        told = " ".join(f"{entry.text} {entry.details}" for entry in ann.journal.kept)
    began, ran_as = (next(e for e in ann.journal.kept if e.topic is topic) for topic in (Topic.ACTING, Topic.OBSERVED))
    assert began.details["host"] == here()
    assert ran_as.details["acting"] == str(began.n)
    assert gone(here(), ran_as.details["process"])
    assert outcome.word is Word.NOT_DONE
    assert outcome.detail.startswith("it ended with 3: cannot log in with")
    assert "hunter2secret" not in outcome.detail + told
    assert ran.read_text() == "once\n"
