"""What preflight says in the dialog of an action: of its own statements, and nothing that the plan says itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from console.core.assessment import Assessment
from console.core.intent import Intent, Verb
from console.core.judge import assess
from console.core.plan import Plan, Step, StepKind
from console.core.preflight.of_plan import foreseen, with_preflight
from screens.acting.lines import MOST, plan_lines
from tests.builders import observation, schema_after

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


def seen() -> Assessment:
    return assess(observation(schema_after("create table orders (id int primary key, note text);")))


def plan(*sql: str, kind: StepKind = StepKind.SCHEMA, **more: object) -> Plan:
    step = Step(1, kind, "statements 2, 3 of 4", sql, atomic=True)
    made = Plan(Intent(Verb.FINISH, migration="4"), "Finish 4", "finish 4", "x", NOW, (step,))
    return replace(made, **more)  # type: ignore[arg-type]


def test_a_hazard_of_a_step_stands_in_the_dialog() -> None:
    made = with_preflight(plan("ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid()"), seen())
    assert any(told.startswith("CRIT pg-add-column-volatile-default: ") for told in made.foreseen)
    lines = [line.text for line in plan_lines(made, 80)]
    assert any(line.startswith(" PREFLIGHT CRIT pg-add-column-volatile-default") for line in lines)


def test_a_step_is_judged_on_what_the_one_before_it_leaves() -> None:
    made = plan("CREATE TABLE parcels (id int)", "CREATE INDEX parcels_id ON parcels (id)")
    assert foreseen(made, seen()) == ()


def test_what_the_plan_says_already_is_not_said_again() -> None:
    made = plan("ALTER TABLE orders RENAME COLUMN note TO remark")
    found = foreseen(made, seen())
    assert found
    told = replace(made.steps[0], careful=tuple(finding.why for finding in found))
    assert foreseen(replace(made, steps=(told,)), seen()) == ()


def test_a_refused_plan_and_one_that_sends_nothing_of_its_own_are_left_as_they_are() -> None:
    sql = "DROP TABLE orders"
    assert with_preflight(plan(sql, refused=("No.",)), seen()).foreseen == ()
    assert with_preflight(plan(sql, kind=StepKind.TOOL), seen()).foreseen == ()


def test_what_it_says_changes_no_plan() -> None:
    made = plan("DROP TABLE orders")
    assert with_preflight(made, seen()) == made


def test_only_so_many_are_read_and_the_rest_is_counted() -> None:
    lines = [line.text for line in plan_lines(plan("select 1", foreseen=("HIGH x: y.",) * (MOST + 2)), 80)]
    assert sum("HIGH x" in line for line in lines) == MOST
    assert any("and 2 more, none of them worse" in line for line in lines)
