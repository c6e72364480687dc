"""The indexes that MySQL gives foreign keys by itself, and takes back by itself."""

from __future__ import annotations

import pytest

from console.core.expected import expected
from console.core.expected_base import Baseline
from console.core.schema import Index, Schema
from console.core.statements import read_script
from tests.builders import NOON

MADE = "CREATE TABLE p (id bigint PRIMARY KEY); CREATE TABLE c (a bigint, b bigint);"
KEY = "ALTER TABLE c ADD CONSTRAINT c_a_fk FOREIGN KEY (a) REFERENCES p (id);"


def indexes(sql: str) -> set[str]:
    base = Baseline(
        Schema((), home="shop", dialect="mysql"), "dump.sql", "mysql", "9.7.4", "shop", NOON,
        of_files=True, statements=read_script(sql, "mysql", "shop"),
    )  # fmt: skip
    found = expected(base, ()).schema.things
    return {thing.ref.name for thing in found if isinstance(thing, Index) and thing.table == "c"}


@pytest.mark.parametrize(
    ("sql", "left"),
    [
        (MADE + KEY, {"c_a_fk"}),
        (MADE + "CREATE INDEX mine ON c (a);" + KEY, {"mine"}),
        (MADE + KEY + "CREATE INDEX mine ON c (a);", {"mine"}),
        (MADE + KEY + "ALTER TABLE c ADD PRIMARY KEY (a);", {"primary"}),
        (MADE + KEY + "ALTER TABLE c ADD UNIQUE mine (a, b);", {"mine"}),
        (MADE + KEY + "CREATE INDEX mine ON c (b, a);", {"mine", "c_a_fk"}),
    ],
    ids=["alone", "one_before", "one_behind", "primary_key", "a_longer_one", "another_order"],
)
def test_it_goes_where_another_one_begins_with_its_columns(sql: str, left: set[str]) -> None:
    assert indexes(sql) == left
