"""The ways out of real stops: which are open, which is recommended, and what is said of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from console.core.assessment import Assessment
from console.core.judge import assess
from console.core.observation import Answered, Health, Machine, Reading, ToolProcess
from console.core.recover import Doubt, Given, Route, Share, Standing, ways
from tests.builders import NOON, SERVER, failed, observation, pending, recorded, schema_after, tracking
from tests.core.recovering import (
    BASE,
    COPY,
    MENDED,
    NO,
    NOTHING_GIVEN,
    THREE,
    UNKNOWN,
    YES,
    facts,
    first,
    fourth,
    half,
    out_of,
    stopped,
)
from tests.screens import builders as seen

SCENES: dict[str, Callable[[], Assessment]] = {
    "half": half,
    "waiting": seen.half_applied,
    "failed": seen.failed,
    "invalid index": seen.refused,
    "counted": seen.answered,
    "differs": seen.partly,
    "data": seen.counted,
    "inferred": seen.inferred,
    "low rights": seen.low_rights,
    "stale": seen.stale,
    "whole": lambda: stopped(*THREE, after=3),
    "unbegun": lambda: stopped(*THREE),
}


@cache
def scene_of(name: str) -> Assessment:
    """One of them, made once."""
    return SCENES[name]()


RUNNING = Given(fits=YES, backups=(COPY,))
GIVEN = {"nothing": NOTHING_GIVEN, "mended": MENDED, "broken": Given(fits=NO), "running": RUNNING}


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("given", GIVEN.values(), ids=GIVEN)
def test_every_way_is_told_once_and_in_whole_sentences(scene: str, given: Given) -> None:
    now = scene_of(scene)
    told = ways(now, fourth(now), given)
    assert sorted(way.route for way in told) == sorted(Route)
    for way in told:
        for sentence in (way.does, way.why, way.loss, way.undo, *way.needs, *way.risks):
            assert sentence[0].isupper() or sentence[0].isdigit()
            assert sentence[-1] in ".?"
        assert "\n" not in way.does
        assert len(way.does) <= 110


@pytest.mark.parametrize("scene", SCENES)
def test_the_recommended_comes_first_then_the_open_then_the_closed(scene: str) -> None:
    now = scene_of(scene)
    told = ways(now, fourth(now), NOTHING_GIVEN)
    assert told[0].place == 1
    assert told[0].because
    assert [way.place for way in told if way.place] in ([1], [1, 2])
    assert all(way.open for way in told if way.place)
    assert sorted((way.place or 3, not way.open) for way in told) == [(way.place or 3, not way.open) for way in told]
    assert ways(now, fourth(now), NOTHING_GIVEN) == told


def test_what_only_adds_is_left_while_nobody_knows_why_it_failed() -> None:
    told = out_of(half())
    assert list(told)[:2] == [Route.LEAVE, Route.ROLL_BACK]
    assert told[Route.LEAVE].needs[0] == "The code goes back to the release from before."
    assert told[Route.FINISH].open
    assert told[Route.FINISH].needs == ("Mend what stopped it first; it is not known to be mended.",)


def test_what_is_short_and_destroys_nothing_is_finished_once_its_cause_is_mended() -> None:
    told = out_of(half(), MENDED)
    assert list(told)[:2] == [Route.FINISH, Route.ROLL_BACK]
    finish = told[Route.FINISH]
    assert finish.does == "Sends the 2 statements left, each once and looked at again before, then records it."
    assert (finish.needs, finish.risks) == ((), ())
    assert finish.loss == "What is left destroys no data."


def test_a_cause_that_was_counted_stays_one_whatever_a_person_says() -> None:
    seen_half = half().observation
    answer = Answered("4", 2, "duplicate values of orders.eta", 20, ("a",), "SELECT 1")
    now = assess(replace(seen_half, answers=(answer,)))
    assert facts(now, MENDED).mended is NO
    assert first(now, MENDED) is Route.LEAVE
    assert out_of(now, MENDED)[Route.FINISH].needs == ("Mend first: 20 duplicate values of orders.eta.",)


def test_while_it_is_alive_nothing_is_open_that_changes_schema_or_ledger() -> None:
    told = out_of(seen.half_applied())
    assert next(iter(told)) is Route.WAIT
    acting = [told[route] for route in Route if route not in (Route.WAIT, Route.FIND_OUT, Route.LEAVE)]
    assert {way.standing for way in acting} == {Standing.CLOSED}
    assert told[Route.FINISH].why.startswith("A migration is alive: session 4712")


def test_a_step_in_flight_and_a_process_of_the_tool_are_hands_at_work() -> None:
    told = out_of(half(), replace(MENDED, in_flight=True))
    assert next(iter(told)) is Route.WAIT
    assert told[Route.FINISH].why == "A step is still in flight."
    machine = Machine(tools=(ToolProcess(77, "flyway migrate", "flyway"),))
    assert first(assess(replace(half().observation, machine=machine)), MENDED) is Route.WAIT


def test_who_cannot_see_the_sessions_is_told_to_find_out() -> None:
    hidden = Reading(replace(SERVER, sees_all_sessions=False), Health.OK, taken_at=NOON)
    now = assess(replace(half().observation, server=hidden))
    assert facts(now).busy is UNKNOWN
    told = out_of(now, MENDED)
    assert list(told)[:2] == [Route.FIND_OUT, Route.WAIT]
    assert told[Route.FINISH].why == "Nobody can see whether it still runs: find that out first."
    assert first(now, replace(MENDED, at_work=NO)) is Route.FINISH
    assert first(now, replace(MENDED, at_work=YES)) is Route.WAIT
    assert first(half(), replace(MENDED, at_work=YES)) is Route.WAIT


@pytest.mark.parametrize("scene", ["low rights", "stale"])
def test_a_picture_that_is_old_or_dark_proves_nothing(scene: str) -> None:
    now = scene_of(scene)
    given = Given(mended=YES, former_fits=YES, fits=YES)
    assert first(now, given) in (Route.WAIT, Route.FIND_OUT)
    assert not out_of(now, given)[Route.FINISH].open


def test_of_an_old_picture_no_fact_is_taken() -> None:
    told = facts(seen.stale())
    assert told.landed is Share.UNKNOWN
    assert {told.gone, told.spends, told.loses, told.kept, told.worse, told.long, told.slow_back} == {UNKNOWN}


def test_rows_that_nobody_can_judge_keep_it_from_being_finished_first() -> None:
    now = stopped(THREE[0], "UPDATE orders SET note = upper(note);", THREE[2], after=1)
    assert facts(now).doubt is Doubt.DATA
    assert first(now, MENDED) is Route.FIND_OUT
    assert first(now, replace(MENDED, fits=YES)) is Route.LEAVE
    assert out_of(now, MENDED)[Route.FINISH].needs == ("Your answer whether statement 2 ran.",)
    assert "Did statement 2 run?" in out_of(now)[Route.FIND_OUT].needs


def test_data_behind_what_did_not_land_does_not_keep_it_from_being_repeated() -> None:
    now = stopped(THREE[0], "INSERT INTO orders (id) VALUES (1);")
    assert facts(now).doubt is Doubt.BEHIND
    assert out_of(now)[Route.REPEAT].open
    assert first(now) is Route.LEAVE
    assert list(out_of(now))[1] is Route.REPEAT


def test_all_of_it_there_is_marked() -> None:
    told = out_of(stopped(*THREE, after=3))
    assert next(iter(told)) is Route.MARK_RAN
    assert told[Route.FINISH].why == "All of it landed: mark it ran instead."
    assert told[Route.REPEAT].why.startswith("Something of it is there")


def test_nothing_of_it_there_is_repeated_when_it_is_short_and_mended() -> None:
    told = out_of(stopped(*THREE, tracked=failed("4", "\n".join(THREE))), MENDED)
    assert next(iter(told)) is Route.REPEAT
    assert told[Route.REPEAT].needs == ("The failed row goes first.",)
    assert told[Route.FORWARD_FIX].why.startswith("Nothing of it landed")


def test_what_a_transaction_undid_is_repeated() -> None:
    now = stopped(*THREE, tracked=pending("4", "\n".join(THREE), transactional=True))
    assert facts(now).atomic is YES
    assert first(now) is Route.REPEAT
    mysql = Reading(replace(SERVER, dialect="mysql"), Health.OK, taken_at=NOON)
    there = assess(replace(now.observation, server=mysql))
    assert facts(there).atomic is NO
    assert first(there) is Route.LEAVE


def test_half_of_what_runs_in_one_transaction_was_done_by_something_else() -> None:
    now = stopped(*THREE, after=1, tracked=pending("4", "\n".join(THREE), transactional=True))
    assert facts(now).landed is Share.ODD
    told = out_of(now, MENDED)
    assert next(iter(told)) is Route.FIND_OUT
    assert told[Route.FINISH].why == "The tool leaves all of it or nothing: something else did a part."


def test_what_landed_out_of_order_is_looked_into() -> None:
    schema = schema_after(BASE + THREE[0] + THREE[2], stamp=900)
    now = assess(observation(schema, tracking(recorded("1", BASE, stamp=100), pending("4", "\n".join(THREE)))))
    assert facts(now).landed is Share.ODD
    assert first(now, MENDED) is Route.FIND_OUT


def test_a_file_that_is_not_the_one_that_ran_says_nothing() -> None:
    now = stopped(*THREE, after=1, tracked=pending("4", "\n".join(THREE), uncommitted=True))
    told = out_of(now, MENDED)
    assert facts(now).doubt is Doubt.FILE
    assert next(iter(told)) is Route.FIND_OUT
    assert "Is this the file that ran? It was changed since." in told[Route.FIND_OUT].needs
    assert not told[Route.ROLL_BACK].open


def test_an_index_that_was_left_invalid_is_cleaned_up_before_anything_else() -> None:
    told = out_of(seen.answered())
    assert next(iter(told)) is Route.CLEAN
    assert told[Route.CLEAN].does == "Drops invalid index customers_email_key."
    assert told[Route.FINISH].why.startswith("Statement 3 landed in part")


DROPS = ("ALTER TABLE orders DROP COLUMN note;", *THREE)


def test_data_that_the_running_release_needs_comes_from_a_backup() -> None:
    now = stopped(*DROPS, after=1)
    assert first(now, MENDED) is Route.FIND_OUT
    assert first(now, replace(MENDED, fits=NO)) is Route.FIND_OUT
    assert first(now, replace(MENDED, fits=NO, point_in_time=YES)) is Route.POINT_IN_TIME
    assert first(now, replace(MENDED, fits=NO, point_in_time=YES, backups=(COPY,))) is Route.RESTORE
    assert first(now, replace(MENDED, fits=YES)) is Route.FINISH


def test_what_would_still_destroy_data_is_not_finished_at_night() -> None:
    now = stopped(THREE[0], "ALTER TABLE orders DROP COLUMN note;", after=1)
    assert first(now, MENDED) is Route.LEAVE
    assert out_of(now)[Route.FINISH].loss == "What is left destroys data."


def test_a_replica_takes_no_writes() -> None:
    server = Reading(replace(SERVER, read_only=True), Health.OK, taken_at=NOON)
    told = out_of(assess(replace(half().observation, server=server)), MENDED)
    assert told[Route.FINISH].why == "This server takes no writes (it is read-only, or a replica)."
    assert next(iter(told)) is Route.LEAVE


def test_a_file_that_is_missing_is_looked_for() -> None:
    now = stopped(tracked=recorded("4", None, stamp=901))
    assert first(now, Given(fits=YES, former_fits=YES)) is Route.FIND_OUT


def test_everything_that_is_not_known_is_asked() -> None:
    questions = out_of(half())[Route.FIND_OUT].needs
    assert "Does the release that runs work with the schema as it is?" in questions
    assert "Why did it fail, and is that mended?" in questions
    assert "Is there a backup from before it, and can it be read?" in questions
    everything = Given(fits=YES, fits_finished=YES, former_fits=YES, mended=YES, holds=NO, backups=(COPY,))
    told = out_of(half(), everything)[Route.FIND_OUT]
    assert (told.does, told.needs) == ("Looks again; changes nothing.", ("A second pair of eyes, or a DBA.",))
