"""Other runs of a tool are held off while a plan is carried out, by a session of its own; on PostgreSQL."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.faults import LinkLostFault, RefusedFault
from console.core.hold.hold import INSTEAD, hold_of
from console.core.journal import Topic
from console.core.plan import Outcome, Settings, Word
from console.dialects.postgres.hand import PostgresHand
from console.keeper import Charge, KeptHand
from tests.acting.kept import step
from tests.acting.proxy import Proxy
from tests.acting.responder import Responder
from tests.acting.test_finish_postgres import FINISH, LANDED, ann, rows, site
from tests.builders import SERVER, tracking
from tests.servers import Connect, conninfo
from tests.sites import Site
from tests.tools.pgbouncer import bouncer
from tests.waiting import eventually

__all__ = ["ann", "site"]

KEY = "77433833903597"
HOLDERS = (
    "SELECT a.pid, a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'advisory'"
    " AND l.granted AND l.objsubid = 1 AND a.datname = current_database()"
    f" AND ((l.classid::bigint << 32) | l.objid::bigint) = {KEY}"
)
HOLD = hold_of(tracking(locks=((KEY,),)), SERVER)
CONSOLE = "import sys; from tests.acting.kept import holder; holder(*sys.argv[1:])"


@contextmanager
def hand_on(url: URL) -> Iterator[PostgresHand]:
    with closing(PostgresHand(url)) as hand:
        yield hand


def holders(site: Site) -> list[str]:
    return [str(name) for _, name in rows(site, HOLDERS)]


def test_a_second_run_meets_the_lock_and_our_own_guard_does_not(site: Site, ann: Responder) -> None:
    site.run(*LANDED)
    plan = ann.propose(FINISH)
    assert [hold.sql[0] for hold in plan.holds] == [f"SELECT pg_catalog.pg_try_advisory_lock({KEY})"]
    during: list[object] = []

    def tell(_: Outcome) -> None:
        during.append((holders(site), rows(site, f"SELECT pg_try_advisory_xact_lock({KEY})")))
        during.append(ann.incident.fresh().blocked.migration)

    result = ann.acting.carry_out(plan, plan.phrases, tell)
    assert [o.word for o in result.outcomes] == [Word.DONE] * 3, result
    assert during == [(["halfway hold"], [(False,)]), ()] * 3
    assert holders(site) == []
    acted = [e for e in ann.journal.kept if e.topic is Topic.ACTING]
    assert {" since " in e.details["held off by"] for e in acted} == {True}


def test_a_lock_that_is_lost_stops_the_plan(site: Site, ann: Responder) -> None:
    site.run(*LANDED)
    plan = ann.propose(FINISH)
    ended = f"SELECT pg_terminate_backend(pid) FROM ({HOLDERS}) AS found"
    result = ann.acting.carry_out(plan, plan.phrases, lambda _: site.run(ended))
    assert [(o.word, o.sent) for o in result.outcomes] == [(Word.DONE, True), (Word.REFUSED, False)]
    assert result.outcomes[1].detail.startswith("nothing was sent: the session that held others off is lost: ")
    assert rows(site, "SELECT version FROM flyway_schema_history") == [("1",)]


def test_whoever_has_it_keeps_the_plan_out(site: Site, ann: Responder, connect: Connect) -> None:
    site.run(*LANDED)
    plan = ann.propose(FINISH)
    assert plan.refused == ()
    other = connect(application_name="flyway")
    other.execute(f"SELECT pg_advisory_lock({KEY})".encode())
    pid = str(other.info.backend_pid)
    (why, *_) = ann.acting.carry_out(plan, plan.phrases).refused
    assert why.startswith(f"A migration is alive: session {pid} (holds Flyway's lock")
    with hand_on(site.url) as hand:
        with pytest.raises(RefusedFault) as refused:
            hand.hold(plan.holds)
        assert (refused.value.code, refused.value.why) == (
            pid, f"session {pid} has Flyway's own advisory lock {KEY}: a run of it is at work, or hangs",
        )  # fmt: skip
        assert hand.lost_hold() == "nobody is held off"


def test_who_chose_so_holds_nobody_off(site: Site, ann: Responder) -> None:
    site.run(*LANDED)
    plan = ann.propose(replace(FINISH, hold=False))
    assert [hold.words for hold in plan.holds] == [f"You chose so. {INSTEAD}"]
    during: list[list[str]] = []
    result = ann.acting.carry_out(plan, plan.phrases, lambda _: during.append(holders(site)))
    assert [o.word for o in result.outcomes] == [Word.DONE] * 3, result
    assert during == [[]] * 3


LATE = "CREATE INDEX CONCURRENTLY orders_carrier ON orders (carrier)"


@pytest.mark.parametrize("hold", [True, False], ids=["held", "not_held"])
def test_a_migration_that_appears_stops_the_plan(hold: bool, site: Site, ann: Responder, connect: Connect) -> None:
    site.run(*LANDED)
    plan = ann.propose(replace(FINISH, hold=hold))
    other, late = connect(), connect()

    def tell(outcome: Outcome) -> None:
        if outcome.n == 1:
            other.execute("BEGIN")
            other.execute("LOCK TABLE orders IN SHARE MODE")
            late.pgconn.send_query(LATE.encode())
            waits = f"SELECT 1 FROM pg_stat_activity WHERE query = '{LATE}' AND wait_event_type = 'Lock'"
            eventually(lambda: rows(site, waits))

    result = ann.acting.carry_out(plan, plan.phrases, tell)
    assert [(o.word, o.sent) for o in result.outcomes] == [(Word.DONE, True), (Word.REFUSED, False)]
    pid = late.info.backend_pid
    assert result.outcomes[1].detail == f"A migration is alive: session {pid} (runs statement 4 of V2__change_2)."


def test_the_lock_ends_with_the_console_and_what_that_still_runs(database: URL, connect: Connect) -> None:
    watch, blocker = connect(), connect()
    watch.execute("CREATE TABLE orders (id int)")
    blocker.execute("BEGIN")
    blocker.execute("LOCK TABLE orders")
    command = [sys.executable, "-c", CONSOLE, conninfo(database), KEY, "ALTER TABLE orders ADD COLUMN a int"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, start_new_session=True) as console:
        assert console.stdout
        session = console.stdout.readline().split()[0]
        eventually(lambda: watch.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone())
        os.killpg(console.pid, signal.SIGKILL)
    assert [str(pid) for pid, _ in watch.execute(HOLDERS.encode()).fetchall()] == [session]
    blocker.execute("COMMIT")
    eventually(lambda: not watch.execute(HOLDERS.encode()).fetchall())
    assert watch.execute("SELECT a FROM orders").fetchall() == []


def test_through_a_transaction_pooler_nothing_is_held(tmp_path: Path, database: URL, connect: Connect) -> None:
    with bouncer(tmp_path, database) as through, hand_on(through) as hand:
        with pytest.raises(RefusedFault) as refused:
            hand.hold((HOLD,))
        assert refused.value.why == "a pooler stands between, and the lock would be another session's"
    assert connect().execute(HOLDERS.encode()).fetchall() == []


def test_on_another_server_nothing_is_held(database: URL, monkeypatch: pytest.MonkeyPatch) -> None:
    with hand_on(database) as hand:
        monkeypatch.setattr(hand, "identity", lambda: "another")
        with pytest.raises(RefusedFault, match="it would be on another server"):
            hand.hold((HOLD,))


def test_all_of_several_or_none(database: URL, connect: Connect) -> None:
    both = hold_of(tracking(locks=((KEY,), ("5",))), SERVER)
    watch = connect()
    watch.execute("SELECT pg_advisory_lock(5)")
    with hand_on(database) as hand, pytest.raises(RefusedFault):
        hand.hold((both,))
    eventually(lambda: not watch.execute(HOLDERS.encode()).fetchall())


def test_who_was_held_off_stays_so_while_what_was_lost_sight_of_runs(database: URL, connect: Connect) -> None:
    watch, blocker = connect(), connect()
    watch.execute("CREATE TABLE orders (id int)")
    blocker.execute("BEGIN")
    blocker.execute("LOCK TABLE orders")
    with Proxy(database) as proxy:
        hand = KeptHand(Charge(partial(PostgresHand, proxy.url)))
        hand.settle(Settings())
        session = hand.hold((HOLD,)).split()[0]
        proxy.cut_on("ADD COLUMN a", after=True)
        with pytest.raises(LinkLostFault):
            hand.run(step("ALTER TABLE orders ADD COLUMN a int"))
        eventually(lambda: watch.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone())
        hand.close()
        assert [str(pid) for pid, _ in watch.execute(HOLDERS.encode()).fetchall()] == [session]
        blocker.execute("COMMIT")
        eventually(lambda: not watch.execute(HOLDERS.encode()).fetchall())
    assert watch.execute("SELECT a FROM orders").fetchall() == []
