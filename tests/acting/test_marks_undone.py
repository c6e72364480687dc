"""A mark that was a mistake is undone: the rows stand again as they stood before it, to the time they were written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from console import responding
from console.core.intent import Intent, Verb
from console.core.plan import Plan, Word
from console.incident import Incident
from console.wiring import Options, find, source
from tests.acting.flyway_rows import FIRST, TEXT, V2, Place, Rows, proposed, row
from tests.acting.responder import Responder
from tests.acting.test_flyway_rows import my_place, place

__all__ = ["my_place", "place"]
UNDO = Intent(Verb.UNDO, migration="2", framework="flyway")
DONE = row(2, "2", "V2__more.sql", TEXT)
FAILED = row(2, "2", "V2__more.sql", TEXT, success=False)
OTHER = {Verb.MARK_RAN: Verb.MARK_NOT_RAN, Verb.MARK_NOT_RAN: Verb.MARK_RAN}
Then = Callable[[Responder], None]


def everything(place: Place) -> Rows:
    return place.send("SELECT * FROM flyway_schema_history ORDER BY installed_rank")


def do(ann: Responder, intent: Intent) -> Plan:
    plan = ann.propose(intent)
    assert plan.refused == ()
    result = ann.acting.carry_out(plan, plan.phrases)
    assert [o.word for o in result.outcomes] == [Word.DONE], result
    return plan


def marked(place: Place, verb: Verb, before: Rows, then: Then, files: Mapping[str, str] = V2) -> None:
    """A mark was made; `then` goes on."""
    place.laid_out(files, before)
    place.send("UPDATE flyway_schema_history SET installed_on = '2026-01-31 03:04:05'")
    marked_now(place, verb, then)


def marked_now(place: Place, verb: Verb, then: Then) -> None:
    """A mark of what lies there."""

    def on(ann: Responder, plan: Plan) -> None:
        result = ann.acting.carry_out(plan, plan.phrases)
        assert [o.word for o in result.outcomes] == [Word.DONE], result
        then(ann)

    proposed(place, Intent(verb, migration="2", framework="flyway", reason="a mistake"), on)


CASES = [
    (Verb.MARK_RAN, [FIRST], "undo mark ran 2"),
    (Verb.MARK_RAN, [FIRST, FAILED], "undo mark ran 2"),
    (Verb.MARK_NOT_RAN, [FIRST, DONE], "undo mark not ran 2"),
    (Verb.MARK_NOT_RAN, [FIRST, FAILED], "undo mark not ran 2"),
]
cases = pytest.mark.parametrize(("verb", "before", "phrase"), CASES, ids=["ran", "failed_ran", "not_ran", "repaired"])


def undone(place: Place, verb: Verb, before: Rows, phrase: str) -> None:
    def on(ann: Responder) -> None:
        assert place.rows() != before
        assert ann.propose(replace(UNDO, verb=OTHER[verb])).instead == (UNDO,)
        assert do(ann, UNDO).phrases == (phrase,)
        assert ann.propose(UNDO).refused == (f"Its mark was undone already (journal entry {ann.journal.kept[-3].n}).",)
        assert ann.propose(replace(UNDO, verb=verb)).instead == ()

    marked(place, verb, before, on)
    assert place.rows() == before
    assert {str(at)[:19] for _, at in place.times()} == {"2026-01-31 03:04:05"}


@cases
def test_the_rows_are_as_they_were(verb: Verb, before: Rows, phrase: str, place: Place) -> None:
    undone(place, verb, before, phrase)


@cases
def test_the_rows_are_as_they_were_on_mysql(verb: Verb, before: Rows, phrase: str, my_place: Place) -> None:
    undone(my_place, verb, before, phrase)


def test_a_row_without_a_file_comes_back_too(place: Place) -> None:
    def on(ann: Responder) -> None:
        assert place.rows() == [FIRST]
        assert do(ann, UNDO).phrases == ("undo mark not ran 2",)

    marked(place, Verb.MARK_NOT_RAN, [FIRST, DONE], on, {})
    assert place.rows() == [FIRST, DONE]


def test_an_older_run_of_the_same_is_no_hindrance(place: Place) -> None:
    before = [FIRST, row(2, "2", "V2__more.sql", TEXT), row(3, "2", "U2__more.sql", TEXT, kind="UNDO_SQL"),
              row(4, "2", "V2__more.sql", TEXT)]  # fmt: skip
    marked(place, Verb.MARK_NOT_RAN, before, lambda ann: assert_undone(ann, place, before))


def assert_undone(ann: Responder, place: Place, before: Rows) -> None:
    assert place.rows() == before[:3]
    do(ann, UNDO)
    assert place.rows() == before


def test_the_time_is_the_same_in_every_zone(my_place: Place) -> None:
    (zone,) = my_place.send("SELECT @@GLOBAL.time_zone")[0]
    epoch = "SELECT unix_timestamp(installed_on) FROM flyway_schema_history WHERE version = '2'"
    was: Rows = []

    def on(ann: Responder) -> None:
        do(ann, UNDO)
        assert my_place.send(epoch) == was

    my_place.laid_out(V2, [FIRST, DONE])
    was.extend(my_place.send(epoch))
    my_place.send("SET GLOBAL time_zone = '+05:30'")
    try:
        marked_now(my_place, Verb.MARK_NOT_RAN, on)
    finally:
        my_place.send(f"SET GLOBAL time_zone = '{zone}'")


def test_a_row_that_somebody_changed_since_stays(place: Place) -> None:
    def on(ann: Responder) -> None:
        place.send("UPDATE flyway_schema_history SET checksum = 5 WHERE version = '2'")
        (why,) = ann.propose(UNDO).refused
        assert "is not there any more, or was changed" in why

    marked(place, Verb.MARK_RAN, [FIRST], on)
    assert place.rows()[-1][5] == 5


def test_a_row_that_somebody_changes_between_plan_and_phrase_stays(place: Place) -> None:
    def on(ann: Responder) -> None:
        plan = ann.propose(UNDO)
        place.send("UPDATE flyway_schema_history SET checksum = 5 WHERE version = '2'")
        (outcome,) = ann.acting.carry_out(plan, plan.phrases).outcomes
        assert (outcome.word, outcome.sent) == (Word.REFUSED, False)

    marked(place, Verb.MARK_RAN, [FIRST], on)
    assert place.rows()[-1][5] == 5


def test_what_ran_since_is_not_recorded_twice(place: Place) -> None:
    def on(ann: Responder) -> None:
        place.laid_out({}, [(3, *DONE[1:])])
        (why,) = ann.propose(UNDO).refused
        assert "has recorded it again" in why

    marked(place, Verb.MARK_NOT_RAN, [FIRST, DONE], on)
    assert place.rows() == [FIRST, (3, *DONE[1:])]


def test_a_rank_that_was_taken_since_is_not_taken_again(place: Place) -> None:
    def on(ann: Responder) -> None:
        place.laid_out({}, [row(2, "3", "V3__three.sql", TEXT)])
        (why,) = ann.propose(UNDO).refused
        assert "has another row in its place" in why

    marked(place, Verb.MARK_NOT_RAN, [FIRST, DONE], on)


def test_without_a_mark_in_the_journal_there_is_nothing_to_undo(place: Place) -> None:
    place.laid_out(V2, [FIRST, DONE])

    def on(ann: Responder, plan: Plan) -> None:
        assert plan.refused == ("The journal has no mark of it.",)
        assert ann.acting.carry_out(plan, plan.phrases).outcomes == ()

    proposed(place, UNDO, on)
    assert place.rows() == [FIRST, DONE]


def test_a_row_that_the_journal_hides_a_part_of_is_not_written_back(place: Place, tmp_path: Path) -> None:
    place.laid_out(V2, [FIRST, DONE])
    found = find(Options(url=place.url.render_as_string(hide_password=False), project=str(place.folder)), {})
    incident = Incident(source(found))
    acting = responding.responder(found, incident, {"DB_PASSWORD": "deploy"}, str(tmp_path / "journal.db"))
    try:
        mark = acting.propose(Intent(Verb.MARK_NOT_RAN, migration="2", framework="flyway"), incident.fresh())
        assert [o.word for o in acting.carry_out(mark, mark.phrases).outcomes] == [Word.DONE]
        (why,) = acting.propose(UNDO, incident.fresh()).refused
        assert "hides a part of the row" in why
    finally:
        acting.close()
        incident.stop()
    assert place.rows() == [FIRST]
