"""Assessments with an expectation: a snapshot of before the deploy, and what people did by hand since."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from console.core.assessment import Assessment
from console.core.expected_base import Baseline, Ignore
from console.core.judge import assess
from console.core.observation import Observation, Reading
from console.core.schema import Schema
from tests.builders import NOON, SERVER, observation, schema_after, tracking
from tests.screens import shop

BY_HAND = """
ALTER TABLE customers ALTER COLUMN name TYPE varchar(255);
ALTER TABLE customers ADD COLUMN nickname varchar(40) NOT NULL DEFAULT 'nobody in particular';
CREATE INDEX orders_tmp_idx ON orders (total, placed_at);
DROP TABLE invoices;
ALTER INDEX orders_open_idx RENAME TO orders_open_by_hand_idx;
CREATE TABLE scratch (id bigint, what text);
"""
RECORDED = frozenset({"1", "2", "3", "R__daily_sales"})


def base(schema: Schema) -> Baseline:
    """A snapshot of the morning."""
    return Baseline(
        schema, "snapshot before.json", SERVER.dialect, SERVER.version, database=SERVER.name or "",
        taken_at=NOON - timedelta(hours=4), recorded={"flyway": RECORDED}, identity=SERVER.identity,
    )  # fmt: skip


def seen_drifted(by_hand: str = BY_HAND) -> Observation:
    """Two of four statements of the migration landed, and somebody changed this and that."""
    schema = shop.schema_at(shop.part_of(shop.SHIPPING, 2) + by_hand)
    seen = observation(schema, tracking(*shop.history(), shop.shipping()), sessions=shop.calm(3))
    ignored = (Ignore("scratch", "the analysts' own"),)
    return replace(seen, baseline=base(shop.schema_at()), ignore=ignored)


def drifted() -> Assessment:
    """The migration's own differences among others."""
    return assess(seen_drifted())


def as_expected() -> Assessment:
    """A comparison that found nothing."""
    schema = shop.schema_at()
    seen = observation(schema, tracking(*shop.history()), sessions=shop.calm(3))
    return assess(replace(seen, baseline=base(schema)))


def many_differences(tables: int = 1000, differing: int = 20) -> Assessment:
    """A large schema of which a few tables are not as they should be."""
    made = "".join(f"CREATE TABLE t{n:04} (id bigint PRIMARY KEY, a varchar(40), b int, c text);\n"
                   for n in range(tables))  # fmt: skip
    changes = "".join(f"ALTER TABLE t{n * 37:04} ALTER COLUMN a TYPE varchar(80);\n" for n in range(differing))
    there = schema_after(made + changes)
    seen = observation(there, tracking(), sessions=shop.calm(3))
    return assess(
        replace(seen, schema=Reading(there, seen.schema.health, taken_at=NOON), baseline=base(schema_after(made)))
    )
