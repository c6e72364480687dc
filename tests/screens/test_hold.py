"""What the dialog says of holding others off, and the key that leaves it out."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from textual.app import App

from console.core.intent import Intent, Verb
from console.core.plan import Plan, Result, Step, StepKind
from console.core.tool_lock import Hold, ToolLock
from screens.acting.dialog import ActionDialog
from screens.acting.lines import plan_lines
from screens.widgets.one_line import OneLine
from tests.builders import NOON

LOCK = ToolLock("693", "SELECT pg_try_advisory_lock(693)", "SELECT 1", "SELECT 2", "SELECT 3")
HELD = Hold("rails", (LOCK,), "advisory lock", "a number times the CRC-32 of shop")
NONE = Hold("django", why="Django takes no lock while it migrates.")
STEP = Step(1, StepKind.SCHEMA, "statement 1 of V2", ("CREATE INDEX a ON b (c)",))


def plan(*holds: Hold, hold: bool = True) -> Plan:
    intent = Intent(Verb.FINISH, migration="2", framework="rails", hold=hold)
    return Plan(intent, "Finish V2", "finish 2", "here", NOON, steps=(STEP,), holds=holds)


@pytest.mark.parametrize("width", [80, 60])
def test_it_is_one_line_with_what_is_sent_for_it(width: int) -> None:
    lines = [line.text.rstrip() for line in plan_lines(plan(HELD, NONE), width)]
    assert max(map(len, lines)) <= width
    said = " ".join(" ".join(lines).split())
    assert (
        "HELD OFF by Rails's own advisory lock 693 (a number times the CRC-32 of shop) over a session of its own: "
        "SELECT pg_try_advisory_lock(693) HELD OFF nobody: Django takes no lock while it migrates."
    ) in said


CHOICES = {
    "held": (plan(HELD), "Ctrl-O hold nobody off", False),
    "chosen_not_to": (plan(replace(HELD, locks=(), why="You chose so."), hold=False), "Ctrl-O hold others off", True),
    "nothing_to_choose": (plan(NONE), "", None),
    "not_of_this_plan": (plan(), "", None),
}


@pytest.mark.parametrize("name", CHOICES)
def test_a_key_leaves_it_out_or_takes_it_in_again(name: str) -> None:
    made, offered, wanted = CHOICES[name]
    answers: list[Intent | None] = []

    async def work() -> None:
        app: App[None] = App()
        async with app.run_test(size=(80, 24)) as pilot:
            dialog = ActionDialog(made, lambda plan, *_: Result(plan))
            app.push_screen(dialog, answers.append)
            await pilot.pause()
            keys = str(dialog.query_one("#action-keys", OneLine).text)
            assert keys.strip().endswith(offered or "Esc leave")
            await pilot.press("ctrl+o", "escape")

    asyncio.run(work())
    assert answers == [None if wanted is None else replace(made.intent, hold=wanted)]
