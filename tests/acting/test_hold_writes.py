"""Who still writes to the tables of a migration that stopped, as the dialog says it; on real servers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.engine import URL

from console.core.intent import Intent, Verb
from console.core.writes import told
from tests.acting.responder import Responder
from tests.acting.test_finish_postgres import LANDED, ann, site
from tests.acting.test_steps_mysql import ann as my_ann
from tests.acting.test_steps_mysql import land
from tests.mysql_servers import MyServer, ask, open_connection
from tests.sites import Site
from tests.waiting import eventually

__all__ = ["ann", "my_ann", "site"]

FINISH = Intent(Verb.FINISH, migration="2", framework="flyway")


@contextmanager
def writing(write: Callable[[int], object]) -> Iterator[None]:
    """Somebody who writes a row now and then."""
    stop = threading.Event()

    def work() -> None:
        number = 100
        while not stop.wait(0.02):
            number += 1
            write(number)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def told_of(ann: Responder, place: str, *words: str) -> None:
    """It is said sooner or later, and then it stands on the plan."""

    def found() -> list[str]:
        seen = ann.incident.fresh()
        return [text for _, text in told(((place, "orders"),), seen) if all(word in text for word in words)]

    eventually(found, every=0.3)
    plan = ann.propose(FINISH)
    (text,) = (text for text in (*plan.checked, *plan.careful) if text.startswith("orders: "))
    assert "written" in text


def test_on_postgres_by_rate_and_name(site: Site, ann: Responder) -> None:
    site.run(*LANDED)
    web = psycopg.connect(site.address, autocommit=True, application_name="web")
    with web, writing(lambda n: web.execute("INSERT INTO orders VALUES (%s)", (n,))):
        told_of(ann, "public", " rows/s written by ", f"{site.url.username} (1 session)")


def test_on_mysql_by_rate_and_name_on_mariadb_not_at_all(
    my_ann: Responder, my_database: URL, my_server: MyServer
) -> None:
    land(my_database, 2)
    counted = (" rows/s written by root (1 session)",)
    wanted = ("how much is written is not known", "performance_schema is off") if my_server.is_mariadb else counted
    web = open_connection(my_database)
    ask(web, "BEGIN")  # of sessions without a transaction MySQL tells nothing once their statement has ended
    with web, writing(lambda n: ask(web, f"INSERT INTO orders (id) VALUES ({n})")):
        told_of(my_ann, str(my_database.database), *wanted)
