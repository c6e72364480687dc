"""Tables that the server never counted are small where their bytes leave no room for many rows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.core.moment import Moment
from console.core.preflight.finding import Finding
from console.core.preflight.now import Now
from console.core.preflight.reporting import report_of
from console.core.schema import Table
from tests.builders import schema_after
from tests.preflight.grounds import ground, unit

TABLES = """
create table t (a int, b text);
create table p (at int) partition by range (at);
create table p1 partition of p for values from (0) to (10);
"""


def _index(table: str, column: str, rows: int | None, **sizes: int) -> Finding:
    read = schema_after(TABLES)
    things = tuple(replace(t, rows=rows) if isinstance(t, Table) else t for t in read.things)
    met = ground(replace(read, things=things), unit(f"create index i on {table} ({column})"))
    moment = Moment(sizes=tuple((("public", name), size) for name, size in sizes.items()))
    found = report_of(replace(met, now=Now(moment))).findings
    return next(f for f in found if f.rule in ("pg-create-index", "pg-index-partitioned"))


@pytest.mark.parametrize(
    ("rows", "size", "severity"),
    [(None, 8192, "low"), (0, 0, "low"), (None, 100 * 2**20, "high"), (5_000_000, 8192, "high"), (50, 8192, "low")],
    ids=["never counted", "empty", "never counted, large", "counted", "counted, small"],
)
def test_bytes_tell_where_rows_were_never_counted(rows: int | None, size: int, severity: str) -> None:
    assert _index("t", "a", rows, t=size).severity.value == severity


def test_the_number_is_said_to_come_from_the_size() -> None:
    assert "t: at most 341 rows by its size" in _index("t", "a", None, t=8192).why
    assert "at most 1 row by" in _index("t", "a", None, t=0).why
    assert "t: 50 rows by the server's estimate" in _index("t", "a", 50, t=8192).why


def test_what_holds_its_rows_in_partitions_is_not_small_for_holding_none() -> None:
    assert _index("p", "at", None, p=0).severity.value == "high"
