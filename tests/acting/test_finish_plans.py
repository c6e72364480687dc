"""What a plan to finish refuses without any server: what nothing shows is not said not to have run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console import dialects, frameworks
from console.core.intent import Intent, Verb
from console.core.judge import assess
from console.core.plan import Owner
from console.core.plans.finish import finish_plan
from tests.builders import SERVER, observation, pending, recorded, schema_after, tracking

BASE = "CREATE TABLE orders (id bigint, note text)"
ADD, FILL = "ALTER TABLE orders ADD COLUMN a int", "INSERT INTO orders (id) VALUES (1)"


@pytest.mark.parametrize(
    ("statements", "why"),
    [
        ((ADD, FILL), "Nothing of it landed: let the tool itself run it"),
        ((FILL, ADD), "Nothing of it is seen to have landed, but whether statement 1 ran cannot be told"),
    ],
)
def test_rows_that_may_be_there_already_are_not_sent_to_the_tool_again(statements: tuple[str, ...], why: str) -> None:
    files = tracking(recorded("1", BASE), pending("2", ";".join(statements), checksum="7"))
    found = assess(observation(schema_after(BASE), replace(files, framework="dbmate"), server=SERVER))
    intent = Intent(Verb.FINISH, migration="2", framework="dbmate")
    marker = frameworks.marker("dbmate", None)
    plan = finish_plan(intent, found, dialects.renderer(SERVER.dialect), marker, Owner())
    assert [said for said in plan.refused if said.startswith(why)], plan.refused
