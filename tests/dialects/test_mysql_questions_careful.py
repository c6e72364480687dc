"""A question never is in anybody's way, and what it may not ask it says."""

from __future__ import annotations

from dataclasses import replace
from threading import Thread

import pymysql
import pytest

from console.core.causes import Answer, Doubt, Question
from console.core.faults import Fault, LockedFault, NotPermittedFault, TimedOutFault
from console.dialects.mysql.link import MySQLLink
from tests.dialects.my_fixtures import MyWaits, NewUser, OpenMyLink
from tests.mysql_servers import MyConnect, MyConnection, MyServer, ask, run
from tests.waiting import eventually

SLOW = "sleep(0.4) = 1"
SLEEPING = "SELECT id FROM information_schema.processlist WHERE state = 'User sleep'"


@pytest.fixture
def tables(my_connect: MyConnect) -> MyConnection:
    """Orders, customers, and a table of MyISAM."""
    connection = my_connect()
    for engine, name in (("InnoDB", "customers"), ("InnoDB", "orders"), ("MyISAM", "flat")):
        ask(connection, f"CREATE TABLE {name} (id INT PRIMARY KEY, email VARCHAR(20), customer_id INT) ENGINE={engine}")
        ask(connection, f"INSERT INTO {name} VALUES " + ", ".join(f"({n}, 'a', {n})" for n in range(1, 41)))
    return connection


def duplicates(link: MySQLLink, table: str) -> Question:
    return Question(1, Doubt.DUPLICATES, (link.server().home, table), ("email",))


def orphans(link: MySQLLink) -> Question:
    home = link.server().home
    return Question(
        1, Doubt.ORPHANS, (home, "orders"), ("customer_id",), parent=(home, "customers"), parent_columns=("id",)
    )


def slowly(link: MySQLLink, table: str) -> Question:
    """Takes 16 seconds when nobody stops it."""
    return Question(1, Doubt.VIOLATIONS, (link.server().home, table), condition=f"NOT ({SLOW})")


def refused(link: MySQLLink, question: Question, seconds: float = 5.0) -> Fault:
    with pytest.raises(Fault) as caught:
        link.ask(question, seconds)
    return caught.value


@pytest.mark.usefixtures("tables")
def test_what_the_schema_tells_asks_nobody(my_link: MySQLLink) -> None:
    told = Answer(1, ("a",))
    my_link.close()
    question = Question(1, Doubt.DEFINITION, ("nowhere", "nothing"), target="things", told=told)
    assert my_link.ask(question, 5.0) == told


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("altered", ["orders", "customers"])
def test_nothing_is_asked_while_ddl_waits_for_either_table(
    altered: str, my_connect: MyConnect, my_waits: MyWaits, my_link: MySQLLink
) -> None:
    reader = my_connect()
    ask(reader, "BEGIN")
    ask(reader, f"SELECT * FROM {altered}")
    waiter = my_waits(f"ALTER TABLE {altered} ADD b INT")
    fault = refused(my_link, orphans(my_link))
    assert isinstance(fault, LockedFault)
    assert f"session {waiter} holds or awaits a lock on " in fault.why
    assert ("customers" in fault.why) is (altered == "customers")


@pytest.mark.usefixtures("tables")
def test_nothing_is_asked_of_a_table_that_is_locked(my_connect: MyConnect, my_link: MySQLLink) -> None:
    holder = my_connect()
    ask(holder, "LOCK TABLES orders WRITE")
    assert isinstance(refused(my_link, duplicates(my_link, "orders")), LockedFault)


@pytest.mark.usefixtures("tables")
def test_a_question_that_takes_too_long_is_not_known(my_link: MySQLLink) -> None:
    assert isinstance(refused(my_link, slowly(my_link, "orders"), 0.7), TimedOutFault)
    assert my_link.ask(duplicates(my_link, "orders"), 5.0) == Answer(1, ("a",))


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("statement", ["UPDATE flat SET email = 'b' WHERE id = 1", "ALTER TABLE flat ADD b INT"])
def test_a_question_about_myisam_gives_way_to_whoever_writes(
    statement: str, my_connect: MyConnect, open_my_link: OpenMyLink
) -> None:
    link, faults = open_my_link("count"), list[Fault]()

    def work() -> None:
        try:
            link.ask(slowly(link, "flat"), 60.0)
        except Fault as fault:
            faults.append(fault)

    asking = Thread(target=work)
    asking.start()
    watcher = my_connect()
    eventually(lambda: ask(watcher, SLEEPING))
    ask(my_connect(), statement)
    asking.join(20)
    assert [type(fault) for fault in faults] == [LockedFault]
    assert "gave way" in str(faults[0])


@pytest.mark.usefixtures("tables")
def test_what_an_account_may_not_read_is_said_with_the_grant(
    my_user: NewUser, my_server: MyServer, open_my_link: OpenMyLink
) -> None:
    url = my_user("GRANT SELECT ON {db}.orders TO {user}", "GRANT PROCESS ON *.* TO {user}")
    link = open_my_link(url=url)
    fault = refused(link, orphans(link))
    assert isinstance(fault, NotPermittedFault)
    assert "orders may not be counted" in str(fault)
    run(my_server.url, fault.grant)
    assert open_my_link(url=url).ask(orphans(link), 5.0) == Answer(0)


@pytest.mark.usefixtures("tables")
def test_nothing_is_asked_where_nobody_can_see_who_waits(my_user: NewUser, open_my_link: OpenMyLink) -> None:
    link = open_my_link(url=my_user("GRANT SELECT ON {db}.* TO {user}"))
    fault = refused(link, duplicates(link, "orders"))
    assert isinstance(fault, NotPermittedFault)
    assert fault.grant.startswith("GRANT PROCESS ON *.* TO ")


def test_a_sample_is_bounded(tables: MyConnection, my_link: MySQLLink) -> None:
    ask(tables, "CREATE TABLE many (n INT, t TEXT)")
    ask(tables, "INSERT INTO many SELECT id, repeat('x', 500) FROM orders UNION ALL SELECT id, 'y' FROM orders")
    home = my_link.server().home
    numbers = my_link.ask(Question(1, Doubt.DUPLICATES, (home, "many"), ("n",)), 5.0)
    assert (numbers.rows, len(numbers.sample)) == (40, 20)
    assert my_link.ask(Question(1, Doubt.DUPLICATES, (home, "many"), ("t",)), 5.0).rows == 2
    texts = my_link.ask(Question(1, Doubt.DUPLICATES, (home, "many"), ("t",)), 5.0).sample
    assert sorted(len(text) for text in texts) == [1, 60]


def test_asking_changes_nothing(tables: MyConnection, my_link: MySQLLink) -> None:
    question = replace(duplicates(my_link, "orders"), doubt=Doubt.VIOLATIONS, condition="get_lock('x', 0) = 1")
    my_link.ask(question, 5.0)
    assert isinstance(refused(my_link, replace(question, condition="1) OR 1; DROP TABLE orders; --")), Fault)
    with pytest.raises(pymysql.Error):
        ask(tables, "CREATE TABLE orders (a INT)")
