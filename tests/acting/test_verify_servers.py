"""What verifying asks, asked of real servers over the hand that acts: each gives a number, or says nothing."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import URL

from console import dialects
from console.core.judge import assess
from console.core.migration import Belief, Migration, Tracked
from console.core.statements import read_script
from console.core.verify.asked import ERRORS, REPLICAS, ROLLED_BACK, nulls, of_server, orphans
from console.lanes.verifying import Verifier
from tests import mysql_servers, servers
from tests.builders import observation, tracking
from tests.mysql_servers import MyServer
from tests.schemas.reading import read
from tests.servers import MAJORS

BASE = ("CREATE TABLE customers (id bigint PRIMARY KEY)", "CREATE TABLE orders (id bigint, customer_id bigint)")
LATER = "ALTER TABLE orders ADD COLUMN note varchar(9)"
ROWS = ("INSERT INTO customers VALUES (1)", "INSERT INTO orders VALUES (1, 1, 'x'), (2, 7, NULL), (3, NULL, NULL)")
KEY = "ALTER TABLE orders ADD CONSTRAINT to_customer FOREIGN KEY (customer_id) REFERENCES customers (id)"


def counted(kind: str, url: URL) -> dict[str, int | None]:
    """Every number that is asked for."""
    schema, server = read(dialects.open_dialect(kind), url)
    statements = read_script(LATER, server.grammar, schema.home)
    file = Migration("2", "later", "V2__later.sql", statements)
    now = assess(observation(schema, tracking(Tracked("2", Belief.PENDING, file, None)), server=server))
    judged = now.frameworks[0].migrations[0]
    hand = dialects.open_hand(kind, url)
    try:
        verifier = Verifier(lambda: now, hand.count)
        questions = (*orphans(now, judged), *nulls(now, judged), *of_server(server))
        return {each.what: each.rows for each in verifier.counted(questions, now)}
    finally:
        hand.close()


@pytest.mark.parametrize("postgres_server", MAJORS[-1:], indirect=True)
def test_on_postgres(database: URL) -> None:
    servers.run(database, *BASE, LATER, *ROWS, f"{KEY} NOT VALID")
    found = counted("postgresql", database)
    assert (found["orphans of orders.to_customer"], found["NULLs in orders.note"]) == (1, 2)
    assert found[REPLICAS] == found["replicas whose state is hidden"] == found["lag in seconds"] == 0
    assert found[ROLLED_BACK] is not None


def test_on_mysql_and_mariadb(my_server: MyServer, my_database: URL) -> None:
    mysql_servers.run(my_database, *BASE, LATER, *ROWS, "SET foreign_key_checks = 0", KEY)
    found = counted(my_server.kind, my_database)
    assert (found["orphans of orders.to_customer"], found["NULLs in orders.note"]) == (1, 2)
    assert found[REPLICAS] == 0
    assert (found[ERRORS] is None) == (my_server.kind == "mariadb")
