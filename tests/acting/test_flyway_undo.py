"""Rolling a migration back that has an undo script: the plan shows that script, the responder needs no paid edition."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.intent import Intent, Verb
from console.core.migration import State
from console.core.plan import Word
from tests.acting.responder import Responder
from tests.acting.test_finish_postgres import ann, rows, state_of
from tests.sites import V2, Site, shop

__all__ = ["ann"]

UNDO = ("ALTER TABLE orders DROP COLUMN shipped_at", "ALTER TABLE orders DROP COLUMN carrier")


@pytest.fixture
def site(tmp_path: Path, database: URL) -> Site:
    found = shop(tmp_path, database)
    found.applied("2", V2)
    (tmp_path / "sql" / "U2__change_2.sql").write_text(";\n".join(UNDO) + ";\n")
    return found


def test_the_undo_script_is_shown_beside_what_is_taken_back(site: Site, ann: Responder) -> None:
    told = next(m for f in ann.incident.fresh().frameworks for m in f.migrations if m.id == "2")
    assert told.notes == ("U2__change_2.sql takes it back with `flyway undo`, in the editions that have that",)
    plan = ann.propose(Intent(Verb.ROLL_BACK, migration="2", framework="flyway"))
    assert (plan.refused, plan.by_hand) == ((), UNDO)
    result = ann.acting.carry_out(plan, plan.phrases)
    assert {o.word for o in result.outcomes} == {Word.DONE}, result
    assert state_of(ann, "2") is State.PENDING
    assert rows(site, "SELECT version FROM flyway_schema_history") == [("1",)]
