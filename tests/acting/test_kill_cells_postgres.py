"""The rest of the README's table on PostgreSQL: who waits itself while others wait behind it, and the other verb."""

from __future__ import annotations

from threading import Thread

import psycopg
import pytest

from console.core.intent import Intent, Verb
from console.core.killing import TABLE, Doing, doing, suggested, way
from console.core.plan import Word
from console.core.session import Session
from tests.acting.responder import Responder
from tests.acting.test_kill_postgres import SCENES, ann, is_there, pid_of, site, state_of, waiting
from tests.servers import Connect, Connection, run
from tests.sites import Site
from tests.waiting import eventually

pytestmark = pytest.mark.server
__all__ = ["ann", "site"]
BUSY = (Doing.RUNNING, Doing.RUNNING_INSIDE, Doing.WAITING, Doing.WAITING_INSIDE)
AFTER = {Doing.WAITING: "idle", Doing.WAITING_INSIDE: "idle in transaction (aborted)"}


def seen(ann: Responder, connection: Connection) -> Session:
    pid = pid_of(connection)
    return next(s for s in ann.incident.fresh().observation.sessions.value or () if s.id == pid)


def waits_itself(connection: Connection, site: Site, holder: Connection, *, inside: bool) -> None:
    """An ALTER behind a reader; inside a transaction that has locked another table too."""
    holder.execute("BEGIN")
    holder.execute("SELECT * FROM orders")
    if inside:
        connection.execute("BEGIN")
        connection.execute("LOCK TABLE others IN ACCESS EXCLUSIVE MODE")
        connection.execute("SELECT pg_sleep(0.01)")  # the transaction is visibly older than its statement
    waiting(site, connection, "ALTER TABLE orders ADD COLUMN late int")


@pytest.fixture
def others(site: Site) -> None:
    run(site.url, "CREATE TABLE others (id int)")


@pytest.mark.usefixtures("others")
@pytest.mark.parametrize("what", AFTER, ids=lambda what: what.name.lower())
def test_who_waits_is_cancelled_and_all_behind_it_go_on(
    what: Doing, site: Site, ann: Responder, connect: Connect
) -> None:
    holder, blocker, behind, elsewhere = connect(), connect(), connect(), connect()
    waits_itself(blocker, site, holder, inside=what is Doing.WAITING_INSIDE)
    threads = [waiting(site, behind, "SELECT count(*) FROM orders")]
    if what is Doing.WAITING_INSIDE:
        threads.append(waiting(site, elsewhere, "SELECT count(*) FROM others"))
    found = seen(ann, blocker)
    assert doing(found) is what, found
    intent = suggested(ann.incident.fresh(), [found.id])
    assert intent is not None
    assert intent.verb is way(found, "postgresql").verb is Verb.CANCEL
    assert [o.word for o in ann.do(intent).outcomes] == [Word.GONE]
    ended(threads)
    assert state_of(site, found.id) == AFTER[what]


def ended(threads: list[Thread]) -> None:
    for thread in threads:
        thread.join(5)
    assert not [t for t in threads if t.is_alive()]


@pytest.mark.usefixtures("others")
@pytest.mark.parametrize("what", BUSY, ids=lambda what: what.name.lower())
def test_to_terminate_who_is_busy_ends_the_clients_connection(
    what: Doing, site: Site, ann: Responder, connect: Connect
) -> None:
    holder, busy = connect(), connect()
    if what in AFTER:
        waits_itself(busy, site, holder, inside=what is Doing.WAITING_INSIDE)
    else:
        SCENES[what](busy, site)
    found = seen(ann, busy)
    assert doing(found) is what, found
    assert [o.word for o in ann.do(Intent(Verb.TERMINATE, (found.id,))).outcomes] == [Word.GONE]
    eventually(lambda: busy.closed)
    assert not is_there(site, found.id)


@pytest.mark.parametrize("what", [Doing.IDLE_INSIDE, Doing.ABORTED, Doing.IDLE], ids=lambda what: what.name.lower())
def test_a_cancel_does_nothing_to_who_is_idle(what: Doing, site: Site, ann: Responder, connect: Connect) -> None:
    idle = connect()
    SCENES[what](idle, site)
    found = seen(ann, idle)
    assert doing(found) is what, found
    assert ann.propose(Intent(Verb.CANCEL, (found.id,))).steps == ()
    with psycopg.connect(site.address, autocommit=True) as other:
        assert other.execute("SELECT pg_cancel_backend(%s)", (int(found.id),)).fetchall() == [(True,)]
    assert doing(seen(ann, idle)) is what


def test_every_cell_has_a_scene() -> None:
    assert set(TABLE["postgresql"]) == {*SCENES, *AFTER}
