"""The plan to go back to a batch, a version or a date: what ran since is rolled back, newest first, as one plan.

Each migration is taken back by the same steps as alone, written for the schema and the ledger as the ones before it
leave them. It stops at the first step that does not fit what is read just before it: what went before stays gone, and
its rows with it, so the ledger says no more than is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from console.core.assessment import Assessment, JudgedMigration
from console.core.in_the_way import holders, warnings, ways_out
from console.core.intent import Intent, Verb
from console.core.inverse.chain import Link, chain
from console.core.migration import Ledger, LedgerRow
from console.core.observation import Tracking
from console.core.operations import Create, Rename
from console.core.plan import CannotWriteError, Count, LedgerEdit, Loss, Owner, Plan, Step
from console.core.plans.roll_back import careful, counts, refusals, steps_back
from console.core.plans.subject import Subject, subject_of
from console.core.ports_acting import Marker, Renderer
from console.core.recover.back_to import Mark, in_the_way_of, mark_called
from console.core.refs import Ref
from console.core.statements import Nature

_STOPS = "it stops at the first step that does not fit; what was taken back until then stays so, row and all"
_NO_MARK = "{} is no batch, version or date of {} to which it can be taken back."


@dataclass(frozen=True, slots=True)
class _Turn:
    """One migration of the plan."""

    subject: Subject
    """On the schema and the ledger as they are when its turn comes."""
    link: Link
    steps: tuple[Step, ...]


def meant(intent: Intent, assessment: Assessment) -> tuple[JudgedMigration, ...]:
    """The migrations that a wish is about."""
    frameworks = [f for f in assessment.frameworks if intent.framework in ("", f.framework)]
    if intent.verb is not Verb.ROLL_BACK_TO:
        return tuple(m for f in assessment.frameworks for m in f.migrations if m.id == intent.migration)
    found = (mark_called(framework, intent.back_to) for framework in frameworks)
    return tuple(m for mark in found if mark is not None for m in mark.takes)


def roll_back_to_plan(intent: Intent, assessment: Assessment, renderer: Renderer, marker: Marker, owner: Owner) -> Plan:
    """What will be sent to take back all that ran since; refused ones say why and send nothing."""
    name = f"roll back to {intent.back_to}"
    bare = Plan(intent, name.capitalize(), name, "", assessment.taken_at)
    try:
        mark = _mark(intent, assessment)
        first = subject_of(replace(intent, migration=mark.takes[0].id), assessment)
        settings = renderer.settings(marker.session_settings(first.server), owner.role)
        turns = tuple(_turns(first, mark, renderer, marker))
    except CannotWriteError as why:
        return replace(bare, refused=(str(why),))
    refused = (*_refusals(turns), *((owner.refused,) if owner.refused else ()))
    steps = (step for turn in turns for step in turn.steps)
    held = holders((j.statement for turn in turns for j in turn.subject.landed), assessment)
    counted, uncounted = _counts(turns, renderer)
    return replace(
        bare,
        server=first.server.identity,
        steps=() if refused else tuple(replace(step, n=n) for n, step in enumerate(steps, start=1)),
        settings=settings,
        about=(*_about(mark), *warnings(held)),
        checked=("each statement is looked at again just before it is taken back",),
        effect=(f"takes back {len(turns)} migration{'s' * (len(turns) != 1)}, newest first", _STOPS),
        careful=tuple(f"{turn.subject.migration.label}: {text}" for turn in turns
                      for text in careful(turn.subject, turn.link.back.undos)),
        instead=tuple(ways_out(held, assessment)),
        undo="run the migrations again; rows that were lost do not come back",
        counts=() if refused else counted,
        losses=() if refused else uncounted,
        refused=refused,
    )  # fmt: skip


def _mark(intent: Intent, assessment: Assessment) -> Mark:
    """CannotWriteError where there is none, or one of its migrations cannot be taken back."""
    server, schema = assessment.observation.server.value, assessment.observation.schema.value
    framework = next((f for f in assessment.frameworks if f.framework == intent.framework), None)
    mark = mark_called(framework, intent.back_to) if framework is not None else None
    if framework is None or mark is None:
        raise CannotWriteError(_NO_MARK.format(intent.back_to or "Nothing", intent.framework or "this project"))
    if why := in_the_way_of(mark, framework, schema, server.grammar if server is not None else ""):
        raise CannotWriteError(why)
    return mark


def _turns(first: Subject, mark: Mark, renderer: Renderer, marker: Marker) -> Iterator[_Turn]:
    tracking = first.tracking
    gone: tuple[str, ...] = ()
    for link in chain(first.framework, mark.takes, first.schema, first.server.grammar):
        subject = replace(
            first, framework=link.framework, migration=link.migration, schema=link.schema, tracking=tracking
        )
        try:
            steps = steps_back(link.back, subject, renderer, marker)
        except CannotWriteError as why:
            raise CannotWriteError(f"{link.migration.label}: {why}") from why
        yield _Turn(subject, link, tuple(replace(step, behind=gone) for step in steps))
        gone = (*gone, link.migration.id)
        tracking = _without(tracking, link.migration.id, steps[-1].edit)


def _without(tracking: Tracking, migration: str, edit: LedgerEdit | None) -> Tracking:
    """The ledger as it is once this one is taken back."""
    if edit is None:
        return tracking
    rows = tuple(row for row in tracking.ledger.rows if row.raw not in edit.before)
    new = tuple(LedgerRow(raw[0][1] or "", success=True, raw=raw) for raw in edit.after)
    ledger: Ledger = replace(tracking.ledger, rows=(*rows, *new))
    tracked = tuple(t for t in tracking.tracked if t.id != migration)
    return replace(tracking, ledger=ledger, tracked=tracked)


def _about(mark: Mark) -> Iterator[str]:
    for migration in mark.takes:
        yield f"{migration.label}: {migration.headline}"
    if mark.rests_on:
        yield f"Which ones are later is told by {mark.rests_on}."


def _refusals(turns: Iterable[_Turn]) -> Iterator[str]:
    seen: set[tuple[int, str]] = set()
    for turn in turns:
        label = turn.subject.migration.label
        if not _only_rows(turn.subject.migration):
            yield from (f"{label}: {why}" for why in refusals(turn.subject))
        for judgement in turn.subject.landed:
            place = (judgement.statement.n, judgement.statement.sql)
            if place in seen:
                yield f"{label} sends a statement that another one sends too: which of them is gone could not be told."
            seen.add(place)


def _only_rows(migration: JudgedMigration) -> bool:
    """It changed no schema: there is nothing to take back but its row in the ledger."""
    return bool(migration.statements) and all(j.statement.nature is Nature.DATA for j in migration.statements)


def _counts(turns: Iterable[_Turn], renderer: Renderer) -> tuple[tuple[Count, ...], tuple[Loss, ...]]:
    """What is to be counted now, and what cannot be: it has another name now, or something else has its name."""
    counted: list[Count] = []
    uncounted: list[Loss] = []
    came_back: frozenset[Ref] = frozenset()
    renamed = False
    for turn in turns:
        for count in counts(turn.link.back, turn.subject, renderer, came_back):
            what = count.thing or count.table
            if renamed:
                uncounted.append(Loss(count.table, f"how many rows have a value in {what} could not be counted"))
            else:
                counted.append(count)
        steps = [step for undo in turn.link.back.undos for step in undo.steps]
        came_back |= {step.subject for step in steps if isinstance(step, Create)}
        renamed = renamed or any(isinstance(step, Rename) for step in steps)
    return tuple(dict.fromkeys(counted)), tuple(dict.fromkeys(uncounted))
