"""Ending sessions on MySQL and MariaDB: what is left of them is asked by a second client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pymysql
import pytest
from sqlalchemy.engine import URL

from console import dialects
from console.core.intent import Intent, Verb
from console.core.killing import Doing, doing, suggested, way
from console.core.plan import Word
from console.incident import Incident
from console.wiring import Options, find, source
from tests.acting.responder import Responder, responder
from tests.mysql_servers import MyConnect, MyConnection, MyServer, ask, run
from tests.waiting import eventually


@pytest.fixture
def ann(my_server: MyServer, my_database: URL, tmp_path: Path) -> Iterator[Responder]:
    run(my_database, "CREATE TABLE orders (id int PRIMARY KEY, total int) ENGINE=InnoDB",
        "INSERT INTO orders VALUES (1, 1), (2, 2)")  # fmt: skip
    url = my_database.render_as_string(hide_password=False)
    incident = Incident(source(find(Options(url=url, project=str(tmp_path)), {})))
    kind = my_server.kind
    with responder(incident, dialects.renderer(kind), lambda: dialects.open_hand(kind, my_database)) as person:
        yield person


def id_of(connection: MyConnection) -> str:
    return str(vars(connection)["server_thread_id"][0])


def is_there(watch: MyConnection, number: str) -> bool:
    return bool(ask(watch, f"SELECT 1 FROM information_schema.processlist WHERE id = {number}"))


def in_background(connection: MyConnection, sql: str, watch: MyConnection) -> Thread:
    def work() -> None:
        with suppress(pymysql.Error):
            ask(connection, sql)

    thread = Thread(target=work, daemon=True)
    thread.start()
    number = id_of(connection)
    busy = f"SELECT 1 FROM information_schema.processlist WHERE id = {number} AND command = 'Query'"
    eventually(lambda: ask(watch, busy))
    return thread


def idle_inside(connection: MyConnection, watch: MyConnection) -> None:
    ask(connection, "BEGIN")
    ask(connection, "UPDATE orders SET total = 3")


def user_lock(connection: MyConnection, watch: MyConnection) -> None:
    ask(connection, "SELECT GET_LOCK('deploy', 0)")


def running(connection: MyConnection, watch: MyConnection) -> None:
    in_background(connection, "UPDATE orders SET total = 4 WHERE SLEEP(60) = 0", watch)


def running_inside(connection: MyConnection, watch: MyConnection) -> None:
    idle_inside(connection, watch)
    ask(connection, "SELECT SLEEP(1.6)")  # MariaDB tells ages of transactions in seconds
    in_background(connection, "SELECT SLEEP(60)", watch)


SCENES: dict[Doing, Callable[[MyConnection, MyConnection], None]] = {
    Doing.IDLE_INSIDE: idle_inside,
    Doing.IDLE: user_lock,
    Doing.RUNNING: running,
    Doing.RUNNING_INSIDE: running_inside,
}
WAITS = {Doing.IDLE: "SELECT GET_LOCK('deploy', 30)"}


@pytest.mark.parametrize("what", SCENES, ids=lambda what: what.name.lower())
def test_what_the_table_says_ends_a_session_and_frees_those_behind_it(
    what: Doing, my_server: MyServer, ann: Responder, my_connect: MyConnect
) -> None:
    blocker, behind, watch = my_connect(), my_connect(), my_connect()
    SCENES[what](blocker, watch)
    thread = in_background(behind, WAITS.get(what, "UPDATE orders SET total = 5"), watch)
    found = next(s for s in ann.incident.fresh().observation.sessions.value or () if s.id == id_of(blocker))
    assert doing(found) is what, found
    intent = suggested(ann.incident.fresh(), [found.id])
    assert intent is not None
    assert intent.verb is way(found, my_server.kind).verb
    result = ann.do(intent)
    assert [o.word for o in result.outcomes] == [Word.GONE], result
    thread.join(10)
    assert not thread.is_alive()
    assert is_there(watch, found.id) is (intent.verb is Verb.CANCEL)


def test_who_began_another_transaction_meanwhile_is_not_the_one(ann: Responder, my_connect: MyConnect) -> None:
    blocker, watch = my_connect(), my_connect()
    idle_inside(blocker, watch)
    plan = ann.propose(Intent(Verb.TERMINATE, (id_of(blocker),)))
    ask(blocker, "COMMIT")
    result = ann.acting.carry_out(plan, plan.phrases)
    assert [(o.word, o.sent) for o in result.outcomes] == [(Word.REFUSED, False)]
    assert is_there(watch, id_of(blocker))


def test_who_is_gone_already_is_sent_nothing(ann: Responder, my_connect: MyConnect) -> None:
    blocker, watch = my_connect(), my_connect()
    idle_inside(blocker, watch)
    plan = ann.propose(Intent(Verb.TERMINATE, (id_of(blocker),)))
    blocker.close()
    eventually(lambda: not is_there(watch, plan.intent.sessions[0]))
    result = ann.acting.carry_out(plan, plan.phrases)
    assert [(o.word, o.sent) for o in result.outcomes] == [(Word.GONE, False)]


def test_what_is_undone_is_counted_down(ann: Responder, my_connect: MyConnect, my_database: URL) -> None:
    run(my_database, "CREATE TABLE big (id int PRIMARY KEY AUTO_INCREMENT, a varchar(200), KEY (a))",
        "INSERT INTO big (a) VALUES (uuid())")  # fmt: skip
    for _ in range(16):
        run(my_database, "INSERT INTO big (a) SELECT uuid() FROM big")
    blocker, watch = my_connect(), my_connect()
    ask(blocker, "BEGIN")
    ask(blocker, "UPDATE big SET a = uuid()")
    ask(blocker, "UPDATE big SET a = uuid()")
    plan = ann.propose(Intent(Verb.TERMINATE, (id_of(blocker),)))
    assert plan.effect[0].startswith("undoes 131,072 rows") or "65,536" in plan.effect[0], plan.effect
    outcome = ann.acting.carry_out(plan, plan.phrases).outcomes[0]
    assert outcome.word in (Word.GONE, Word.ROLLING_BACK)
    if outcome.word is Word.ROLLING_BACK:
        assert outcome.rows_left is not None
    # the row is free once everything is undone
    assert ask(watch, "UPDATE big SET a = 'again' WHERE id = 1") == []
    assert ask(watch, "SELECT count(*) FROM big WHERE a = 'again'") == [(1,)]
