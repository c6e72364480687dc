"""What is said of SQLite, against the sqlite3 that is here: what it refuses, what it rewrites, and its one writer."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest

from console.core.preflight.finding import Finding, Severity
from console.core.preflight.judging import judged
from tests.builders import SERVER, schema_after
from tests.preflight.grounds import ground, sized, unit

HERE = sqlite3.sqlite_version_info
TABLES = """
create table customers (id integer primary key, email text);
create table orders (id integer primary key, customer_id integer references customers (id) on delete cascade,
    note text, total int, code text unique);
create index orders_note on orders (note);
create table lonely (id integer primary key);
"""
ROWS = """
insert into customers values (1, 'a'); insert into orders values (1, 1, 'x', 2, 'c'); insert into lonely values (1);
"""
STATEMENTS = [
    ("alter table orders add column x int", "lite-write", Severity.LOW),
    ("alter table orders add column x int not null default 3", "lite-write", Severity.LOW),
    ("alter table orders add column x int not null", "lite-refused", Severity.BLOCK),
    ("alter table orders add column x int unique", "lite-refused", Severity.BLOCK),
    ("alter table orders add column x int primary key", "lite-refused", Severity.BLOCK),
    ("alter table orders add column x text default current_timestamp", "lite-refused", Severity.BLOCK),
    ("alter table orders add column x int default (1 + abs(2))", "lite-refused", Severity.BLOCK),
    ("alter table orders add column x int generated always as (id * 2) stored", "lite-refused", Severity.BLOCK),
    ("alter table orders add column x int generated always as (id * 2) virtual", "lite-write", Severity.LOW),
    ("alter table orders add column x int check (x > 0)", "lite-scan", Severity.MED),
    ("alter table orders drop column total", "lite-rewrite", Severity.MED),
    ("alter table orders drop column note", "lite-refused", Severity.BLOCK),
    ("alter table orders drop column code", "lite-refused", Severity.BLOCK),
    ("alter table orders drop column id", "lite-refused", Severity.BLOCK),
    ("alter table orders rename column total to sum", "lite-write", Severity.LOW),
    ("alter table orders rename to purchases", "lite-write", Severity.LOW),
    ("create index i on orders (total)", "lite-scan", Severity.MED),
    ("create table n (id int)", "lite-write", Severity.LOW),
    ("drop table lonely", "lite-write", Severity.MED),
    ("drop table customers", "lite-foreign-keys", Severity.HIGH),
    ("update orders set total = 1", "lite-rewrite", Severity.MED),
    ("insert into lonely values (2)", "lite-write", Severity.LOW),
    ("vacuum", "lite-rewrite", Severity.HIGH),
    ("analyze", "lite-scan", Severity.LOW),
]


def _of(sql: str, version: int = 3_040_001) -> dict[str, Finding]:
    server = replace(SERVER, dialect="sqlite", version="3.40.1", version_number=version, home="main")
    schema = sized(schema_after(TABLES, dialect="sqlite", home="main"))
    one = unit(sql, dialect="sqlite", home="main", transactional=False)
    return {finding.rule: finding for finding in judged(ground(schema, one, server=server))}


@pytest.fixture
def base() -> sqlite3.Connection:
    """A database with the tables and a row in each; keys count."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(TABLES + ROWS)
    connection.execute("pragma foreign_keys = on")
    return connection


@pytest.mark.parametrize(("sql", "rule", "severity"), STATEMENTS, ids=[sql[:60] for sql, _, _ in STATEMENTS])
def test_what_is_said_is_what_it_does(base: sqlite3.Connection, sql: str, rule: str, severity: Severity) -> None:
    told = _of(sql)
    assert told[rule].severity is severity
    refused = ""
    try:
        base.execute(sql)
    except sqlite3.OperationalError as error:
        refused = str(error)
    assert bool(refused) is (severity is Severity.BLOCK)
    assert "write lock" in told[rule].lock


def test_dropping_a_table_takes_the_rows_that_point_at_it(base: sqlite3.Connection) -> None:
    base.execute("drop table customers")
    assert base.execute("select count(*) from orders").fetchone() == (0,)
    assert "orders" in _of("drop table customers")["lite-foreign-keys"].why


@pytest.mark.parametrize(
    ("sql", "version"),
    [("alter table orders drop column total", 3_034_001), ("alter table orders rename column total to sum", 3_024_000)],
)
def test_older_ones_do_less(sql: str, version: int) -> None:
    assert _of(sql, version)["lite-refused"].severity is Severity.BLOCK


def test_a_new_table_has_nothing_to_read() -> None:
    assert _of("create table n (id int); create index i on n (id)")["lite-scan"].severity is Severity.LOW


def test_what_is_not_known_is_said() -> None:
    assert "unknown-statement" in _of("attach database 'other.db' as other; select load_extension('x')")


def test_nothing_of_another_server_is_said() -> None:
    assert not [rule for rule in _of("alter table orders add column x varchar(3)") if rule.startswith(("pg-", "my-"))]
