"""What is there but is not what was meant stops the file with a sentence, on real servers; nothing is skipped."""

from __future__ import annotations

import psycopg
import pymysql
import pytest
from sqlalchemy.engine import URL

from console.core.forward import file_of
from console.core.statements import read_script
from tests import mysql_servers
from tests.forward.ordering import order, steps
from tests.mysql_servers import MyServer
from tests.servers import run

BASE = ("CREATE TABLE customers (id bigint PRIMARY KEY)",
        "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(20))")  # fmt: skip
CHANGE = """
ALTER TABLE orders ADD COLUMN carrier varchar(40) DEFAULT 'post' NOT NULL;
CREATE UNIQUE INDEX by_note ON orders (note);
ALTER TABLE orders ADD CONSTRAINT of_customer FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE;
CREATE TABLE notes (id bigint PRIMARY KEY, stars smallint DEFAULT 3, CONSTRAINT enough CHECK (stars >= 0));
ALTER TABLE orders ADD CONSTRAINT once UNIQUE (customer_id);
"""
GONE = ("DROP TABLE IF EXISTS notes", "DROP TABLE IF EXISTS orders", "DROP TABLE IF EXISTS customers")
ADD = "ALTER TABLE orders ADD COLUMN carrier"
KEY = "ALTER TABLE orders ADD CONSTRAINT of_customer FOREIGN KEY (customer_id) REFERENCES"
BY_HAND = {
    f"{ADD} varchar(20) DEFAULT 'post' NOT NULL": "column orders.carrier",
    f"{ADD} varchar(40) DEFAULT 'Post' NOT NULL": "column orders.carrier",
    f"{ADD} varchar(40) NOT NULL": "column orders.carrier",
    f"{ADD} varchar(40) DEFAULT 'post'": "column orders.carrier",
    "CREATE INDEX by_note ON orders (note)": "by_note",
    "CREATE UNIQUE INDEX by_note ON orders (note, id)": "by_note",
    f"{KEY} customers (id)": "constraint orders.of_customer",
    f"{KEY} orders (id) ON DELETE CASCADE": "constraint orders.of_customer",
    "CREATE TABLE notes (id bigint PRIMARY KEY, stars smallint DEFAULT 4, CONSTRAINT enough CHECK (stars >= 0))":
        "column notes.stars",
    "CREATE TABLE notes (id bigint PRIMARY KEY, stars smallint DEFAULT 3, CONSTRAINT enough CHECK (stars > 0))":
        "constraint notes.enough",
    "CREATE TABLE notes (id bigint PRIMARY KEY, stars smallint DEFAULT 3)": "one part of it is there",
}  # fmt: skip
ON_POSTGRES = {
    "CREATE UNIQUE INDEX by_note ON orders (note text_pattern_ops)": "by_note",
    "CREATE UNIQUE INDEX by_note ON orders (note) WHERE id > 7": "by_note",
    "CREATE UNIQUE INDEX by_note ON orders (note); UPDATE pg_index SET indisvalid = false "
    "WHERE indexrelid = 'by_note'::regclass": "by_note",
    f"{KEY} customers (id) ON DELETE CASCADE NOT VALID": "constraint orders.of_customer",
    "CREATE UNIQUE INDEX by_note ON orders (note) NULLS NOT DISTINCT": "by_note",
    "ALTER TABLE orders ADD CONSTRAINT once UNIQUE NULLS NOT DISTINCT (customer_id)": "constraint orders.once",
}
ON_MARIADB = {"CREATE UNIQUE INDEX by_note ON orders (note) IGNORED": "by_note"}
ON_MYSQL = {
    "CREATE UNIQUE INDEX by_note ON orders (note) INVISIBLE": "by_note",
    "CREATE UNIQUE INDEX by_note ON orders (note, (lower(note)))": "by_note",
    "CREATE TABLE notes (id bigint PRIMARY KEY, stars smallint DEFAULT 3, "
    "CONSTRAINT enough CHECK (stars >= 0) NOT ENFORCED)": "constraint notes.enough",
}

KEYS = ("CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, total int, "
        "CONSTRAINT of_customer FOREIGN KEY (customer_id) REFERENCES customers (id), "
        "CONSTRAINT enough CHECK (total > 0), CONSTRAINT once UNIQUE (total))")  # fmt: skip
DROPS = ("PRIMARY KEY", "FOREIGN KEY of_customer", "CONSTRAINT once")


@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_it_stops_on_postgresql(database: URL) -> None:
    text = file_of("flyway", order(CHANGE)).text
    for by_hand, what in (BY_HAND | ON_POSTGRES).items():
        run(database, *GONE, *BASE, by_hand)
        with pytest.raises(psycopg.errors.RaiseException, match="Halfway stops: ") as stopped:
            run(database, text)
        assert what in str(stopped.value), by_hand
        assert "what was meant" in str(stopped.value) or "another is not" in str(stopped.value)
    run(database, *GONE, *BASE, text, text)


def test_it_stops_on_mysql(my_server: MyServer, my_database: URL) -> None:
    home = str(my_database.database)
    made = file_of("flyway", order(CHANGE, my_server.kind, home)).text
    sent = [statement.sql for statement in read_script(made, my_server.kind, home)]
    for by_hand, what in (BY_HAND | (ON_MARIADB if my_server.is_mariadb else ON_MYSQL)).items():
        mysql_servers.run(my_database, *GONE, *BASE, by_hand)
        with pytest.raises(pymysql.err.OperationalError, match="Halfway stops: ") as stopped:
            mysql_servers.run(my_database, *sent)
        assert (stopped.value.args[0], what in str(stopped.value)) == (1644, True), (by_hand, stopped.value)
    mysql_servers.run(my_database, *GONE, *BASE, *sent, *sent)


def test_a_constraint_of_any_kind_is_dropped_once_on_mysql(my_server: MyServer, my_database: URL) -> None:
    home = str(my_database.database)
    check = "CONSTRAINT enough" if my_server.is_mariadb else "CHECK enough"
    dropped = [f"ALTER TABLE orders DROP {what}" for what in (*DROPS, check)]
    mysql_servers.run(my_database, BASE[0], KEYS)
    found = steps(";".join(dropped), my_server.kind, home)
    with mysql_servers.open_connection(my_database) as connection:
        for step in found:
            assert mysql_servers.ask(connection, step.question)[0][0] == "todo", step.sql
            mysql_servers.ask(connection, step.sql)
            assert mysql_servers.ask(connection, step.question)[0][0] == "done", step.sql
