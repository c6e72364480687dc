"""The plan to bring rows back from a backup: only those that are missing, and values only where there is none now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TypeVar

from console.core.assessment import Assessment
from console.core.intent import Intent, Verb
from console.core.observation import Server
from console.core.plan import CannotWriteError, Check, Plan, Step, StepKind
from console.core.restore.row_sql import count, counter, fill, insert, settings
from console.core.restore.rows import lost_in
from console.core.restore.swap import swap
from console.core.row_values import Fill, Row, Rows
from console.core.schema import Constraint, Trigger

T = TypeVar("T")
INSERTS, FILLS = 200, 100
"""Rows in one statement, and updates in one transaction."""
LONGEST = 250_000
"""Characters of values in one of them: servers take no statement of any length."""
_THERE = "some of these rows are there again: somebody else brought them back"
_FILLED = "some of these values are not NULL any more: somebody else wrote them"


def restore_plan(intent: Intent, assessment: Assessment) -> Plan:
    """What will be sent; a refused one says why and sends nothing."""
    title, phrase = f"Bring rows of {intent.object} back", f"{Verb.RESTORE.value} {intent.object}"
    server = assessment.observation.server.value
    try:
        rows = _rows(intent, assessment, server)
        assert server is not None
    except CannotWriteError as why:
        return Plan(intent, title, phrase, "", assessment.taken_at, refused=(str(why),))
    steps = tuple(_steps(rows, server))
    return Plan(
        intent,
        title,
        phrase,
        server.identity,
        assessment.taken_at,
        steps=steps,
        settings=settings(server),
        about=(f"from {rows.backup}", *_seen(rows)),
        checked=("Before each batch its keys are counted again: nothing is written over.",),
        effect=(f"{len(rows.missing):,} rows are inserted, {len(rows.fills):,} values are filled in.",),
        careful=tuple(_careful(rows, assessment, server)),
        by_hand=_swap(rows, assessment, server),
        undo="The keys of what was written stand in the journal, with each statement.",
    )


def _rows(intent: Intent, assessment: Assessment, server: Server | None) -> Rows:
    rows = intent.rows
    if rows is None:
        raise CannotWriteError("No backup was looked at.")
    if server is None or assessment.observation.schema.value is None:
        raise CannotWriteError("Which server this is, or its schema, has not been read.")
    if rows.server != server.identity:
        raise CannotWriteError("The backup was compared with another server than this one.")
    lost = [one for one in lost_in(assessment) if (one.schema, one.table) == (rows.shape.schema, rows.shape.table)]
    if not lost:
        raise CannotWriteError(f"No migration that failed, waits or ran last loses anything of {rows.shape.table}.")
    if rows.missing and not any(one.column == "" for one in lost):
        raise CannotWriteError(f"The migration takes no rows of {rows.shape.table}: who deleted them meant to.")
    if not rows.missing and not rows.fills:
        raise CannotWriteError("Nothing of it is missing.")
    return rows


def _steps(rows: Rows, server: Server) -> Iterator[Step]:
    n = 0
    for batch in _batches(rows.missing, INSERTS, lambda row: sum(map(len, row))):
        n += 1
        yield _inserted(n, rows, batch, server)
    for column, fills in groupby(sorted(rows.fills, key=lambda one: one.column), key=lambda one: one.column):
        for part in _batches(tuple(fills), FILLS, lambda one: len(one.value)):
            n += 1
            yield _filled(n, rows, column, part, server)


def _batches(of: Sequence[T], size: int, weigh: Callable[[T], int]) -> Iterator[Sequence[T]]:
    """Not too many in one statement, and not too long a statement."""
    batch: list[T] = []
    weight = 0
    for one in of:
        weight += weigh(one)
        if batch and (len(batch) == size or weight > LONGEST):
            yield batch
            batch, weight = [], weigh(one)
        batch.append(one)
    if batch:
        yield batch


def _inserted(n: int, rows: Rows, batch: Sequence[Row], server: Server) -> Step:
    asked = count(rows.shape, [rows.shape.key_of(row) for row in batch], server)
    return Step(
        n,
        StepKind.DATA,
        f"{len(batch)} missing rows of {rows.shape.table}",
        (insert(rows.shape, batch, server),),
        atomic=True,
        checks=(Check(asked, 0, _THERE),),
        after=(Check(asked, len(batch), "not all of these rows are there"),),
        expect=f"{len(batch)} rows are there that were not",
        undo="DELETE of these keys, as long as nobody has changed them since",
    )


def _filled(n: int, rows: Rows, column: str, batch: Sequence[Fill], server: Server) -> Step:
    asked = count(rows.shape, [one.key for one in batch], server, column)
    return Step(
        n,
        StepKind.DATA,
        f"{len(batch)} values of {rows.shape.table}.{column}",
        tuple(fill(rows.shape, one, server) for one in batch),
        atomic=True,
        checks=(Check(asked, len(batch), _FILLED),),
        after=(Check(asked, 0, "some of these values are still NULL"),),
        expect=f"{len(batch)} values are there that were NULL",
        undo=f"UPDATE of these keys: {column} to NULL",
    )


def _swap(rows: Rows, assessment: Assessment, server: Server) -> tuple[str, ...]:
    """Printed beside it, never sent."""
    schema = assessment.observation.schema.value
    return swap(rows.shape, schema, server) if schema is not None else ()


def _seen(rows: Rows) -> Iterator[str]:
    """What was counted before anything is brought back."""
    yield f"rows of the backup that are as they were: {rows.same:,}"
    yield f"rows changed since the backup, which stay as they are: {rows.changed:,}"
    newer = f"{rows.newer:,}" if rows.newer is not None else "not known"
    yield f"rows written since the backup, which stay: {newer}"


def _careful(rows: Rows, assessment: Assessment, server: Server) -> Iterator[str]:
    shape, schema = rows.shape, assessment.observation.schema.value
    if not rows.whole:
        yield "Not all rows of the backup were looked at: more may be missing. Make this plan again afterwards."
    if rows.missing:
        yield "Rows that somebody deleted on purpose since the backup come back too: nothing tells them apart."
    if doubtful := sum(one.doubtful for one in rows.fills):
        yield f"{doubtful:,} of the values are in rows that were changed since the backup: their NULL may be meant."
    if schema is None:
        return
    mine = schema.by_table.get((shape.schema, shape.table), ())
    triggers = [thing.ref.name for thing in mine if isinstance(thing, Trigger) and not thing.internal]
    if triggers:
        yield f"Triggers of {shape.table} run for each of these rows: {', '.join(triggers)}."
    if any(isinstance(thing, Constraint) and thing.type == "foreign key" for thing in mine):
        yield "Rows that refer to rows which are missing themselves are refused: bring those back first."
    if server.grammar == "postgres" and rows.missing:
        for column in shape.counted:
            yield f"Afterwards its counter must stand behind the highest number: {counter(shape, column, server)}"
