"""Acting on a file of SQLite: each tool's own rollback; finishing, rolling back and marking what stopped halfway."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.intent import Intent, Verb
from console.core.migration import State
from console.core.plan import Result, Word
from console.dialects.sqlite import hand
from tests.acting.by_tool import Shop, on_alembic, on_django, on_laravel, on_rails, taken_back
from tests.acting.responder import Responder
from tests.alembic.project import NewAlembic, alembic
from tests.django.fixtures import NewDjango
from tests.forward.walking import run_on_file
from tests.incidents.laravel_cases import NICK, NOTES, UNIQUE, Case
from tests.incidents.laravel_told import BROKEN, broken
from tests.laravel.fixtures import NewProject

__all__ = ["alembic"]


@pytest.fixture
def url(tmp_path: Path) -> URL:
    """An empty file."""
    (tmp_path / "shop.sqlite").touch()
    return URL.create("sqlite", database=str(tmp_path / "shop.sqlite"))


def test_laravel_takes_back_on_sqlite(
    laravel: NewProject, url: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken_back(on_laravel(laravel, url, tmp_path, monkeypatch))


def test_rails_takes_back_on_sqlite(url: URL, tmp_path: Path) -> None:
    taken_back(on_rails(url, tmp_path))


def test_django_takes_back_on_sqlite(django: NewDjango, url: URL, monkeypatch: pytest.MonkeyPatch) -> None:
    taken_back(on_django(django, url, monkeypatch))


def test_alembic_takes_back_on_sqlite(alembic: NewAlembic, url: URL, monkeypatch: pytest.MonkeyPatch) -> None:
    taken_back(on_alembic(alembic, url, monkeypatch))


def _state(ann: Responder) -> State:
    return next(m.state for f in ann.incident.fresh().frameworks for m in f.migrations if m.id == BROKEN)


def _done(ann: Responder, verb: Verb) -> Result:
    plan = ann.propose(Intent(verb, migration=BROKEN, framework="laravel", reason="a drill"))
    assert plan.refused == ()
    return ann.acting.carry_out(plan, plan.phrases)


def test_what_stopped_halfway_is_taken_back_finished_and_marked_on_sqlite(
    laravel: NewProject, url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = laravel(url)
    monkeypatch.setattr(hand, "_PATIENCE", 0.2)
    broken(project, url, Case("last", NICK + NOTES + UNIQUE, "LLN", "half_applied"), run_on_file)
    with Shop(project.folder, url, "laravel", BROKEN, {}).hired() as ann:
        assert _state(ann) is State.HALF_APPLIED
        back = _done(ann, Verb.ROLL_BACK)
        assert ([o.word for o in back.outcomes], _state(ann)) == ([Word.DONE] * len(back.outcomes), State.PENDING), back
        assert project.migrate().code == 1
        with closing(sqlite3.connect(url.database or "", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            held = _done(ann, Verb.ROLL_BACK).outcomes[0]
            assert (held.word, "is writing to it" in held.detail) == (Word.REFUSED, True)
        run_on_file(url, "DELETE FROM customers WHERE name IS NULL")
        done = _done(ann, Verb.FINISH)
        assert ([o.word for o in done.outcomes], _state(ann)) == ([Word.DONE] * len(done.outcomes), State.APPLIED), done
        for verb, state in ((Verb.MARK_NOT_RAN, State.UNRECORDED), (Verb.MARK_RAN, State.APPLIED)):
            made = _done(ann, verb)
            assert [o.word for o in made.outcomes] == [Word.DONE], made.refused
            assert _state(ann) is state
    assert project.migrate().code == 0


def test_settings_that_lead_to_another_file_keep_the_tool_from_running(
    laravel: NewProject, url: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = on_laravel(laravel, url, tmp_path, monkeypatch)
    with shop.hired() as ann:
        plan, settings = shop.planned(ann), shop.folder / ".env"
        assert (plan.refused, plan.unproven) == ((), "")
        settings.write_text(settings.read_text().replace("shop.sqlite", "other.sqlite"))
        (outcome,) = ann.acting.carry_out(plan, plan.phrases).outcomes
    words = "/other.sqlite, which is not this database."
    assert (outcome.word, outcome.detail.endswith(words)) == (Word.REFUSED, True)
    assert shop.tables() == 1
