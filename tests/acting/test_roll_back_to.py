"""Going back to a version or a date on a real server: several migrations, newest first, as one plan."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.assessment import Overall
from console.core.intent import Intent, Verb
from console.core.plan import Word
from tests.acting.responder import Responder
from tests.acting.test_finish_postgres import ann, rows
from tests.sites import Site, shop

__all__ = ["ann"]

COLUMNS = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"
LEDGER = "SELECT version FROM flyway_schema_history ORDER BY installed_rank"
BACK = Intent(Verb.ROLL_BACK_TO, framework="flyway", back_to="version 1")


@pytest.fixture
def site(tmp_path: Path, database: URL) -> Site:
    return shop(tmp_path, database)


def later(site: Site) -> None:
    """The fourth drops what the second made, and the third renames what the second made."""
    site.applied("2", "CREATE TABLE carriers (id bigint, name text);\nALTER TABLE orders ADD COLUMN note text;\n")
    site.applied("3", "ALTER TABLE carriers RENAME TO shippers;\nCREATE INDEX by_name ON shippers (name);\n")
    site.applied("4", "ALTER TABLE orders DROP COLUMN note;\n")


def test_all_since_a_version_is_taken_back(site: Site, ann: Responder) -> None:
    before = rows(site, COLUMNS)
    later(site)
    plan = ann.propose(BACK)
    assert plan.refused == ()
    assert plan.phrases == ("roll back to version 1", "lose data in carriers")
    assert [loss.what for loss in plan.losses] == ["how many rows have a value in carriers could not be counted"]
    assert [step.n for step in plan.steps] == [1, 2, 3, 4, 5, 6]
    result = ann.acting.carry_out(plan, plan.phrases)
    assert [o.word for o in result.outcomes] == [Word.DONE] * 6, result
    assert rows(site, COLUMNS) == before
    assert rows(site, LEDGER) == [("1",)]
    assert ann.incident.fresh().overall is Overall.HEALTHY


def test_it_stops_at_the_first_that_does_not_fit(site: Site, ann: Responder) -> None:
    later(site)
    plan = ann.propose(BACK)
    site.run("CREATE VIEW names AS SELECT name FROM shippers")
    result = ann.acting.carry_out(plan, plan.phrases)
    words = [o.word for o in result.outcomes]
    assert words[:4] == [Word.DONE] * 4, result
    assert (words[-1], len(words)) == (Word.REFUSED, 5), result
    assert rows(site, LEDGER) == [("1",), ("2",)]


def test_the_one_that_has_no_way_back_closes_it(site: Site, ann: Responder) -> None:
    later(site)
    site.applied("5", "CREATE TABLE IF NOT EXISTS maybe (id bigint);\n")
    plan = ann.propose(BACK)
    assert plan.steps == ()
    assert plan.refused[0].startswith("V5__change_5 cannot be taken back exactly")


def test_rows_that_only_changed_are_not_taken_back_and_it_is_said(site: Site, ann: Responder) -> None:
    site.applied("2", "UPDATE orders SET total = 0;\n")
    plan = ann.propose(BACK)
    assert plan.refused == ()
    assert "V2__change_2: What statement 1 changed in the rows is not undone." in plan.careful
    result = ann.acting.carry_out(plan, plan.phrases)
    assert [o.word for o in result.outcomes] == [Word.DONE], result
    assert rows(site, LEDGER) == [("1",)]


def test_what_is_no_mark_is_refused(site: Site, ann: Responder) -> None:
    plan = ann.propose(Intent(Verb.ROLL_BACK_TO, framework="flyway", back_to="version 7"))
    assert plan.refused == ("version 7 is no batch, version or date of flyway to which it can be taken back.",)
