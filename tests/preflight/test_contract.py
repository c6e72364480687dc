"""What earlier deploys left unfinished is told with what it rests on; what only looks like it is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.core.judge import assess
from console.core.preflight.finding import Finding, Severity
from console.core.preflight.ground import Ground
from console.core.preflight.ground import pending as waiting
from console.core.preflight.judging import judged
from tests.builders import SERVER, observation, pending, recorded, schema_after, tracking

KEEP = """ALTER TABLE orders ADD remark text;
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.remark := {}; RETURN NEW; END';
CREATE TRIGGER keep BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION keep()"""
COPIED = "(id bigint PRIMARY KEY, price numeric, note text, code text NOT NULL)"
ORDERS = "CREATE TABLE orders (id bigint PRIMARY KEY, price numeric, note text, code text NOT NULL, at timestamptz)"
LEFT = {
    "never validated": (
        "ALTER TABLE orders ADD CONSTRAINT dear CHECK (price > 0) NOT VALID",
        "contract-not-validated", "It was made by V1__test.",
    ),
    "stands for not null": (
        "ALTER TABLE orders ADD CONSTRAINT n CHECK (note IS NOT NULL)", "contract-not-null", "SET NOT NULL on note",
    ),
    "said twice": (
        "ALTER TABLE orders ADD CONSTRAINT n CHECK (code IS NOT NULL)", "contract-not-null", "Drop the check",
    ),
    "the same index": (
        "CREATE INDEX a ON orders (code); CREATE INDEX b ON orders (code)",
        "contract-same-index", "index b is the same as a",
    ),
    "in step": (KEEP.format("NEW.note"), "contract-in-step", "gives remark the value of note"),
    "beside": ("ALTER TABLE orders ADD price_old numeric", "contract-beside", "stands beside price"),
    "copy": (
        f"CREATE TABLE orders_old {COPIED}; CREATE TABLE orders_bak {COPIED}", "contract-copy", "columns of orders",
    ),
}  # fmt: skip
RIGHT = {
    "another kind of column": "ALTER TABLE orders ADD price_old text",
    "no other column": "ALTER TABLE orders ADD carrier_old text",
    "a key of its own": "ALTER TABLE orders ADD code_old text UNIQUE",
    "another table": "CREATE TABLE orders_old (a int, b int, c int)",
    "a longer index": "CREATE INDEX a ON orders (code); CREATE INDEX b ON orders (code, note)",
    "part of the rows": "CREATE INDEX a ON orders (code); CREATE INDEX b ON orders (code) WHERE note IS NULL",
    "unique beside plain": "CREATE UNIQUE INDEX a ON orders (code)",
    "two conditions": "ALTER TABLE orders ADD CONSTRAINT n CHECK (note IS NOT NULL OR price IS NOT NULL)",
    "a derived column": KEEP.format("upper(NEW.note) || NEW.code"),
}


def _ground(made: str, waits: str = "SELECT 1") -> Ground:
    history = (recorded("1", f"{ORDERS}; {made}"), pending("2", waits))
    assessment = assess(observation(schema_after(f"{ORDERS}; {made}"), tracking(*history)))
    schema = assessment.observation.schema.value
    assert schema is not None
    return Ground(waiting(assessment), SERVER, schema, assessment.observation, assessment)


def _left(ground: Ground) -> list[Finding]:
    return [finding for finding in judged(ground) if finding.rule.startswith("contract-")]


@pytest.mark.parametrize(("made", "rule", "words"), LEFT.values(), ids=LEFT)
def test_what_is_left_is_told(made: str, rule: str, words: str) -> None:
    found = _left(_ground(made))
    assert {(f.rule, f.severity, f.table) for f in found} >= {(rule, Severity.INFO, found[0].table)}
    assert all(f.rule == rule for f in found)
    assert words in found[0].why + found[0].safer


@pytest.mark.parametrize("made", RIGHT.values(), ids=RIGHT)
def test_what_only_looks_like_it_is_not(made: str) -> None:
    assert _left(_ground(made)) == []


@pytest.mark.parametrize(
    ("made", "waits"),
    [
        (LEFT["never validated"][0], "ALTER TABLE orders VALIDATE CONSTRAINT dear"),
        (LEFT["beside"][0], "ALTER TABLE orders DROP COLUMN price_old"),
        (LEFT["copy"][0], "DROP TABLE orders_old; DROP TABLE orders_bak"),
    ],
    ids=["validated", "dropped", "copies dropped"],
)
def test_what_a_waiting_migration_finishes_is_not_told(made: str, waits: str) -> None:
    assert _left(_ground(made, waits)) == []


def test_columns_that_the_models_still_leave_out_are_told() -> None:
    ground = replace(_ground("SELECT 1"), unnamed={("orders", "note"): "app/models/order.rb:3"})
    (found,) = _left(ground)
    assert found.rule == "contract-left-out"
    assert found.why == "app/models/order.rb:3 leaves orders.note out, and it is still there."


def test_a_script_alone_is_judged_alone() -> None:
    ground = _ground(LEFT["beside"][0])
    assert _left(replace(ground, units=(replace(ground.units[0], framework=""),))) == []
