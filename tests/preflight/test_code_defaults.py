"""A default that is dropped breaks running code only where that code leaves the column out and NULL is refused."""

from __future__ import annotations

import pytest

from tests.preflight.grounds import found, rules

TABLE = "create table t (id bigint primary key, a text not null default 'x', b text, c text not null);"
FILLED = (
    """alter table t alter column b set default ''; update t set b = ''; alter table t alter column b set not null"""
)
DEFAULT = "alter table t alter column {0} drop default"


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        (DEFAULT.format("a"), True),
        (f"alter table t alter column a set default 'y'; {DEFAULT.format('a')}", True),
        (f"{DEFAULT.format('a')}; alter table t alter column a drop not null", False),
        (f"{DEFAULT.format('a')}; alter table t alter column b set not null", True),
        (f"{FILLED}; {DEFAULT.format('b')}", False),
        (f"alter table t alter column c set default 'y'; {DEFAULT.format('c')}", False),
    ],
    ids=["relied on", "changed first", "null takes its place", "another column", "its own", "its own, not null before"],
)  # fmt: skip
def test_a_default_is_missed_by_who_relied_on_it(sql: str, told: bool) -> None:
    assert ("app-drop-default" in rules(found(TABLE, sql))) is told
