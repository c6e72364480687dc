"""The plan to roll one migration back: the inverse of exactly what landed, newest first, then its row.

What a statement replaced is only known where earlier migrations said it; where it is not known, the step cannot be
written and the plan says so. What would be lost is counted before anybody is asked to type.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from console.core.assessment import Assessment
from console.core.hazards import hazard_of
from console.core.hazards_cost import longest, worst_lock
from console.core.in_the_way import holders, warnings, ways_out
from console.core.intent import Intent, Verb
from console.core.inverse import Undone, undone
from console.core.inverse.chain import statements_before
from console.core.inverse.stage import Stage
from console.core.inverse.undoing import Undo, brought_back, in_turn, whole
from console.core.landed import Judgement, Verdict, out_of_band
from console.core.operations import Create, Drop, Opaque, Operation
from console.core.plan import CannotWriteError, Count, Owner, Plan, Step, StepKind
from console.core.plans.finish import patience
from console.core.plans.losing import count_of, may_lose
from console.core.plans.mark import ledger_edit, ledger_step
from console.core.plans.subject import Subject, subject_of
from console.core.ports_acting import Marker, Renderer
from console.core.schema import Index, Kind, Ref, Schema
from console.core.statements import Nature, read_script
from console.core.verdicts import good


def roll_back_plan(intent: Intent, assessment: Assessment, renderer: Renderer, marker: Marker, owner: Owner) -> Plan:
    """What will be sent to take `intent.migration` back; refused ones say why and send nothing."""
    bare = Plan(intent, f"Roll back {intent.migration}", f"roll back {intent.migration}", "", assessment.taken_at)
    try:
        subject = subject_of(intent, assessment)
        settings = renderer.settings(marker.session_settings(subject.server), owner.role)
        back = undone(subject.landed, statements_before(subject.framework, subject.migration), subject.schema)
        steps = steps_back(back, subject, renderer, marker)
    except CannotWriteError as why:
        return replace(bare, refused=(str(why),))
    refused = (*refusals(subject), *((owner.refused,) if owner.refused else ()))
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
        careful=tuple(careful(subject, back.undos)),
        instead=tuple(ways_out(held, assessment)),
        undo="run the migration again; rows that were lost do not come back",
        counts=() if refused else tuple(counts(back, subject, renderer)),
        refused=refused,
        by_hand=tuple(statement.sql for statement in file.down) if file is not None else (),
    )


def steps_back(back: Undone, subject: Subject, renderer: Renderer, marker: Marker) -> tuple[Step, ...]:
    """The statements, newest first, then the row."""
    steps = tuple(_steps(back.undos, subject, renderer))
    if subject.migration.tracked.row is None and not good(subject.migration.tracked):
        return steps
    edit = ledger_edit(Verb.MARK_NOT_RAN, subject, marker)
    return (*steps, ledger_step(len(steps) + 1, subject, edit, ran=False))


def refusals(subject: Subject) -> Iterator[str]:
    """What of its statements forbids to take it back, one sentence each."""
    if not subject.landed:
        yield "Nothing of it landed: there is nothing to take back."
    not_run = _beyond(subject)
    for judgement in subject.migration.statements:
        number = judgement.statement.n
        if judgement.verdict is Verdict.PARTIAL:
            yield f"Statement {number} is there but differs ({judgement.evidence}): whose it is, is not known."
        elif judgement.verdict is Verdict.UNKNOWABLE and _matters(judgement) and judgement not in not_run:
            yield f"Whether statement {number} ran cannot be told, so it cannot be taken back."
        elif judgement.verdict is Verdict.LANDED and judgement.statement.database and not judgement.skipped:
            yield f"Statement {number} went to another database ({judgement.statement.database})."


def _matters(judgement: Judgement) -> bool:
    """It changes more than rows, if it ran."""
    harmless = all(isinstance(o, Opaque) and o.harmless for o in judgement.statement.operations)
    return judgement.statement.nature is not Nature.DATA and not harmless and not judgement.skipped


def _beyond(subject: Subject) -> tuple[Judgement, ...]:
    """Statements that nothing shows, behind one that did not land: a run ends there, so they were never sent."""
    statements = subject.migration.statements
    if out_of_band(statements):
        return ()
    stop = next((i for i, j in enumerate(statements) if j.verdict is Verdict.NOT_LANDED and not j.inferred), None)
    return () if stop is None else tuple(j for j in statements[stop:] if j.verdict is Verdict.UNKNOWABLE)


def careful(subject: Subject, undos: Sequence[Undo]) -> Iterator[str]:
    """What does not come back, one sentence each."""
    not_run = _beyond(subject)
    for judgement in subject.migration.statements:
        number = judgement.statement.n
        if judgement in not_run and not judgement.skipped:
            yield f"Statement {number} is taken not to have run, for one before it has not."
        elif judgement.skipped or judgement.verdict not in (Verdict.LANDED, Verdict.UNKNOWABLE):
            continue
        elif judgement.statement.nature is Nature.DATA:
            yield f"What statement {number} changed in the rows is not undone."
        elif judgement.statement.sql.upper().startswith(("GRANT", "REVOKE", "ALTER DEFAULT")):
            yield f"What statement {number} allows or forbids, if it ran, stays so."
    yield from brought_back(undos)


def _steps(undos: tuple[Undo, ...], subject: Subject, renderer: Renderer) -> Iterator[Step]:
    """On PostgreSQL all in one transaction; elsewhere one for each statement, with what goes along with it."""
    written = _written(in_turn(undos, subject.schema), subject.schema, renderer)
    if whole(undos, subject.schema) and written:
        everything = {j.statement.n: j for judgements, _ in written for j in judgements}
        written = [(list(everything.values()), [sql for _, parts in written for sql in parts])]
    for n, (judgements, sql) in enumerate(written, start=1):
        yield _step(n, judgements, sql, subject)


def _written(undos: Sequence[Undo], schema: Schema, renderer: Renderer) -> list[tuple[list[Judgement], list[str]]]:
    """The SQL that takes back each landed statement, newest first; one that needs none is part of what takes away the
    table or column it was about, or else of the next."""
    written: list[tuple[list[Judgement], list[str]]] = []
    along: list[Judgement] = []
    told = list(_sql_of(undos, schema, renderer))
    for n, (judgement, sql) in enumerate(told):
        if not sql:
            along.append(judgement)
            continue
        makers = [made for made, later in told[n + 1 :] if later]
        waits = [one for one in along if not _made(judgement, one) and any(_made(maker, one) for maker in makers)]
        written.append(([*(one for one in along if one not in waits), judgement], sql))
        along = waits
    if along and written:
        written[-1][0].extend(along)
    return written


def _made(maker: Judgement, other: Judgement) -> bool:
    """The first made what the second is about, or the table that is in."""
    made = {thing.ref for o in maker.statement.operations if isinstance(o, Create) for thing in o.things}
    subjects = [o.subject for o in other.statement.operations if not isinstance(o, Opaque)]
    places = {Ref(kind, ref.schema, "", ref.table) for ref in subjects for kind in (Kind.TABLE, Kind.VIEW)}
    return not made.isdisjoint({*subjects, *places})


def _sql_of(undos: Sequence[Undo], schema: Schema, renderer: Renderer) -> Iterator[tuple[Judgement, list[str]]]:
    """Statement by statement, newest first; each written for the schema as the ones before it leave it."""
    stage = Stage(schema, (step for undo in undos for step in undo.steps if not isinstance(step, str)))
    for _, group in groupby(reversed(undos), key=lambda undo: undo.judgement.statement.n):
        mine = list(group)
        sql: list[str] = []
        steps = [step for undo in mine for step in undo.steps]
        for step in steps:
            if isinstance(step, str):
                sql.append(step)
                continue
            gently = mine[0].judgement.statement.concurrently and len(steps) == 1
            sql += _written_sql(step, stage.schema(), renderer, gently=gently)
            stage.play(step)
        yield mine[0].judgement, sql


def _written_sql(step: Operation, schema: Schema, renderer: Renderer, *, gently: bool) -> tuple[str, ...]:
    """What was built while everybody went on is dropped in the same way; an index that is there is not made twice."""
    if isinstance(step, Create) and isinstance(step.things[0], Index) and schema.get(step.subject) is not None:
        return ()
    if isinstance(step, Drop) and step.if_present and schema.get(step.ref) is None:
        return ()
    index = schema.get(step.ref) if gently and isinstance(step, Drop) else None
    return renderer.drop_index(index) if isinstance(index, Index) else renderer.operation(step, schema)


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
        lasts=longest(hazards),
        patience=patience(sent, subject.server.grammar),
        expect="; ".join(f"statement {j.statement.n} is NOT LANDED" for j in judgements),
        undo="run the statement again",
    )


def counts(back: Undone, subject: Subject, renderer: Renderer, empty: frozenset[Ref] = frozenset()) -> Iterator[Count]:
    """What a roll-back may throw away: what the migration made, and what does not fit its former type. What is known
    to be empty is not counted."""
    for ref in (*back.made, *(ref for ref, former in back.retyped if may_lose(ref, former, subject.schema))):
        if subject.schema.get(ref) is not None and ref not in empty:
            yield count_of(ref, subject.schema, renderer)
