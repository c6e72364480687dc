"""The rest of the README's table on MySQL and MariaDB: who waits itself, who is being undone, and the other verb."""

from __future__ import annotations

from collections.abc import Callable

import pymysql
import pytest
from sqlalchemy.engine import URL

from console.core.intent import Intent, Verb
from console.core.killing import TABLE, Doing, doing, suggested, way
from console.core.plan import Word
from console.core.session import Session
from tests.acting.responder import Responder
from tests.acting.test_kill_mysql import SCENES, ann, id_of, in_background, is_there
from tests.mysql_servers import MyConnect, MyConnection, MyServer, ask, run
from tests.waiting import eventually

pytestmark = pytest.mark.server
__all__ = ["ann"]
Scene = Callable[[MyConnection, MyConnection, MyConnection], None]


def waits(holder: MyConnection, blocker: MyConnection, watch: MyConnection) -> None:
    """An ALTER behind a reader."""
    ask(holder, "BEGIN")
    ask(holder, "SELECT * FROM orders")
    in_background(blocker, "ALTER TABLE orders ADD COLUMN late int", watch)


def waits_inside(holder: MyConnection, blocker: MyConnection, watch: MyConnection) -> None:
    """It has changed the second row, and waits for the first."""
    ask(holder, "BEGIN")
    ask(holder, "UPDATE orders SET total = 3 WHERE id = 1")
    ask(blocker, "BEGIN")
    ask(blocker, "UPDATE orders SET total = 4 WHERE id = 2")
    ask(blocker, "SELECT SLEEP(1.6)")  # MariaDB tells ages of transactions in seconds
    in_background(blocker, "UPDATE orders SET total = 4 WHERE id = 1", watch)


WAITING: dict[Doing, tuple[Scene, str]] = {
    Doing.WAITING: (waits, "SELECT count(*) FROM orders"),
    Doing.WAITING_INSIDE: (waits_inside, "UPDATE orders SET total = 5 WHERE id = 2"),
}
"""How it comes about, and what the session behind runs."""


def seen(ann: Responder, connection: MyConnection) -> Session | None:
    number = id_of(connection)
    return next((s for s in ann.incident.fresh().observation.sessions.value or () if s.id == number), None)


def as_it_does(ann: Responder, connection: MyConnection, what: Doing) -> Session:
    """The session, once the server tells that it does this."""

    def look() -> Session | None:
        found = seen(ann, connection)
        return found if found is not None and doing(found) is what else None

    found = eventually(look)
    assert found is not None
    return found


@pytest.mark.parametrize("what", WAITING, ids=lambda what: what.name.lower())
def test_who_waits_is_ended_as_the_table_says_and_all_behind_it_go_on(
    what: Doing, my_server: MyServer, ann: Responder, my_connect: MyConnect
) -> None:
    holder, blocker, behind, watch = (my_connect() for _ in range(4))
    scene, sql = WAITING[what]
    scene(holder, blocker, watch)
    as_it_does(ann, blocker, what)
    thread = in_background(behind, sql, watch)
    found = as_it_does(ann, blocker, what)
    assert (found.transaction_at is None) is (what is Doing.WAITING)
    intent = suggested(ann.incident.fresh(), [found.id])
    assert intent is not None
    assert intent.verb is way(found, my_server.kind).verb
    result = ann.do(intent)
    assert [o.word for o in result.outcomes] == [Word.GONE], result.outcomes
    thread.join(10)
    assert not thread.is_alive()
    assert is_there(watch, found.id) is (intent.verb is Verb.CANCEL)


@pytest.mark.parametrize("what", [Doing.WAITING_INSIDE, Doing.RUNNING_INSIDE], ids=lambda what: what.name.lower())
def test_a_cancel_inside_a_transaction_leaves_its_locks(what: Doing, ann: Responder, my_connect: MyConnect) -> None:
    holder, blocker, behind, watch = (my_connect() for _ in range(4))
    if what is Doing.WAITING_INSIDE:
        waits_inside(holder, blocker, watch)
    else:
        SCENES[what](blocker, watch)
    thread = in_background(behind, "UPDATE orders SET total = 5 WHERE id = 2", watch)
    found = as_it_does(ann, blocker, what)
    result = ann.do(Intent(Verb.CANCEL, (found.id,)))
    assert [o.word for o in result.outcomes] == [Word.GONE], result.outcomes
    as_it_does(ann, blocker, Doing.IDLE_INSIDE)
    assert thread.is_alive()
    blocker.close()
    thread.join(10)
    assert not thread.is_alive()


@pytest.mark.parametrize("what", [Doing.RUNNING, Doing.WAITING], ids=lambda what: what.name.lower())
def test_to_terminate_who_is_busy_ends_the_clients_connection(
    what: Doing, ann: Responder, my_connect: MyConnect
) -> None:
    holder, busy, watch = my_connect(), my_connect(), my_connect()
    if what is Doing.WAITING:
        waits(holder, busy, watch)
    else:
        SCENES[what](busy, watch)
    found = as_it_does(ann, busy, what)
    result = ann.do(Intent(Verb.TERMINATE, (found.id,)))
    assert [o.word for o in result.outcomes] == [Word.GONE], result.outcomes
    eventually(lambda: not busy.open)
    assert not is_there(watch, found.id)


@pytest.mark.parametrize("what", [Doing.IDLE_INSIDE, Doing.IDLE], ids=lambda what: what.name.lower())
def test_a_cancel_does_nothing_to_who_is_idle(what: Doing, ann: Responder, my_connect: MyConnect) -> None:
    idle, watch = my_connect(), my_connect()
    SCENES[what](idle, watch)
    found = as_it_does(ann, idle, what)
    assert ann.propose(Intent(Verb.CANCEL, (found.id,))).steps == ()
    ask(watch, f"KILL QUERY {found.id}")
    found = as_it_does(ann, idle, what)
    assert suggested(ann.incident.fresh(), [found.id]) == Intent(Verb.TERMINATE, (found.id,))
    assert ask(idle, "SELECT 1") == [(1,)]


@pytest.mark.parametrize(
    ("held", "sql"),
    [
        ("LOCK TABLES orders WRITE", "SELECT * FROM orders"),
        ("FLUSH TABLES WITH READ LOCK", "UPDATE orders SET total=9"),
    ],
    ids=["tables", "global"],
)
def test_an_idle_session_with_a_lock_of_its_own_is_terminated(
    held: str, sql: str, ann: Responder, my_connect: MyConnect
) -> None:
    idle, behind, watch = my_connect(), my_connect(), my_connect()
    ask(idle, held)
    thread = in_background(behind, sql, watch)
    found = as_it_does(ann, idle, Doing.IDLE)
    intent = suggested(ann.incident.fresh(), [found.id])
    assert intent == Intent(Verb.TERMINATE, (found.id,))
    result = ann.do(intent)
    assert [o.word for o in result.outcomes] == [Word.GONE], result.outcomes
    thread.join(10)
    assert not thread.is_alive()


def test_who_is_being_undone_is_left_alone_and_all_behind_it_wait(
    ann: Responder, my_connect: MyConnect, my_database: URL
) -> None:
    run(my_database, "CREATE TABLE big (id int PRIMARY KEY AUTO_INCREMENT, a varchar(200), KEY (a))",
        "INSERT INTO big (a) VALUES (uuid())")  # fmt: skip
    for _ in range(16):
        run(my_database, "INSERT INTO big (a) SELECT uuid() FROM big")
    blocker, behind, watch = my_connect(), my_connect(), my_connect()
    ask(blocker, "BEGIN")
    for _ in range(4):
        ask(blocker, "UPDATE big SET a = uuid()")
    thread = in_background(behind, "UPDATE big SET a = 'after' WHERE id = 1", watch)
    ask(watch, f"KILL {id_of(blocker)}")
    found = as_it_does(ann, blocker, Doing.ROLLING_BACK)
    assert thread.is_alive()
    assert suggested(ann.incident.fresh(), [found.id]) is None
    thread.join(60)
    assert not thread.is_alive()
    assert ask(watch, "SELECT count(*) FROM big WHERE a = 'after'") == [(1,)]
    with pytest.raises(pymysql.Error):
        ask(blocker, "SELECT 1")


def test_every_cell_has_a_scene() -> None:
    assert set(TABLE["mysql"]) == {*SCENES, *WAITING, Doing.ROLLING_BACK}
