"""Where nothing tells how the whole schema should be, the unfinished migration still tells of itself."""

from __future__ import annotations

from console.core.assessment import Assessment
from console.core.judge import assess
from console.core.migration import Tracked
from tests.builders import observation, pending, recorded, schema_after, tracking

ONE = "CREATE TABLE orders (id bigint PRIMARY KEY, note text);"
TWO = "ALTER TABLE orders ADD COLUMN carrier text;\nALTER TABLE orders ADD COLUMN shipped date;"
MISSING = recorded("1", None)
"""Recorded, and its file is gone: nobody can replay it."""


def seen(sql: str, *tracked: Tracked) -> Assessment:
    return assess(observation(schema_after(sql), tracking(*tracked)))


def test_what_it_has_still_to_do_is_missing_and_nothing_else_is_said() -> None:
    found = seen(ONE + "ALTER TABLE orders ADD COLUMN carrier text;" + "CREATE TABLE other (id int);",
                 MISSING, pending("2", TWO))  # fmt: skip
    assert found.baseline == "V2__test alone"
    assert found.why_no_baseline == "1 is recorded and has no file"
    assert [(item.change, item.object, item.statement) for item in found.drift] == [("missing", "orders.shipped", 2)]
    assert found.unexplained == ()


def test_what_is_there_otherwise_is_changed() -> None:
    half = "ALTER TABLE orders ADD COLUMN carrier integer; ALTER TABLE orders ADD COLUMN shipped date;"
    (found,) = seen(ONE + half, MISSING, pending("2", TWO)).drift
    assert (found.change, found.object, found.statement) == ("changed", "orders.carrier", 1)
    assert (found.expected, found.actual) == ("text, null", "integer, null")


def test_without_an_unfinished_migration_nothing_is_expected() -> None:
    found = seen(ONE, MISSING, pending("2", TWO))
    assert (found.baseline, found.drift) == (None, ())
