"""Types, code, conditions and expressions: made from every stop, left alone a second time, stopped at what differs."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pymysql
import pytest
from sqlalchemy.engine import URL

from console import dialects
from console.core.forward import file_of
from console.core.plan import CannotWriteError
from console.core.schema import Schema
from console.core.statements import read_script
from tests import mysql_servers
from tests.forward.ordering import ORDER, judgements, order, steps_for
from tests.mysql_servers import MyServer
from tests.schemas.reading import read
from tests.servers import conninfo, run

BASE = "CREATE TABLE orders (id bigint PRIMARY KEY, note varchar(20), words text, total numeric(9,2), gone timestamp)"
ON_POSTGRES = (
    "CREATE SCHEMA IF NOT EXISTS audit",
    "CREATE EXTENSION IF NOT EXISTS plpgsql",
    "CREATE TYPE mood AS ENUM ('good', 'so so')",
    "CREATE TYPE size AS ENUM ('s')",
    "CREATE DOMAIN code AS varchar(9) NOT NULL",
    """CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.note := 'it''s $1'; RETURN NEW; END $$""",
    "CREATE TRIGGER touched BEFORE UPDATE OR INSERT ON orders FOR EACH ROW EXECUTE PROCEDURE touch()",
    """CREATE TABLE IF NOT EXISTS notes (id bigint PRIMARY KEY, how mood DEFAULT 'good' NOT NULL, kind varchar(9)
CHECK ("kind" in ('a', 'b c')), CONSTRAINT enough CHECK (id > -1 AND kind <> 'B' AND how IS NOT NULL))""",
    "CREATE INDEX open_ones ON orders (note, lower(note) DESC, lower(words)) WHERE gone IS NULL AND note <> 'so so'",
    "CREATE UNIQUE INDEX IF NOT EXISTS large ON orders (id) WHERE total > 10.5",
    "ALTER TABLE orders ADD CONSTRAINT known CHECK (note IN ('a', 'b') AND total >= 0)",
)
ADDED = "ALTER TYPE mood ADD VALUE 'bad'"
FUNCTION = "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql {more} AS $$ BEGIN RETURN {what}; END $$"
BY_HAND = {
    "CREATE TYPE mood AS ENUM ('good')": "type mood",
    "CREATE TYPE mood AS ENUM ('so so', 'good')": "type mood",
    "CREATE TYPE mood AS (a int)": "type mood",
    "CREATE DOMAIN code AS varchar(9)": "type code",
    "CREATE DOMAIN code AS varchar(9) NOT NULL CHECK (value <> '')": "type code",
    FUNCTION.format(more="", what="OLD"): "routine touch()",
    ON_POSTGRES[5].replace("plpgsql", "plpgsql SECURITY DEFINER", 1): "routine touch()",
    "CREATE INDEX open_ones ON orders (note, lower(note) DESC, lower(words))": "open_ones",
    ON_POSTGRES[8].replace("'so so'", "'soso'"): "open_ones",
    ON_POSTGRES[8].replace("lower(words)", "upper(words)"): "open_ones",
    ON_POSTGRES[8].replace(" DESC", ""): "open_ones",
    "CREATE UNIQUE INDEX large ON orders (id) WHERE total > 10": "large",
    "ALTER TABLE orders ADD CONSTRAINT known CHECK (note IN ('a', 'B') AND total >= 0)": "constraint orders.known",
    "ALTER TABLE orders ADD CONSTRAINT known CHECK (note IN ('a', 'b') OR total >= 0)": "constraint orders.known",
    "CREATE SCHEMA theirs; CREATE FUNCTION theirs.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END "
    f"$$; {ON_POSTGRES[6].replace('touch()', 'theirs.touch()')}": "trigger orders.touched",
    "CREATE FUNCTION other() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE TRIGGER touched "
    "BEFORE UPDATE OR INSERT ON orders FOR EACH ROW EXECUTE FUNCTION other()": "trigger orders.touched",
}  # fmt: skip


def _text(sql: tuple[str, ...], kind: str = "postgres", home: str = "public") -> str:
    return file_of("flyway", order(";\n".join(sql), kind, home)).text


@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_what_is_no_table_is_made_once_on_postgresql(database: URL) -> None:
    fresh = (
        "DROP SCHEMA IF EXISTS audit",
        "DROP SCHEMA IF EXISTS theirs CASCADE",
        "DROP SCHEMA public CASCADE",
        "CREATE SCHEMA public",
        BASE,
    )
    text = _text(ON_POSTGRES)
    added = _text((ADDED,))
    for stop in range(len(ON_POSTGRES) + 1):
        run(database, *fresh, *ON_POSTGRES[:stop], text, text, added, added)
    for by_hand, what in BY_HAND.items():
        run(database, *fresh, by_hand)
        with pytest.raises(psycopg.errors.RaiseException, match="Halfway stops: ") as stopped:
            run(database, text)
        assert what in str(stopped.value), by_hand
        assert "what was meant" in str(stopped.value), by_hand
    events = "BEFORE UPDATE ON", "AFTER UPDATE OR INSERT ON", "BEFORE UPDATE OF note OR INSERT ON"
    for other in events:
        trigger = ON_POSTGRES[6].replace("BEFORE UPDATE OR INSERT ON", other)
        run(database, *fresh, ON_POSTGRES[5], trigger)
        with pytest.raises(psycopg.errors.RaiseException, match=r"trigger orders.touched is there, but"):
            run(database, text)


ON_MYSQL = (
    "ALTER TABLE orders ADD CONSTRAINT enough CHECK (total > 0 AND id <> 7 AND note IS NOT NULL)",
    "CREATE TABLE IF NOT EXISTS notes (id bigint PRIMARY KEY, stars int, CHECK (stars >= 1 AND stars <= 5))",
)
BY_FUNCTION = "CREATE INDEX by_lower ON orders ((lower(note)), id)"


def test_conditions_and_expressions_are_told_apart_on_mysql(my_server: MyServer, my_database: URL) -> None:
    home = str(my_database.database)
    change = ON_MYSQL if my_server.is_mariadb else (*ON_MYSQL, BY_FUNCTION)
    sent = [one.sql for one in read_script(_text(change, my_server.kind, home), my_server.kind, home)]
    fresh = ("DROP TABLE IF EXISTS notes", "DROP TABLE IF EXISTS orders", BASE)
    for stop in range(len(change) + 1):
        mysql_servers.run(my_database, *fresh, *change[:stop], *sent, *sent)
    wrong = (change[0].replace("7", "8"), change[0].replace("IS NOT NULL", "IS NULL"), change[0].replace("AND", "OR"))
    for by_hand in (*wrong, *(() if my_server.is_mariadb else (BY_FUNCTION.replace("lower(", "upper("),))):
        mysql_servers.run(my_database, *fresh, by_hand)
        with pytest.raises(pymysql.err.OperationalError, match="is there, but it is not what was meant"):
            mysql_servers.run(my_database, *sent)


@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_a_function_is_replaced_only_where_it_is_as_it_was(database: URL) -> None:
    was, new, other = (FUNCTION.format(more="", what=what).replace("CREATE", "CREATE OR REPLACE") for what in
                       ("OLD", "NEW", "NULL"))  # fmt: skip
    run(database, was)
    schema, _ = read(dialects.open_dialect("postgresql"), database)
    (step,) = steps_for(judgements(new), schema)
    with psycopg.connect(conninfo(database), autocommit=True) as connection:
        said = []
        for sql in ("SELECT 1", new, other):
            connection.execute(sql.encode())
            said.append(connection.execute(step.question.encode()).fetchall()[0][0])
    assert said == ["todo", "done", "routine touch() is neither as it was nor as it was meant to be"]


TRIGGER = "CREATE TRIGGER t BEFORE UPDATE ON orders FOR EACH ROW BEGIN\n  -- so\n  SET NEW.note = 'a  b\u00fc';  END"
OTHERS = (TRIGGER.replace("a  ", "a "), TRIGGER.replace("BEFORE", "AFTER").replace("SET NEW.note", "SET @note"),
          TRIGGER.replace("UPDATE ON", "INSERT ON"))  # fmt: skip


def test_a_trigger_is_known_by_its_body_on_mysql(my_server: MyServer, my_database: URL) -> None:
    home = str(my_database.database)
    (judged,) = judgements(f"DELIMITER //\n{TRIGGER}//\nDELIMITER ;", my_server.kind, home)
    (step,) = steps_for((judged,), Schema(home=home, dialect=my_server.kind))
    mysql_servers.run(my_database, BASE)
    with mysql_servers.open_connection(my_database) as connection:
        for sql, said in (("SELECT 1", "todo"), (step.sql, "done"), ("SELECT 1", "done")):
            mysql_servers.ask(connection, sql)
            assert mysql_servers.ask(connection, step.question)[0][0] == said
        for other in OTHERS:
            mysql_servers.ask(connection, "DROP TRIGGER t")
            mysql_servers.ask(connection, other)
            assert "trigger t is there, but it is not" in mysql_servers.ask(connection, step.question)[0][0], other
    for odd in (
        TRIGGER.replace("a  b", "it''s"),
        TRIGGER.replace("a  b", "\\\\"),
        TRIGGER.replace("BEGIN", "FOLLOWS o BEGIN"),
    ):
        with pytest.raises(CannotWriteError, match=r"the (definition|options) of trigger t is not known"):
            steps_for(
                judgements(f"DELIMITER //\n{odd}//", my_server.kind, home), Schema(home=home, dialect=my_server.kind)
            )
    with pytest.raises(CannotWriteError, match="from within a procedure"):
        file_of("flyway", replace(ORDER, dialect=my_server.kind, steps=(step,)))
