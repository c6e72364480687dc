"""What tools and coordinators leave on MySQL and MariaDB when they die, and how it is cleaned up.

The tables and triggers are made with the names and in the form that gh-ost and pt-online-schema-change give them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pymysql
import pytest
from sqlalchemy.engine import URL

from console.core.debris import cleanable
from console.core.intent import Intent, Verb
from console.core.journal import Topic
from console.core.observation import Machine, ToolProcess
from console.core.plan import Word
from console.dialects.mysql.render_clean import QUIET
from tests.acting.cleaning import aged, at_work, plan_for
from tests.acting.responder import Responder
from tests.dialects.my_fixtures import NewUser
from tests.mysql_servers import MyConnect, MyServer, ask, run
from tests.waiting import eventually

ORDERS = (
    "CREATE TABLE orders (id int PRIMARY KEY, total int) ENGINE=InnoDB",
    "INSERT INTO orders VALUES (1, 1), (2, 2)",
)
LOG = """CREATE TABLE _orders_ghc (id bigint unsigned AUTO_INCREMENT,
    last_update timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    hint varchar(64) CHARSET ascii NOT NULL, value varchar(4096) CHARSET ascii NOT NULL,
    PRIMARY KEY (id), UNIQUE KEY hint_uidx (hint)) AUTO_INCREMENT=256"""
BEAT = "INSERT INTO _orders_ghc (hint, value) VALUES ('heartbeat', '2026-01-31T12:00:00.000000000Z')"
GH_OST = ("CREATE TABLE _orders_gho LIKE orders", "INSERT INTO _orders_gho SELECT * FROM orders", LOG, BEAT)
DIED = f"UPDATE _orders_ghc SET last_update = now() - INTERVAL {QUIET + 5} SECOND"
COPY = "CREATE TABLE _orders_new LIKE orders"
WRITES = {
    "del": "DELETE IGNORE FROM _orders_new WHERE _orders_new.id <=> OLD.id;",
    "ins": "REPLACE INTO _orders_new (id, total) VALUES (NEW.id, NEW.total);",
    "upd": "DELETE IGNORE FROM _orders_new WHERE !(OLD.id <=> NEW.id) AND _orders_new.id <=> OLD.id; "
           "REPLACE INTO _orders_new (id, total) VALUES (NEW.id, NEW.total);",
}  # fmt: skip
EVENTS = {"del": "DELETE", "ins": "INSERT", "upd": "UPDATE"}


def trigger(database: str | None, on: str) -> str:
    """As the tool makes it: a write goes on where the copy is gone."""
    body = f"BEGIN DECLARE CONTINUE HANDLER FOR 1146 begin end; {WRITES[on]} END"
    return f"CREATE TRIGGER `pt_osc_{database}_orders_{on}` AFTER {EVENTS[on]} ON orders FOR EACH ROW {body}"


@pytest.fixture
def ann(my_server: MyServer, my_database: URL, tmp_path: Path) -> Iterator[Responder]:
    run(my_database, *ORDERS)
    with at_work(my_server.kind, my_database, tmp_path) as person:
        yield person


def osc(url: URL) -> None:
    """What pt-online-schema-change leaves when it is killed."""
    run(url, COPY, *(trigger(url.database, on) for on in WRITES))
    run(url, "INSERT INTO orders VALUES (3, 3)")


def tables(url: URL) -> set[str]:
    with dialect_connection(url) as connection:
        return {name for (name,) in ask(connection, "SHOW TABLES")}


def dialect_connection(url: URL) -> pymysql.connections.Connection[pymysql.cursors.Cursor]:
    return pymysql.connect(host=url.host, port=url.port or 3306, user=url.username, password=url.password or "",
                           database=url.database, autocommit=True)  # fmt: skip


def test_a_table_made_as_gh_ost_makes_it_goes_once_its_heart_has_stopped(my_database: URL, ann: Responder) -> None:
    run(my_database, *GH_OST)
    why = "Gh-ost wrote its heartbeat to _orders_ghc in the last 10 minutes."
    assert plan_for(ann, "_orders_gho").refused == (why,)
    assert plan_for(ann, "_orders_ghc").refused == (why,)
    run(my_database, DIED)
    plan = plan_for(ann, "_orders_gho")
    assert plan.refused == ()
    assert plan.phrases == ("drop table _orders_gho", "lose data in _orders_gho")
    assert plan.sql == f"DROP TABLE `{my_database.database}`.`_orders_gho`"
    assert "metadata lock" in plan.steps[0].lock
    assert any("runs on no other machine" in text for text in plan.careful)
    run(my_database, "UPDATE _orders_ghc SET value = 'alive'")
    late = ann.acting.carry_out(plan, plan.phrases)
    assert [(o.word, o.sent) for o in late.outcomes] == [(Word.REFUSED, False)]
    assert "_orders_gho" in tables(my_database)
    run(my_database, DIED)
    result = ann.acting.carry_out(plan, plan.phrases)
    assert [o.word for o in result.outcomes] == [Word.DONE], result
    log = plan_for(ann, "_orders_ghc")
    assert [o.word for o in ann.acting.carry_out(log, log.phrases).outcomes] == [Word.DONE]
    run(my_database, "CREATE TABLE _orders_del LIKE orders", "INSERT INTO _orders_del SELECT * FROM orders")
    old = plan_for(ann, "_orders_del")  # the table of before, which gh-ost leaves when it has cut over
    assert old.phrases == ("drop table _orders_del", "lose data in _orders_del")
    assert [o.word for o in ann.acting.carry_out(old, old.phrases).outcomes] == [Word.DONE]
    assert tables(my_database) == {"orders"}
    assert ann.incident.fresh().debris == ()


def test_the_triggers_of_pt_osc_go_before_its_table(
    my_server: MyServer, my_database: URL, ann: Responder, my_connect: MyConnect
) -> None:
    osc(my_database)
    idle = my_connect()
    if my_server.is_mariadb:  # keeps no names of programs: any session may be the tool's
        eventually(lambda: plan_for(ann, "_orders_new").unproven)
        unsure = plan_for(ann, "_orders_new")
        assert "may be pt-online-schema-change's, which says nothing while it waits" in unsure.unproven
        assert unsure.phrases[1] == "drop table _orders_new unproven"
        idle.close()
    eventually(lambda: not plan_for(ann, "_orders_new").unproven)
    plan = plan_for(ann, "_orders_new")
    assert plan.refused == ()
    assert plan.phrases == ("drop table _orders_new", "lose data in _orders_new")
    assert [sql.split("`")[0] for step in plan.steps for sql in step.sql] == ["DROP TRIGGER "] * 3 + ["DROP TABLE "]
    result = ann.acting.carry_out(plan, plan.phrases)
    assert [o.word for o in result.outcomes] == [Word.DONE] * 4, result
    assert tables(my_database) == {"orders"}
    run(my_database, "INSERT INTO orders VALUES (4, 4)")
    assert ann.incident.fresh().debris == ()


def test_a_trigger_without_its_copy_is_dropped_by_itself(my_database: URL, ann: Responder) -> None:
    osc(my_database)
    run(my_database, "DROP TABLE _orders_new")
    names = [item.object for item in cleanable(ann.incident.fresh())]
    assert len(names) == 3
    eventually(lambda: not plan_for(ann, names[0]).unproven)
    plan = plan_for(ann, names[0])
    assert plan.phrases == (f"drop trigger {names[0]}",)
    assert [o.word for o in ann.acting.carry_out(plan, plan.phrases).outcomes] == [Word.DONE]
    assert [item.object for item in cleanable(ann.incident.fresh())] == names[1:]


def test_a_trigger_that_is_not_the_tools_keeps_the_copy(my_database: URL, ann: Responder) -> None:
    run(
        my_database,
        COPY,
        "CREATE TRIGGER mine BEFORE INSERT ON orders FOR EACH ROW INSERT INTO _orders_new VALUES (NEW.id, 1)",
    )
    assert plan_for(ann, "_orders_new").refused == (
        "Trigger mine on orders speaks of it and is not pt-online-schema-change's: look at it first.",
    )


def test_nothing_of_a_tool_is_touched_while_it_runs_here(
    my_database: URL, ann: Responder, my_connect: MyConnect
) -> None:
    run(my_database, *GH_OST, DIED)
    now = ann.incident.fresh()
    tool = ToolProcess(4711, "gh-ost --alter ...", "gh-ost")
    busy = replace(now, observation=replace(now.observation, machine=Machine(tools=(tool,))))
    wished = Intent(Verb.DROP, object="table _orders_gho")
    assert ann.acting.propose(wished, busy).refused == (
        "A migration tool runs here: process 4711 (gh-ost). Wait until it has ended.",
    )
    speaking = my_connect()
    ask(speaking, "BEGIN")
    ask(speaking, "INSERT /* gh-ost `shop`.`orders` */ INTO _orders_gho VALUES (9, 9)")
    plan = ann.acting.propose(wished, now)
    assert plan.refused == ()
    result = ann.acting.carry_out(plan, plan.phrases)
    assert [o.word for o in result.outcomes] == [Word.REFUSED], result
    assert "_orders_gho" in tables(my_database)


def test_who_does_not_see_every_session_drops_nothing(
    my_server: MyServer, my_database: URL, my_user: NewUser, tmp_path: Path
) -> None:
    run(my_database, *ORDERS, *GH_OST, DIED)
    seen = my_user("GRANT ALL ON `{db}`.* TO {user}")
    with at_work(my_server.kind, seen, tmp_path) as bob:
        assert list(cleanable(bob.incident.fresh())) == []
        assert plan_for(bob, "_orders_gho").refused == (
            "Whether gh-ost still works on it cannot be seen here: leave it.",
        )


def test_what_is_the_only_copy_is_kept(my_database: URL, ann: Responder) -> None:
    run(my_database, *GH_OST, DIED, "DROP TABLE orders")
    assert plan_for(ann, "_orders_gho").refused == (
        "Orders itself is not there: this may be the only copy of its rows.",
    )
    assert list(cleanable(ann.incident.fresh())) == []


def test_what_an_alter_left_goes_by_its_old_spelling(my_database: URL, ann: Responder) -> None:
    name = "#mysql50##sql-alter-4d2c-7fffffff"
    run(my_database, "CREATE TABLE src LIKE orders", f"RENAME TABLE src TO `{name}`")
    (item,) = ann.incident.fresh().debris
    assert item.kind == "unfinished_table"
    plan = plan_for(ann, item.object)
    assert plan.phrases[0] == f"drop table {item.object}"
    assert plan.sql == f"DROP TABLE `{my_database.database}`.`{name}`"
    assert [o.word for o in ann.acting.carry_out(plan, plan.phrases).outcomes] == [Word.DONE]
    assert ann.incident.fresh().debris == ()


XIDS = (
    ("'order-7'", "order-7", Verb.COMMIT_PREPARED),
    ("'order-8','b\\'1',42", "order-8", Verb.ROLL_BACK_PREPARED),
    ("X'00ff31',X'fe',7", "0x00ff31", Verb.COMMIT_PREPARED),
)


def test_prepared_transactions_end_the_way_a_person_chose(
    my_database: URL, ann: Responder, my_connect: MyConnect
) -> None:
    for row, (xid, _, _) in enumerate(XIDS, start=7):
        coordinator = my_connect()
        for sql in (f"XA START {xid}", f"INSERT INTO orders VALUES ({row}, 1)", f"XA END {xid}", f"XA PREPARE {xid}"):
            ask(coordinator, sql)
        coordinator.close()
    for _, name, verb in XIDS:
        asked = Intent(Verb.END_PREPARED, object=name)
        assert "only its coordinator knows" in aged(ann, asked).refused[0]
        plan = aged(ann, replace(asked, verb=verb, reason="its log says so"))
        assert plan.refused == ()
        assert plan.phrases == (f"{verb.value} {name}", f"{verb.value} {name} unproven")
        result = ann.acting.carry_out(plan, plan.phrases)
        assert [o.word for o in result.outcomes] == [Word.DONE], result
    with dialect_connection(my_database) as watch:
        assert ask(watch, "SELECT id FROM orders") == [(1,), (2,), (7,), (9,)]
    assert ann.incident.fresh().debris == ()
    assert [e.topic for e in ann.journal.kept][-2:] == [Topic.ACTING, Topic.OUTCOME]
