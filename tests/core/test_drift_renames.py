"""A table that was renamed together with columns of it, and where the order of things is a difference."""

from __future__ import annotations

import pytest

from console.core.drift import diff
from tests.schemas import read_of

PEOPLE = (
    "CREATE TABLE people (id bigint PRIMARY KEY, name text NOT NULL, mail varchar(80), born date);"
    "CREATE INDEX by_mail ON people (mail);"
    "CREATE TABLE orders (id bigint PRIMARY KEY, person_id bigint REFERENCES people (id));"
)
BOTH = "ALTER TABLE people RENAME TO persons; ALTER TABLE persons RENAME mail TO mails;"


def told(expected: str, actual: str) -> list[str]:
    found = diff(read_of(expected), read_of(actual))
    names = ((d.change, d.ref.kind, d.ref.label(), d.actual.ref.name if d.actual else "") for d in found)
    return [" ".join(filter(None, (change.value, kind.value, label, new))) for change, kind, label, new in names]


def test_a_table_and_a_column_of_it_are_told_as_renamed() -> None:
    assert told(PEOPLE, PEOPLE + BOTH) == ["renamed table people persons", "renamed column people.mail mails"]


@pytest.mark.parametrize(
    "more",
    [
        pytest.param("ALTER TABLE persons ALTER born TYPE text;", id="another type"),
        pytest.param("ALTER TABLE persons RENAME name TO named;", id="too many names"),
        pytest.param("ALTER TABLE persons ADD extra int;", id="one column more"),
        pytest.param("DROP INDEX by_mail;", id="one index less"),
        pytest.param("CREATE TABLE again (id bigint PRIMARY KEY, name text NOT NULL, mailbox varchar(80), born date);"
                     "CREATE INDEX by_box ON again (mailbox);", id="two that fit"),
    ],
)  # fmt: skip
def test_what_only_looks_alike_is_missing_and_unexpected(more: str) -> None:
    found = told(PEOPLE, PEOPLE + BOTH + more)
    assert "missing table people" in found
    assert not any(line.startswith("renamed table") for line in found)


@pytest.mark.parametrize(
    ("expected", "actual", "differs"),
    [
        ("CREATE TABLE t (a int, b int)", "CREATE TABLE t (b int, a int)", []),
        ("CREATE TYPE p AS (a int, b int)", "CREATE TYPE p AS (b int, a int)", ["changed type p p"]),
        ("CREATE TYPE e AS ENUM ('a', 'b')", "CREATE TYPE e AS ENUM ('b', 'a')", ["changed type e e"]),
        ("CREATE VIEW v AS SELECT 1 AS a, 2 AS b", "CREATE VIEW v AS SELECT 2 AS b, 1 AS a", ["changed view v v"]),
        ("CREATE TABLE t (a int, b int, PRIMARY KEY (a, b))", "CREATE TABLE t (a int, b int, PRIMARY KEY (b, a))",
         ["changed constraint t.t_pkey t_pkey"]),
    ],
    ids=["columns", "composite", "enum", "view", "key"],
)  # fmt: skip
def test_an_order_counts_where_the_database_keeps_a_meaning_of_it(
    expected: str, actual: str, differs: list[str]
) -> None:
    assert told(expected, actual) == differs
