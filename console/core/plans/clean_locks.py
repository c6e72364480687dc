"""A row by which a tool that was killed still holds its lock: it is released as the tool itself would."""

from __future__ import annotations

from dataclasses import replace

from console.core.intent import Verb
from console.core.lock_rows import LockRow
from console.core.plan import CannotWriteError, Plan
from console.core.plans.clean_ground import Ground


def lock_row_plan(ground: Ground) -> Plan:
    """One row, named by all that stands in it."""
    row, name = _found(ground), ground.item.object
    step = ground.step(f"lock row of {name}", ground.renderer.clean(Verb.REMOVE, row))
    before = ", ".join(f"{column} = {'NULL' if value is None else value}" for column, value in row.row)
    step = replace(
        step,
        place=None,
        lock=f"one row of {name}",
        rewrite=False,
        estimate="short: one row",
        lasts=False,
        expect=f"{row.tool}'s lock is free",
        undo=f"write the row as it was: {before}",
    )
    plan = ground.plan(step, checks=ground.renderer.clean_checks(Verb.REMOVE, row))
    where = f"none comes from {' or '.join(row.homes)}" if row.homes else "none is the tool's as far as they say"
    return replace(
        plan,
        about=(ground.item.detail,),
        checked=(
            f"all sessions are seen and {where}; none speaks of it or changes the schema: looked at again just before",
            "the row is still the very same: asked again just before",
        ),
        effect=(f"{row.tool} can be run again",),
        careful=(f"A {row.tool} that still runs behind another address (NAT, a proxy) is not to be seen from here.",),
        undo=step.undo,
        unproven="" if row.homes else _nobody_says(row, ground),
    )


def _found(ground: Ground) -> LockRow:
    rows = ground.assessment.observation.lock_rows.value or ()
    named = [row for row in rows if row.place == ground.item.ref]
    if len(named) != 1:
        raise CannotWriteError(f"{len(named)} rows of {ground.item.object} say that it is taken: release it by hand.")
    return named[0]


def _nobody_says(row: LockRow, ground: Ground) -> str:
    count = len(ground.others)
    return f"the row does not say whose it is, and any of {count} sessions may be {row.tool}'s" if count else ""
