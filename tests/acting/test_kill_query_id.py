"""What a session of MariaDB runs has a number of its own: a cancel names it and never meets the next statement."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.core.intent import Intent, Verb
from console.core.plan import Word
from console.dialects.mysql import hand
from tests.acting.responder import Responder
from tests.acting.test_kill_mysql import ann, id_of, in_background, is_there
from tests.mysql_servers import MyConnect, MyServer, ask

pytestmark = pytest.mark.server
__all__ = ["ann"]
SLOW = "SELECT SLEEP(60)"


def test_a_cancel_names_what_runs(my_server: MyServer, ann: Responder, my_connect: MyConnect) -> None:
    busy, watch = my_connect(), my_connect()
    thread = in_background(busy, SLOW, watch)
    plan = ann.propose(Intent(Verb.CANCEL, (id_of(busy),)))
    wanted = f"KILL QUERY {id_of(busy)}"
    if my_server.is_mariadb:
        (number,) = ask(watch, f"SELECT query_id FROM information_schema.processlist WHERE id = {id_of(busy)}")[0]
        wanted = f"KILL QUERY ID {number}"
    assert [step.sql for step in plan.steps] == [(wanted,)]
    result = ann.acting.carry_out(plan, plan.phrases)
    assert [o.word for o in result.outcomes] == [Word.GONE], result.outcomes
    thread.join(10)
    assert not thread.is_alive()
    assert is_there(watch, id_of(busy))


def test_the_same_words_once_more_are_something_else(
    my_server: MyServer, ann: Responder, my_connect: MyConnect
) -> None:
    busy, watch = my_connect(), my_connect()
    first = in_background(busy, SLOW, watch)
    plan = ann.propose(Intent(Verb.CANCEL, (id_of(busy),)))
    ask(watch, f"KILL QUERY {id_of(busy)}")
    first.join(10)
    again = in_background(busy, SLOW, watch)
    if my_server.is_mariadb:  # MySQL cannot tell them apart but by when they began
        result = ann.acting.carry_out(plan, plan.phrases)
        assert [(o.word, o.sent) for o in result.outcomes] == [(Word.REFUSED, False)], result
        assert "runs something else now" in result.outcomes[0].detail
    assert again.is_alive()
    ask(watch, f"KILL QUERY {id_of(busy)}")
    again.join(10)


def test_a_number_that_is_gone_meets_nobody(
    my_server: MyServer, ann: Responder, my_connect: MyConnect, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy, watch = my_connect(), my_connect()
    thread = in_background(busy, SLOW, watch)
    plan = ann.propose(Intent(Verb.CANCEL, (id_of(busy),)))
    gone = "KILL QUERY ID 4000000000" if my_server.is_mariadb else "KILL QUERY 4000000000"
    # between the last look and the statement it ended: nobody can stop the clock there
    monkeypatch.setattr(hand, "_PATIENCE", 0.5)
    result = ann.acting.carry_out(replace(plan, steps=(replace(plan.steps[0], sql=(gone,)),)), plan.phrases)
    assert [o.word for o in result.outcomes] == [Word.STILL_THERE], result
    assert thread.is_alive()
    ask(watch, f"KILL QUERY {id_of(busy)}")
    thread.join(10)
