"""An error keeps what it says of keys and columns, and loses the values of rows that it quotes."""

from __future__ import annotations

import pytest

from console.core.errors import refusal_in
from console.core.masks_values import without_values

LARAVEL = " (Connection: pgsql, SQL: alter table users add unique (email))"


@pytest.mark.parametrize(
    ("dialect", "text", "left"),
    [
        ("postgresql", 'could not create unique index "u"\nDETAIL:  Key (email)=(ann@x) is duplicated.',
         'could not create unique index "u"\nDETAIL:  Key (email)=(***) is duplicated.'),
        ("postgresql", "Key (lower(email), n)=(ann) is duplicated, 5) already exists.",
         "Key (lower(email), n)=(***) already exists."),
        ("postgresql", f'Key (a)=(7) is not present in table "b".{LARAVEL}',
         f'Key (a)=(***) is not present in table "b".{LARAVEL}'),
        ("postgresql", "Key (r)=([1,2)) conflicts with existing key (r)=([1,3)).",
         "Key (r)=(***) conflicts with existing key (r)=(***)."),
        ("postgresql", f'column "a" contains null values\nDETAIL: Failing row contains (1, ann@x, null).{LARAVEL}',
         f'column "a" contains null values\nDETAIL: Failing row contains (***).{LARAVEL}'),
        ("postgresql", 'ERROR:  invalid input syntax for type integer: "ann"',
         'ERROR:  invalid input syntax for type integer: "***"'),
        ("postgresql", 'invalid input value for enum mood: "a"b"', 'invalid input value for enum mood: "***"'),
        ("postgresql", 'value "99999999999" is out of range for type integer',
         'value "***" is out of range for type integer'),
        ("mysql", "ERROR 1062 (23000): Duplicate entry 'it's ann' for key 'users.email'",
         "ERROR 1062 (23000): Duplicate entry '***' for key 'users.email'"),
        ("mysql", "(1366, \"Incorrect integer value: 'ann' for column 'n' at row 1\")",
         "(1366, \"Incorrect integer value: '***' for column 'n' at row 1\")"),
        ("mysql", "1292 Truncated incorrect DOUBLE value: 'ann'", "1292 Truncated incorrect DOUBLE value: '***'"),
        ("mysql", "Unknown column 'ann' in 'field list'", "Unknown column 'ann' in 'field list'"),
    ],
)  # fmt: skip
def test_values_are_hidden_and_the_refusal_is_still_known(dialect: str, text: str, left: str) -> None:
    assert without_values(text) == left
    before, after = refusal_in(text, dialect), refusal_in(left, dialect)
    assert (after and after.rule) == (before and before.rule)
