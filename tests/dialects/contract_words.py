"""What the contract of links says to each kind of server: a table of a few texts, one entry a family.

Scripts are lines of `who: statement`; `who& statement` is one that has to wait, and the script goes on once the server
has it waiting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Script = tuple[str, ...]

TABLE = "CREATE TABLE t (id INT PRIMARY KEY, note VARCHAR(20))"
ROWS = "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, NULL)"
_READING: Script = ("reader: BEGIN", "reader: SELECT * FROM t")
_ODD = (
    "Mixed Case", "semi;colon", "ünïcödé", "select", "per%cent", "%s", "%(a)s", "br(ace", "a.b", "it's", "new\nline",
    "tab\there", 'double"quote', "back`tick", "back\\slash", "\u202eright to left", "x" * 63,
)  # fmt: skip


@dataclass(frozen=True)
class Words:
    """The texts of one family of servers."""

    quote: str
    """What names are put between."""
    bytes: tuple[str, ...]
    """Make a table `raw` with a row that is no UTF-8."""
    makes: tuple[str, ...]
    """Make what `changes` change."""
    changes: tuple[str, ...]
    """Kinds of DDL, one after the other."""
    leaves: tuple[str, ...]
    """What changes no schema."""
    slow: str = ""
    """A condition that takes a second for each row and is never true."""
    kill: str = ""
    """Ends the session `{}`."""
    limits: str = ""
    """Reads every limit that a link sets itself."""
    holds: Mapping[str, Script] = field(default_factory=dict)
    """Ways to lock `t`: against everybody, by one who waits himself, with its table gone, and with all the others."""
    waits: Mapping[str, Script] = field(default_factory=dict)
    """`waiter` waits for `holder`."""
    names: tuple[str, ...] = _ODD
    read_only: tuple[str, str] = ("", "")
    """Makes new sessions read-only, and undoes it."""


_COMMON_WAITS: Mapping[str, Script] = {
    "alter": ("holder: BEGIN", "holder: SELECT * FROM t", "waiter& ALTER TABLE t ADD late INT"),
    "row": (
        "holder: BEGIN",
        "holder: UPDATE t SET note = 'x' WHERE id = 1",
        "waiter& UPDATE t SET note = 'y' WHERE id = 1",
    ),
}

POSTGRES = Words(
    quote='"',
    slow="(SELECT true FROM pg_sleep(1 + t.id * 0)) IS NULL",
    kill="SELECT pg_terminate_backend({})",
    limits="SELECT name, setting FROM pg_settings WHERE name IN ('statement_timeout', 'lock_timeout', 'search_path', "
    "'default_transaction_read_only', 'idle_in_transaction_session_timeout', 'row_security') ORDER BY name",
    bytes=("CREATE TABLE raw (a bytea)", r"INSERT INTO raw VALUES ('\xff41')"),
    makes=(
        "CREATE TABLE c (a INT, b VARCHAR(10), c INT)",
        "CREATE TABLE parent (id INT PRIMARY KEY)",
        "ALTER TABLE c ADD CONSTRAINT fk FOREIGN KEY (c) REFERENCES parent NOT VALID",
        "CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE TYPE mood AS ENUM ('a')",
        "CREATE SEQUENCE s",
        "CREATE TABLE parted (a INT) PARTITION BY RANGE (a)",
        "CREATE TABLE part (a INT)",
    ),
    changes=(
        "CREATE TABLE fresh (a INT)",
        "ALTER TABLE c ADD more INT",
        "ALTER TABLE c ALTER a SET DEFAULT 4",
        "ALTER TABLE c ALTER a SET DEFAULT 5",
        "ALTER TABLE c ALTER a SET NOT NULL",
        "ALTER TABLE c ALTER b TYPE VARCHAR(20)",
        "ALTER TABLE c RENAME COLUMN b TO z",
        "ALTER TABLE c ADD CONSTRAINT positive CHECK (c > 0)",
        "ALTER TABLE c VALIDATE CONSTRAINT fk",
        "ALTER TABLE c DROP CONSTRAINT fk",
        "CREATE INDEX i ON c (a)",
        "ALTER INDEX i RENAME TO ii",
        "DROP INDEX ii",
        "CREATE VIEW v AS SELECT a FROM c",
        "CREATE OR REPLACE VIEW v AS SELECT a, 1 AS x FROM c",
        "CREATE TRIGGER g BEFORE INSERT ON c FOR EACH ROW EXECUTE FUNCTION tf()",
        "ALTER TABLE c DISABLE TRIGGER g",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2'",
        "ALTER TYPE mood ADD VALUE 'b'",
        "ALTER SEQUENCE s INCREMENT 2",
        "COMMENT ON TABLE c IS 'x'",
        "COMMENT ON COLUMN c.a IS 'x'",
        "ALTER TABLE parted ATTACH PARTITION part FOR VALUES FROM (1) TO (2)",
        "CREATE POLICY p ON c USING (true)",
        "ALTER TABLE c DROP COLUMN more",
        "ALTER TABLE c RENAME TO d",
        "DROP VIEW v",
        "DROP TABLE fresh",
        "DO $$ BEGIN EXECUTE 'ALTER TABLE d ADD hidden INT'; END $$",
    ),
    leaves=("INSERT INTO t VALUES (7, 'x')", "UPDATE t SET note = 'y'", "DELETE FROM t WHERE id = 7", "ANALYZE t",
            "SET search_path = pg_catalog"),
    holds={
        "held": ("locker: BEGIN", "locker: LOCK TABLE t"),
        "awaited": (*_READING, "locker& ALTER TABLE t ADD late INT"),
        "taken": ("locker: BEGIN", "locker: DROP TABLE t"),
        "stopped": ("locker: BEGIN", "locker: TRUNCATE t"),
    },
    waits={
        **_COMMON_WAITS,
        "lock table": ("holder: BEGIN", "holder: LOCK TABLE t", "waiter& SELECT * FROM t"),
        "user lock": ("holder: SELECT pg_advisory_lock(7)", "waiter& SELECT pg_advisory_lock(7)"),
        "writing": ("holder: BEGIN", "holder: LOCK TABLE t IN EXCLUSIVE MODE", "waiter& DELETE FROM t WHERE id = 1"),
    },
    names=(*_ODD, "emoji 🐘"),
    read_only=("ALTER DATABASE {} SET default_transaction_read_only = on",
               "ALTER DATABASE {} RESET default_transaction_read_only"),
)  # fmt: skip

_MYSQL_MAKES = (
    "CREATE TABLE c (a INT, b VARCHAR(10), c INT)",
    "CREATE TABLE parent (id INT PRIMARY KEY)",
    "CREATE TABLE parted (a INT) PARTITION BY RANGE (a) (PARTITION p0 VALUES LESS THAN (10))",
    "CREATE PROCEDURE late() ALTER TABLE d ADD hidden INT",
)
_MYSQL_CHANGES = (
    "CREATE TABLE fresh (a INT)",
    "ALTER TABLE c ADD more INT",
    "ALTER TABLE c ALTER a SET DEFAULT 4",
    "ALTER TABLE c ALTER a SET DEFAULT 5",
    "ALTER TABLE c ALTER a DROP DEFAULT",
    "ALTER TABLE c MODIFY a INT NOT NULL",
    "ALTER TABLE c MODIFY a INT NOT NULL COMMENT 'x'",
    "ALTER TABLE c MODIFY b VARCHAR(20)",
    "ALTER TABLE c RENAME COLUMN b TO z",
    "ALTER TABLE c ADD CONSTRAINT positive CHECK (c > 0)",
    "ALTER TABLE c DROP CONSTRAINT positive",
    "ALTER TABLE c ADD CONSTRAINT fk FOREIGN KEY (c) REFERENCES parent (id)",
    "ALTER TABLE c DROP FOREIGN KEY fk",
    "CREATE INDEX i ON c (a)",
    "ALTER TABLE c RENAME INDEX i TO ii",
    "{hide}",
    "DROP INDEX ii ON c",
    "CREATE VIEW v AS SELECT a FROM c",
    "CREATE OR REPLACE VIEW v AS SELECT a, 1 AS x FROM c",
    "CREATE TRIGGER g BEFORE INSERT ON c FOR EACH ROW SET NEW.a = 1",
    "DROP TRIGGER g",
    "CREATE TRIGGER g BEFORE INSERT ON c FOR EACH ROW SET NEW.a = 2",
    "CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1",
    "DROP FUNCTION f",
    "CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 2",
    "CREATE PROCEDURE q() SELECT 1",
    "ALTER PROCEDURE q COMMENT 'x'",
    "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1",
    "ALTER EVENT e DO SELECT 2",
    "ALTER TABLE c COMMENT 'x'",
    "ALTER TABLE c ENGINE MyISAM",
    "ALTER TABLE parted ADD PARTITION (PARTITION p1 VALUES LESS THAN (20))",
    "ALTER TABLE parted DROP PARTITION p0",
    "ALTER TABLE c CONVERT TO CHARACTER SET latin1",
    "ALTER TABLE c DROP COLUMN more",
    "RENAME TABLE c TO d",
    "DROP VIEW v",
    "DROP TABLE fresh",
    "CALL late()",
    "ALTER DATABASE CHARACTER SET latin1",
)
_MYSQL_HOLDS: Mapping[str, Script] = {
    "held": (
        "reader: CREATE TABLE zz (id INT)",
        "reader: BEGIN",
        "reader: SELECT * FROM zz",
        "locker& RENAME TABLE t TO t_away, zz TO zz_away",
    ),
    "awaited": (*_READING, "locker& ALTER TABLE t ADD late INT"),
    "taken": ("locker: LOCK TABLES t WRITE",),
    "stopped": ("locker: FLUSH TABLES WITH READ LOCK",),
}
_MYSQL_BYTES = (
    "CREATE TABLE raw (a VARBINARY(9), b VARCHAR(9) CHARACTER SET latin1, c VARCHAR(9) CHARACTER SET utf8mb4)",
    "INSERT INTO raw VALUES (x'ff41', x'ff41', '\N{ELEPHANT}')",
)
_MYSQL_NAMES = (*_ODD, "y" * 64, "ends with )", "#sql-1_2", "--", "/* */")


def _mysql(limit: str, only: str, hide: str) -> Words:
    return Words(
        quote="`",
        slow="sleep(1) = 1",
        kill="KILL {}",
        limits=f"SELECT @@lock_wait_timeout, @@innodb_lock_wait_timeout, @@{limit}, @@{only}, @@autocommit, @@sql_mode",
        bytes=_MYSQL_BYTES,
        makes=_MYSQL_MAKES,
        changes=tuple(change.format(hide=hide) for change in _MYSQL_CHANGES),
        leaves=("INSERT INTO t VALUES (7, 'x')", "UPDATE t SET note = 'y'", "DELETE FROM t WHERE id = 7",
                "ANALYZE TABLE t", "SET sql_mode = 'ANSI_QUOTES'"),
        holds=_MYSQL_HOLDS,
        waits={
            **_COMMON_WAITS,
            "lock table": ("holder: LOCK TABLES t WRITE", "waiter& SELECT * FROM t"),
            "user lock": ("holder: SELECT GET_LOCK('app', 0)", "waiter& SELECT GET_LOCK('app', 60)"),
            "writing": ("holder: FLUSH TABLES WITH READ LOCK", "waiter& UPDATE t SET note = 'x' WHERE id = 1"),
        },
        names=_MYSQL_NAMES,
        read_only=("SET GLOBAL read_only = 1", "SET GLOBAL read_only = 0"),
    )  # fmt: skip


MYSQL = _mysql("max_execution_time", "transaction_read_only", "ALTER TABLE c ALTER INDEX ii INVISIBLE")
MARIADB = _mysql("max_statement_time", "tx_read_only", "ALTER TABLE c ALTER INDEX ii IGNORED")

SQLITE = Words(
    quote='"',
    bytes=("CREATE TABLE raw (a TEXT)", "INSERT INTO raw VALUES (CAST(x'ff41' AS TEXT))"),
    makes=("CREATE TABLE c (a INT, b VARCHAR(10), c INT)", "CREATE TABLE parent (id INTEGER PRIMARY KEY)"),
    changes=(
        "CREATE TABLE fresh (a INT)",
        "ALTER TABLE c ADD more INT",
        "ALTER TABLE c ADD even INT NOT NULL DEFAULT 4",
        "ALTER TABLE c ADD up INT AS (a + 1)",
        "ALTER TABLE c ADD owner INT REFERENCES parent (id)",
        "ALTER TABLE c RENAME COLUMN b TO z",
        "CREATE INDEX i ON c (a)",
        "DROP INDEX i",
        "CREATE UNIQUE INDEX i ON c (a, lower(z)) WHERE a > 0",
        "CREATE VIEW v AS SELECT a FROM c",
        "CREATE TRIGGER g AFTER INSERT ON c BEGIN UPDATE c SET a = 1; END",
        "DROP TRIGGER g",
        "CREATE TRIGGER g AFTER INSERT ON c BEGIN UPDATE c SET a = 2; END",
        "ALTER TABLE c DROP COLUMN more",
        "CREATE TABLE keyed (a TEXT PRIMARY KEY) WITHOUT ROWID",
        "ALTER TABLE c RENAME TO d",
        "DROP VIEW v",
        "DROP TABLE fresh",
    ),
    leaves=("INSERT INTO t VALUES (7, 'x')", "UPDATE t SET note = 'y'", "DELETE FROM t WHERE id = 7"),
)
