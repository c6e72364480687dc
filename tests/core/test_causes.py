"""Which question explains a refusal: named from the statement, never asked by itself."""

from __future__ import annotations

import pytest

from console.core.causes import Doubt, questions
from console.core.landed import Ground, judge
from tests.builders import schema_after, statements

BASE = """
create table customers (id bigint primary key, email text, score int);
create table orders (id bigint primary key, customer_id bigint, total numeric);
"""


@pytest.mark.parametrize(
    ("sql", "doubt", "words"),
    [
        ("create unique index on customers (lower(email))", Doubt.DUPLICATES, "duplicate values of customers"),
        (
            "create unique index concurrently u on customers (email) where score > 1",
            Doubt.DUPLICATES,
            "customers (email)",
        ),
        ("alter table customers add unique (email, score)", Doubt.DUPLICATES, "customers (email, score)"),
        ("alter table customers alter email set not null", Doubt.NULLS, "where email is null"),
        ("alter table customers add constraint c check (score > 0)", Doubt.VIOLATIONS, "that break score > 0"),
        ("alter table orders add foreign key (customer_id) references customers", Doubt.ORPHANS, "not in customers"),
        ("alter table orders add foreign key (customer_id) references customers (id)", Doubt.ORPHANS, "customer_id"),
    ],
)
def test_a_statement_that_can_be_refused_has_its_question(sql: str, doubt: Doubt, words: str) -> None:
    schema = schema_after(BASE)
    found = questions(judge(statements(sql), Ground(schema)), schema)
    assert [question.doubt for question in found] == [doubt]
    assert words in found[0].words()


def test_only_the_statement_the_run_stopped_at_is_asked_about() -> None:
    schema = schema_after(BASE + "alter table customers alter email set not null;")
    sql = """alter table customers alter email set not null; alter table customers alter score set not null;
    drop table orders"""
    found = questions(judge(statements(sql), Ground(schema)), schema)
    assert [(question.n, question.columns) for question in found] == [(2, ("score",))]


@pytest.mark.parametrize(
    ("sql", "asked"),
    [
        ("alter table orders add note text; alter table customers alter score set not null", [2]),
        ("alter table customers add note text; alter table customers alter score set not null", [2]),
        ("alter table customers add note text; alter table customers alter note set not null", []),
        ("alter table customers add n text; create unique index i on customers (email)", [2]),
        ("alter table customers add n text; create unique index i on customers (lower(n))", []),
        ("alter table customers add n text; create unique index i on customers (email) where n = 'x'", []),
        ("update customers set score = 0; alter table customers alter score set not null", [2]),
        ("drop table orders; alter table customers alter score set not null", [1]),
        ("alter table customers alter email set not null; alter table orders alter total set not null", [1, 2]),
        ("create table p (id int primary key); alter table orders add foreign key (id) references p", []),
    ],
)
def test_where_all_of_it_was_taken_back_later_statements_are_asked_about_as_well(sql: str, asked: list[int]) -> None:
    schema = schema_after(BASE)
    assert [question.n for question in questions(judge(statements(sql), Ground(schema)), schema)] == asked


@pytest.mark.parametrize(
    "sql", ["alter table customers add a int", "create table t (a int unique)", "drop table orders cascade"]
)
def test_what_data_cannot_refuse_has_no_question(sql: str) -> None:
    schema = schema_after(BASE)
    assert not questions(judge(statements(sql), Ground(schema)), schema)
