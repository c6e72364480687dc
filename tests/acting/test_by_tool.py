"""The tool's own rollback, run by Halfway for real: what it took is read again, and its exit code is not believed."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from console.core.journal import Topic
from console.core.plan import Word
from console.machine import gone, here
from tests.acting.by_tool import Shop, on_alembic, on_django, on_laravel, on_rails, taken_back
from tests.alembic.project import NewAlembic, alembic
from tests.django.fixtures import NewDjango
from tests.laravel.fixtures import NewProject
from tests.servers import MAJORS, conninfo

__all__ = ["alembic"]

pytestmark = [pytest.mark.parametrize("postgres_server", MAJORS[-1:], indirect=True),
              pytest.mark.usefixtures("database")]  # fmt: skip


@pytest.fixture
def laravel_shop(laravel: NewProject, database: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    return on_laravel(laravel, database, tmp_path, monkeypatch)


@pytest.fixture
def django_shop(django: NewDjango, database: URL, monkeypatch: pytest.MonkeyPatch) -> Shop:
    return on_django(django, database, monkeypatch)


@pytest.fixture
def alembic_shop(alembic: NewAlembic, database: URL, monkeypatch: pytest.MonkeyPatch) -> Shop:
    return on_alembic(alembic, database, monkeypatch)


@pytest.fixture
def rails_shop(database: URL, tmp_path: Path) -> Shop:
    return on_rails(database, tmp_path)


@pytest.fixture(params=["laravel", "django", "alembic", "rails"])
def shop(request: pytest.FixtureRequest) -> Shop:
    made: Shop = request.getfixturevalue(f"{request.param}_shop")
    return made


def test_the_tool_takes_its_newest_migration_back(shop: Shop) -> None:
    taken_back(shop)


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
