"""Rolling one step back on a PostgreSQL: what is left is the schema as it was, and what would be lost is counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.assessment import Overall
from console.core.intent import Intent, Verb
from console.core.migration import State
from console.core.plan import Word
from tests.acting.responder import Responder
from tests.acting.test_finish_postgres import LANDED, V2, ann, rows, state_of
from tests.sites import Site, shop

__all__ = ["ann"]

BACK = Intent(Verb.ROLL_BACK, migration="2", framework="flyway")
COLUMNS = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"


@pytest.fixture
def site(tmp_path: Path, database: URL) -> Site:
    found = shop(tmp_path, database)
    found.file("2", V2)
    return found


@pytest.mark.parametrize("recorded", [True, False], ids=["failed row", "no row"])
def test_flyway_roll_back_takes_back_exactly_what_landed(recorded: bool, site: Site, ann: Responder) -> None:
    before = rows(site, COLUMNS)
    site.run(*LANDED)
    if recorded:
        site.row(site.folder / "sql" / "V2__change_2.sql", success=False)
    plan = ann.propose(BACK)
    assert plan.refused == ()
    assert plan.phrases == ("roll back 2",)
    result = ann.acting.carry_out(plan, plan.phrases)
    assert [o.word for o in result.outcomes] == [Word.DONE] * (2 if recorded else 1), result
    assert rows(site, COLUMNS) == before
    assert state_of(ann, "2") is State.PENDING
    assert ann.incident.fresh().overall is Overall.HEALTHY
    assert rows(site, "SELECT version FROM flyway_schema_history") == [("1",)]


def test_what_would_be_lost_asks_for_a_phrase_of_its_own(site: Site, ann: Responder) -> None:
    site.run(*LANDED, "INSERT INTO carriers VALUES (1, 'dhl')", "INSERT INTO orders VALUES (1, 1, 'dhl')")
    plan = ann.propose(BACK)
    assert plan.phrases == ("roll back 2", "lose data in carriers", "lose data in orders")
    assert [loss.what for loss in plan.losses] == ["1 rows of carriers", "1 row has a value in orders.carrier"]
    result = ann.acting.carry_out(plan, ("roll back 2",))
    assert result.outcomes == ()
    assert rows(site, "SELECT count(*) FROM carriers") == [(1,)]


def test_nothing_landed_is_nothing_to_take_back(site: Site, ann: Responder) -> None:
    plan = ann.propose(BACK)
    assert plan.refused == ("Nothing of it landed: there is nothing to take back.",)


def test_what_came_since_it_was_shown_is_not_destroyed(site: Site, ann: Responder) -> None:
    site.run(*LANDED)
    plan = ann.propose(BACK)
    assert (plan.losses, set(plan.counted)) == ((), {0})
    site.run("INSERT INTO carriers VALUES (1, 'dhl')")
    result = ann.acting.carry_out(plan, plan.phrases)
    assert result.refused == ("More would be lost in carriers than was shown: 1 rows now, 0 then.",)
    assert rows(site, "SELECT count(*) FROM carriers") == [(1,)]
