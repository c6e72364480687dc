"""What statements mean together: the locks a transaction holds, what it may not hold, and what a second run meets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from console.core.preflight.finding import Finding, Severity
from console.core.preflight.judging import judged
from console.core.preflight.said import said
from tests.builders import SERVER, schema_after
from tests.preflight.grounds import found, ground, sized, unit

TABLES = """
create table customers (id bigint primary key, email varchar(40) not null);
create table orders (id bigint primary key, customer_id bigint references customers, note text);
create table items (id bigint primary key, order_id bigint);
create type mood as enum ('ok');
"""
ADD = "alter table orders add column x int;"


def _of(sql: str, **more: Any) -> dict[str, Finding]:
    return {finding.rule: finding for finding in found(TABLES, sql, **more)}


TOGETHER = [
    (ADD + "update orders set x = 1", "pg-backfill-in-ddl-tx", Severity.CRIT, 2),
    (ADD + "insert into items select id from orders", "pg-backfill-in-ddl-tx", Severity.CRIT, 2),
    (ADD + "create index on orders (x)", "pg-create-index-after-ax", Severity.CRIT, 2),
    (ADD + "alter table items alter id type int", "pg-multi-stmt-after-ax", Severity.HIGH, 2),
    (ADD + "alter table items add y int", "pg-multi-stmt-after-ax", Severity.LOW, 1),
    ("alter table orders add constraint c check (id > 0) not valid; alter table orders validate constraint c",
     "pg-validate-same-tx", Severity.HIGH, 2),
    ("alter type mood add value 'sad'; select 'sad'::mood", "pg-enum-in-tx", Severity.BLOCK, 2),
    (ADD + "alter table items add y int; alter table customers add z int", "pg-many-locks", Severity.MED, 0),
    ("alter table orders alter id type int; alter table orders alter customer_id type int",
     "pg-multi-alter-same-table", Severity.MED, 2),
    ("create index concurrently on orders (note)", "pg-cic-in-tx", Severity.BLOCK, 1),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "rule", "severity", "n"), TOGETHER, ids=[f"{n} {row[1]}" for n, row in enumerate(TOGETHER)]
)
def test_one_transaction_holds_it_all(sql: str, rule: str, severity: Severity, n: int) -> None:
    told = _of(sql)[rule]
    assert (told.severity, told.n) == (severity, n)
    assert told.safer
    apart = {finding.rule for finding in found(TABLES, sql, transactional=False)}
    assert rule not in apart


@pytest.mark.parametrize(
    "sql",
    [
        "begin; " + ADD + "update orders set x = 1; commit",
        "start transaction;\n" + ADD + "\nupdate orders set x = 1;\ncommit",
    ],
)
def test_a_transaction_of_the_file_itself_holds_it_too(sql: str) -> None:
    assert "pg-backfill-in-ddl-tx" in _of(sql, transactional=False)
    assert "pg-backfill-in-ddl-tx" not in _of(sql.replace("update", "commit; update"), transactional=False)


def test_a_new_table_is_nobodys() -> None:
    told = _of("create table n (id int); alter table n add x int; update n set x = 1; create index on n (x)")
    assert not {rule for rule in told if rule.startswith("pg-") and not rule.startswith("pg-style")}


def test_what_is_done_to_small_tables_is_soon_over() -> None:
    schema = sized(schema_after(TABLES), orders=40)
    told = {f.rule: f for f in found(schema, ADD + "update orders set x = 1; call somebody()")}
    assert told["pg-backfill-in-ddl-tx"].severity is Severity.LOW
    assert told["pg-multi-stmt-after-ax"].severity is Severity.MED


def test_a_label_of_a_type_that_is_made_with_it_can_be_used() -> None:
    told = _of("create type t as enum ('a'); alter type t add value 'b'; create table n (c t default 'b')")
    assert "pg-enum-in-tx" not in told


def test_a_build_concurrently_alone_between_begin_and_commit_is_refused() -> None:
    told = _of("begin;\ncreate index concurrently on orders (note);\ncommit;", transactional=False)
    assert "pg-cic-in-tx" in told
    assert "pg-cic-in-tx" not in _of("create index concurrently on orders (note);", transactional=False)


@pytest.mark.parametrize(
    ("framework", "words"),
    [
        ("rails", "disable_ddl_transaction!"),
        ("django", "atomic = False"),
        ("drizzle", "by hand"),
        ("", "outside BEGIN"),
    ],
)
def test_each_tool_is_told_in_its_own_words_how_to_leave_the_transaction(framework: str, words: str) -> None:
    assert words in _of("create index concurrently on orders (note)", framework=framework)["pg-cic-in-tx"].safer


def test_a_file_that_ends_the_tools_transaction_is_told_of() -> None:
    nested = _of(f"-- one\nbegin;\n{ADD}\ncommit;")["pg-tx-nesting"]
    assert (nested.severity, nested.line) == (Severity.HIGH, 2)
    assert _of(f"begin;\n{ADD}", transactional=False)["pg-uncommitted"].line == 1
    assert "pg-tx-nesting" not in _of(f"begin;\n{ADD}\ncommit;", transactional=False)


def test_a_lock_that_is_taken_by_hand_is_told_of() -> None:
    assert "(ACCESS EXCLUSIVE)" in _of(f"lock table orders;\n{ADD}")["pg-lock-table"].why
    assert "(SHARE)" in _of(f"lock table orders in share mode;\n{ADD}")["pg-lock-table"].why


def test_tools_that_commit_once_hold_the_first_lock_until_the_last_migration() -> None:
    units = [unit(ADD, "1", framework="drizzle"), unit("alter table items add y int", "2", framework="drizzle")]
    told = {f.rule: f for f in judged(ground(TABLES, *units))}
    assert "Drizzle runs these 2 migrations in one transaction" in told["pg-one-transaction"].why
    alone = {f.rule for f in judged(ground(TABLES, *(replace(u, framework="goose") for u in units)))}
    assert "pg-one-transaction" not in alone


PATIENT = [
    ("set lock_timeout = '3s';", "", True),
    ("SET LOCAL lock_timeout TO 3000;", "", True),
    ("select set_config('lock_timeout', '3s', true);", "", True),
    ("set statement_timeout = '1min';", "", True),
    ("set lock_timeout = 0;", "", False),
    ("begin;\nset local lock_timeout = '3s';\nselect 1;\ncommit;\n", "", True),
    ("-- set lock_timeout = '3s';\n", "", False),
    ("", "execute \"SET lock_timeout = '5s'\"\nadd_column", True),
    ("", "# execute \"SET lock_timeout = '5s'\"", False),
]


@pytest.mark.parametrize(("sql", "text", "patient"), PATIENT, ids=[str(n) for n in range(len(PATIENT))])
def test_a_wait_that_nothing_ends_is_told_of(sql: str, text: str, patient: bool) -> None:
    one = unit(sql + ADD)
    one = replace(one, text=text, framework="rails", file="db/migrate/1_add.rb") if text else one
    told = {finding.rule: finding for finding in judged(ground(TABLES, one))}
    assert ("pg-no-lock-timeout" not in told) is patient
    if not patient:
        assert told["pg-no-lock-timeout"].severity is Severity.HIGH


def test_set_local_ends_with_its_transaction() -> None:
    sql = f"begin;\nset local lock_timeout = '3s';\n{ADD}\ncommit;\n"
    assert "pg-no-lock-timeout" not in _of(sql, transactional=False)
    assert "pg-no-lock-timeout" in _of(sql + "alter table items add y int;", transactional=False)
    assert "pg-no-lock-timeout" in _of(ADD + "\nset lock_timeout = '3s';", transactional=False)


def test_a_role_that_gives_up_by_itself_is_believed() -> None:
    server = replace(SERVER, settings=(("lock_timeout of role app", "5s"),))
    told = {f.rule: f for f in judged(ground(TABLES, unit(ADD), server=server))}["pg-no-lock-timeout"]
    assert told.severity is Severity.LOW
    assert "Role app sets" in told.why
    assert "lock_timeout = 5s" in told.why


def test_nothing_has_to_be_waited_for_where_only_new_tables_are_locked() -> None:
    assert "pg-no-lock-timeout" not in _of("create table n (id int); alter table n add x int")


def _mysql(sql: str) -> dict[str, Finding]:
    server = replace(SERVER, dialect="mysql", version="9.7.4", version_number=90_704)
    tables = "create table orders (id int primary key) engine=innodb;"
    schema = sized(schema_after(tables, dialect="mysql", home="shop"))
    one = unit(sql, dialect="mysql", home="shop", framework="laravel", transactional=False, down=())
    return {finding.rule: finding for finding in judged(ground(schema, one, server=server))}


def test_a_second_run_stops_where_the_first_began() -> None:
    told = _mysql("alter table orders add x int; create table n (id int)")["my-not-rerunnable"]
    assert "a second run stops at statement 1, because column orders.x is there already (1060)" in told.why
    assert "my-not-rerunnable" not in _mysql("alter table orders add x int")
    assert "my-not-rerunnable" not in _mysql("create table if not exists n (id int); create table m (id int)")
    loose = _of(ADD + "create table n (id int)", transactional=False)["pg-not-robust"]
    assert "because column orders.x is there already (42701)" in loose.why
    assert "pg-not-robust" not in _of(ADD + "create table n (id int)")


def test_no_way_back_is_told_where_the_tool_has_one() -> None:
    assert "says no way back" in _of(ADD, framework="dbmate")["app-irreversible"].why
    assert "app-irreversible" not in _of(ADD, framework="flyway")
    back = unit("alter table orders drop column x").statements
    assert "app-irreversible" not in _of(ADD, framework="dbmate", down=back)
    lost = _of("alter table orders drop column note", framework="dbmate", down=back)["app-irreversible"]
    assert (lost.severity, "orders.note" in lost.why) == (Severity.MED, True)
    refuses = (replace(back[0], readable=False, nature=back[0].nature.OPAQUE, sql="raise IrreversibleMigration"),)
    assert "raise IrreversibleMigration" in _of(ADD, framework="dbmate", down=refuses)["app-irreversible"].why


def test_files_that_are_not_sql_are_not_read_as_sql() -> None:
    told = said(replace(unit(ADD), file="1.rb", text="begin\n  lock\nend", framework="rails"), "postgres")
    assert (told.nested, told.unended, told.locks) == (0, 0, ())


@pytest.mark.parametrize(("sql", "rule"), [("LOCK TABLE orders;", "pg-lock-table"), ("BEGIN;", "pg-uncommitted")])
def test_a_script_without_a_statement_is_told_what_it_does_all_the_same(sql: str, rule: str) -> None:
    assert rule in {finding.rule for finding in found(TABLES, sql)}
