"""Verdicts: what landed is told by the catalog, prefix by prefix."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.landed import Ground, Judgement, Verdict, judge, out_of_band
from console.core.statements import Nature
from tests.builders import schema_after, statements

L, N, P, U = Verdict.LANDED, Verdict.NOT_LANDED, Verdict.PARTIAL, Verdict.UNKNOWABLE

BASE = "create table orders (id bigint not null, total numeric(10,2), note text);"


def verdicts(migration: str, actual: str, **more: object) -> list[Judgement]:
    """Judge `migration` against the schema that `actual` makes."""
    transactional = bool(more.pop("transactional", False))
    stamp = more.pop("stamp", None)
    ground = Ground(schema_after(actual, stamp=stamp), **more)  # type: ignore[arg-type]
    return list(judge(statements(migration, transactional=transactional), ground))


def words(judgements: list[Judgement]) -> list[Verdict]:
    """Only the verdicts."""
    return [judgement.verdict for judgement in judgements]


THREE = """
alter table orders add column carrier varchar(40);
create index orders_carrier_idx on orders (carrier);
alter table orders alter column note set not null;
"""


@pytest.mark.parametrize(
    ("ran", "expected"),
    [
        ("", [N, N, N]),
        ("alter table orders add column carrier varchar(40);", [L, N, N]),
        ("alter table orders add carrier varchar(40); create index orders_carrier_idx on orders (carrier);", [L, L, N]),
        (THREE, [L, L, L]),
    ],
)
def test_a_prefix_is_told_exactly(ran: str, expected: list[Verdict]) -> None:
    assert words(verdicts(THREE, BASE + ran)) == expected


@pytest.mark.parametrize(
    ("migration", "ran", "expected"),
    [
        ("alter table orders add a int; alter table orders rename a to b", "alter table orders add a int", [L, N]),
        ("alter table orders add a int; alter table orders rename a to b", "alter table orders add b int", [L, L]),
        ("alter table orders add a int; alter table orders rename a to b", "", [N, N]),
        ("alter table orders add a int; alter table orders drop a", "alter table orders add a int", [L, N]),
        ("alter table orders add a int; alter table orders drop a", "", [U, U]),
        ("alter table orders add a int; alter table orders drop a; alter table orders add c int", "", [U, U, N]),
        (
            "alter table orders add a int; alter table orders drop a; alter table orders add c int",
            "alter table orders add c int",
            [L, L, L],
        ),
        (
            "alter table orders add a int; alter table orders alter a type bigint",
            "alter table orders add a int",
            [L, N],
        ),
        (
            "alter table orders add a int; alter table orders alter a type bigint",
            "alter table orders add a bigint",
            [L, L],
        ),
        (
            "create table t (a int); alter table t rename to u; alter table u add b int",
            "create table u (a int)",
            [L, L, N],
        ),
        (
            "create table t (a int); alter table t rename to u; alter table u add b int",
            "create table u (a int, b int)",
            [L, L, L],
        ),
    ],
)
def test_what_a_later_statement_changed_again_is_judged_by_what_it_became(
    migration: str, ran: str, expected: list[Verdict]
) -> None:
    assert words(verdicts(migration, BASE + ran)) == expected


def test_a_data_statement_before_a_landed_one_ran_but_is_only_inferred() -> None:
    found = verdicts(
        "alter table orders add a int; update orders set a = id where a is null; alter table orders add b int",
        BASE + "alter table orders add a int, add b int",
    )
    assert words(found) == [L, L, L]
    assert [judgement.inferred for judgement in found] == [False, True, False]


def test_a_data_statement_at_the_end_of_what_landed_cannot_be_told() -> None:
    found = verdicts(
        "alter table orders add a int; update orders set a = id where a is null; alter table orders add b int",
        BASE + "alter table orders add a int",
    )
    assert words(found) == [L, U, N]


def test_a_data_statement_is_never_called_not_landed_without_a_count() -> None:
    found = verdicts("update orders set note = 'x' where note is null; alter table orders add b int", BASE)
    assert words(found) == [U, N]


def test_a_count_of_nothing_left_is_evidence_and_a_count_of_rows_is_too() -> None:
    sql = "alter table orders add a int; update orders set a = 1 where a is null"
    ran = BASE + "alter table orders add a int"
    none_left = verdicts(sql, ran, counts={2: 0})
    some_left = verdicts(sql, ran, counts={2: 7})
    unknown = verdicts(sql, ran, counts={2: None})
    assert [found[1].verdict for found in (none_left, some_left, unknown)] == [L, N, U]
    assert (none_left[1].remaining_rows, some_left[1].remaining_rows) == (0, 7)
    assert "not known" in unknown[1].evidence


def test_a_count_is_no_evidence_for_a_statement_that_does_not_undo_its_where() -> None:
    found = verdicts("update orders set total = total * 2 where id < 5", BASE, counts={1: 0})
    assert found[0].verdict is U


def test_a_column_of_another_type_is_partial_and_says_both() -> None:
    migration = """
    alter table orders add shipping_name varchar(255);
    alter table orders add shipping_method varchar(40) not null default 'standard';
    alter table orders add shipped_at timestamp;
    """
    found = verdicts(
        migration, BASE + "alter table orders add shipping_name varchar(255), add shipping_method varchar(255)"
    )
    assert words(found) == [L, P, N]
    assert "character varying(40)" in found[1].wants
    assert "character varying(255)" in found[1].has


def test_one_column_of_three_in_one_alter_is_not_landed() -> None:
    migration = "alter table orders add a int, add b varchar(40), add c int"
    found = verdicts(migration, BASE + "alter table orders add b varchar(255)")
    assert words(found) == [N]
    assert "lands whole or not at all" in found[0].evidence


def test_an_invalid_index_is_partial() -> None:
    schema = schema_after(BASE + "create unique index orders_note_key on orders (note)")
    index = next(thing for thing in schema.things if thing.ref.name == "orders_note_key")
    object.__setattr__(index, "valid", False)
    found = judge(statements("create unique index concurrently orders_note_key on orders (note)"), Ground(schema))
    assert found[0].verdict is P
    assert found[0].has == "INVALID"


def test_not_a_prefix_is_out_of_band_and_said() -> None:
    migration = "alter table orders add a int; alter table orders add b int; alter table orders add c int"
    found = verdicts(migration, BASE + "alter table orders add a int, add c int")
    assert words(found) == [L, N, L]
    assert "Do not resume" in out_of_band(tuple(found))


def test_a_prefix_is_not_out_of_band() -> None:
    assert not out_of_band(tuple(verdicts(THREE, BASE + "alter table orders add carrier varchar(40)")))


def test_a_transactional_file_lands_whole_or_not_at_all() -> None:
    migration = "update orders set note = ''; alter table orders add a int; update orders set a = 1"
    before = verdicts(migration, BASE, transactional=True)
    after = verdicts(migration, BASE + "alter table orders add a int", transactional=True)
    assert words(before) == [U, N, U]
    assert words(after) == [L, L, L]


def test_drop_if_exists_of_what_is_not_there_proves_nothing() -> None:
    assert words(verdicts("drop table if exists old_orders", BASE)) == [U]


def test_drop_of_what_is_gone_has_landed_and_of_what_is_there_has_not() -> None:
    assert words(verdicts("drop table orders", "create table other (id int)")) == [L]
    assert words(verdicts("drop table orders", BASE)) == [N]
    assert words(verdicts("drop table if exists orders", BASE)) == [N]


def test_what_was_so_before_the_last_recorded_migration_is_no_evidence() -> None:
    sql = "alter table orders alter note set default ''"
    actual = BASE + sql
    assert words(verdicts(sql, actual)) == [L]
    assert words(verdicts(sql, actual, stamp=900, since=1000)) == [U]
    assert words(verdicts(sql, actual, stamp=1001, since=1000)) == [L]


def test_code_is_unknowable_and_shown_with_its_reason() -> None:
    found = verdicts("do $$ begin perform 1; end $$; alter table orders add a int", BASE)
    assert words(found) == [U, N]
    assert found[0].evidence


def test_every_statement_gets_a_verdict_and_a_sentence() -> None:
    migration = "create view v as select 1; nonsense here; alter table orders add a int; grant select on orders to web"
    found = verdicts(migration, BASE)
    assert len(found) == 4
    assert all(judgement.evidence for judgement in found)


_MENU = (
    "alter table orders add column {new} integer",
    "alter table orders add column {new} varchar(20) not null default 'x'",
    "alter table orders drop column {old}",
    "alter table orders rename column {old} to {new}",
    "create index {new}_idx on orders (id)",
    "alter table orders alter column id set default 7",
    "create table {new} (id int primary key, name text)",
    "update orders set note = 'x' where note is null",
    "alter table orders add constraint {new}_ck check (id > 0)",
    "create sequence {new}_seq",
    "do $$ begin null; end $$",
)


@st.composite
def migrations(draw: st.DrawFn) -> tuple[list[str], int]:
    """A valid migration and how many of its statements ran."""
    columns, script = ["note"], []
    for number in range(draw(st.integers(1, 7))):
        template = draw(st.sampled_from(_MENU))
        if "{old}" in template and not columns:
            continue
        old = draw(st.sampled_from(columns)) if "{old}" in template else ""
        new = f"n{number}"
        if "{old}" in template:
            columns.remove(old)
        if "rename" in template or "add column" in template:
            columns.append(new)
        script.append(template.format(old=old, new=new))
    return script, draw(st.integers(0, len(script)))


@given(migrations())
def test_no_verdict_ever_contradicts_what_ran(case: tuple[list[str], int]) -> None:
    script, ran = case
    found = verdicts(";\n".join(script), BASE + ";\n".join(script[:ran]))
    for judgement in found:
        if judgement.statement.n <= ran:
            assert judgement.verdict in (L, U), (script, ran, judgement)
        else:
            assert judgement.verdict in (N, U), (script, ran, judgement)
            assert judgement.statement.nature is Nature.SCHEMA or judgement.verdict is U


def test_a_comment_that_is_taken_away_where_none_was_has_not_run_before_what_stands_before_it() -> None:
    users = "create table users (id int, name text);"
    file = "alter table users alter column name set not null; comment on column users.name is null"
    found = judge(statements(file), Ground(schema_after(users)))
    assert [(j.verdict, j.inferred) for j in found] == [(Verdict.NOT_LANDED, False), (Verdict.NOT_LANDED, True)]
