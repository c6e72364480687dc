"""The tables of advice that people work by, row by row: what it says, what the servers did, and what preflight says.

The rows are those of a published playbook for Laravel on MySQL and PostgreSQL. Where it is wrong, the measurement that
says so stands beside it (`tests/core/measured`: every lock, rewrite and scan read from real servers).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import pymysql
import pytest

from console.core.observation import Server
from console.core.preflight.finding import About, Finding
from console.core.preflight.judging import judged
from console.core.schema import Schema
from tests.builders import schema_after
from tests.core.hazard_cases import MY_TABLES, PG_TABLES, my_rows, rows, server
from tests.mysql_servers import MyConnect, ask
from tests.preflight.grounds import ground, sized, unit
from tests.preflight.shop import ON_NEWEST
from tests.servers import Connect

VERSION = 16
_BLOCKS = {"ACCESS EXCLUSIVE": "reads and writes", "EXCLUSIVE": "writes", "SHARE ROW EXCLUSIVE": "writes",
           "SHARE": "writes"}  # fmt: skip
_ORDER = ("nothing", "writes", "reads and writes")


@dataclass(frozen=True)
class Claim:
    """One row, for one statement that was measured."""

    row: str
    says: str
    on: str
    measured: str
    """The measurement's name."""
    work: str
    """What the row says is done with the rows: `none`, `read`, `rewritten`; '' where it says nothing."""
    blocks: str = ""
    """What it says waits; '' where it says nothing."""
    right: bool = True
    rule: str = ""
    """What preflight calls it."""


CLAIMS = (
    Claim("ADD COLUMN nullable", "brief metadata lock", "postgres", "ADD COLUMN nullable", "none"),
    Claim("ADD COLUMN nullable", "brief metadata lock", "mysql", "ADD COLUMN nullable last", "none"),
    Claim("ADD COLUMN nullable", "brief metadata lock", "mysql", "ADD COLUMN to table with FULLTEXT", "none",
          right=False),
    Claim("ADD COLUMN NOT NULL DEFAULT x", "minutes to hours", "postgres", "ADD COLUMN NOT NULL const default",
          "rewritten", right=False, rule="pg-add-column"),
    Claim("ADD COLUMN NOT NULL DEFAULT x", "minutes to hours", "postgres", "ADD COLUMN default volatile random()",
          "rewritten", rule="pg-add-column-volatile-default"),
    Claim("ADD COLUMN NOT NULL DEFAULT x", "minutes to hours", "mysql", "ADD COLUMN NOT NULL DEFAULT const",
          "rewritten", right=False),
    Claim("ADD COLUMN NOT NULL DEFAULT x", "minutes to hours", "mysql", "ADD COLUMN expression default", "rewritten"),
    Claim("ADD COLUMN NOT NULL DEFAULT x", "minutes to hours", "mariadb", "ADD COLUMN expression default", "rewritten",
          right=False),
    Claim("ADD INDEX (online)", "low", "mysql", "ADD INDEX", "", "nothing"),
    Claim("ADD INDEX (online)", "low", "mysql", "ADD FULLTEXT first", "", "nothing", right=False),
    Claim("ADD INDEX (online)", "low", "mysql", "ADD functional INDEX", "", "nothing", right=False),
    Claim("ADD INDEX (offline)", "full table lock", "postgres", "CREATE INDEX", "read", "reads and writes",
          right=False, rule="pg-create-index"),
    Claim("RENAME COLUMN", "brief", "postgres", "RENAME COLUMN", "none", rule="app-rename"),
    Claim("RENAME COLUMN", "brief", "mysql", "RENAME COLUMN", "none", rule="app-rename"),
    Claim("DROP COLUMN", "brief", "postgres", "DROP COLUMN", "none", rule="app-drop-column"),
    Claim("DROP COLUMN", "brief", "mysql", "DROP COLUMN", "none", rule="app-drop-column"),
    Claim("DROP COLUMN", "brief", "mysql", "DROP COLUMN indexed", "none", right=False, rule="app-drop-column"),
    Claim("CHANGE TYPE (compatible)", "INT to BIGINT is cheap on PostgreSQL 12+", "postgres",
          "TYPE int->bigint col with FK", "none", right=False, rule="pg-alter-type-rewrite"),
    Claim("CHANGE TYPE (compatible)", "widening a varchar is instant on MySQL 8", "mysql",
          "TYPE varchar(20)->varchar(63) utf8mb4 (<=255B)", "none"),
    Claim("CHANGE TYPE (compatible)", "widening a varchar is instant on MySQL 8", "mysql",
          "TYPE varchar(60)->varchar(64) utf8mb4 (crosses 255B)", "none", right=False),
    Claim("CHANGE TYPE (incompatible)", "full table rewrite", "postgres", "TYPE bigint-like int->text", "rewritten",
          rule="pg-alter-type-rewrite"),
    Claim("CHANGE TYPE (incompatible)", "full table rewrite", "mysql", "TYPE varchar->text", "rewritten"),
    Claim("CHANGE TYPE (incompatible)", "TIMESTAMP to DATETIME rewrites", "mysql", "TYPE timestamp->datetime",
          "rewritten"),
    Claim("ADD UNIQUE", "full table scan", "postgres", "ADD UNIQUE plain", "read", "reads and writes",
          rule="pg-add-unique"),
    Claim("ADD UNIQUE", "full table scan, locked", "mysql", "ADD UNIQUE INDEX", "", "writes", right=False),
    Claim("ADD FOREIGN KEY", "full table scan and lock", "postgres", "ADD FK", "read", "writes", rule="pg-add-fk"),
    Claim("ADD FOREIGN KEY", "full table scan and lock", "mysql", "ADD FK (fk_checks=1)", "", "writes"),
    Claim("SET NOT NULL", "no full scan on PostgreSQL 12+ behind a validated CHECK", "postgres",
          "SET NOT NULL (validated CHECK proof)", "none", rule="pg-set-not-null"),
    Claim("SET NOT NULL", "scans without one", "postgres", "SET NOT NULL (no proof)", "read", "reads and writes",
          rule="pg-set-not-null"),
    Claim("MODIFY .. NOT NULL", "the same with MODIFY on MySQL", "mysql", "MODIFY nullable->NOT NULL", "none",
          right=False),
)  # fmt: skip


@dataclass(frozen=True)
class Done:
    """What was measured."""

    sql: str
    work: str
    blocks: str


def _measured(claim: Claim) -> Done:
    if claim.on == "postgres":
        row = next(r for r in rows() if r.name == claim.measured and r.version == VERSION)
        blocks = max((_BLOCKS.get(mode, "nothing") for mode in row.locks.values()), key=_ORDER.index)
        return Done(row.sql, "rewritten" if row.rewrite else "read" if row.scan else "none", blocks)
    mine = next(r for r in my_rows() if r.name == claim.measured and r.dialect == claim.on)
    assert mine.way is not None
    _, lock, rebuilt = mine.way
    return Done(mine.sql, "rewritten" if rebuilt else "none", "writes" if lock == "SHARED" else "nothing")


@cache
def _tables(on: str) -> Schema:
    if on == "postgres":
        return sized(schema_after(PG_TABLES))
    return sized(schema_after(MY_TABLES, dialect=on, home="lab"))


def _server(on: str) -> Server:
    number = {"postgres": 160_004, "mysql": 90_704, "mariadb": 101_119}[on]
    return server("postgresql" if on == "postgres" else on, number)


def _said(claim: Claim, sql: str) -> tuple[Finding, ...]:
    more: dict[str, Any] = {} if claim.on == "postgres" else {"dialect": claim.on, "home": "lab"}
    return judged(ground(_tables(claim.on), unit(sql, **more), server=_server(claim.on)))


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: f"{claim.on}: {claim.measured}")
def test_a_row_is_right_or_the_measurement_says_otherwise(claim: Claim) -> None:
    done = _measured(claim)
    agrees = claim.work in ("", done.work) and claim.blocks in ("", done.blocks)
    assert agrees is claim.right, f"{claim.row}: {claim.says}; measured {done.work}, blocks {done.blocks}"


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: f"{claim.on}: {claim.measured}")
def test_preflight_says_what_was_measured(claim: Claim) -> None:
    done, findings = _measured(claim), _said(claim, _measured(claim).sql)
    lock = next(f for f in findings if f.about is About.LOCK and f.rewrite is not None)
    assert lock.rewrite is (done.work == "rewritten")
    if claim.on == "postgres":
        assert (lock.scan, lock.blocks) == (done.work != "none", done.blocks)
    else:
        assert ("writes" in lock.blocks) is (done.blocks == "writes")
    assert not claim.rule or claim.rule in {finding.rule for finding in findings}


@ON_NEWEST
def test_a_unique_constraint_takes_no_index_that_is_not_unique(connect: Connect) -> None:
    """The playbook: "Add a non-unique index first, then the unique constraint, which can use the existing index"."""
    connection = connect()
    connection.execute("CREATE TABLE users (email text)")
    connection.execute("CREATE INDEX first ON users (email)")
    connection.execute("ALTER TABLE users ADD CONSTRAINT once UNIQUE (email)")
    found = connection.execute("SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = 'users'::regclass")
    assert {name for (name,) in found} == {"first", "once"}, "an index of its own was built"
    with pytest.raises(Exception, match='"first" is not a unique index'):
        connection.execute("ALTER TABLE users ADD UNIQUE USING INDEX first")
    (said,) = [f for f in _said(CLAIMS[0], "alter table c add constraint u unique (e2)") if f.rule == "pg-add-unique"]
    assert said.scan
    assert "CREATE UNIQUE INDEX CONCURRENTLY" in " ".join((said.safer, *said.steps))


@pytest.mark.parametrize("my_server", ["mysql"], indirect=True)
def test_a_time_out_of_statements_ends_no_waiting_alter(my_connect: MyConnect) -> None:
    """The playbook: "SET SESSION max_execution_time=30000 ... it fails fast rather than building a stampede"."""
    reader, migration = my_connect(), my_connect()
    ask(reader, "CREATE TABLE t (id int PRIMARY KEY)")
    ask(reader, "BEGIN")
    ask(reader, "SELECT * FROM t")
    ask(migration, "SET SESSION max_execution_time = 1, lock_wait_timeout = 1")
    with pytest.raises(pymysql.err.OperationalError) as refused:
        ask(migration, "ALTER TABLE t ADD COLUMN x int")
    assert refused.value.args[0] == 1205, "it waited on until lock_wait_timeout ended it"
    ask(reader, "ROLLBACK")
