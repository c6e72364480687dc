"""Other runs of a tool are held off while a plan is carried out; on MySQL and MariaDB by GET_LOCK."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.acting import Acting
from console.core.faults import RefusedFault
from console.core.hold import hold_of
from console.core.intent import Intent, Verb
from console.core.plan import Outcome, Plan, Word
from console.core.tool_lock import Hold
from console.dialects.mysql.hand import MySQLHand
from console.dialects.mysql.wire import Wire
from console.incident import Incident
from console.responding import responder
from console.wiring import Options, find, source
from tests.acting.test_steps_mysql import STATEMENTS, land, my_project
from tests.builders import SERVER, tracking
from tests.incidents.test_rails_lock import locks_are_told
from tests.mysql_servers import MyConnect, MyServer, ask

__all__ = ["locks_are_told"]

MYSQL = replace(SERVER, dialect="mysql")
FINISH = Intent(Verb.FINISH, migration="2", framework="flyway")


@dataclass(frozen=True)
class Ann:
    """A responder."""

    incident: Incident
    acting: Acting

    def proposed(self) -> tuple[Plan, str]:
        """The plan, and the SQL that tells who has its lock."""
        plan = self.acting.propose(FINISH, self.incident.fresh())
        (hold,) = plan.holds
        return plan, hold.locks[0].holder


@pytest.fixture
def ann(my_server: MyServer, my_database: URL, tmp_path: Path) -> Iterator[Ann]:
    """As a person has it: the hand in a process of its own."""
    my_project(tmp_path, my_server.kind, my_database)
    land(my_database, 2)
    found = find(Options(url=my_database.render_as_string(hide_password=False), project=str(tmp_path)), {})
    incident = Incident(source(found))
    made = responder(found, incident, {}, str(tmp_path / "journal.db"))
    try:
        yield Ann(incident, made)
    finally:
        made.close()
        incident.stop()


@pytest.mark.usefixtures("locks_are_told")
def test_a_second_run_meets_the_lock_and_our_own_guard_does_not(ann: Ann, my_connect: MyConnect) -> None:
    watch = my_connect()
    plan, holder = ann.proposed()
    during: list[object] = []

    def tell(_: Outcome) -> None:
        during.append((ask(watch, holder) == [(None,)], ann.incident.fresh().blocked.migration))

    result = ann.acting.carry_out(plan, plan.phrases, tell)
    assert [o.word for o in result.outcomes] == [Word.DONE] * (len(STATEMENTS) - 1), result
    assert during == [(False, ())] * (len(STATEMENTS) - 1)
    assert ask(watch, holder) == [(None,)]


def test_a_lock_that_is_lost_stops_the_plan(ann: Ann, my_connect: MyConnect) -> None:
    watch = my_connect()
    plan, holder = ann.proposed()

    def tell(outcome: Outcome) -> None:
        if outcome.sent:
            ask(watch, f"KILL {ask(watch, holder)[0][0]}")

    result = ann.acting.carry_out(plan, plan.phrases, tell)
    assert [(o.word, o.sent) for o in result.outcomes] == [(Word.DONE, True), (Word.REFUSED, False)]
    assert result.outcomes[1].detail.startswith("nothing was sent: the session that held others off is lost: ")


def test_whoever_has_it_keeps_the_plan_out_and_is_named(ann: Ann, my_connect: MyConnect) -> None:
    other = my_connect()
    plan, _ = ann.proposed()
    assert ask(other, plan.holds[0].sql[0]) == [(1,)]
    ((number,),) = ask(other, "SELECT CONNECTION_ID()")
    (why,) = ann.acting.carry_out(plan, plan.phrases).refused
    assert f"session {number} " in why
    assert "Flyway's" in why


@pytest.fixture
def hand(my_database: URL) -> Iterator[MySQLHand]:
    with closing(MySQLHand(my_database)) as found:
        yield found


def one(name: str) -> tuple[Hold, ...]:
    return (hold_of(tracking(locks=((name,),)), MYSQL),)


def test_the_session_is_ended_soon_when_nobody_asks_any_more(hand: MySQLHand, my_connect: MyConnect) -> None:
    assert hand.stay() == ""
    assert hand.ask("SELECT @@wait_timeout") == 55
    told = hand.hold(one("halfway's test"))
    assert ask(my_connect(), "SELECT IS_USED_LOCK('halfway''s test')") == [(int(told.split()[0]),)]
    assert hand.lost_hold() == ""


def test_behind_a_proxy_nothing_is_held(hand: MySQLHand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Wire, "greeted", property(lambda _: 0, lambda _, __: None), raising=False)
    with pytest.raises(RefusedFault) as refused:
        hand.hold(one("x"))
    assert refused.value.why == "a proxy stands between, and the lock would be another session's"


def test_it_is_held_on_while_what_was_lost_sight_of_runs(
    hand: MySQLHand, my_connect: MyConnect, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch, runs = my_connect(), my_connect()
    hand.outlast()
    hand.hold(one("halfway's test"))
    hand._wire.close()
    monkeypatch.setattr(hand._wire, "id", ask(runs, "SELECT CONNECTION_ID()")[0][0])
    thread = threading.Thread(target=hand.outlast, daemon=True)
    thread.start()
    thread.join(0.2)
    assert thread.is_alive()
    ask(watch, f"KILL {hand._wire.id}")
    thread.join(10)
    assert (thread.is_alive(), hand.lost_hold()) == (False, "")
