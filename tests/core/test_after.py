"""What reading again says of a step of which the catalog looks the same before and after."""

from __future__ import annotations

import pytest

from console.core.judge import assess
from console.core.landed import Verdict
from console.core.plan import Step, StepKind
from console.core.plans.after import can_show, confirmed, ready
from tests.builders import observation, pending, schema_after, tracking

BASE = "create table t (a int)"
DEFAULTS = "alter table t alter b set default 1; alter table t alter b drop default"
SAME = f"alter table t add b int; drop table if exists scratch; {DEFAULTS}"


@pytest.mark.parametrize("n", [2, 4])
def test_what_is_so_was_done_once_the_server_took_it_and_nobody_says_so_where_no_answer_came(n: int) -> None:
    now = assess(observation(schema_after(f"{BASE}; alter table t add b int"), tracking(pending("2", SAME))))
    judged = now.frameworks[0].migrations[0].statements[n - 1]
    step = Step(n, StepKind.SCHEMA, "a step", (judged.statement.sql,), judgements=(judged,))
    assert judged.verdict is Verdict.UNKNOWABLE
    assert confirmed(step, now) == ""
    assert not can_show(step, now)


def test_what_is_not_so_was_not_done() -> None:
    there = schema_after(f"{BASE}; alter table t add b int; create table scratch (a int)")
    now = assess(observation(there, tracking(pending("2", SAME))))
    judged = now.frameworks[0].migrations[0].statements[1]
    step = Step(1, StepKind.SCHEMA, "a step", (judged.statement.sql,), judgements=(judged,))
    assert confirmed(step, now) == "statement 2 is NOT LANDED: table scratch is still there"


@pytest.mark.parametrize(
    ("n", "actual", "told"),
    [
        (4, f"{BASE}; alter table t add b int", ""),
        (
            2,
            f"{BASE}; alter table t add b int",
            "statement 2 is CANNOT TELL: table scratch is gone, as it may have been before",
        ),
    ],
)
def test_what_was_taken_back_and_looks_as_before_is_back_but_what_should_be_there_again_is_looked_for(
    n: int, actual: str, told: str
) -> None:
    now = assess(observation(schema_after(actual), tracking(pending("2", SAME))))
    judged = now.frameworks[0].migrations[0].statements[n - 1]
    step = Step(1, StepKind.SCHEMA, "a step", (judged.statement.sql,), judgements=(judged,), backwards=True)
    assert confirmed(step, now) == told


def test_what_a_person_said_to_run_is_still_to_be_run_once_it_is_plain_that_it_has_not() -> None:
    sql = "alter table t add b int; drop index i; create index i on t (a)"
    before, later = (
        assess(observation(schema_after(there), tracking(pending("2", sql))))
        for there in (f"{BASE}; alter table t add b int; create index i on t (a)", f"{BASE}; alter table t add b int")
    )
    judged = before.frameworks[0].migrations[0].statements[2]
    assert judged.verdict is Verdict.UNKNOWABLE
    assert ready(Step(1, StepKind.SCHEMA, "a step", (judged.statement.sql,), judgements=(judged,)), later) == ""
