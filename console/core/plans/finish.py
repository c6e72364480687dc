"""The plan to finish a migration that stopped: what has not landed, in the transactions the tool would have used.

Nothing is guessed: a statement that nobody can judge is run, skipped or stopped at only as a person says, and what is
there but differs has to be mended first. The last step is the row the tool would have written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from console.core.assessment import Assessment
from console.core.hazards import Hazard, hazard_of
from console.core.hazards_cost import longest, worst_lock
from console.core.in_the_way import holders, warnings, ways_out
from console.core.intent import Answer, Intent, Verb
from console.core.landed import Judgement, Verdict, out_of_band
from console.core.lexer import significant, tokens
from console.core.plan import CannotWriteError, Owner, Plan, Settings, Step, StepKind
from console.core.plans.losing import deleted, thrown_away
from console.core.plans.mark import ledger_edit, ledger_step
from console.core.plans.neighbours import owner_beside
from console.core.plans.subject import Subject, subject_of
from console.core.ports_acting import Marker, Renderer
from console.core.statements import Nature, Statement

PATIENCE = 5.0
"""Seconds to wait for a statement's first lock: longer, and everybody queues behind it."""
_UNHURRIED = frozenset({"CONCURRENTLY", "FINALIZE"})


def patience(statements: Iterable[Statement], grammar: str) -> float:
    """0 where one waits for old transactions by design: nobody queues behind it, and giving up leaves half of it."""
    words = {token.word for statement in statements for token in significant(tokens(statement.sql, grammar))}
    return 0.0 if words & _UNHURRIED else PATIENCE


def finish_plan(intent: Intent, assessment: Assessment, renderer: Renderer, marker: Marker, owner: Owner) -> Plan:
    """What will be sent to finish `intent.migration`; refused ones say why and send nothing."""
    bare = Plan(intent, f"Finish {intent.migration}", f"finish {intent.migration}", "", assessment.taken_at)
    try:
        subject = subject_of(intent, assessment)
        edit = ledger_edit(Verb.MARK_RAN, subject, marker)
        settings = renderer.settings(marker.session_settings(subject.server), owner.role or _role_beside(subject))
    except CannotWriteError as why:
        return Plan(bare.intent, bare.title, bare.phrase, "", bare.taken_at, refused=(str(why),))
    answers = dict(intent.answers)
    open_ones = tuple(j.statement.n for j in _doubtful(subject) if j.statement.n not in answers)
    rest = tuple(_rest(subject, answers))
    refused = (*_refusals(subject, rest, answers), *((owner.refused,) if owner.refused else ()))
    steps = tuple(_steps(rest, subject, settings))
    stops = Answer.STOP in answers.values()
    held = holders((j.statement for j in rest), assessment)
    if not stops and steps:
        steps = (*steps, ledger_step(len(steps) + 1, subject, edit, ran=True))
    return Plan(
        intent,
        f"Finish {subject.migration.label}",
        f"finish {subject.key}",
        subject.server.identity,
        assessment.taken_at,
        steps=() if refused or open_ones else steps,
        settings=settings,
        about=(f"{subject.migration.label}: {subject.migration.headline}", *warnings(held), *_landed_words(subject)),
        checked=("each statement is looked at again just before it is sent",),
        effect=tuple(_effect(rest, subject, recorded=not stops)),
        careful=tuple(_careful(steps)),
        instead=tuple(ways_out(held, assessment)),
        undo="each step says how it is taken back; what ran before a stop stays",
        losses=() if refused or open_ones else tuple(deleted(rest, subject.schema, subject.server.grammar)),
        counts=() if refused or open_ones else tuple(dict.fromkeys(thrown_away(rest, subject.schema, renderer))),
        refused=refused,
        open_questions=open_ones,
        by_hand=tuple(j.statement.sql for j in rest),
    )


def _role_beside(subject: Subject) -> str:
    """What only makes tables makes them as the role that owns the ones beside."""
    statements = [j.statement for j in subject.migration.statements]
    role = owner_beside(statements, subject.schema, {subject.tracking.ledger.name})
    return "" if role == subject.server.user else role


def _doubtful(subject: Subject) -> Iterator[Judgement]:
    """Statements of which a person must say what they are: nothing in the database tells."""
    for judgement in subject.migration.statements:
        if judgement.skipped:
            continue
        guessed = judgement.inferred and judgement.statement.nature is not Nature.SCHEMA
        if judgement.verdict is Verdict.UNKNOWABLE or guessed:
            yield judgement


def _rest(subject: Subject, answers: Mapping[int, Answer]) -> Iterator[Judgement]:
    """What is to be sent, in its order, up to where a person says stop."""
    for judgement in subject.migration.statements:
        answer = answers.get(judgement.statement.n)
        if answer is Answer.STOP:
            return
        if judgement.skipped or answer is Answer.RAN:
            continue
        if answer is Answer.RUN or judgement.verdict is Verdict.NOT_LANDED:
            yield judgement


def _refusals(subject: Subject, rest: Sequence[Judgement], answers: Mapping[int, Answer]) -> Iterator[str]:
    if not subject.landed and Verdict.PARTIAL not in {j.verdict for j in subject.migration.statements}:
        yield _nothing_seen(subject)
    if not rest and not any(a is Answer.STOP for a in answers.values()) and not list(_doubtful(subject)):
        yield "All of it landed: mark it ran instead."
    if odd := out_of_band(subject.migration.statements):
        yield f"{odd} What is missing cannot simply be run after what is there."
    for judgement in subject.migration.statements:
        if judgement.verdict is Verdict.PARTIAL:
            yield f"Statement {judgement.statement.n} landed in part: {judgement.evidence}. Mend that first."
    for judgement in rest:
        if not judgement.statement.readable:
            yield f"The SQL of statement {judgement.statement.n} is not known: only the tool can run it."
        elif judgement.statement.database:
            yield f"Statement {judgement.statement.n} goes to another database ({judgement.statement.database})."
        elif judgement.obstacle:
            yield f"Statement {judgement.statement.n} would be refused: {judgement.obstacle}."


def _nothing_seen(subject: Subject) -> str:
    """The tool begins anew: what may have run, and nothing shows, would run twice."""
    first = next((j for j in subject.migration.statements if not j.skipped), None)
    if first is None or first.verdict is not Verdict.UNKNOWABLE:
        return "Nothing of it landed: let the tool itself run it, once what stopped it is mended."
    n = first.statement.n
    return (
        f"Nothing of it is seen to have landed, but whether statement {n} ran cannot be told: find that out, and that "
        "it may run twice, before the tool runs it."
    )


def _steps(rest: Sequence[Judgement], subject: Subject, settings: Settings) -> Iterator[Step]:
    """One step for each transaction that the tool would have used."""
    transactional = subject.server.dialect in ("postgresql", "sqlite")
    together = groupby(rest, key=lambda j: (j.statement.group, j.statement.n if j.statement.concurrently else 0))
    for n, (_, judgements) in enumerate(together, start=1):
        group = tuple(judgements)
        hazards = [hazard_of(j.statement, subject.server, subject.schema) for j in group]
        yield _step(n, group, hazards, subject, atomic=transactional and len(group) > 1)


def _step(n: int, group: tuple[Judgement, ...], hazards: Sequence[Hazard], subject: Subject, *, atomic: bool) -> Step:
    numbers = ", ".join(str(j.statement.n) for j in group)
    name = f"{'statements' if len(group) > 1 else 'statement'} {numbers} of {subject.migration.label}"
    data = all(j.statement.nature is not Nature.SCHEMA for j in group)
    worst = max(hazards, key=lambda h: h.severity)
    return Step(
        n,
        StepKind.DATA if data else StepKind.SCHEMA,
        name,
        tuple(j.statement.sql for j in group),
        atomic=atomic,
        judgements=group,
        lock=worst_lock(hazards),
        rewrite=any(h.rewrite for h in hazards) if all(h.rewrite is not None for h in hazards) else None,
        estimate=worst.estimate,
        lasts=longest(hazards),
        patience=patience((j.statement for j in group), subject.server.grammar),
        expect="; ".join(f"statement {j.statement.n} is LANDED" for j in group if j.statement.nature is Nature.SCHEMA),
        undo="; ".join(dict.fromkeys(h.undo for h in hazards if h.undo)),
        careful=tuple(dict.fromkeys(h.careful for h in hazards if h.careful)),
    )


def _landed_words(subject: Subject) -> Iterator[str]:
    for judgement in subject.migration.statements:
        yield f"{judgement.statement.n} {judgement.word}: {judgement.evidence}"


def _effect(rest: Sequence[Judgement], subject: Subject, *, recorded: bool) -> Iterator[str]:
    yield "sends 1 statement, once" if len(rest) == 1 else f"sends {len(rest)} statements, each once"
    if recorded:
        yield f"then {subject.framework.framework.capitalize()} believes that it ran"
    else:
        yield "the ledger is left as it is, for a statement is left out"


def _careful(steps: Sequence[Step]) -> Iterator[str]:
    for step in steps:
        for warning in step.careful:
            yield f"{step.title}: {warning}"
