"""What time-outs, deadlocks and killed connections really leave on MySQL and MariaDB, and what is then said."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pymysql
import pytest
from sqlalchemy.engine import URL

from tests.incidents.mysql_cases import ROWS, V1, A, B
from tests.incidents.mysql_flyway import MySite, Played, id_of
from tests.incidents.mysql_log import logging
from tests.incidents.mysql_told import contradictions, here, letters, migration
from tests.mysql_servers import MyConnect, MyConnection, MyServer, ask, run
from tests.waiting import eventually


@pytest.fixture
def site(tmp_path: Path, my_database: URL, my_server: MyServer) -> Iterator[MySite]:
    """A project whose first migration is applied; the log is on."""
    made = MySite(tmp_path / "project", my_database).make()
    made.applied("1", *V1)
    run(my_database, *ROWS)
    with logging(my_server.url):
        yield made


def played_while(site: MySite, steps: tuple[str, ...], client: MyConnection, meanwhile: Callable[[], None]) -> Played:
    """What a client sends, and what happens while it does."""
    ended: list[Played] = []
    runner = threading.Thread(target=lambda: ended.append(site.play(steps, client)))
    runner.start()
    meanwhile()
    runner.join(60)
    assert ended, "the client did not come to an end"
    return ended[0]


def told(site: MySite, played: Played, steps: tuple[str, ...]) -> tuple[str, str]:
    """Verdicts and state once Flyway has recorded the failure; nothing contradicts the log."""
    site.file("2", ";\n".join(steps))
    site.row("2", success=False)
    judged = migration(here(site.folder))
    assert contradictions(judged, played) == [], judged
    return letters(judged), judged["state"]


def waits(watcher: MyConnection, session: int, state: str, sql: str = "%") -> None:
    """Returns once the session is in a state like this, with a statement like this."""
    look = f"""SELECT 1 FROM information_schema.processlist
        WHERE id = {session} AND state LIKE '%{state}%' AND info LIKE '{sql}'"""
    eventually(lambda: ask(watcher, look))


def test_a_lock_time_out_lands_nothing_of_its_statement(site: MySite, my_connect: MyConnect) -> None:
    reader, client = my_connect(), my_connect()
    ask(reader, "BEGIN")
    ask(reader, "SELECT * FROM orders")
    ask(client, "SET SESSION lock_wait_timeout = 1")
    steps = (A, "ALTER TABLE orders ADD c int, ADD d int", "CREATE INDEX i ON orders (c)")
    played = site.play(steps, client)
    ask(reader, "ROLLBACK")
    assert (played.error, told(site, played, steps)) == (1205, ("LNN", "half_applied"))


def test_rows_that_are_locked_too_long_are_not_changed(site: MySite, my_connect: MyConnect) -> None:
    writer, client = my_connect(), my_connect()
    ask(writer, "BEGIN")
    ask(writer, "UPDATE notes SET body = 'mine' WHERE id = 2")
    ask(client, "SET SESSION innodb_lock_wait_timeout = 1")
    steps = (A, "UPDATE notes SET body = 'ours'", B)
    played = site.play(steps, client)
    ask(writer, "ROLLBACK")
    assert (played.error, told(site, played, steps)) == (1205, ("LUN", "half_applied"))


def test_a_deadlock_undoes_the_rows_of_a_transaction_and_no_ddl(site: MySite, my_connect: MyConnect) -> None:
    other, client, watcher = my_connect(), my_connect(), my_connect()
    ask(other, "BEGIN")
    for n in range(20):
        ask(other, f"INSERT INTO orders (id, code) VALUES ({100 + n}, 'x')")
    ask(other, "UPDATE notes SET body = 'theirs' WHERE id = 1")
    session = id_of(client)
    steps = (A, "START TRANSACTION", "UPDATE notes SET body = 'a' WHERE id = 3",
             "UPDATE notes SET body = 'b' WHERE id = 1", B)  # fmt: skip

    def cross() -> None:
        waits(watcher, session, "pdating", "%id = 1")
        ask(other, "UPDATE notes SET body = 'theirs' WHERE id = 3")

    played = played_while(site, steps, client, cross)
    ask(other, "ROLLBACK")
    assert (played.error, ask(watcher, "SELECT body FROM notes WHERE id = 3")) == (1213, [("y",)])
    assert told(site, played, steps) == ("LUUN", "half_applied")


@pytest.mark.parametrize("kill", ["KILL", "KILL QUERY"])
def test_an_alter_that_is_killed_while_it_waits_lands_nothing(site: MySite, my_connect: MyConnect, kill: str) -> None:
    reader, client, killer = my_connect(), my_connect(), my_connect()
    ask(reader, "BEGIN")
    ask(reader, "SELECT * FROM orders")
    session = id_of(client)
    steps = (A, "ALTER TABLE orders MODIFY total decimal(20,4), ADD c int", "CREATE INDEX i ON orders (c)")

    def end() -> None:
        waits(killer, session, "metadata lock")
        ask(killer, f"{kill} {session}")

    played = played_while(site, steps, client, end)
    ask(reader, "ROLLBACK")
    assert played.error in (1317, 2013)
    assert told(site, played, steps) == ("LNN", "half_applied")


def test_an_alter_that_is_killed_while_it_copies_lands_nothing(site: MySite, my_connect: MyConnect) -> None:
    client, killer = my_connect(), my_connect()
    ask(killer, "INSERT INTO notes (body) VALUES ('x'), ('y')")
    for _ in range(15):
        ask(killer, "INSERT INTO notes (body) SELECT body FROM notes LIMIT 20000")
    session = id_of(client)
    steps = (A, "ALTER TABLE notes MODIFY body varchar(30) CHARACTER SET latin1, ALGORITHM=COPY", B)

    def end() -> None:
        waits(killer, session, "copy")
        ask(killer, f"KILL {session}")

    played = played_while(site, steps, client, end)
    assert played.error in (1317, 2013)
    eventually(lambda: not ask(killer, f"SELECT 1 FROM information_schema.processlist WHERE id = {session}"))
    assert told(site, played, steps) == ("LNN", "half_applied")


def test_a_client_that_dies_between_statements_leaves_a_plain_prefix(site: MySite, my_connect: MyConnect) -> None:
    client = my_connect()
    steps = (A, "UPDATE customers SET a = 1 WHERE a IS NULL", "ALTER TABLE customers MODIFY a int NOT NULL", B)
    played = site.play(steps[:2], client)
    assert told(site, played, steps) == ("LUNN", "half_applied")


def test_rows_that_wait_for_a_commit_are_lost_with_their_client(site: MySite, my_connect: MyConnect) -> None:
    client, watcher = my_connect(), my_connect()
    steps = ("SET autocommit = 0", A, "INSERT INTO notes (body) VALUES ('gone')", B)
    played = site.play(steps[:3], client)
    with suppress(pymysql.Error):
        client.close()
    assert ask(watcher, "SELECT count(*) FROM notes WHERE body = 'gone'") == [(0,)]
    assert told(site, played, steps) == ("LUN", "half_applied")
