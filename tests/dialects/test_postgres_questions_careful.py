"""A question to PostgreSQL never is in anybody's way, and ends when its budget does."""

from __future__ import annotations

from threading import Thread

import pytest

from console.core.causes import Answer, Doubt, Question
from console.core.faults import Fault, LockedFault, TimedOutFault
from console.dialects.postgres.link import PostgresLink
from tests.dialects.conftest import Waits
from tests.servers import Connect, Connection
from tests.waiting import eventually

ORPHANS = Question(
    1, Doubt.ORPHANS, ("public", "orders"), ("customer_id",), parent=("public", "customers"), parent_columns=("id",)
)
SLOW = Question(1, Doubt.VIOLATIONS, ("public", "orders"), condition="pg_sleep(0.4) IS NULL")
SLEEPING = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"


def tables(connection: Connection) -> None:
    connection.execute("CREATE TABLE customers (id int PRIMARY KEY)")
    connection.execute("CREATE TABLE orders (id int PRIMARY KEY, customer_id int, note text)")
    connection.execute("INSERT INTO orders SELECT n, n, repeat('x', 500) || n / 2 FROM generate_series(1, 60) n")


def refused(link: PostgresLink, question: Question, seconds: float) -> Fault:
    with pytest.raises(Fault) as caught:
        link.ask(question, seconds)
    return caught.value


def test_nothing_is_asked_while_ddl_waits_for_the_parent(connect: Connect, waits: Waits, link: PostgresLink) -> None:
    reader = connect()
    tables(reader)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM customers")
    waits("ALTER TABLE customers ADD b int")
    fault = refused(link, ORPHANS, 5.0)
    assert isinstance(fault, LockedFault)
    assert "public.customers" in fault.why


def test_a_question_has_a_budget_and_gives_way(connect: Connect, link: PostgresLink) -> None:
    watcher, faults = connect(), list[Fault]()
    tables(watcher)
    assert isinstance(refused(link, SLOW, 0.5), TimedOutFault)
    asking = Thread(target=lambda: faults.append(refused(link, SLOW, 60.0)))
    asking.start()
    eventually(lambda: watcher.execute(SLEEPING).fetchall())
    watcher.execute("ALTER TABLE orders ADD b int")
    asking.join(20)
    assert [(type(fault), "gave way" in str(fault)) for fault in faults] == [(LockedFault, True)]
    answer = link.ask(Question(1, Doubt.DUPLICATES, ("public", "orders"), ("note",)), 5.0)
    assert (answer.rows, len(answer.sample), {len(value) for value in answer.sample}) == (29, 20, {60})
    told = Answer(1, ("a",))
    assert link.ask(Question(1, Doubt.DEFINITION, ("nowhere", "nothing"), told=told), 5.0) == told
