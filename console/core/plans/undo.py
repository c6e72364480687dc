"""The plan to undo a mark: the rows it changed stand again as they stood before, which only the journal still knows.

The journal keeps no secrets, so a row may stand there with a part of it hidden. Such a row is never written back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from console.core.assessment import Assessment
from console.core.intent import Intent, Verb
from console.core.journal import Entry, Topic, ends
from console.core.landed import Verdict
from console.core.ledger_sql import delete, put_back
from console.core.plan import CannotWriteError, LedgerEdit, Plan, Step
from console.core.plans.after import Row
from console.core.plans.mark import ledger_step
from console.core.plans.subject import Subject, subject_of

MARKS = (Verb.MARK_RAN.value, Verb.MARK_NOT_RAN.value)
_COUNTED = ("done", "unknown")
"""Outcomes after which the rows may stand there as they were to be."""
_CHANGE, _SEAL = "ledger_change", "ledger_seal"


@dataclass(frozen=True, slots=True)
class _Change:
    """What one step did to a ledger, as the journal has it."""

    n: int
    verb: str
    migration: str
    framework: str
    table: str
    before: tuple[Row, ...]
    after: tuple[Row, ...]
    whole: bool
    """Every letter of the rows is there."""


def kept(plan: Plan, step: Step) -> dict[str, str]:
    """What the journal needs to know of a step for its undo."""
    if step.edit is None:
        return {}
    intent, edit = plan.intent, step.edit
    text = json.dumps([intent.verb.value, intent.migration, intent.framework, edit.table, edit.before, edit.after],
                      ensure_ascii=False)  # fmt: skip
    return {_CHANGE: text, _SEAL: _seal(text)}


def undo_plan(intent: Intent, assessment: Assessment, account: Sequence[Entry]) -> Plan:
    """What will be sent to undo the last mark of `intent.migration`; refused ones say why and send nothing."""
    title, phrase = f"Undo the mark of {intent.migration}", f"{Verb.UNDO.value} {intent.migration}"
    try:
        subject = subject_of(intent, assessment)
        change = _last(intent, account)
        edit = _edit(change, subject)
    except CannotWriteError as why:
        return Plan(intent, title, phrase, "", assessment.taken_at, refused=(str(why),))
    ran = change.verb == Verb.MARK_NOT_RAN.value
    return Plan(
        intent,
        f"Undo: {change.verb} {subject.migration.label}",
        f"{Verb.UNDO.value} {change.verb} {subject.key}",
        subject.server.identity,
        assessment.taken_at,
        steps=(ledger_step(1, subject, edit, ran=ran),),
        about=(f"{subject.migration.label}: {subject.migration.headline}",),
        checked=(f"{edit.table} is as journal entry {change.n} left it: looked at again just before",),
        effect=(f"{edit.table} is as it was before journal entry {change.n}", edit.follow_up),
        careful=tuple(_careful(subject, ran=ran)),
        undo=";\n".join(edit.undo),
    )


def ways_back(intent: Intent, assessment: Assessment, account: Sequence[Entry]) -> tuple[Intent, ...]:
    """To undo the last mark, where that can be done: what a mistaken one needs, not another mark."""
    undo = Intent(Verb.UNDO, migration=intent.migration, framework=intent.framework)
    return () if undo_plan(undo, assessment, account).refused else (undo,)


def _last(intent: Intent, account: Sequence[Entry]) -> _Change:
    """The last change of the migration's rows that may have been made. CannotWriteError when it cannot be undone."""
    outcomes = ends(account)
    changes = [change for entry in account if entry.topic is Topic.ACTING and (change := _read(entry)) is not None
               and change.migration == intent.migration and intent.framework in ("", change.framework)
               and outcomes.get(change.n, "") in _COUNTED]  # fmt: skip
    if not changes:
        raise CannotWriteError("The journal has no mark of it.")
    last = changes[-1]
    if last.verb == Verb.UNDO.value:
        raise CannotWriteError(f"Its mark was undone already (journal entry {last.n}).")
    if last.verb not in MARKS:
        raise CannotWriteError(f"Its rows were written by a {last.verb} (journal entry {last.n}), which was no mark.")
    if not last.whole:
        raise CannotWriteError(f"Journal entry {last.n} hides a part of the row, so it cannot be written back.")
    return last


def _read(entry: Entry) -> _Change | None:
    text = entry.details.get(_CHANGE)
    if text is None:
        return None
    whole = _seal(text) == entry.details.get(_SEAL)
    try:
        verb, migration, framework, table, before, after = json.loads(text)
        return _Change(entry.n, verb, migration, framework, table, _rows(before), _rows(after), whole)
    except (ValueError, TypeError):
        return None


def _rows(given: Iterable[Iterable[tuple[str, str | None]]]) -> tuple[Row, ...]:
    return tuple(tuple((column, value) for column, value in row) for row in given)


def _seal(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _edit(change: _Change, subject: Subject) -> LedgerEdit:
    """The rows that it wrote go, those that it took come back."""
    ledger, server = subject.tracking.ledger, subject.server
    if ledger.unread:
        raise CannotWriteError(f"The ledger could not be read: {ledger.unread}.")
    if ledger.name != change.table:
        raise CannotWriteError(f"The ledger is {ledger.name} now; the mark was made in {change.table}.")
    there = [row.raw for row in ledger.rows]
    gone = tuple(_standing(change.after, there, change))
    taken = {other[:1] for other in there if other not in gone}
    if any(row[:1] in taken for row in change.before):
        raise CannotWriteError(f"{ledger.name} has another row in its place: written since journal entry {change.n}.")
    if not change.after and subject.migration.tracked.row is not None:
        raise CannotWriteError(f"{subject.framework.framework} has recorded it again since journal entry {change.n}.")
    sql = (*(delete(ledger.name, row, server) for row in gone), *put_back(ledger.name, change.before, server))
    back = (*(delete(ledger.name, row, server) for row in change.before), *put_back(ledger.name, gone, server))
    return LedgerEdit(ledger.name, sql, gone, change.before, back, _told(change))


def _standing(wanted: Sequence[Row], there: Sequence[Row], change: _Change) -> Iterator[Row]:
    """The rows as they stand there now, every column. CannotWriteError when one is not as the mark left it."""
    for row in wanted:
        found = [other for other in there if set(row) <= set(other)]
        if len(found) != 1:
            why = "is not there any more, or was changed" if not found else "stands there more than once"
            raise CannotWriteError(f"The row that journal entry {change.n} wrote {why}.")
        yield found[0]


def _told(change: _Change) -> str:
    if change.verb == Verb.MARK_NOT_RAN.value:
        return f"{change.framework} believes again what it believed before."
    if change.before:
        return f"{change.framework} knows it as failed again."
    return f"{change.framework} does not know it any more: its next run runs it."


def _careful(subject: Subject, *, ran: bool) -> Iterator[str]:
    """What the catalog says against the row as it was."""
    odd = Verdict.NOT_LANDED if ran else Verdict.LANDED
    for judgement in subject.migration.statements:
        if judgement.verdict is odd and not judgement.skipped:
            yield f"statement {judgement.statement.n} is {judgement.word}: {judgement.evidence}"
