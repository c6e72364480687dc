"""What is lost, killed and swapped while a responder acts: sent once or not at all, and the outcome is true."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from console.core.journal import Topic
from console.core.plan import Result, Word
from console.drill.server import available
from tests.acting.faults import (
    ACTS,
    Console,
    MySQL,
    Postgres,
    Server,
    Stage,
    do,
    hands,
    is_done,
    left_well,
    stage_on,
    wish,
    word_of,
)
from tests.waiting import eventually

pytestmark = [pytest.mark.server, pytest.mark.first_of("a link that is lost")]

SERVERS = (*(f"pg{major}" for major in available() if major in (16, 18)), "mysql", "mariadb")
_numbers = count(1)


@pytest.fixture(scope="session", params=SERVERS)
def logging_server(request: pytest.FixtureRequest) -> Iterator[Server]:
    name = request.param
    server: Server = Postgres(int(name[2:])) if name.startswith("pg") else MySQL(name)
    with server:
        yield server


@pytest.fixture
def stage(logging_server: Server, tmp_path: Path) -> Iterator[Stage]:
    with stage_on(logging_server, f"faults_{os.getpid()}_{next(_numbers)}", tmp_path) as found:
        yield found


@pytest.mark.parametrize("act", ACTS)
def test_a_link_lost_before_the_server_has_it_is_nothing_done(act: str, stage: Stage) -> None:
    ann = stage.console(stage.url, stage.through)
    intent = wish(stage, act)
    plan = ann.acting.propose(intent, ann.incident.fresh())
    assert plan.refused == ()
    sql = next(sql for step in plan.steps for sql in step.sql if word_of(stage, act) in sql)
    stage.proxy.cut_on(word_of(stage, act), after=False)
    result = ann.acting.carry_out(plan, plan.phrases)
    assert stage.proxy.sprung.is_set()
    assert [o.word for o in result.outcomes] == [Word.UNKNOWN if act == "kill" else Word.NOT_DONE], result
    assert not is_done(stage, act, intent)
    assert stage.times(sql) == 0
    left_well(stage, ann)


@pytest.mark.parametrize("act", ACTS)
def test_an_answer_that_is_lost_is_looked_for_and_nothing_is_sent_again(act: str, stage: Stage) -> None:
    ann = stage.console(stage.url, stage.through)
    intent = wish(stage, act)
    plan = ann.acting.propose(intent, ann.incident.fresh())
    assert plan.refused == ()
    sql = next(sql for step in plan.steps for sql in step.sql if word_of(stage, act) in sql)
    stage.proxy.cut_on(word_of(stage, act), after=True)
    result = ann.acting.carry_out(plan, plan.phrases)
    assert stage.proxy.sprung.is_set()
    done = is_done(stage, act, intent)
    if act == "kill":
        assert [o.word for o in result.outcomes] == [Word.GONE if done else Word.UNKNOWN]
    else:
        assert result.outcomes[0].word is (Word.DONE if done else Word.NOT_DONE), result
    assert stage.times(sql) == 1
    left_well(stage, ann)


def test_what_is_lost_sight_of_and_still_runs_is_in_flight_and_keeps_a_second_try_out(stage: Stage) -> None:
    ann, bob = stage.console(stage.url, stage.through), stage.console(stage.url, stage.url)
    intent = wish(stage, "finish")
    plan = ann.acting.propose(intent, ann.incident.fresh())
    again = bob.acting.propose(intent, bob.incident.fresh())
    blocker = stage.blocker()
    stage.proxy.cut_on(word_of(stage, "finish"), after=True)
    result = ann.acting.carry_out(plan, plan.phrases)
    if stage.kind != "postgresql" and result.outcomes[0].word is Word.NOT_DONE:
        # such a server asks once a second whether who waits for a lock is still there
        assert hands(stage) == []
        assert not stage.has_carrier()
        assert stage.times(plan.steps[0].sql[0]) == 1
        left_well(stage, ann, bob)
        return
    assert [o.word for o in result.outcomes] == [Word.IN_FLIGHT], result
    assert [e.text for e in bob.acting.in_flight()] == [plan.steps[0].title]
    refused = bob.acting.carry_out(again, again.phrases)
    if stage.kind != "postgresql" and refused.outcomes:
        # the same a moment later: it ended the session that was seen, which was written down before the second try
        assert tells(ann)[-4:] == ["in flight", "unknown", "", "refused"]
        assert [o.word for o in refused.outcomes] == [Word.REFUSED], "the blocker is still there"
        assert stage.times(plan.steps[0].sql[0]) == 2
        left_well(stage, ann, bob)
        return
    assert refused.outcomes == ()
    assert "in flight" in refused.refused[0], refused
    assert stage.times(plan.steps[0].sql[0]) == 1
    do(stage.url, f"SELECT pg_terminate_backend({blocker})" if stage.kind == "postgresql" else f"KILL {blocker}")
    eventually(lambda: not hands(stage))
    over = bob.acting.carry_out(again, again.phrases)
    assert bob.acting.in_flight() == ()
    sent = 1 + sum(o.sent for o in over.outcomes if o.n == 1)
    assert stage.times(plan.steps[0].sql[0]) == sent
    left_well(stage, ann, bob)


def tells(console: Console) -> list[str]:
    """What came of each thing in its journal; '' of what is no outcome."""
    return [entry.details.get("outcome", "") for entry in console.journal.entries()]


def test_two_consoles_on_one_target_at_once(stage: Stage) -> None:
    consoles = [stage.console(stage.url, stage.url) for _ in range(2)]
    intent = wish(stage, "kill")
    plans = [c.acting.propose(intent, c.incident.fresh()) for c in consoles]
    results = [c.acting.carry_out(plan, plan.phrases) for c, plan in zip(consoles, plans, strict=True)]
    assert [(r.outcomes[0].word, r.outcomes[0].sent) for r in results] == [(Word.GONE, True), (Word.GONE, False)]
    left_well(stage, *consoles)


@pytest.mark.parametrize("act", ["finish", "roll back", "mark"])
def test_only_one_of_two_consoles_changes_the_database(act: str, stage: Stage) -> None:
    ann, bob = (stage.console(stage.url, stage.url) for _ in range(2))
    intent = wish(stage, act)
    plans = [c.acting.propose(intent, c.incident.fresh()) for c in (ann, bob)]
    inner: list[Result] = []

    def meanwhile(_: object) -> None:
        if not inner:
            inner.append(bob.acting.carry_out(plans[1], plans[1].phrases))

    result = ann.acting.carry_out(plans[0], plans[0].phrases, meanwhile)
    assert {o.word for o in result.outcomes} == {Word.DONE}, result
    assert not any(o.sent for o in inner[0].outcomes)
    why = "could not be counted again" if act == "roll back" else "another"  # what it would lose is gone already
    assert why in " ".join((*inner[0].refused, *(o.detail for o in inner[0].outcomes))), inner
    sql = next(sql for step in plans[0].steps for sql in step.sql if word_of(stage, act) in sql)
    assert stage.times(sql) == 1
    left_well(stage, ann, bob)


@pytest.mark.parametrize("act", ["kill", "finish"])
def test_a_server_started_anew_between_dialog_and_phrase_is_sent_nothing(act: str, stage: Stage) -> None:
    ann = stage.console(stage.through, stage.through)
    plan = ann.acting.propose(wish(stage, act), ann.incident.fresh())
    assert ann.acting.warm() is None
    stage.server.again()
    stage.proxy.swap(stage.server.url)
    for _ in range(2):  # the first reading may find its link dead
        result = ann.acting.carry_out(plan, plan.phrases)
        assert result.outcomes == ()
    assert "another server" in " ".join(result.refused), result
    assert stage.times(plan.steps[0].sql[0]) == 0
    assert not [e for e in ann.journal.entries() if e.topic is Topic.ACTING]
    left_well(stage, ann)


@pytest.mark.parametrize("act", ["kill", "finish"])
def test_an_acting_connection_that_died_of_waiting_is_made_anew_before_anything_is_sent(act: str, stage: Stage) -> None:
    ann = stage.console(stage.url, stage.through)
    intent = wish(stage, act)
    plan = ann.acting.propose(intent, ann.incident.fresh())
    assert ann.acting.warm() is None
    stage.proxy.cut()
    result = ann.acting.carry_out(plan, plan.phrases)
    assert {o.word for o in result.outcomes} == {Word.GONE if act == "kill" else Word.DONE}, result
    assert stage.times(plan.steps[0].sql[0]) == 1
    left_well(stage, ann)
