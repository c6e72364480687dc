"""Which deploy of expand and contract a migration is, and what one release must not hold together."""

from __future__ import annotations

import pytest

from console.core.preflight.finding import Finding, Severity
from console.core.preflight.judging import judged
from tests.preflight.grounds import ground, unit

TABLES = """
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note text, total integer);
CREATE TABLE customers (id bigint PRIMARY KEY, email text);
"""
ADD, FILL, DROP = (
    "ALTER TABLE orders ADD COLUMN buyer_id bigint",
    "UPDATE orders SET buyer_id = customer_id WHERE buyer_id IS NULL",
    "ALTER TABLE orders DROP COLUMN customer_id",
)
PHASES = {
    "expand": (ADD, "app-phase-expand"),
    "new table": ("CREATE TABLE n (id int REFERENCES orders)", "app-phase-expand"),
    "wider": ("ALTER TABLE orders ALTER total TYPE bigint", "app-phase-expand"),
    "data": (FILL.replace("buyer_id", "total"), "app-phase-migrate-data"),
    "contract": (DROP, "app-phase-contract"),
    "tighten": ("ALTER TABLE orders ALTER note SET NOT NULL", "app-phase-contract"),
    "switch": ("ALTER TABLE orders RENAME customer_id TO buyer_id", "app-phase-switch"),
    "rows of a new table": ("CREATE TABLE n (id int); INSERT INTO n VALUES (1)", "app-phase-expand"),
    "neither": ("CREATE INDEX CONCURRENTLY i ON orders (note)", ""),
}


def _told(*migrations: str, framework: str = "rails") -> list[Finding]:
    units = [unit(sql, str(n), framework=framework) for n, sql in enumerate(migrations, start=1)]
    return [f for f in judged(ground(TABLES, *units)) if f.rule.startswith(("app-phase", "app-mixed"))]


@pytest.mark.parametrize(("sql", "rule"), PHASES.values(), ids=PHASES)
def test_a_migration_that_is_one_deploy_is_called_by_it(sql: str, rule: str) -> None:
    found = _told(sql)
    assert [(f.rule, f.severity) for f in found] == ([(rule, Severity.INFO)] if rule else [])


MIXED = {
    "add and drop": (f"{ADD}; {DROP}", Severity.APP, "expand: statement 1; contract: statement 2"),
    "all three": (f"{ADD}; {FILL}; {DROP}", Severity.APP, "migrate data: statement 2"),
    "add and fill": (f"{ADD}; {FILL}", Severity.LOW, "expand: statement 1; migrate data: statement 2"),
    "other tables": (f"{ADD}; ALTER TABLE customers DROP email", Severity.MED, "contract: statement 2"),
    "new table beside": ("CREATE TABLE n (id int); ALTER TABLE orders DROP note", Severity.MED, "contract"),
}


@pytest.mark.parametrize(("sql", "severity", "words"), MIXED.values(), ids=MIXED)
def test_several_deploys_in_one_migration_are_told_apart(sql: str, severity: Severity, words: str) -> None:
    (found,) = _told(sql)
    assert (found.rule, found.severity, found.n) == ("app-mixed-phases", severity, 0)
    assert words in found.why


def test_a_release_that_adds_and_drops_has_no_right_moment() -> None:
    found = _told(ADD, FILL, DROP)
    assert [(f.rule, f.migration) for f in found if f.severity is Severity.APP] == [("app-mixed-release", "3")]
    mixed = next(f for f in found if f.rule == "app-mixed-release")
    assert "V1, V2 adds to" in mixed.why
    assert mixed.safer == "Hold V3 back for the release after."


def test_what_is_about_different_tables_may_wait_together() -> None:
    assert {f.rule for f in _told(ADD, "ALTER TABLE customers DROP COLUMN email")} == {
        "app-phase-expand", "app-phase-contract",
    }  # fmt: skip
