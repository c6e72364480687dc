"""What the dialog says, as lines, without a terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.core.intent import Intent, Verb
from console.core.plan import Outcome, Plan, Step, StepKind, Word
from screens.acting.lines import UNSHELTERED, at_work, outcome_lines, plan_lines
from tests.builders import NOON

STEP = Step(1, StepKind.SCHEMA, "statement 1 of V2", ("CREATE INDEX a ON b (c)",))


def said(*steps: Step, sheltered: bool, **more: object) -> str:
    plan = Plan(Intent(Verb.FINISH, migration="2"), "Finish V2", "finish 2", "here", NOON, steps=steps, **more)  # type: ignore[arg-type]
    return " ".join(" ".join(line.text for line in plan_lines(plan, 80, sheltered=sheltered)).split())


@pytest.mark.parametrize("lasts", [True, None])
def test_what_may_last_is_warned_of_where_the_terminal_may_die(lasts: bool | None) -> None:
    step = replace(STEP, lasts=lasts)
    assert UNSHELTERED in said(STEP, step, sheltered=False)
    assert UNSHELTERED not in said(STEP, step, sheltered=True)


def test_what_is_short_is_not() -> None:
    assert UNSHELTERED not in said(STEP, replace(STEP, n=2), sheltered=False)


def test_an_undo_of_several_statements_is_shown_line_by_line() -> None:
    assert "UNDO DELETE FROM a; INSERT INTO a" in said(STEP, sheltered=True, undo="DELETE FROM a;\nINSERT INTO a")


STEPS = (STEP, replace(STEP, n=2, title="statement 2 of V2"))
FINISH = Plan(Intent(Verb.FINISH, migration="2"), "Finish V2", "finish 2", "here", NOON, steps=STEPS)
ENDS = Plan(Intent(Verb.TERMINATE, sessions=("1", "2")), "End 2", "terminate 1", "here", NOON, steps=STEPS)


def test_behind_a_step_that_did_not_work_nothing_is_said_to_be_done() -> None:
    assert at_work(FINISH, ()) is STEPS[0]
    assert at_work(FINISH, (Outcome(1, Word.DONE),)) is STEPS[1]
    assert at_work(FINISH, (Outcome(1, Word.REFUSED),)) is None
    assert at_work(FINISH, (Outcome(1, Word.DONE), Outcome(2, Word.DONE))) is None


def test_a_list_of_sessions_goes_on_past_one_that_refused() -> None:
    assert at_work(ENDS, (Outcome(1, Word.REFUSED),)) is STEPS[1]
    assert at_work(ENDS, (Outcome(1, Word.UNKNOWN),)) is None


def test_a_long_title_of_what_was_done_is_seen_to_be_cut() -> None:
    (told,) = outcome_lines(FINISH, (Outcome(1, Word.DONE, seconds=1.0),), 30)
    assert told.text == " DONE after 1.0 s  statement.."
