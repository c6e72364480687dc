"""What a failure left in the schema of PostgreSQL: indexes, constraints, triggers and partitions."""

from __future__ import annotations

from dataclasses import replace

from console.core.describe import definition
from console.core.intent import Verb
from console.core.plan import CannotWriteError, Plan
from console.core.plans.clean_ground import Ground
from console.core.schema import Constraint, Index, Table, Trigger

_AGAIN = "looked at again just before"


def index_plan(ground: Ground) -> Plan:
    """An INVALID index goes."""
    index, name = ground.thing(Index), ground.item.object
    if index.constraint:
        raise CannotWriteError(f"index {name} belongs to a constraint: drop that by hand.")
    step = ground.step(f"index {name}", ground.renderer.drop_index(index))
    step = replace(step, expect=f"index {name} is gone", undo="none is needed: the server never used it")
    plan = ground.plan(step, checks=ground.renderer.clean_checks(Verb.DROP, index))
    return replace(
        plan,
        about=(f"{name} on {index.table}: {definition(index)}",),
        checked=(f"it is INVALID and nobody builds it: {_AGAIN}",),
        effect=("the index goes; writes to the table become cheaper",),
        careful=("A constraint or code that names it will not find it; the server never used it.",),
        undo="build it again with the statement that failed, once its cause is mended",
    )


def constraint_plan(ground: Ground) -> Plan:
    """A constraint that is NOT VALID is held against the rows that were there before it."""
    found, name = ground.thing(Constraint), ground.item.object
    step = ground.step(f"constraint {name}", ground.renderer.clean(Verb.VALIDATE, found))
    plan = ground.plan(replace(step, expect=f"constraint {name} is valid", undo="none: nothing un-validates it"))
    return replace(
        plan,
        about=(f"{name}: {definition(found)}",),
        checked=(f"it is NOT VALID: {_AGAIN}",),
        effect=("every row is read and held against it; readers and writers go on meanwhile",),
        careful=(
            "New rows are held against it already.",
            "A row from before that breaks it makes the server refuse, and nothing is changed: mend such rows first.",
        ),
        undo="none is needed: it only says of the old rows what is so",
    )


def trigger_plan(ground: Ground) -> Plan:
    """A disabled trigger runs again."""
    trigger, name = ground.thing(Trigger), ground.item.object
    step = ground.step(f"trigger {name}", ground.renderer.clean(Verb.ENABLE, trigger))
    back = ground.renderer.clean(Verb.ENABLE, trigger)[0].replace(" ENABLE TRIGGER ", " DISABLE TRIGGER ", 1)
    plan = ground.plan(replace(step, expect=f"trigger {name} is enabled", undo=back))
    kind = "of a foreign key: only a superuser may enable it" if trigger.internal else definition(trigger)
    return replace(
        plan,
        about=(f"{name} on {trigger.ref.table}: {kind}",),
        checked=(f"it is disabled, no recorded migration asked for that, and no session copies rows in: {_AGAIN}",),
        effect=("the foreign key is enforced again" if trigger.internal else "it runs again with every such write",),
        careful=(
            "What was written while it was disabled is not looked at again: rows may be there that it had refused.",
            "Whoever disabled it may have meant to: no migration on record did.",
        ),
        undo=back,
    )


def partition_plan(ground: Ground) -> Plan:
    """A partition that was half detached is detached."""
    table, name = ground.thing(Table), ground.item.object
    step = ground.step(f"partition {name}", ground.renderer.clean(Verb.FINALIZE, table))
    step = replace(
        step,
        lock=f"SHARE UPDATE EXCLUSIVE on {table.partition_of}, ACCESS EXCLUSIVE on {name}",
        rewrite=False,
        estimate="changes the catalog only: short, once it has its locks",
        lasts=None,
        expect=f"{name} is a table of its own",
        undo=f"attach {name} again, which reads all of its rows",
    )
    plan = ground.plan(step)
    return replace(
        plan,
        about=(f"{name}: half detached from {table.partition_of} ({table.partition_bound})",),
        checked=(f"no session is detaching it: {_AGAIN}",),
        effect=(f"{name} becomes a table of its own, with its rows; {table.partition_of} does not show them already",),
        careful=(
            "It waits for every transaction that began before, whatever that is about.",
            "Until it is done no other partition can be detached concurrently, and rows for its bounds are refused.",
        ),
        undo=f"attach {name} again, which reads all of its rows and holds up writers meanwhile",
    )
