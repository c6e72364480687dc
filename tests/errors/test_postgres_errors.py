"""Every row of the table for PostgreSQL, produced by a real server."""

from __future__ import annotations

from threading import Event, Thread

import psycopg
import pytest

from console.core.errors import Rule, refusal_in
from console.core.errors.postgres import POSTGRES
from tests.servers import MAJORS, Connect, Connection

SETUP = """
CREATE TYPE mood AS ENUM ('sad');
CREATE TABLE c (id int PRIMARY KEY, a int, t text, v varchar(9), big bigint, d text DEFAULT 'x', kind mood);
CREATE TABLE o (id int, c_id int);
CREATE VIEW w AS SELECT a FROM c;
CREATE TABLE p (n int) PARTITION BY RANGE (n);
CREATE TABLE p1 (n int);
CREATE TABLE empty (n int PRIMARY KEY);
CREATE TABLE fired (n int REFERENCES empty DEFERRABLE INITIALLY DEFERRED);
INSERT INTO c VALUES (1, 5, 'x', 'long one', 3000000000), (2, 5, NULL, 'b', 1);
INSERT INTO o VALUES (1, 99);
INSERT INTO p1 VALUES (77);
"""
REFUSED = (
    ("23505", "CREATE UNIQUE INDEX u ON c (a)"),
    ("23502", "ALTER TABLE c ALTER t SET NOT NULL"),
    ("23503", "ALTER TABLE o ADD FOREIGN KEY (c_id) REFERENCES c"),
    ("23514", "ALTER TABLE c ADD CONSTRAINT few CHECK (a > 9)"),
    ("23514", "ALTER TABLE p ATTACH PARTITION p1 FOR VALUES FROM (0) TO (9)"),
    ("23P01", "ALTER TABLE c ADD EXCLUDE (a WITH =)"),
    ("22001", "ALTER TABLE c ALTER v TYPE varchar(3)"),
    ("22003", "ALTER TABLE c ALTER big TYPE int"),
    ("22P02", "ALTER TABLE c ALTER t TYPE int USING t::int"),
    ("42804", "ALTER TABLE c ALTER t TYPE int"),
    ("42804", "ALTER TABLE o ADD FOREIGN KEY (c_id) REFERENCES texts"),
    ("42830", "ALTER TABLE o ADD FOREIGN KEY (c_id) REFERENCES c (a)"),
    ("42P07", "CREATE TABLE c (n int)"),
    ("42701", "ALTER TABLE c ADD a int"),
    ("42710", "CREATE TYPE mood AS ENUM ('x')"),
    ("42P16", "ALTER TABLE c ADD PRIMARY KEY (a)"),
    ("42P01", "ALTER TABLE nowhere ADD a int"),
    ("42703", "ALTER TABLE c DROP nothing"),
    ("42704", "ALTER TABLE c ADD n nonsense"),
    ("2BP01", "ALTER TABLE c DROP a"),
    ("0A000", "ALTER TABLE c ALTER a TYPE bigint"),
    ("55P04", "BEGIN; ALTER TYPE mood ADD VALUE 'ok'; UPDATE c SET kind = 'ok'"),
    ("55006", "BEGIN; INSERT INTO fired VALUES (1); ALTER TABLE fired ADD m int"),
    ("25001", "BEGIN; CREATE INDEX CONCURRENTLY i ON c (a)"),
    ("57014", "SET statement_timeout = '50ms'; SELECT pg_sleep(9)"),
    ("25006", "SET default_transaction_read_only = on; CREATE TABLE q (n int)"),
    ("42501", "SET ROLE halfway_nobody; ALTER TABLE public.c ADD n int"),
    ("42601", "ALTER TABLE c AD n int"),
)
NOT_HERE = {"57P02", "57P03", "08006", "53100", "53200", "53300", "25P03"}
"""What nobody can bring about without breaking the server that others share: taken from the manual."""
newest = pytest.mark.parametrize("postgres_server", [max(MAJORS)], indirect=True, ids=lambda major: f"pg{major}")


def said_by(connection: Connection, sql: str) -> str:
    """What the server refuses it with, as a tool's log has it."""
    with pytest.raises(psycopg.Error) as caught:
        play(connection, sql)
    connection.execute("ROLLBACK")
    connection.execute("RESET ALL")
    return f"SQLSTATE[{caught.value.sqlstate}]: something: 7 ERROR:  {caught.value}"


def play(connection: Connection, sql: str) -> None:
    for statement in sql.split("; "):
        connection.execute(statement.encode())


def rule_of(text: str) -> tuple[str, Rule]:
    found = refusal_in(text, "postgresql")
    assert found is not None, text
    return found.code, found.rule


@newest
@pytest.mark.usefixtures("postgres_server")
def test_every_row_is_what_a_server_says(connect: Connect) -> None:
    connection, other = connect(), connect()
    connection.execute("CREATE TABLE texts (t text PRIMARY KEY)")
    connection.execute(SETUP)
    connection.execute("DROP ROLE IF EXISTS halfway_nobody")
    connection.execute("CREATE ROLE halfway_nobody")
    hit: list[Rule] = []
    for state, sql in REFUSED:
        text = said_by(connection, sql)
        connection.execute("RESET ROLE")
        code, rule = rule_of(text)
        bare = refusal_in(text.partition("ERROR:  ")[2], "postgresql")
        assert (sql, code) == (sql, state)
        assert bare is not None
        assert (sql, bare.rule) == (sql, rule), "by its words alone"
        hit.append(rule)
    hit += [rule_of(text)[1] for text in of_two(connection, other)]
    missed = [rule.codes[0] for rule in POSTGRES if rule not in hit]
    assert sorted(missed) == sorted(NOT_HERE)
    connection.execute("DROP ROLE halfway_nobody")


def of_two(one: Connection, other: Connection) -> list[str]:
    """What takes a second session, or a first error."""
    other.execute("BEGIN")
    other.execute("LOCK TABLE c")
    one.execute("SET lock_timeout = '50ms'")
    texts = [said_by(one, "ALTER TABLE c ADD n int")]
    other.execute("ROLLBACK")
    one.execute("BEGIN")
    with pytest.raises(psycopg.Error):
        one.execute("SELECT nonsense")
    texts.append(said_by(one, "SELECT 1"))
    texts.append(deadlock(one, other))
    pid = other.execute("SELECT pg_backend_pid()").fetchall()[0][0]
    one.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
    with pytest.raises(psycopg.Error) as ended:
        other.execute("SELECT 1")
    texts.append(str(ended.value))
    texts.append(cancelled(one))
    return texts


def deadlock(one: Connection, other: Connection) -> str:
    """Both by the same one of two advisory locks, each in its transaction."""
    one.execute("SET deadlock_timeout = '20ms'")
    one.execute("BEGIN")
    other.execute("BEGIN")
    one.execute("SELECT pg_advisory_xact_lock(1)")
    other.execute("SELECT pg_advisory_xact_lock(2)")
    waiting = Thread(target=lambda: other.execute("SELECT pg_advisory_xact_lock(1)"))
    waiting.start()
    text = said_by(one, "SELECT pg_advisory_xact_lock(2)")
    waiting.join(10)
    other.execute("ROLLBACK")
    return text


def cancelled(one: Connection) -> str:
    """By somebody else, who tries until it helps."""
    ended = Event()

    def cancel() -> None:
        while not ended.wait(0.05):
            one.cancel()

    canceller = Thread(target=cancel)
    canceller.start()
    with pytest.raises(psycopg.Error) as caught:
        one.execute("SELECT pg_sleep(20)")
    ended.set()
    canceller.join(10)
    return str(caught.value)
