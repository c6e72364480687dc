"""Tables and triggers of tools that change a table by copying it, and of an ALTER that was broken off: MySQL, MariaDB.

Triggers go before the table they write to: in the other order every write to the table itself would fail.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from console.core.assessment import Debris
from console.core.debris_mysql import is_unfinished, spelled
from console.core.debris_tools import COPY, GH_OST, OLD, Left, left_at, may_be, tool_of, triggers_to
from console.core.intent import Verb
from console.core.plan import CannotWriteError, Check, Count, Plan, Step
from console.core.plans.clean_ground import Ground
from console.core.refs import Kind
from console.core.schema import Table, Trigger, table_ref
from console.core.session import Session

_AGAIN = "looked at again just before"
_NAMED = 3


def tool_table_plan(ground: Ground) -> Plan:
    """One table of a tool goes, the triggers that write to it first."""
    table = ground.thing(Table)
    left = left_at(table.ref, ground.schema)
    if left is None:
        raise CannotWriteError(f"{ground.item.object} is not known for a tool's table any more.")
    triggers = _triggers(left, ground)
    steps = [_drop_trigger(trigger, n, ground) for n, trigger in enumerate(triggers, start=1)]
    last = _drop_table(table, len(steps) + 1, ground)
    plan = ground.plan(*steps, last, checks=_heartbeat(left, ground))
    return replace(
        plan,
        about=(f"{ground.item.object}: {left.role} of {left.of} by {left.tool}",),
        checked=(*_quiet(left.tool), *(_heard(left, ground) if plan.steps[0].checks else ())),
        effect=tuple(_effect(left, triggers)),
        careful=(f"Make sure that {left.tool} runs on no other machine: only this one can be seen.",),
        undo="a table that is dropped does not come back; its triggers are of no use without it",
        counts=(_count(table, ground),),
        unproven=_unsure(left.tool, ground) if left.role != OLD and not plan.steps[0].checks else "",
    )


def tool_trigger_plan(ground: Ground) -> Plan:
    """One trigger of a tool goes."""
    trigger = ground.thing(Trigger)
    tool = tool_of(trigger)
    plan = ground.plan(_drop_trigger(trigger, 1, ground))
    return replace(
        plan,
        about=(f"{ground.item.object} on {trigger.table}: {tool} made it",),
        checked=_quiet(tool),
        effect=(f"writes to {trigger.table} go to no copy any more",),
        careful=(f"A copy that {tool} still works on would miss what is written from now on.",),
        undo=f"none: a copy that missed writes is of no use, {tool} begins anew",
        unproven=_unsure(tool, ground),
    )


def copy_plan(ground: Ground) -> Plan:
    """What an ALTER that was broken off left goes."""
    table = ground.thing(Table)
    plan = ground.plan(_drop_table(table, 1, ground))
    return replace(
        plan,
        about=(ground.item.detail,),
        checked=(f"no session alters a table under that number: {_AGAIN}",),
        effect=("its file goes, and the space it takes is free",),
        careful=("The table that it is a copy of must be there with all of its rows: look first.",),
        undo="a table that is dropped does not come back",
        counts=(_count(table, ground),),
    )


def _triggers(left: Left, ground: Ground) -> tuple[Trigger, ...]:
    """The tool's own ones that write to it; nobody else may."""
    if left.role != COPY:
        return ()
    if reason := ground.schema.untold.get(Kind.TRIGGER, ""):
        raise CannotWriteError(f"Whether triggers still write to it cannot be seen: {reason}.")
    found = tuple(triggers_to(left, ground.schema))
    if strange := next((trigger for trigger, own in found if not own), None):
        why = f"Trigger {strange.ref.name} on {strange.table} speaks of it and is not {left.tool}'s: look at it first."
        raise CannotWriteError(why)
    return tuple(trigger for trigger, _ in found)


def _drop_trigger(trigger: Trigger, n: int, ground: Ground) -> Step:
    name = trigger.ref.label(ground.schema.home)
    item = Debris("online_change_trigger", name, "", trigger.ref)
    step = ground.step(f"trigger {name}", ground.renderer.clean(Verb.DROP, trigger), n=n, item=item)
    lock = f"metadata lock on {trigger.table}"
    return replace(step, lock=lock, expect=f"trigger {name} is gone", undo="none: the tool makes its own anew")


def _drop_table(table: Table, n: int, ground: Ground) -> Step:
    name = table.ref.label(ground.schema.home)
    step = ground.step(f"table {name}", ground.renderer.clean(Verb.DROP, table), n=n)
    return replace(step, expect=f"table {name} is gone", undo="nothing brings back its rows")


def _heartbeat(left: Left, ground: Ground) -> tuple[Check, ...]:
    """gh-ost writes to its log several times a second, as long as it is at work."""
    log = ground.schema.get(table_ref(left.table.ref.schema, f"_{left.of}_ghc")) if left.tool == GH_OST else None
    return ground.renderer.clean_checks(Verb.DROP, log) if isinstance(log, Table) else ()


def _heard(left: Left, ground: Ground) -> tuple[str, ...]:
    log = table_ref(left.table.ref.schema, f"_{left.of}_ghc").label(ground.schema.home)
    return (f"no heartbeat was written to {log} for ten minutes: asked again just before",)


def _quiet(tool: str) -> tuple[str, ...]:
    return (f"all sessions are seen and none speaks of it or is {tool}'s: {_AGAIN}", "no process here is that tool")


def _effect(left: Left, triggers: tuple[Trigger, ...]) -> Iterator[str]:
    if triggers:
        yield f"{len(triggers)} triggers go first, then the table: writes to {left.of} go on all the while"
    yield f"{left.of} itself is not touched"


def _count(table: Table, ground: Ground) -> Count:
    name = spelled(table.ref.name) if is_unfinished(table.ref.name) else table.ref.name
    sql = ground.renderer.count_values(table.ref.schema, name, None)
    return Count(table.ref.label(ground.schema.home), "", sql)


def _unsure(tool: str, ground: Ground) -> str:
    """Sessions that may be the tool's: one that waits, or looks at the server's load meanwhile, says nothing of it."""
    others = [session for session in ground.others if may_be(tool, session)]
    return f"{_named(others)} connected and may be {tool}'s, which says nothing while it waits" if others else ""


def _named(sessions: list[Session]) -> str:
    names = ", ".join(f"{s.id} ({s.who})" for s in sessions[:_NAMED])
    more = f" and {len(sessions) - _NAMED} more" if len(sessions) > _NAMED else ""
    return f"{names}{more} {'is' if len(sessions) == 1 else 'are'}"
