"""Where several prefixes fit: what stamps tell, and what stays open without them."""

from __future__ import annotations

import pytest

from console.core.landed import Ground, Verdict, judge
from console.core.operations import Opaque
from console.core.schema import Schema, attributes
from console.core.statements import Sent
from console.core.statements.script import read_sent
from tests.builders import schema_after, statements

L, N, P, U = Verdict.LANDED, Verdict.NOT_LANDED, Verdict.PARTIAL, Verdict.UNKNOWABLE

BASE = """
create table orders (id bigint not null, status text default 'new', note text);
create index orders_status on orders (status);
create view v as select id from orders;
create function f() returns int language sql as $$ select 1 $$;
alter table orders add constraint ck check (id > 0);
"""
LEDGER = 100
"""The stamp of the newest good row: what was there before is older, what this run left is younger."""


def stamped(sql: str, **stamps: int) -> Schema:
    """The schema after `sql`; everything is as old as the base but the things named."""
    schema = schema_after(sql, stamp=50)
    for thing in schema.things:
        name = thing.ref.name.partition("(")[0]
        if name in stamps:
            object.__setattr__(thing, "stamp", stamps[name])
    return schema


def verdicts(migration: str, schema: Schema, since: int | None = LEDGER) -> list[Verdict]:
    """Of each statement."""
    return [j.verdict for j in judge(statements(migration), Ground(schema, since))]


@pytest.mark.parametrize(
    ("migration", "name"),
    [
        ("drop index orders_status; create index orders_status on orders (status)", "orders_status"),
        ("drop index if exists orders_status; create index orders_status on orders (status)", "orders_status"),
        ("drop view if exists v; create view v as select id from orders", "v"),
        ("drop function f(); create function f() returns int language sql as $$ select 1 $$", "f"),
        ("alter table orders drop constraint ck; alter table orders add constraint ck check (id > 0)", "ck"),
    ],
)
def test_only_its_age_tells_whether_a_thing_was_made_again(migration: str, name: str) -> None:
    assert verdicts(migration, stamped(BASE, **{name: 101})) == [L, L]
    assert L not in verdicts(migration, stamped(BASE))
    assert verdicts(migration, stamped(BASE), since=None) == [U, U]


def test_a_default_that_was_so_before_the_ledger_row_tells_nothing() -> None:
    sql = "alter table orders alter status set default 'new'; alter table orders add x int"
    assert verdicts(sql, stamped(BASE)) == [U, N]
    assert verdicts(sql, stamped(BASE, status=101)) == [L, N]


def test_a_replaced_body_is_compared_and_a_replaced_view_is_dated() -> None:
    function = "create or replace function f() returns int language sql as $$ select 2 $$"
    assert verdicts(function, stamped(BASE)) == [N]
    assert verdicts(function, stamped(BASE + function, f=101)) == [L]
    view = "create or replace view v as select id from orders"
    assert verdicts(view, stamped(BASE)) == [U]
    assert verdicts(view, stamped(BASE, v=101)) == [L]


def test_an_object_older_than_the_ledger_row_was_there_before() -> None:
    sql = "create table if not exists orders (id bigint not null, note text); alter table orders add x int"
    assert verdicts(sql, stamped(BASE)) == [U, N]
    assert verdicts("create schema if not exists public", stamped("create schema public")) == [U]


def test_a_tables_own_row_is_touched_by_other_statements_too() -> None:
    sql = "alter table orders add x int; alter table orders enable row level security"
    before = BASE + "alter table orders enable row level security; alter table orders add x int"
    assert verdicts(sql, stamped(before, x=101, orders=101)) == [L, U]
    assert verdicts(sql, stamped(before, x=101, orders=102)) == [L, L]


def test_an_owner_is_no_news_because_who_makes_a_thing_owns_it() -> None:
    sql = "create sequence s; alter sequence s owner to app"
    schema = stamped("create sequence s; alter sequence s owner to app", s=101)
    assert verdicts(sql, schema) == [L, U]


def test_a_restored_database_has_only_young_things_and_order_still_tells() -> None:
    sql = "alter table orders add x int; create index x_idx on orders (x); alter table orders add y int"
    restored = schema_after(BASE + "alter table orders add x int", stamp=900)
    assert verdicts(sql, restored) == [L, N, N]


FORMER = "create table t (id bigint, net decimal(12,2) not null default 0, constraint k check (id > 0));"


def by_former(sql: str, actual: str, *, renamed: str = "") -> list[Verdict]:
    """Of each statement, on MySQL, where the recorded migrations left `FORMER`."""
    sent = [Sent(text.strip(), "file", 1) for text in sql.split(";")]
    sent += [Sent("", "$table->renameColumn()", 2, (), "why", renamed)] if renamed else []
    former = {t.ref: attributes(t) for t in schema_after(FORMER, dialect="mysql", home="app").things}
    ground = Ground(schema_after(FORMER + actual, dialect="mysql", home="app"), former=former)
    return [j.verdict for j in judge(read_sent(sent, "mysql", "app"), ground)]


TO_AND_FRO = "alter table t modify net int; alter table t modify net bigint"
ANEW = "alter table t drop constraint k; alter table t add constraint k check (id > 1)"
SWAP = "alter table t add n2 bigint not null default '0'; alter table t drop net"
RENAMED = "alter table t rename column n2 to net; alter table t modify net"
"""As Laravel has DBAL do it: the type of the column is DBAL's own."""


@pytest.mark.parametrize(
    ("sql", "renamed", "actual", "told"),
    [
        (TO_AND_FRO, "", "", [N, N]),
        (TO_AND_FRO, "", "alter table t modify net int", [L, N]),
        (TO_AND_FRO, "", TO_AND_FRO, [L, L]),
        (ANEW, "", "", [N, N]),
        (ANEW, "", ANEW, [L, L]),
        (SWAP, RENAMED, "", [N, N, N]),
        (SWAP, RENAMED, SWAP, [L, L, N]),
        (SWAP, RENAMED, f"{SWAP}; alter table t rename column n2 to net", [L, L, L]),
    ],
)
def test_what_is_no_more_as_older_migrations_left_it_was_changed(
    sql: str, renamed: str, actual: str, told: list[Verdict]
) -> None:
    assert by_former(sql, actual, renamed=renamed) == told


def test_what_is_not_known_of_an_effect_is_said_in_the_words_of_its_statement() -> None:
    (statement,) = read_sent([Sent("", "$table->renameColumn()", 2, (), "DBAL asks the server", RENAMED)], "mysql")
    assert [o.why for o in statement.operations if isinstance(o, Opaque)] == ["DBAL asks the server"]


def test_a_column_that_dbal_renamed_may_have_another_type_now() -> None:
    sql = "alter table t add n2 timestamp null"
    there = "alter table t add done datetime null"
    renamed = "alter table t rename column n2 to done; alter table t modify done"
    assert by_former(sql, there, renamed=renamed) == [L, L]
