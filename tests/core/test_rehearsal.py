"""Every kind of plan can be tried on a scratch server, or says in one sentence why it cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from console.core.faults import UsageFault
from console.core.intent import Intent, Verb
from console.core.plan import Plan, Step, StepKind
from console.core.rehearsal import allowed, left_out
from tests.acting import test_rehearse_cleaning as cleaning
from tests.builders import NOON
from tests.core.recovering import half
from tests.screens import test_rehearsal as schema

SESSIONS = Step(1, StepKind.SESSION, "session 4711", ("SELECT 1",))
LEDGER = Step(1, StepKind.LEDGER, "the ledger", ("DELETE FROM flyway_schema_history",))
TOOL = Step(1, StepKind.TOOL, "the tool", ("php artisan migrate:rollback",))
PREPARED = Step(1, StepKind.PREPARED, "prepared transaction o7", ("COMMIT PREPARED 'o7'",))
LOCK = Step(1, StepKind.SCHEMA, "lock row", ("UPDATE locks SET taken = 0",), kind_cleared="tool_lock_row")
ROWS = Step(1, StepKind.DATA, "2 missing rows of orders", ("INSERT INTO orders VALUES (1)",), atomic=True)
NOT_TRIED = {
    Verb.CANCEL: (SESSIONS, "the sessions that it is about are the incident's own, and a scratch server has none"),
    Verb.TERMINATE: (SESSIONS, "the sessions that it is about are the incident's own, and a scratch server has none"),
    Verb.TOOL_ROLL_BACK: (TOOL, "the tool's own command looks up its database by itself, and would find the incident"),
    Verb.MARK_RAN: (LEDGER, "the scratch database has no ledger"),
    Verb.MARK_NOT_RAN: (LEDGER, "the scratch database has no ledger"),
    Verb.UNDO: (LEDGER, "the scratch database has no ledger"),
    Verb.END_PREPARED: (PREPARED, "what a prepared transaction did is known to its coordinator alone"),
    Verb.COMMIT_PREPARED: (PREPARED, "what a prepared transaction did is known to its coordinator alone"),
    Verb.ROLL_BACK_PREPARED: (PREPARED, "what a prepared transaction did is known to its coordinator alone"),
    Verb.REMOVE: (LOCK, "the scratch database has no row by which a tool holds its lock"),
    Verb.RESTORE: (ROWS, "the scratch database has no rows"),
}
TRIED: dict[Verb, Callable[..., None]] = {
    Verb.FINISH: schema.test_each_step_is_tried_and_nothing_is_left_anywhere,
    Verb.ROLL_BACK: schema.test_each_step_is_tried_and_nothing_is_left_anywhere,
    Verb.ROLL_BACK_TO: schema.test_several_are_taken_back_there_newest_first,
    Verb.DROP: cleaning.test_on_mysql,
    Verb.VALIDATE: cleaning.test_on_postgresql,
    Verb.ENABLE: cleaning.test_on_postgresql,
    Verb.FINALIZE: cleaning.test_on_postgresql,
}


def test_every_verb_is_tried_or_says_why_not() -> None:
    assert set(TRIED) | set(NOT_TRIED) == set(Verb)
    assert not set(TRIED) & set(NOT_TRIED)


@pytest.mark.parametrize("verb", NOT_TRIED)
def test_one_sentence_says_why_not(verb: Verb) -> None:
    step, why = NOT_TRIED[verb]
    plan = Plan(Intent(verb, object="it"), verb.value, verb.value, "", NOON, steps=(step,))
    with pytest.raises(UsageFault, match=f"this cannot be rehearsed: {why}") as refused:
        allowed(plan, half(), "public")
    assert "\n" not in str(refused.value)


def test_what_is_between_the_others_is_left_out_by_itself() -> None:
    adds = Step(1, StepKind.SCHEMA, "statement 2", ("ALTER TABLE orders ADD COLUMN eta date",))
    plan = Plan(Intent(Verb.FINISH, migration="4"), "", "", "", NOON, steps=(adds, replace(LEDGER, n=2)))
    allowed(plan, half(), "public")
    assert [bool(left_out(step)) for step in plan.steps] == [False, True]
