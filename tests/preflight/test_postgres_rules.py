"""What is found of one PostgreSQL migration, rule by rule: what fires it, and what does not."""

from __future__ import annotations

import pytest

from console.core.preflight.finding import Finding, Severity
from console.core.schema import Schema
from tests.builders import schema_after
from tests.preflight.grounds import found, sized

TABLES = """
create table customers (id bigint primary key, email varchar(40) not null);
create table orders (id bigint primary key, customer_id bigint references customers, note text, at timestamp);
create index orders_note_idx on orders (note);
create view recent as select id, note from orders;
create type mood as enum ('ok');
create table pt (id int primary key, p_id bigint) partition by range (id);
create table pt1 partition of pt for values from (0) to (10);
create table ptd partition of pt default;
create table tiny (id int primary key, a int);
create table empty (id int primary key);
create function often() returns int language sql volatile as 'select 1';
create function once() returns int language sql stable as 'select 1';
create sequence s;
"""
FIRES = [
    ("alter table orders add x int not null", "pg-add-required-column", Severity.BLOCK),
    ("alter table empty add x int not null", "pg-add-required-column", Severity.HIGH),
    ("alter table orders alter note type varchar(20)", "pg-alter-type-view", Severity.BLOCK),
    ("alter table orders alter note type varchar(20)", "pg-alter-type-rewrite", Severity.CRIT),
    ("create index concurrently i on pt (id)", "pg-index-partitioned", Severity.BLOCK),
    ("alter table pt detach partition pt1 concurrently", "pg-detach", Severity.BLOCK),
    ("alter table pt add foreign key (p_id) references customers not valid", "pg-add-fk", Severity.BLOCK),
    ("alter table orders add x int default often()", "pg-add-column-volatile-default", Severity.CRIT),
    ("alter table orders add x int default once()", "pg-add-column", Severity.LOW),
    ("alter table tiny alter a type bigint", "pg-alter-type-rewrite", Severity.LOW),
    ("alter table orders rename note to remark", "pg-rename-column", Severity.APP),
    ("alter table orders drop column note, alter id set default 3", "pg-drop-column", Severity.APP),
    ("alter table orders drop column note, alter id set default 3", "pg-set-default", Severity.LOW),
    ("alter type mood add value 'sad'", "pg-enum-add-value", Severity.LOW),
    ("create table n (id int primary key, c bigint references customers)", "pg-create-table-fk", Severity.MED),
    ("do $$ begin perform 1; end $$", "unknown-statement", Severity.MED),
    ("alter table all in tablespace pg_default set tablespace fast", "unknown-statement", Severity.MED),
    ("explain analyze delete from orders", "unknown-statement", Severity.MED),
    ("alter table pt1 add x int", "pg-refused", Severity.BLOCK),
    ("alter table pt drop column id", "pg-refused", Severity.BLOCK),
    ("create unique index i on pt (p_id)", "pg-refused", Severity.BLOCK),
    ("alter table customers drop constraint customers_pkey", "pg-refused", Severity.BLOCK),
    ("alter table tiny alter id drop not null", "pg-refused", Severity.BLOCK),
    ("alter table orders add check (id > 0) not enforced, add check (id > 1) not valid", "app-new-check", Severity.MED),
    ("alter table nobody add x int", "pg-missing-table", Severity.BLOCK),
    ("alter table orders alter nobody set not null", "pg-missing-column", Severity.BLOCK),
    ("alter table orders add check (nobody > 0)", "pg-missing-column", Severity.BLOCK),
    ("create index concurrently i on orders (id, nobody)", "pg-missing-column", Severity.BLOCK),
    ("create index i on nobody (id)", "pg-missing-table", Severity.BLOCK),
    ("alter table orders add x json", "pg-add-json-column", Severity.LOW),
    ("create table k (id serial primary key, c char(3), v varchar(9), t timestamp)", "pg-style-char", Severity.INFO),
    ("create table k (id serial primary key, c char(3), v varchar(9), t timestamp)", "pg-style-varchar", Severity.INFO),
    ("create table k (id serial primary key, c char(3), v varchar(9), t timestamp)", "pg-style-serial", Severity.INFO),
    ("create table k (id serial primary key, c char(3), v varchar(9), t timestamp)", "pg-style-int-key", Severity.INFO),
    ("create table k (id serial primary key, t timestamp)", "pg-style-timestamp", Severity.INFO),
    ("create table k (id int, o bigint references orders)", "pg-fk-no-index", Severity.LOW),
    ("create index i on orders (id, note, at, customer_id)", "pg-style-wide-index", Severity.INFO),
    ("update orders set note = 'a', at = (select 1), note = 'b'", "pg-style-assigned-twice", Severity.INFO),
    (f"create table {'n' * 64} (id int)", "pg-ident-too-long", Severity.MED),
    ("alter table orders add constraint u unique using index orders_bad", "pg-invalid-index", Severity.BLOCK),
    ("create index concurrently if not exists orders_bad on orders (at)", "pg-cic-if-not-exists", Severity.CRIT),
    ("drop schema public cascade", "pg-drop-schema", Severity.CRIT),
    ("vacuum full orders", "pg-vacuum-full", Severity.CRIT),
]  # fmt: skip
SILENT = [
    ("create table k (id bigint primary key, o bigint references orders, primary key (o))", "pg-fk-no-index"),
    ("create table k (o bigint references orders); create index on k (o)", "pg-fk-no-index"),
    ("update orders set note = 'a', at = now() where note = 'b' and note = 'c'", "pg-style-assigned-twice"),
    ("create table n (id int); create index on n (id); alter table n add x int not null", "pg-create-index"),
    ("create table n (id int); alter table n add x int default random()", "pg-add-column-volatile-default"),
    ("grant select on orders to public; insert into orders values (1); select setval('s', 1)", "unknown-statement"),
    ("alter table pt add x int, drop column p_id, add unique (id, x)", "pg-refused"),
    ("create unique index i on pt (id, p_id)", "pg-refused"),
    ("alter table customers drop constraint customers_pkey cascade", "pg-refused"),
    ("alter table tiny drop constraint tiny_pkey, alter id drop not null", "pg-refused"),
    ("drop index orders_note_idx", "pg-refused"),
    ("alter table orders add check (id > 0) not enforced", "app-new-check"),
    ("alter table if exists nobody add x int", "pg-missing-table"),
    ("create table n (id int); alter table n rename to m; alter table m add x int", "pg-missing-table"),
    ("select 1", "pg-read"),
    ("create view v as select id as at from orders; alter table orders alter at type date", "pg-alter-type-view"),
    ("vacuum full orders", "pg-cic-advisory-deadlock"),
    ("create extension if not exists pgcrypto", "unknown-statement"),
    ("alter table orders add y int, add check (y > 0), alter y set not null", "pg-missing-column"),
    ("alter table orders drop column if exists nobody", "pg-missing-column"),
    ("create index on orders (lower(note), id desc, ctid)", "pg-missing-table"),
    ("create materialized view m as select 1 as a; create index on m (a)", "pg-missing-table"),
]
VERSIONS = [
    ("alter table orders add x int generated always as (id * 2) virtual", 170_000, 180_000),
    ("alter table orders alter x set expression as (1)", 160_000, 170_000),
    ("alter table orders add constraint n not null note not valid", 170_000, 180_000),
    ("create unique index concurrently i on orders (note) nulls not distinct", 140_010, 150_000),
    ("alter table orders alter note set compression pglz", 130_000, 140_010),
    ("alter table pt detach partition pt1 concurrently", 130_000, 140_010),
    ("alter table orders add u uuid default gen_random_uuid()", 120_000, 130_000),
    ("alter table orders add u uuid default uuidv7()", 170_000, 180_000),
]


@pytest.fixture(scope="module")
def schema() -> Schema:
    """The tables with sizes, one of them small, one empty, and an index that is not valid."""
    bad = "create index orders_bad on orders (at);"
    read = sized(schema_after(TABLES + bad), tiny=40, empty=0)
    index = next(thing for thing in read.things if thing.ref.name == "orders_bad")
    object.__setattr__(index, "valid", False)
    return read


def _of(schema: Schema, sql: str, version: int = 160_004, **more: object) -> dict[str, Finding]:
    return {finding.rule: finding for finding in found(schema, sql, version, transactional=False, **more)}


@pytest.mark.parametrize(("sql", "rule", "severity"), FIRES, ids=lambda value: str(value)[:60])
def test_it_is_found(schema: Schema, sql: str, rule: str, severity: Severity) -> None:
    told = _of(schema, sql)
    assert rule in told
    assert told[rule].severity is severity
    assert told[rule].why.endswith((".", ")", "?"))


@pytest.mark.parametrize(("sql", "rule"), SILENT, ids=lambda value: str(value)[:60])
def test_it_is_not_found(schema: Schema, sql: str, rule: str) -> None:
    assert rule not in _of(schema, sql)


@pytest.mark.parametrize(("sql", "old", "new"), VERSIONS, ids=lambda value: str(value)[:40])
def test_words_a_version_does_not_know_are_refused_by_it(schema: Schema, sql: str, old: int, new: int) -> None:
    assert _of(schema, sql, old)["pg-version"].severity is Severity.BLOCK
    assert "pg-version" not in _of(schema, sql, new)


def test_14_0_to_14_3_build_indexes_that_miss_rows(schema: Schema) -> None:
    sql = "create index concurrently i on orders (at)"
    assert _of(schema, sql, 140_003)["pg-cic-corruption-14"].severity is Severity.BLOCK
    assert "pg-cic-corruption-14" not in _of(schema, sql, 140_004)
    assert "pg-cic-corruption-14" not in _of(schema, "create index i on orders (at)", 140_003)


def test_flyways_lock_is_one_that_the_index_waits_for(schema: Schema) -> None:
    sql = "create index concurrently i on orders (at)"
    assert "pg-cic-advisory-deadlock" in _of(schema, sql)
    assert "pg-cic-advisory-deadlock" not in _of(schema, sql, framework="dbmate")


def test_a_version_that_was_not_measured_is_not_guessed_about(schema: Schema) -> None:
    told = _of(schema, "alter table orders add x int", 110_022)["unknown-statement"]
    assert "older than any that was measured" in told.why


def test_the_words_of_a_finding_say_what_it_takes_and_what_it_does(schema: Schema) -> None:
    told = _of(schema, "alter table orders add constraint k check (id > 0)")["pg-add-check"]
    assert told.why.startswith(
        "It takes ACCESS EXCLUSIVE on orders: reads and writes of others wait; it reads orders: 5,0"
    )
    assert told.steps[1:] == (
        "alter table orders add constraint k check (id > 0) NOT VALID",
        "ALTER TABLE orders VALIDATE CONSTRAINT k",
    )


def test_doubt_is_told_with_the_finding(schema: Schema) -> None:
    told = _of(schema, "call somebody(); alter table orders add x int")["pg-add-column"]
    assert "This is so if the schema still is as it was read: what statement 1 of V1 changes is not known." in told.why


def test_a_view_that_was_read_is_not_called_unread(schema: Schema) -> None:
    why = _of(schema, "alter table recent alter note set default 'x'")["unknown-statement"].why
    assert "no rule knows this form" in why
