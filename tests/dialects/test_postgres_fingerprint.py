"""Whether PostgreSQL's fingerprint notices every kind of change, and nothing else."""

from __future__ import annotations

import psycopg

from console.dialects.postgres.link import PostgresLink
from tests.servers import Connect

SETUP = (
    "CREATE TABLE t (a int, b varchar(10), c int)",
    "CREATE TABLE parent (id int PRIMARY KEY)",
    "ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (c) REFERENCES parent NOT VALID",
    "CREATE TYPE mood AS ENUM ('a')",
    "CREATE VIEW v AS SELECT a FROM t",
    "CREATE SEQUENCE s",
    "CREATE INDEX i ON t (a)",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf()",
    "CREATE DOMAIN d AS int",
    "CREATE TABLE gone (a int)",
    "CREATE TABLE parted (a int) PARTITION BY RANGE (a)",
    "CREATE TABLE part (a int)",
)
CHANGES = (
    "CREATE TABLE fresh (a int)",
    "DROP TABLE gone",
    "ALTER TABLE t ADD more int",
    "ALTER TABLE t DROP COLUMN b",
    "ALTER TABLE t RENAME COLUMN a TO z",
    "ALTER TABLE t RENAME TO u",
    "ALTER TABLE t ALTER a SET DEFAULT 4",
    "ALTER TABLE t ALTER a SET NOT NULL",
    "ALTER TABLE t ALTER b TYPE varchar(20)",
    "ALTER TABLE t ADD CHECK (c > 0)",
    "ALTER TABLE t DROP CONSTRAINT fk",
    "ALTER TABLE t VALIDATE CONSTRAINT fk",
    "CREATE INDEX j ON t (b)",
    "CREATE INDEX CONCURRENTLY j ON t (b)",
    "DROP INDEX i",
    "ALTER INDEX i RENAME TO ii",
    "CREATE OR REPLACE VIEW v AS SELECT a, 1 AS x FROM t",
    "DROP VIEW v",
    "ALTER TYPE mood ADD VALUE 'b'",
    "ALTER DOMAIN d ADD CHECK (VALUE > 0)",
    "ALTER SEQUENCE s INCREMENT 2",
    "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2'",
    "DROP FUNCTION f()",
    "ALTER TABLE t DISABLE TRIGGER g",
    "DROP TRIGGER g ON t",
    "COMMENT ON TABLE t IS 'x'",
    "COMMENT ON COLUMN t.a IS 'x'",
    "CREATE POLICY p ON t USING (true)",
    "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE parted ATTACH PARTITION part FOR VALUES FROM (1) TO (2)",
    "CREATE SCHEMA fresh",
    "ALTER TABLE t SET (fillfactor = 50)",
    "CREATE STATISTICS st ON a, c FROM t",
    "CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING",
    "CREATE PUBLICATION pub FOR TABLE t",
    "CREATE MATERIALIZED VIEW m AS SELECT 1 AS x",
    "ALTER TABLE t REPLICA IDENTITY FULL",
)


def test_every_kind_of_ddl_changes_the_fingerprint_and_nothing_else_does(connect: Connect, link: PostgresLink) -> None:
    connection = connect()
    for statement in SETUP:
        connection.execute(statement)
    missed = []
    for change in CHANGES:
        before = link.fingerprint()
        alone = "CONCURRENTLY" in change
        if not alone:
            connection.execute("BEGIN")
        connection.execute(change)
        assert alone or link.fingerprint().partition(" / ")[0] == before.partition(" / ")[0], "it is not committed yet"
        if alone:
            missed += [change] if link.fingerprint() == before else []
            connection.execute("DROP INDEX j")
            continue
        connection.execute("COMMIT")
        missed += [change] if link.fingerprint() == before else []
        _again(connection)
    assert missed == []


def _again(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """The same database as before the change."""
    for statement in (
        "DROP SCHEMA IF EXISTS fresh CASCADE",
        "DROP PUBLICATION IF EXISTS pub",
        "DROP SCHEMA public CASCADE",
        "CREATE SCHEMA public",
        *SETUP,
    ):
        connection.execute(statement)


def test_data_and_maintenance_leave_the_fingerprint_alone(connect: Connect, link: PostgresLink) -> None:
    connection = connect()
    for statement in SETUP:
        connection.execute(statement)
    before = link.fingerprint()
    for statement in (
        "INSERT INTO parent VALUES (1)",
        "UPDATE parent SET id = 2",
        "VACUUM",
        "ANALYZE",
        "SELECT nextval('s')",
    ):
        connection.execute(statement)
        assert link.fingerprint() == before, statement


def test_a_change_that_commits_after_a_younger_one_is_noticed(connect: Connect, link: PostgresLink) -> None:
    older, younger = connect(), connect()
    older.execute("CREATE TABLE t (a int)")
    older.execute("CREATE TABLE u (a int)")
    older.execute("BEGIN")
    older.execute("ALTER TABLE t ALTER a SET DEFAULT 1")
    younger.execute("ALTER TABLE u ALTER a SET DEFAULT 1")
    before = link.fingerprint().partition(" / ")[0]
    older.execute("COMMIT")
    assert link.fingerprint().partition(" / ")[0] != before


def test_a_lock_that_comes_or_goes_changes_the_fingerprint(connect: Connect, link: PostgresLink) -> None:
    connection = connect()
    connection.execute("CREATE TABLE t (a int)")
    free = link.fingerprint()
    connection.execute("BEGIN")
    connection.execute("LOCK TABLE t")
    assert link.fingerprint() != free
    connection.execute("ROLLBACK")
    assert link.fingerprint() == free
