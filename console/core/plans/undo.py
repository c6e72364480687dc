"""The plan to undo a mark: the rows it changed stand again as they stood before, which only the journal still knows.

The journal keeps no secrets, so a row may stand there with a part of it hidden. Such a row is never written back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from console.core.assessment import Assessment, JudgedMigration
from console.core.intent import Intent, Verb, short_key
from console.core.journal import Entry, Topic, ends
from console.core.landed import Verdict
from console.core.ledger_sql import delete, put_back
from console.core.migration import Ledger
from console.core.observation import Server, Tracking
from console.core.plan import CannotWriteError, LedgerEdit, Plan, Step, StepKind
from console.core.plans.after import Row
from console.core.ports_acting import Marker, MarksBack

MARKS = (Verb.MARK_RAN.value, Verb.MARK_NOT_RAN.value)
_COUNTED = ("done", "unknown")
"""Outcomes after which the rows may stand there as they were to be."""
_CHANGE, _SEAL = "rows", "rows_seal"
_NONE: Mapping[str, Marker] = {}
_EXPECTED = ("{} is as it was before journal entry {}", "{} says again what it said before journal entry {}")
"""Where the rows stand there again, and where new ones say the same."""


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


@dataclass(frozen=True, slots=True)
class _Place:
    """The ledger as it is now, and the migration where it is still known."""

    server: Server
    tracking: Tracking
    migration: JudgedMigration | None
    label: str
    key: str

    @property
    def ledger(self) -> Ledger:
        """Its rows."""
        return self.tracking.ledger


def kept(plan: Plan, step: Step) -> dict[str, str]:
    """What the journal needs to know of a step for its undo."""
    if step.edit is None:
        return {}
    intent, edit = plan.intent, step.edit
    text = json.dumps([intent.verb.value, intent.migration, intent.framework, edit.table, edit.before, edit.after],
                      ensure_ascii=False)  # fmt: skip
    return {_CHANGE: text, _SEAL: _seal(text)}


def undo_plan(
    intent: Intent, assessment: Assessment, account: Sequence[Entry], markers: Mapping[str, Marker] = _NONE
) -> Plan:
    """What will be sent to undo the last mark of `intent.migration`; refused ones say why and send nothing."""
    title, phrase = f"Undo the mark of {intent.migration}", f"{Verb.UNDO.value} {intent.migration}"
    try:
        change = _last(intent, account)
        place = _place(change, assessment)
        marker = markers.get(change.framework)
        opposite = isinstance(marker, MarksBack)
        edit = _opposite(change, place, marker) if isinstance(marker, MarksBack) else _edit(change, place)
    except CannotWriteError as why:
        return Plan(intent, title, phrase, "", assessment.taken_at, refused=(str(why),))
    name, ran = place.label, change.verb == Verb.MARK_NOT_RAN.value
    step = Step(
        1,
        StepKind.LEDGER,
        f"{edit.table}: {change.verb} {name}, undone",
        edit.sql,
        atomic=len(edit.sql) > 1,
        edit=edit,
        checks=edit.checks,
        expect=_EXPECTED[opposite].format(edit.table, change.n),
        undo=";\n".join(edit.undo),
    )
    return Plan(
        intent,
        f"Undo: {change.verb} {name}",
        f"{Verb.UNDO.value} {change.verb} {place.key}",
        place.server.identity,
        assessment.taken_at,
        steps=(step,),
        about=(f"{name}: {place.migration.headline if place.migration else 'no file and no row of it is there'}",),
        checked=(f"{edit.table} is as journal entry {change.n} left it: looked at again just before",),
        effect=(step.expect, edit.follow_up),
        careful=tuple(_careful(place.migration, ran=ran)) if place.migration else (),
        undo=step.undo,
    )


def ways_back(
    intent: Intent, assessment: Assessment, account: Sequence[Entry], markers: Mapping[str, Marker] = _NONE
) -> tuple[Intent, ...]:
    """To undo the last mark, where that can be done: what a mistaken one needs, not another mark."""
    undo = Intent(Verb.UNDO, migration=intent.migration, framework=intent.framework)
    return () if undo_plan(undo, assessment, account, markers).refused else (undo,)


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


def _place(change: _Change, assessment: Assessment) -> _Place:
    """Where it was made. A migration without a file may be known to the journal alone."""
    server = assessment.observation.server.value
    if server is None:
        raise CannotWriteError("Which server this is has not been read.")
    found = (reading.value for reading in assessment.observation.tracking)
    tracking = next((value for value in found if value is not None and value.framework == change.framework), None)
    if tracking is None or tracking.ledger.unread or not tracking.ledger.exists:
        why = tracking.ledger.unread if tracking is not None else ""
        raise CannotWriteError(f"The ledger could not be read: {why or 'it is not there'}.")
    if tracking.ledger.name != change.table:
        raise CannotWriteError(f"The ledger is {tracking.ledger.name} now; the mark was made in {change.table}.")
    migrations = [m for f in assessment.frameworks if f.framework == change.framework for m in f.migrations]
    migration = next((m for m in migrations if m.id == change.migration), None)
    key = short_key(change.migration, (m.id for m in migrations))
    return _Place(server, tracking, migration, migration.label if migration else change.migration, key)


def _edit(change: _Change, place: _Place) -> LedgerEdit:
    """The rows that it wrote go, those that it took come back."""
    ledger, server = place.ledger, place.server
    there = [row.raw for row in ledger.rows]
    gone = tuple(_standing(change.after, there, change))
    taken = {other[:1] for other in there if other not in gone}
    if any(row[:1] in taken for row in change.before):
        raise CannotWriteError(f"{ledger.name} has another row in its place: written since journal entry {change.n}.")
    newest = max(map(_number, (*change.before, *gone)), default=0)
    if any(row.id == change.migration and _number(row.raw) > newest for row in ledger.rows):
        raise CannotWriteError(f"{change.framework} has recorded it again since journal entry {change.n}.")
    sql = (*(delete(ledger.name, row, server) for row in gone), *put_back(ledger.name, change.before, server))
    back = (*(delete(ledger.name, row, server) for row in change.before), *put_back(ledger.name, gone, server))
    return LedgerEdit(ledger.name, sql, gone, change.before, back, _told(change), len(ledger.rows))


def _opposite(change: _Change, place: _Place, marker: Marker) -> LedgerEdit:
    """What the tool itself would do to take it back: its history keeps both."""
    rows = place.ledger.rows
    list(_standing(change.after, [row.raw for row in rows], change))
    write = marker.mark_not_ran if change.verb == Verb.MARK_RAN.value else marker.mark_ran
    edit = write(place.tracking, change.migration, place.server)
    if edit.after and change.before and edit.after[0][0] not in change.before[0]:
        raise CannotWriteError(f"{change.framework} would record it under another {edit.after[0][0][0]} than it had.")
    return replace(edit, rows=len(rows), follow_up=_told(change))


def _number(row: Row) -> int:
    """A tool numbers its rows in the first column; older rows of the same migration are history, and stay."""
    text = row[0][1] if row else None
    return int(text) if text is not None and text.lstrip("-").isdecimal() else 0


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


def _careful(migration: JudgedMigration, *, ran: bool) -> Iterator[str]:
    """What the catalog says against the row as it was."""
    odd = Verdict.NOT_LANDED if ran else Verdict.LANDED
    for judgement in migration.statements:
        if judgement.verdict is odd and not judgement.skipped:
            yield f"statement {judgement.statement.n} is {judgement.word}: {judgement.evidence}"
