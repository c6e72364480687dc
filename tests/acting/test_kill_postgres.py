"""Ending sessions on a PostgreSQL: what is left of them is asked by a second client."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

import psycopg
import pytest

from console.core.intent import Intent, Verb
from console.core.journal import Topic, broken
from console.core.killing import Doing, doing, suggested, way
from console.core.plan import Word
from console.dialects.postgres.hand import PostgresHand
from console.dialects.postgres.render import PostgresRenderer
from tests.acting.at_shop import ann, site
from tests.acting.responder import Responder, responder
from tests.servers import Connect, Connection, run
from tests.sites import Site
from tests.test_incident import incident_on
from tests.waiting import eventually

__all__ = ["ann", "site"]


def pid_of(connection: Connection) -> str:
    return str(connection.info.backend_pid)


def is_there(site: Site, pid: str) -> bool:
    with psycopg.connect(site.address) as other:
        return bool(other.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", (int(pid),)).fetchall())


def state_of(site: Site, pid: str) -> str:
    with psycopg.connect(site.address) as other:
        row = other.execute("SELECT state FROM pg_stat_activity WHERE pid = %s", (int(pid),)).fetchone()
        return str(row[0]) if row else "gone"


def waiting(site: Site, connection: Connection, sql: str) -> Thread:
    """`sql` runs in a thread and waits for a lock."""

    def work() -> None:
        try:
            connection.execute(sql)
        except psycopg.Error:
            return

    thread = Thread(target=work, daemon=True)
    thread.start()
    pid = int(pid_of(connection))
    with psycopg.connect(site.address, autocommit=True) as other:
        asked = "SELECT 1 FROM pg_stat_activity WHERE pid = %s AND state = 'active' AND query <> ''"
        eventually(lambda: other.execute(asked, (pid,)).fetchall())
    return thread


def idle_inside(connection: Connection, site: Site) -> None:
    connection.execute("BEGIN")
    connection.execute("INSERT INTO orders VALUES (101, 1)")
    connection.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")


def aborted(connection: Connection, site: Site) -> None:
    idle_inside(connection, site)
    with pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute("SELECT * FROM nowhere")


def advisory(connection: Connection, site: Site) -> None:
    connection.execute("SELECT pg_advisory_lock(42)")


def running(connection: Connection, site: Site) -> None:
    waiting(site, connection, "SELECT pg_sleep(60) FROM orders LIMIT 1")


def running_inside(connection: Connection, site: Site) -> None:
    idle_inside(connection, site)
    connection.execute("SELECT pg_sleep(0.01)")  # the transaction is visibly older than its statement
    running(connection, site)


SCENES: dict[Doing, Callable[[Connection, Site], None]] = {
    Doing.IDLE_INSIDE: idle_inside,
    Doing.ABORTED: aborted,
    Doing.IDLE: advisory,
    Doing.RUNNING: running,
    Doing.RUNNING_INSIDE: running_inside,
}
WAITS = {
    Doing.IDLE: "SELECT pg_advisory_lock(42)",
    Doing.RUNNING: "ALTER TABLE orders ADD COLUMN late int",
}
"""What the session behind runs; behind a failed transaction nobody waits any more."""


@pytest.mark.parametrize("what", SCENES, ids=lambda what: what.name.lower())
def test_what_the_table_says_ends_a_session_and_frees_those_behind_it(
    what: Doing, site: Site, ann: Responder, connect: Connect
) -> None:
    blocker, behind = connect(), connect()
    SCENES[what](blocker, site)
    thread = Thread()
    if what is not Doing.ABORTED:
        thread = waiting(site, behind, WAITS.get(what, "SELECT count(*) FROM orders"))
    found = next(s for s in ann.incident.fresh().observation.sessions.value or () if s.id == pid_of(blocker))
    assert doing(found) is what
    intent = suggested(ann.incident.fresh(), [found.id])
    assert intent is not None
    assert intent.verb is way(found, "postgresql").verb
    result = ann.do(intent)
    assert [o.word for o in result.outcomes] == [Word.GONE], result
    if thread.ident:
        thread.join(5)
    assert not thread.is_alive()
    if intent.verb is Verb.TERMINATE:
        assert not is_there(site, found.id)
    else:
        assert state_of(site, found.id).startswith("idle")
    assert [e.topic for e in ann.journal.kept] == [Topic.INTENT, Topic.ACTING, Topic.OUTCOME]
    assert broken(ann.journal.kept) == ""


def test_cancel_is_refused_for_who_runs_nothing(site: Site, ann: Responder, connect: Connect) -> None:
    blocker = connect()
    idle_inside(blocker, site)
    plan = ann.propose(Intent(Verb.CANCEL, (pid_of(blocker),)))
    assert plan.refused == (f"{pid_of(blocker)} runs nothing: cancel does nothing to an idle session.",)
    assert plan.steps == ()
    assert plan.instead == (Intent(Verb.TERMINATE, (pid_of(blocker),)),)
    assert ann.acting.carry_out(plan, plan.phrases).outcomes == ()
    assert is_there(site, pid_of(blocker))


def test_who_began_another_transaction_meanwhile_is_not_the_one(site: Site, ann: Responder, connect: Connect) -> None:
    blocker = connect()
    idle_inside(blocker, site)
    plan = ann.propose(Intent(Verb.TERMINATE, (pid_of(blocker),)))
    blocker.execute("COMMIT")
    blocker.execute("BEGIN")
    blocker.execute("SELECT 1")
    result = ann.acting.carry_out(plan, plan.phrases)
    assert [(o.word, o.sent) for o in result.outcomes] == [(Word.REFUSED, False)]
    assert "has changed since the dialog opened" in result.outcomes[0].detail
    assert is_there(site, pid_of(blocker))


def test_who_is_gone_already_is_sent_nothing(site: Site, ann: Responder, connect: Connect) -> None:
    blocker = connect()
    idle_inside(blocker, site)
    plan = ann.propose(Intent(Verb.TERMINATE, (pid_of(blocker),)))
    blocker.close()
    eventually(lambda: not is_there(site, plan.intent.sessions[0]))
    result = ann.acting.carry_out(plan, plan.phrases)
    assert [(o.word, o.sent) for o in result.outcomes] == [(Word.GONE, False)]


def test_a_wrong_phrase_sends_nothing(site: Site, ann: Responder, connect: Connect) -> None:
    blocker = connect()
    idle_inside(blocker, site)
    plan = ann.propose(Intent(Verb.TERMINATE, (pid_of(blocker),)))
    for typed in (("terminate",), (), (plan.phrase.upper(),), (f"{plan.phrase} ",), (plan.phrase, plan.phrase)):
        result = ann.acting.carry_out(plan, typed)
        assert result.outcomes == ()
        assert result.refused
    assert is_there(site, pid_of(blocker))


def test_nothing_is_done_that_the_journal_cannot_hold(site: Site, ann: Responder, connect: Connect) -> None:
    blocker = connect()
    idle_inside(blocker, site)
    plan = ann.propose(Intent(Verb.TERMINATE, (pid_of(blocker),)))
    ann.journal.full = True
    result = ann.acting.carry_out(plan, plan.phrases)
    assert "disk is full" in result.refused[0]
    assert is_there(site, pid_of(blocker))


def test_a_frozen_list_is_ended_and_nobody_who_came_later(site: Site, ann: Responder, connect: Connect) -> None:
    several = [connect() for _ in range(4)]
    for connection in several[:3]:
        connection.execute("BEGIN")
        connection.execute("SELECT * FROM orders")
    plan = ann.propose(Intent(Verb.TERMINATE, tuple(pid_of(c) for c in several[:3])))
    assert plan.phrase == f"terminate 3 of {site.url.username}"
    several[3].execute("BEGIN")
    several[3].execute("SELECT * FROM orders")
    result = ann.acting.carry_out(plan, plan.phrases)
    assert [o.word for o in result.outcomes] == [Word.GONE] * 3
    assert [is_there(site, pid_of(c)) for c in several] == [False, False, False, True]


def test_an_orphan_that_lands_next_is_said_and_offered(site: Site, ann: Responder, connect: Connect) -> None:
    blocker = connect()
    blocker.execute("BEGIN")
    blocker.execute("SELECT * FROM orders")
    plan = ann.propose(Intent(Verb.TERMINATE, (pid_of(blocker),)))
    assert plan.effect == ("ends its transaction: it wrote nothing", "frees nobody: nobody waits for it alone")


def test_our_own_sessions_are_never_ended(site: Site, ann: Responder) -> None:
    own = [s.id for s in ann.incident.fresh().observation.sessions.value or () if s.own]
    assert own
    assert all(ann.propose(Intent(Verb.TERMINATE, (i,))).refused for i in own)


def test_a_role_without_the_right_is_told_which(site: Site, connect: Connect) -> None:
    run(site.url, "DROP ROLE IF EXISTS low_kill", "CREATE ROLE low_kill LOGIN", "GRANT pg_read_all_stats TO low_kill")
    low = site.url.set(username="low_kill")
    incident = incident_on(Site(site.folder, low, site.schema))
    blocker = connect()
    idle_inside(blocker, site)
    with responder(incident, PostgresRenderer(), lambda: PostgresHand(low)) as person:
        plan = person.propose(Intent(Verb.TERMINATE, (pid_of(blocker),)))
        assert plan.refused == ('low_kill may not end sessions of others (GRANT pg_signal_backend TO "low_kill").',)
    run(site.url, "DROP ROLE low_kill")
