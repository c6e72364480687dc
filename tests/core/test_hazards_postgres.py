"""What the rules say of PostgreSQL against every measurement they claim to know."""

from __future__ import annotations

import pytest

from tests.core.hazard_cases import PG_TABLES, Row, gone, judged, locks_told, rows, server

ROWS = tuple(rows())
NOT_KNOWN = frozenset({"LOCK TABLE"})
"""Measured, and no statement (DESIGN 2): `pg-lock-table` looks for it in the text."""
EMPTIES = frozenset({"TRUNCATE"})
"""The file is a new one there, but no row is read or written."""
ADDS_FIRST = frozenset({"DROP EXPRESSION (13)", "ALTER INDEX ATTACH PARTITION"})
"""A first statement rewrites or reads, and the measurement looked at the second."""


def _claimed(row: Row) -> bool:
    hazards = judged(row.sql, PG_TABLES, server("postgresql", row.version * 10_000))
    return bool(hazards) and all(hazard.rule for hazard in hazards)


KNOWN = tuple(row for row in ROWS if row.name not in NOT_KNOWN)
NAMES = frozenset(row.name for row in ROWS)


@pytest.mark.parametrize("row", KNOWN, ids=lambda row: f"{row.version} {row.name}")
def test_what_is_claimed_was_measured(row: Row) -> None:
    hazards = judged(row.sql, PG_TABLES, server("postgresql", row.version * 10_000))
    assert all(hazard.rule for hazard in hazards)
    assert {n: mode for n, mode in locks_told(hazards).items() if n.split(".")[0] not in gone(row.sql)} == row.locks
    work = hazards[-1:] if row.name in ADDS_FIRST else hazards
    if row.name not in EMPTIES:
        assert any(hazard.rewrite for hazard in work) is row.rewrite or work[-1].rewrite is None
        assert any(hazard.scan for hazard in work) is row.scan or work[-1].scan is None


@pytest.mark.parametrize("name", sorted(NOT_KNOWN))
def test_of_what_no_rule_knows_nothing_is_said(name: str) -> None:
    assert not any(_claimed(row) for row in ROWS if row.name == name)


def test_the_table_covers_what_was_measured() -> None:
    assert len(NAMES - NOT_KNOWN) >= 142


def test_nothing_is_said_of_a_version_that_was_not_measured() -> None:
    (hazard,) = judged("alter table c add column x int", PG_TABLES, server("postgresql", 110_022))
    assert hazard.lock == ""
    assert hazard.rewrite is None
