"""InnoDB's transactions are read as they are now, whoever else reads them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

import pytest
from sqlalchemy.engine import URL

from console.core.faults import NotInstrumentedFault, ReadFault
from console.core.plan import Step, StepKind, Target, Word
from console.core.session import Session
from console.dialects import open_hand
from console.dialects.mysql.link import MySQLLink
from tests.dialects.my_fixtures import OpenMyLink
from tests.mysql_servers import MyConnect, MyServer, ask
from tests.waiting import eventually

PICTURE = "SELECT count(*) FROM information_schema.innodb_trx"


def of(link: MySQLLink, number: int) -> Session:
    return next(s for s in link.sessions() if s.id == str(number))


def test_what_was_read_a_moment_ago_is_not_the_answer(my_link: MySQLLink, my_connect: MyConnect) -> None:
    one, monitor = my_connect(), my_connect()
    number = ask(one, "SELECT connection_id()")[0][0]
    ask(one, "CREATE TABLE orders (id int PRIMARY KEY)")
    for _ in range(3):
        ask(one, "BEGIN")
        ask(one, "INSERT INTO orders VALUES (1), (2)")
        ask(monitor, PICTURE)
        assert of(my_link, number).rows_modified == 2
        ask(one, "ROLLBACK")
        ask(monitor, PICTURE)
        assert of(my_link, number).transaction_at is None


def test_reading_it_leaves_no_transaction(my_link: MySQLLink, my_connect: MyConnect, open_my_link: OpenMyLink) -> None:
    other = open_my_link("locks")
    for _ in range(3):
        with suppress(NotInstrumentedFault):  # MariaDB says that it infers
            other.locks()
        assert {s.transaction_at for s in my_link.sessions() if s.own} == {None}
    watch = my_connect()
    assert eventually(lambda: ask(watch, PICTURE) == [(0,)], every=0.16)


@contextmanager
def asked_again_and_again(my_connect: MyConnect) -> Iterator[None]:
    """A monitor that keeps the old picture; one read of it takes much less than 0.02 s."""
    monitor, ended = my_connect(), Event()

    def poll() -> None:
        while not ended.wait(0.02):
            ask(monitor, PICTURE)

    ask(monitor, PICTURE)
    thread = Thread(target=poll)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def test_an_old_picture_is_not_taken_for_the_present(my_link: MySQLLink, my_connect: MyConnect) -> None:
    with (
        asked_again_and_again(my_connect),
        pytest.raises(ReadFault, match=r"cannot be seen as they are now.*more than ten times a second"),
    ):
        my_link.sessions()
    assert my_link.sessions()


def test_nobody_is_killed_by_an_old_picture(
    my_link: MySQLLink, my_connect: MyConnect, my_server: MyServer, my_database: URL
) -> None:
    one = my_connect()
    number = ask(one, "SELECT connection_id()")[0][0]
    meant = of(my_link, number)
    hand = open_hand(my_server.kind, my_database)
    try:
        step = Step(1, StepKind.SESSION, "", (f"KILL {number}",), target=Target(meant, hand.identity()))
        with asked_again_and_again(my_connect):
            outcome = hand.kill(step)
    finally:
        hand.close()
    assert (outcome.word, outcome.sent) == (Word.REFUSED, False)
    assert "could not be looked at again" in outcome.detail
    assert ask(one, "SELECT 1") == [(1,)]
