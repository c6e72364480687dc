"""The plan to mark a migration as ran or not ran: the row the tool itself would write, enabled by proof."""

from __future__ import annotations

from dataclasses import replace

from console.core.assessment import Assessment
from console.core.intent import Intent, Verb
from console.core.landed import Judgement, Verdict
from console.core.migration import State
from console.core.plan import CannotWriteError, LedgerEdit, Plan, Step, StepKind
from console.core.plans.subject import Subject, subject_of
from console.core.ports_acting import Marker

_NAMED = 3


def mark_plan(intent: Intent, assessment: Assessment, marker: Marker) -> Plan:
    """What will be written into the ledger for `intent`, and what is proven about it."""
    try:
        subject = subject_of(intent, assessment)
        edit = ledger_edit(intent.verb, subject, marker)
    except CannotWriteError as why:
        return Plan(intent, _title(intent, intent.migration), f"{intent.verb.value} {intent.migration}", "",
                    assessment.taken_at, refused=(str(why),))  # fmt: skip
    ran = intent.verb is Verb.MARK_RAN
    return Plan(
        intent,
        _title(intent, subject.migration.label),
        f"{intent.verb.value} {subject.key}",
        subject.server.identity,
        assessment.taken_at,
        steps=(ledger_step(1, subject, edit, ran=ran),),
        about=(f"{subject.migration.label}: {subject.migration.headline}",),
        checked=_proven(subject, ran=ran),
        effect=(
            f"{subject.framework.framework.capitalize()} believes that it {'ran' if ran else 'did not run'}",
            *_told(edit),
        ),
        undo=";\n".join(edit.undo),
        unproven=_unproven(subject, ran=ran),
        refused=tuple(_refusals(subject, ran=ran)),
    )


def ledger_edit(verb: Verb, subject: Subject, marker: Marker) -> LedgerEdit:
    """What the tool itself would write. CannotWriteError where that cannot be known."""
    if subject.tracking.ledger.unread:
        raise CannotWriteError(f"The ledger could not be read: {subject.tracking.ledger.unread}.")
    write = marker.mark_ran if verb is not Verb.MARK_NOT_RAN else marker.mark_not_ran
    edit = write(subject.tracking, subject.migration.id, subject.server)
    return replace(edit, rows=len(subject.tracking.ledger.rows))


def ledger_step(n: int, subject: Subject, edit: LedgerEdit, *, ran: bool) -> Step:
    """The last step of a plan: what the tool believes from now on."""
    name = subject.migration.label
    return Step(
        n,
        StepKind.LEDGER,
        f"{edit.table}: {name} {'ran' if ran else 'did not run'}",
        edit.sql,
        atomic=len(edit.sql) > 1,
        edit=edit,
        checks=edit.checks,
        expect=f"{edit.table} says that {name} {'ran' if ran else 'did not run'}",
        undo=";\n".join(edit.undo),
    )


def _title(intent: Intent, name: str) -> str:
    return f"{intent.verb.value.capitalize()} {name}"


def _told(edit: LedgerEdit) -> tuple[str, ...]:
    return (edit.follow_up,) if edit.follow_up else ()


def _refusals(subject: Subject, *, ran: bool) -> tuple[str, ...]:
    state = subject.migration.state
    if ran and state in (State.APPLIED, State.HOLLOW, State.CHECKSUM_MISMATCH, State.FILE_MISSING):
        return (f"{subject.framework.framework} has recorded it already.",)
    if not ran and subject.migration.tracked.row is None:
        return (f"{subject.framework.framework} has no row of it.",)
    return ()


def _proven(subject: Subject, *, ran: bool) -> tuple[str, ...]:
    if _unproven(subject, ran=ran):
        return ()
    count = len(subject.migration.statements)
    return (f"all {count} statements {'landed' if ran else 'are undone'}: looked at again just before",)


def _unproven(subject: Subject, *, ran: bool) -> str:
    """What speaks against it, or is not shown; '' when the catalog proves every statement."""
    wanted = Verdict.LANDED if ran else Verdict.NOT_LANDED
    statements = subject.migration.statements
    if not statements:
        return "nothing shows whether it ran: its statements are not known"
    doubtful = [j for j in statements if not _shows(j, wanted)]
    if not doubtful:
        return ""
    named = "; ".join(f"statement {j.statement.n} is {j.word}{_inferred(j)}" for j in doubtful[:_NAMED])
    return named + (f"; and {len(doubtful) - _NAMED} more" if len(doubtful) > _NAMED else "")


def _shows(judgement: Judgement, wanted: Verdict) -> bool:
    return judgement.skipped or (judgement.verdict is wanted and not judgement.inferred)


def _inferred(judgement: Judgement) -> str:
    return " by its place only" if judgement.inferred else ""
