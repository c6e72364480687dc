"""Finishing what throws data away: counted first, asked for with a phrase of its own, counted again before it goes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from console.core.intent import Answer, Intent, Verb
from console.core.plan import Word
from tests.acting.at_shop import ann
from tests.acting.responder import Responder
from tests.sites import Site, shop

__all__ = ["ann"]
FIRST = "CREATE TABLE carriers (id bigint PRIMARY KEY)"
FINISH = Intent(Verb.FINISH, migration="2", framework="flyway")


@pytest.fixture
def site(tmp_path: Path, database: URL) -> Site:
    found = shop(tmp_path, database)
    found.run(
        "CREATE TABLE notes (id bigint PRIMARY KEY, text text, price numeric(8,2), empty text)",
        "INSERT INTO notes VALUES (1, 'kept', 1.25), (2, NULL, 2.50), (3, 'so', NULL)",
        "CREATE SCHEMA old", "CREATE TABLE old.things (id bigint)", "INSERT INTO old.things VALUES (1)", FIRST,
    )  # fmt: skip
    return found


@pytest.mark.parametrize(
    ("rest", "losses"),
    [
        ("ALTER TABLE notes DROP COLUMN text", ["notes: 2 rows have a value in notes.text"]),
        ("ALTER TABLE notes DROP COLUMN empty", []),
        ("ALTER TABLE notes RENAME COLUMN text TO said; ALTER TABLE notes DROP COLUMN said",
         ["notes: 2 rows have a value in notes.text"]),
        ("ALTER TABLE notes RENAME TO remarks; ALTER TABLE remarks DROP COLUMN text",
         ["notes: 2 rows have a value in notes.text"]),
        ("ALTER TABLE notes RENAME TO remarks; DROP TABLE remarks", ["notes: 3 rows of notes"]),
        ("DROP TABLE old.things", ["old.things: 1 rows of old.things"]),
        ("DROP SCHEMA old CASCADE", ["old.things: 1 rows of old.things"]),
        ("DROP TABLE carriers", []),
        ("ALTER TABLE notes ALTER COLUMN price TYPE numeric(8,0)", ["notes: 2 rows have a value in notes.price"]),
        ("ALTER TABLE notes ALTER COLUMN price TYPE numeric(10,2)", []),
        ("ALTER TABLE notes ADD COLUMN new text; ALTER TABLE notes DROP COLUMN new", []),
        ("TRUNCATE notes", ["notes: statement 2 deletes rows: how many was not counted"]),
        ("DELETE FROM notes WHERE id > 1", ["notes: statement 2 deletes rows: how many was not counted"]),
        ("UPDATE notes SET text = '' WHERE text IS NULL", []),
    ],
    ids="column empty renamed renamed-table table elsewhere schema nothing type fits own truncate delete update"
    .split(),
)  # fmt: skip
def test_what_the_rest_throws_away_is_told(site: Site, ann: Responder, rest: str, losses: list[str]) -> None:
    site.file("2", f"{FIRST};\n" + ";\n".join([*rest.split("; "), "ALTER TABLE orders ADD COLUMN last text"]) + ";\n")
    plan = ann.propose(FINISH)
    if plan.open_questions:
        plan = ann.propose(replace(FINISH, answers=tuple((n, Answer.RUN) for n in plan.open_questions)))
    assert plan.refused == ()
    assert [f"{loss.table}: {loss.what}" for loss in plan.losses] == losses
    assert plan.phrases == ("finish 2", *dict.fromkeys(f"lose data in {loss.partition(':')[0]}" for loss in losses))


def test_more_than_was_shown_is_not_thrown_away(site: Site, ann: Responder) -> None:
    site.file("2", f"{FIRST};\nALTER TABLE notes DROP COLUMN text;\n")
    plan = ann.propose(FINISH)
    site.run("UPDATE notes SET text = 'new' WHERE id = 2")
    result = ann.acting.carry_out(plan, plan.phrases)
    assert result.refused == ("More would be lost in notes.text than was shown: 3 rows now, 2 then.",)
    again = ann.propose(FINISH)
    assert [o.word for o in ann.acting.carry_out(again, again.phrases).outcomes] == [Word.DONE, Word.DONE]
    with psycopg.connect(site.address) as other:
        assert other.execute("SELECT * FROM notes LIMIT 0").description is not None


def test_without_its_phrase_nothing_is_sent(site: Site, ann: Responder) -> None:
    site.file("2", f"{FIRST};\nALTER TABLE notes DROP COLUMN text;\n")
    plan = ann.propose(FINISH)
    result = ann.acting.carry_out(plan, plan.phrases[:1])
    assert result.refused
    assert result.outcomes == ()
