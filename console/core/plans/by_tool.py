"""The plan to have the tool take a migration back with its own command, as a person would.

It is refused unless the tool would take exactly the migration that is meant, all of that is there, and its own settings
lead to the database that is looked at. What came of it is read from the catalog and the ledger, not from its exit code.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from dataclasses import replace

from console.core.assessment import Assessment
from console.core.intent import Intent, Verb
from console.core.inverse import undone
from console.core.inverse.chain import statements_before
from console.core.migration import State
from console.core.plan import CannotWriteError, Count, Plan, Step, StepKind
from console.core.plans.mark import ledger_edit
from console.core.plans.roll_back import counts, refusals
from console.core.plans.subject import Subject, subject_of
from console.core.ports_acting import Marker, Renderer

Leads = Callable[[str], str | None]
"""By framework: why the tool's settings lead to another database; '' when they lead to this one; None: not known."""
UNTOLD = "which database the tool's own settings lead to could not be read"
_CODE = "its way back is code that may never have run; what it does besides its statements is not known"
_NO_WAY = "nothing shows what its way back destroys"
_SHOWN = 12


def by_tool_plan(intent: Intent, assessment: Assessment, renderer: Renderer, marker: Marker, lead: str | None) -> Plan:
    """What will be run. `lead`: why the tool's own settings lead elsewhere; '' when they lead here; None: not known."""
    name = f"{intent.verb.value} {intent.migration}"
    bare = Plan(intent, f"Roll back {intent.migration} by its tool", name, "", assessment.taken_at)
    try:
        subject = subject_of(intent, assessment)
        edit = ledger_edit(Verb.MARK_NOT_RAN, subject, marker)
    except CannotWriteError as why:
        return replace(bare, refused=(str(why),))
    command = subject.tracking.rollback
    step = Step(
        1,
        StepKind.TOOL,
        shlex.join(command.argv),
        (f"cd {shlex.quote(command.folder)} && {shlex.join(command.argv)}",),
        judgements=subject.landed,
        edit=edit,
        backwards=True,
        command=command,
        lasts=None,
        expect=f"{subject.migration.label} is taken back and not recorded any more",
        undo="run the migration again; rows that were lost do not come back",
    )
    refused = tuple(_refusals(subject, lead))
    counted, unseen = _losses(subject, renderer)
    return replace(
        bare,
        title=f"Have {subject.framework.framework.capitalize()} roll back {subject.migration.label}",
        phrase=f"{intent.verb.value} {subject.key}",
        server=subject.server.identity,
        steps=() if refused else (step,),
        about=(f"{subject.migration.label}: {subject.migration.headline}", *_about(subject)),
        checked=("what is recorded last is read again just before: the tool takes that, and no other",),
        effect=("runs the tool's own command once, with its own settings; it is neither stopped nor run again",),
        careful=(_CODE, *command.careful),
        undo=step.undo,
        counts=() if refused else counted,
        unproven="; ".join(text for text in (unseen, UNTOLD if lead is None else "") if text),
        refused=refused,
    )


def led_astray(plan: Plan, lead: str | None) -> str:
    """Why the tool would not act on the plan's database any more: its settings, read again, lead elsewhere."""
    known_then = UNTOLD not in plan.unproven
    return (UNTOLD if known_then else "") if lead is None else lead


def untold(_: str) -> None:
    """Leads that nobody knows."""


def _about(subject: Subject) -> Iterator[str]:
    command = subject.tracking.rollback
    yield f"in {command.folder}; {command.login or 'as whom it logs in is not in its settings'}"
    yield from (f"environment: {text}" for text in command.environ)
    file = subject.migration.tracked.migration
    down = file.down if file is not None else ()
    yield from (f"its way back, as read: {statement.sql}" for statement in down[:_SHOWN])


def _refusals(subject: Subject, lead: str | None) -> Iterator[str]:
    command, migration = subject.tracking.rollback, subject.migration
    if not command.argv:
        yield command.why or f"{subject.framework.framework} has no command that takes a migration back."
        return
    if migration.state is not State.APPLIED:
        yield f"It is {migration.state.word}: the tool takes back what it has recorded and what is wholly there."
    if command.takes != (migration.id,):
        yield f"The tool would take back {', '.join(command.takes) or 'something that is not known'}."
    if lead:
        yield lead
    if not subject.landed:
        yield "Nothing shows what of it is there."
    yield from refusals(subject)


def _losses(subject: Subject, renderer: Renderer) -> tuple[tuple[Count, ...], str]:
    """What is to be counted, and what is said where that cannot be told."""
    try:
        back = undone(subject.landed, statements_before(subject.framework, subject.migration), subject.schema)
        return tuple(counts(back, subject, renderer)), ""
    except CannotWriteError:
        return (), _NO_WAY
