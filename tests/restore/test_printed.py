"""What `halfway restore --rows` prints: a script of which only the shown statements are live."""

from __future__ import annotations

from typing import cast

import pytest

from console.cli.rows import lines
from console.core.assessment import Assessment
from console.core.intent import Intent, Verb
from console.core.observation import Server
from console.core.plan import Plan, Settings, Step, StepKind
from console.core.plans import restore
from console.core.restore.swap import swap
from console.core.row_values import Rows, Shape
from console.core.schema import Schema
from tests.builders import NOON

ODD = "orders\nDROP TABLE live;\x1b[2J"
SHAPE = Shape("public", ODD, ("id",), ("id",))


def test_names_from_a_database_print_no_live_sql(monkeypatch: pytest.MonkeyPatch) -> None:
    by_hand = swap(SHAPE, Schema(), Server("postgresql", "16.4", 160004, "shop", "db1", "ann"))
    assert not [line for line in by_hand if line.startswith("--") and ("\n" in line or "\x1b" in line)]
    intent = Intent(Verb.RESTORE, object=ODD)
    steps = tuple(Step(n, StepKind.DATA, f"1 missing rows of {ODD}", (f"INSERT {n}",), atomic=True) for n in (1, 2))
    plan = Plan(intent, ODD, "", "", NOON, steps=steps, settings=Settings(("SET TimeZone = 'UTC'",)), about=(ODD,),
                careful=(ODD,), by_hand=(*by_hand, f"--{ODD}"))  # fmt: skip
    monkeypatch.setattr(restore, "restore_plan", lambda *_: plan)
    found = "\n".join(lines(ODD, Rows("", "", SHAPE), cast("Assessment", None)))
    live = [line for line in found.splitlines() if line and not line.startswith("-- ")]
    assert live == ["SET TimeZone = 'UTC';", "BEGIN;", "INSERT 1;", "COMMIT;", "BEGIN;", "INSERT 2;", "COMMIT;"]
    assert "\x1b" not in found
