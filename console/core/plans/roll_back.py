"""The plan to roll one migration back: the inverse of exactly what landed, newest first, then its row.

What a statement replaced is only known where earlier migrations said it; where it is not known, the step cannot be
written and the plan says so. What would be lost is counted before anybody is asked to type.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from console.core.assessment import Assessment
from console.core.hazards import hazard_of
from console.core.intent import Intent, Verb
from console.core.landed import Judgement, Verdict
from console.core.operations import Change, Create, Drop, Opaque, Operation, apply_all
from console.core.past import history
from console.core.plan import CannotWriteError, Count, Loss, Owner, Plan, Step, StepKind
from console.core.plans.finish import PATIENCE, worst_lock
from console.core.plans.in_the_way import holders, warnings, ways_out
from console.core.plans.mark import ledger_edit, ledger_step
from console.core.plans.subject import Subject, subject_of
from console.core.ports_acting import Marker, Renderer
from console.core.schema import Kind, Ref
from console.core.state import Picture
from console.core.statements import Nature, Statement, read_script
from console.core.things import UNSTATED
from console.core.verdicts import good


def roll_back_plan(intent: Intent, assessment: Assessment, renderer: Renderer, marker: Marker, owner: Owner) -> Plan:
    """What will be sent to take `intent.migration` back; refused ones say why and send nothing."""
    bare = Plan(intent, f"Roll back {intent.migration}", f"roll back {intent.migration}", "", assessment.taken_at)
    try:
        subject = subject_of(intent, assessment)
        settings = renderer.settings(marker.session_settings(subject.server), owner.role)
        steps = tuple(_steps(subject, renderer))
        if subject.migration.tracked.row is not None:
            edit = ledger_edit(Verb.MARK_NOT_RAN, subject, marker)
            steps = (*steps, ledger_step(len(steps) + 1, subject, edit, ran=False))
    except CannotWriteError as why:
        return replace(bare, refused=(str(why),))
    refused = (*_refusals(subject), *((owner.refused,) if owner.refused else ()))
    file = subject.migration.tracked.migration
    held = holders((j.statement for j in subject.landed), assessment)
    return replace(
        bare,
        title=f"Roll back {subject.migration.label}",
        phrase=f"roll back {subject.key}",
        server=subject.server.identity,
        steps=() if refused else steps,
        settings=settings,
        about=(f"{subject.migration.label}: {subject.migration.headline}", *warnings(held)),
        checked=("each statement is looked at again just before it is taken back",),
        effect=(f"takes back {len(subject.landed)} landed, newest first",),
        careful=_careful(subject),
        instead=tuple(ways_out(held, assessment)),
        undo="run the migration again; rows that were lost do not come back",
        counts=() if refused else tuple(_counts(subject, renderer)),
        refused=refused,
        by_hand=tuple(statement.sql for statement in file.down) if file is not None else (),
    )


def with_losses(plan: Plan, counted: Sequence[int | None]) -> Plan:
    """The plan with what was counted; what could not be counted is a loss of unknown size."""
    losses = []
    for count, rows in zip(plan.counts, counted, strict=True):
        what = count.thing or count.table
        if rows is None:
            losses.append(Loss(count.table, f"how many rows have a value in {what} could not be counted"))
        elif rows:
            has = "rows have a value" if rows > 1 else "row has a value"
            losses.append(Loss(count.table, f"{rows:,} {has} in {what}" if count.thing else f"{rows:,} rows of {what}"))
    return replace(plan, losses=tuple(losses))


def _refusals(subject: Subject) -> Iterator[str]:
    if not subject.landed:
        yield "Nothing of it landed: there is nothing to take back."
    for judgement in subject.migration.statements:
        number = judgement.statement.n
        if judgement.verdict is Verdict.PARTIAL:
            yield f"Statement {number} is there but differs ({judgement.evidence}): whose it is, is not known."
        elif judgement.verdict is Verdict.UNKNOWABLE and judgement.statement.nature is not Nature.DATA:
            yield f"Whether statement {number} ran cannot be told, so it cannot be taken back."
        elif judgement.verdict is Verdict.LANDED and judgement.statement.database and not judgement.skipped:
            yield f"Statement {number} went to another database ({judgement.statement.database})."


def _careful(subject: Subject) -> tuple[str, ...]:
    wrote = (Verdict.LANDED, Verdict.UNKNOWABLE)
    data = (j for j in subject.migration.statements if j.statement.nature is Nature.DATA and not j.skipped)
    return tuple(
        f"What statement {j.statement.n} changed in the rows is not undone." for j in data if j.verdict in wrote
    )


def _steps(subject: Subject, renderer: Renderer) -> Iterator[Step]:
    together = subject.server.dialect in ("postgresql", "sqlite")
    written = [(judgement, _inverse_sql(judgement.statement, before, subject, renderer))
               for judgement, before in _befores(subject)]  # fmt: skip
    written = [(judgement, sql) for judgement, sql in reversed(written) if sql]
    concurrent = any(judgement.statement.concurrently for judgement, _ in written)
    groups = [written] if together and not concurrent and written else [[pair] for pair in written]
    for n, group in enumerate(groups, start=1):
        yield _step(n, [judgement for judgement, _ in group], [s for _, sql in group for s in sql], subject)


def _step(n: int, judgements: Sequence[Judgement], sql: Sequence[str], subject: Subject) -> Step:
    numbers = ", ".join(str(j.statement.n) for j in judgements)
    sent = read_script(";\n".join(sql), subject.server.grammar, subject.schema.home)
    hazards = [hazard_of(statement, subject.server, subject.schema) for statement in sent]
    return Step(
        n,
        StepKind.SCHEMA,
        f"{'statements' if len(judgements) > 1 else 'statement'} {numbers} of {subject.migration.label}, taken back",
        tuple(sql),
        atomic=len(sql) > 1 and subject.server.dialect in ("postgresql", "sqlite"),
        judgements=tuple(judgements),
        backwards=True,
        lock=worst_lock(hazards),
        patience=PATIENCE,
        expect="; ".join(f"statement {j.statement.n} is NOT LANDED" for j in judgements),
        undo="run the statement again",
    )


def _befores(subject: Subject) -> Iterator[tuple[Judgement, Picture]]:
    """Each landed statement of schema, with what was there before it, as far as earlier migrations say."""
    recorded = (m for m in subject.framework.migrations if good(m.tracked) and m.id != subject.migration.id)
    statements = [s for m in recorded for s in (m.tracked.migration.statements if m.tracked.migration else ())
                  if not s.database]  # fmt: skip
    picture = history(statements, ()).picture
    for judgement in subject.landed:
        if judgement.statement.nature is Nature.SCHEMA:
            yield judgement, picture
        picture = apply_all(judgement.statement.operations, picture)


def _inverse_sql(statement: Statement, before: Picture, subject: Subject, renderer: Renderer) -> tuple[str, ...]:
    inverses: list[Operation] = []
    for operation in statement.operations:
        inverse = _inverse(operation, before, statement)
        inverses[:0] = inverse
        before = operation.apply(before)
    return tuple(sql for operation in inverses for sql in renderer.operation(operation, subject.schema))


def _inverse(operation: Operation, before: Picture, statement: Statement) -> tuple[Operation, ...]:
    if isinstance(operation, Opaque) and operation.harmless:
        return ()
    inverse = operation.inverse(_completed(operation, before))
    if inverse is None:
        raise CannotWriteError(f"Statement {statement.n} cannot be taken back: what was there before it is not known.")
    return inverse


def _completed(operation: Operation, before: Picture) -> Picture:
    """With what a known CREATE left open: what it did not say was the usual (no comment, the table's collation)."""
    old = before.get(operation.ref) if isinstance(operation, Change) else None
    if not isinstance(operation, Change) or old is None or "type" not in old:
        return before
    usual = {name: UNSTATED[name] for name, _ in operation.attrs if name not in old and name in UNSTATED}
    return before.with_things({operation.ref: {**usual, **old}}) if usual else before


def _counts(subject: Subject, renderer: Renderer) -> Iterator[Count]:
    """What a roll-back throws away: tables and columns that the migration made and somebody may have filled."""
    home = subject.schema.home
    for ref in _made(subject):
        if ref.kind is Kind.TABLE and subject.schema.get(ref) is not None:
            name = ref.name if ref.schema == home else f"{ref.schema}.{ref.name}"
            yield Count(name, "", renderer.count_values(ref.schema, ref.name, None))
        elif ref.kind is Kind.COLUMN and subject.schema.get(ref) is not None:
            name = ref.table if ref.schema == home else f"{ref.schema}.{ref.table}"
            yield Count(name, f"{name}.{ref.name}", renderer.count_values(ref.schema, ref.table, ref.name))


def _made(subject: Subject) -> Iterator[Ref]:
    made: dict[Ref, None] = {}
    for judgement in subject.landed:
        for operation in judgement.statement.operations:
            if isinstance(operation, Create):
                made[operation.subject] = None
            elif isinstance(operation, Drop):
                made.pop(operation.ref, None)
    tables = {(ref.schema, ref.name) for ref in made if ref.kind is Kind.TABLE}
    return (ref for ref in made if (ref.schema, ref.table) not in tables)
