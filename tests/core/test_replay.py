"""What a file needs to start from is traced back through renames, drops and code."""

from __future__ import annotations

import pytest

from console.core.landed import Ground, Verdict, judge
from console.core.replay import consistent_prefixes, replay
from tests.builders import schema_after, statements

BASE = """
create table orders (id bigint, note text);
create index orders_note on orders (note);
alter table orders add constraint ck check (id > 0);
create type mood as enum ('sad');
alter table orders add feels mood;
"""


def prefixes(migration: str, ran: int) -> tuple[int, ...]:
    """The prefixes that fit after `ran` statements of `migration`."""
    parts = [part for part in migration.split(";") if part.strip()]
    return consistent_prefixes(replay(statements(migration)), schema_after(BASE + ";".join(parts[:ran])))


@pytest.mark.parametrize(
    "migration",
    [
        "alter table orders rename to purchases; alter table purchases drop constraint ck; drop table purchases",
        "alter table orders rename to purchases; alter table purchases rename column note to remark",
        "drop table orders; create table other (id int); create index orders_note on other (id)",
        "drop table orders; create table orders (id int); alter table orders add constraint ck check (id > 1)",
        "alter table orders drop column note; create index orders_note on orders (id)",
        "alter table orders set schema app; drop index app.orders_note",
        "alter type mood rename to feeling; alter table orders alter feels set default 'sad'",
        "create schema s; alter table orders set schema s; alter schema s rename to t; drop table t.orders",
    ],
)
def test_nothing_is_required_of_the_beginning_that_the_file_itself_brings_about(migration: str) -> None:
    for ran in range(migration.count(";") + 2):
        assert ran in prefixes(migration, ran), ran


def test_an_alter_that_cannot_be_read_makes_only_what_it_names_unknown() -> None:
    sql = "create domain d as int check (value > 0); alter domain d drop constraint d_check; create table t (a int)"
    actual = schema_after("create domain d as int; create table t (a int)")
    assert [j.verdict for j in judge(statements(sql), Ground(actual))][2] is Verdict.LANDED


def test_a_cascade_takes_more_than_it_names_and_is_forgiven() -> None:
    sql = (
        "create view a as select 1 as x; create view b as select x from a; drop view a cascade; create table t (i int)"
    )
    found = judge(statements(sql), Ground(schema_after("create table t (i int)")))
    assert Verdict.NOT_LANDED not in {j.verdict for j in found}
    assert found[3].verdict is Verdict.LANDED


def test_a_thousand_statements_cost_what_they_change() -> None:
    sql = ";".join(f"create table t{n} (a int); alter table t{n} rename a to b" for n in range(1000))
    told = replay(statements(sql))
    assert sum(1 for _ in told.timeline.spans()) < 10_000


@pytest.mark.parametrize(
    "migration",
    [
        "create view v as select note from orders; alter table orders rename to purchases",
        "alter table orders add check (note <> ''); alter table orders rename column note to remark",
        "create index i on orders (lower(note)) where note is not null; alter table orders rename note to remark",
        "create sequence s; alter table orders alter id set default nextval('s'); alter sequence s rename to s2",
    ],
)
def test_text_that_the_server_spells_anew_after_a_rename_is_not_held_against_the_file(migration: str) -> None:
    told = replay(statements(migration))
    texts = [span.attrs for span in told.timeline.spans() if span.last == len(told.statements) and span.attrs]
    old = ("orders", "note", "'s'")
    said = [
        value
        for attrs in texts
        for name, value in attrs.items()
        if name in ("definition", "expression", "where", "default", "columns")
    ]
    assert said
    assert not any(word in str(value) for value in said for word in old)
