"""What reading again says about a step that was, or is about to be, carried out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from console.core.assessment import Assessment, Debris
from console.core.debris import persists
from console.core.evidence import find
from console.core.intent import Intent, Verb
from console.core.judge import assess
from console.core.killing import suggested
from console.core.landed import Judgement, Verdict
from console.core.observation import Reading
from console.core.operations import Change, Create, Drop, Opaque, Operation
from console.core.plan import LedgerEdit, Outcome, Plan, Step, StepKind, Word
from console.core.plans.neighbours import lacking, made_by
from console.core.statements import Nature

Row = tuple[tuple[str, str | None], ...]


def ready(step: Step, now: Assessment) -> str:
    """Why the step may not be begun any more, one sentence; '' when everything is as the plan found it."""
    what, reading = rests_on(step, now)
    if not reading.complete:
        return f"{what} not been read just now: {reading.reason or 'no answer yet'}"
    now = _without(step.behind, now)
    for judged in step.judgements:
        found = _same(judged, now)
        if found is None:
            return f"statement {judged.statement.n} cannot be found any more"
        if found.verdict is judged.verdict or _so_before(judged, found) or _is_open_now(step, judged, found):
            continue
        if found.verdict is not Verdict.UNKNOWABLE or found.waiting:
            return f"statement {found.statement.n} is {found.word} now: {found.evidence}"
    if step.edit is not None and _has_changed(step.edit, now):
        return f"{step.edit.table} is not as it was when the plan was made"
    return _changed(step, now) if step.clears else ""


def rests_on(step: Step, now: Assessment) -> tuple[str, Reading[Any]]:
    """What must have been read for it: `the schema has`, and the reading."""
    if step.kind is StepKind.PREPARED:
        return "the sessions have", now.observation.sessions
    if step.kind_cleared == "tool_lock_row":
        return "the rows of tools' locks have", now.observation.lock_rows
    return "the schema has", now.observation.schema


def _changed(step: Step, now: Assessment) -> str:
    """Why what it clears is not to be touched now."""
    found = _left(step, now)
    return found.held if found is not None else f"{step.clears} is not left behind any more, or somebody works on it"


def _is_open_now(step: Step, judged: Judgement, found: Judgement) -> bool:
    """What a person had to say is plain now: what stands before it has landed since, and it has not."""
    asked = judged.verdict is Verdict.UNKNOWABLE and not step.backwards
    return asked and found.verdict is Verdict.NOT_LANDED and not found.waiting and not found.obstacle


def _so_before(judged: Judgement, found: Judgement) -> bool:
    """Only its place spoke against it, and what stands before it has landed since: the tool would send it too."""
    placed = judged.inferred and judged.verdict is Verdict.NOT_LANDED and found.verdict is Verdict.LANDED
    return placed and all(_can_be_repeated(operation) for operation in judged.statement.operations)


def _can_be_repeated(operation: Operation) -> bool:
    match operation:
        case Change():
            return operation.repeatable
        case Create():
            return operation.if_absent
        case Drop():
            return operation.if_present
        case _:
            return False


def confirmed(step: Step, now: Assessment) -> str:
    """What speaks against its having been done, one sentence; '' when the catalog and the ledger show it."""
    wanted = Verdict.NOT_LANDED if step.backwards else Verdict.LANDED
    now = _without(step.behind, now)
    for judged in step.judgements:
        found = _same(judged, now)
        if found is None:
            return f"statement {judged.statement.n} cannot be found any more"
        if found.verdict is not wanted and _can_be_seen(found) and not _looks_alike(found, now, back=step.backwards):
            return f"statement {found.statement.n} is {found.word}: {found.evidence}"
    writes = step.kind in (StepKind.LEDGER, StepKind.TOOL)
    if writes and step.edit is not None and not _has_all(step.edit.after, step.edit, now):
        return f"{step.edit.table} does not hold the row that was written"
    if step.clears and _is_left(step, now):
        return f"{step.clears} is still there"
    if step.edit is not None and step.edit.removes and _has_any(step.edit.before, step.edit, now):
        return f"{step.edit.table} still holds the row that was removed"
    return ""


def can_show(step: Step, now: Assessment) -> bool:
    """Whether the catalog or the ledger would show that it was not done: one part speaks for a whole transaction."""
    if step.clears:
        return step.kind is not StepKind.PREPARED  # who ended it, and which way, shows nowhere
    if step.kind is StepKind.LEDGER and step.edit is not None:
        return bool(step.edit.after or step.edit.before)
    found = [_same(judged, now) for judged in step.judgements]
    shown = [j is not None and _can_be_seen(j) and j.verdict is not Verdict.UNKNOWABLE for j in found]
    return any(shown) if step.atomic else bool(shown) and all(shown)


def _without(migrations: tuple[str, ...], now: Assessment) -> Assessment:
    """As it would be told if these were not among the project's files any more."""
    if not migrations:
        return now
    kept = (
        replace(reading, value=replace(value, tracked=tuple(t for t in value.tracked if t.id not in migrations)))
        if (value := reading.value) is not None
        else reading
        for reading in now.observation.tracking
    )
    return assess(replace(now.observation, tracking=tuple(kept)))


def _left(step: Step, now: Assessment) -> Debris | None:
    items = (item for item in now.debris if item.object == step.clears and step.kind_cleared in ("", item.kind))
    return next(items, None)


def _is_left(step: Step, now: Assessment) -> bool:
    """Also where it is not called debris just now because somebody speaks of it."""
    schema = now.observation.schema.value
    if _left(step, now) is not None or step.place is None or schema is None:
        return _left(step, now) is not None
    return persists(step.kind_cleared, schema.get(step.place))


def whats_next(plan: Plan, outcomes: Sequence[Outcome], now: Assessment) -> str:
    """What to do now, one sentence."""
    if any(outcome.word is Word.UNKNOWN for outcome in outcomes):
        return "Nobody knows what the server did: look at the state before anything else is done."
    if more := unlike(plan.intent, plan.steps, now) if all(outcome.good for outcome in outcomes) else "":
        return f"It is not finished: {more}"
    return now.next[0] if now.next else ""


def ways_on(outcomes: Sequence[Outcome], now: Assessment) -> tuple[Intent, ...]:
    """To end the one session that the plan waited for; of several likely ones nobody is offered."""
    behind = outcomes[-1].behind if outcomes else ()
    found = suggested(now, behind) if len(behind) == 1 else None
    return (found,) if found is not None else ()


def unlike(intent: Intent, steps: Sequence[Step], now: Assessment) -> str:
    """How the tables that a finish made differ from their neighbours in who owns and may use them, with the remedy."""
    schema = now.observation.schema.value
    if intent.verb is not Verb.FINISH or schema is None:
        return ""
    ledgers = {framework.ledger for framework in now.frameworks}
    made = made_by(judged.statement for step in steps for judged in step.judgements)
    missing = lacking(made, schema, ledgers)
    return f"it is not open to whom its neighbours are: {'; '.join(missing)}" if missing else ""


def _can_be_seen(judgement: Judgement) -> bool:
    """The catalog could show whether it ran."""
    statement = judgement.statement
    return statement.nature is Nature.SCHEMA and not all(isinstance(o, Opaque) for o in statement.operations)


def _looks_alike(judgement: Judgement, now: Assessment, *, back: bool) -> bool:
    """All is as it should be; only whether it was so before cannot be told, and the server has just taken it."""
    schema = now.observation.schema.value
    if judgement.verdict is not Verdict.UNKNOWABLE or judgement.untold or judgement.waiting or schema is None:
        return False
    found = find(judgement.statement, schema, frozenset())
    if back:
        return not any(finding.fits and not isinstance(finding.operation, Change) for finding in found)
    return bool(found) and all(finding.fits and finding.compared for finding in found)


def _same(judged: Judgement, now: Assessment) -> Judgement | None:
    statements = (j for f in now.frameworks for m in f.migrations for j in m.statements)
    return next((j for j in statements if j.statement == judged.statement), None)


def _rows(edit: LedgerEdit, now: Assessment) -> Iterator[Row]:
    for reading in now.observation.tracking:
        if reading.value is not None and reading.value.ledger.name == edit.table and reading.complete:
            yield from (row.raw for row in reading.value.ledger.rows)


def _has_changed(edit: LedgerEdit, now: Assessment) -> bool:
    """What it takes is not there as it was, or somebody else's row is: no tool keeps a second row of one out."""
    counts = {len(reading.value.ledger.rows) for reading in now.observation.tracking
              if reading.value is not None and reading.value.ledger.name == edit.table}  # fmt: skip
    return not _has_all(edit.before, edit, now) or (edit.rows is not None and counts != {edit.rows})


def _has_all(wanted: Sequence[Row], edit: LedgerEdit, now: Assessment) -> bool:
    present = list(_rows(edit, now))
    return all(any(set(row) <= set(there) for there in present) for row in wanted)


def _has_any(wanted: Sequence[Row], edit: LedgerEdit, now: Assessment) -> bool:
    present = list(_rows(edit, now))
    return any(set(row) <= set(there) for row in wanted for there in present)
