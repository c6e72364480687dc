"""Evidence is one short sentence, whatever the statement and however long the names and values are."""

from __future__ import annotations

import pytest

from console.core.landed import Ground, Verdict, judge
from tests.builders import schema_after, statements

BASE = "create table orders (id bigint not null, total numeric(10,2), note text);"


def evidence(migration: str, actual: str) -> str:
    """Of the first statement of `migration`, when the database is what `actual` makes."""
    return judge(statements(migration), Ground(schema_after(actual)))[0].evidence


def test_a_wide_table_is_told_in_one_line() -> None:
    sql = f"create table wide ({', '.join(f'column_number_{n} varchar(255) not null' for n in range(80))})"
    assert evidence(sql, sql) == "table wide is there: all 80 columns as written"


def test_many_clauses_are_counted() -> None:
    clauses = ", ".join(f"add column c{n} int" for n in range(40))
    told = evidence(f"alter table orders {clauses}", BASE + f"alter table orders {clauses}")
    assert told.endswith("column orders.c2 is there: integer, null; and 37 more like this")
    missing = evidence(f"alter table orders {clauses}", BASE)
    assert missing.endswith("column orders.c2 is not there; and 37 more like this")


def test_long_expressions_and_sources_are_cut_or_left_out() -> None:
    values = ", ".join(f"'value number {n}'" for n in range(200))
    sql = f"alter table orders add constraint ck check (note in ({values}))"
    assert len(evidence(sql, BASE + sql)) < 180
    body = "select 1; " * 500
    function = "create or replace function f() returns int language sql as $$ {} $$"
    assert evidence(function.format(body), function.format("select 2")) == "routine f() is there, but with another body"


def test_line_ends_and_control_characters_of_comments_are_visible() -> None:
    sql = "comment on table orders is 'two\nlines\x1b[2J'"
    assert evidence(sql, BASE + sql) == r"table orders is so: comment two lines\e[2J"


@pytest.mark.parametrize(
    ("migration", "actual", "said"),
    [
        (
            "alter table orders alter note type varchar(40)",
            "",
            "column orders.note is there, but text instead of character varying(40)",
        ),
        ("alter table orders alter note set not null", "", "column orders.note is there, but null instead of not null"),
        ("alter table orders set (fillfactor = 70)", "", "table orders is there, but without option fillfactor=70"),
        (
            "alter table orders reset (fillfactor)",
            "alter table orders set (fillfactor = 70)",
            "table orders is there, but with option fillfactor",
        ),
        (
            "alter type mood add value 'meh'",
            "create type mood as enum ('sad')",
            "type mood is there, but without label meh",
        ),
    ],
)
def test_a_difference_says_what_is_there_instead_of_what(migration: str, actual: str, said: str) -> None:
    assert evidence(migration, BASE + actual) == said


def test_what_one_alter_changes_twice_is_told_once() -> None:
    sql = "alter table orders alter note drop default, alter note set default 'x'"
    assert evidence(sql, BASE + sql) == "column orders.note is so: default 'x'"


def test_a_partial_statement_names_both_sides() -> None:
    found = judge(
        statements("alter table orders add a varchar(40) default 'x'"),
        Ground(schema_after(BASE + "alter table orders add a text")),
    )[0]
    assert found.verdict is Verdict.PARTIAL
    assert (found.wants, found.has) == ("character varying(40), default 'x'", "text, default none")
