"""What a plan destroys: counted before anybody is asked to type, asked for with a phrase of its own, counted again.

What is thrown away is a table, a column, or values that do not fit another type; what a statement that only deletes
rows takes along is named and not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from console.core.fits import fits
from console.core.landed import Judgement
from console.core.lexer import significant, tokens
from console.core.operations import Change, Drop, Operation, Rename
from console.core.plan import Count, Loss, Plan
from console.core.ports_acting import Renderer
from console.core.refs import Kind, Ref, table_ref
from console.core.schema import Column, Schema, Table
from console.core.statements import Nature


def with_losses(plan: Plan, counted: Sequence[int | None]) -> Plan:
    """The plan with what was counted; what could not be counted is a loss of unknown size."""
    losses = list(plan.losses)
    for count, rows in zip(plan.counts, counted, strict=True):
        what = count.thing or count.table
        if rows is None:
            losses.append(Loss(count.table, f"how many rows have a value in {what} could not be counted"))
        elif rows:
            has = "rows have a value" if rows > 1 else "row has a value"
            losses.append(Loss(count.table, f"{rows:,} {has} in {what}" if count.thing else f"{rows:,} rows of {what}"))
    return replace(plan, losses=tuple(losses), counted=tuple(counted))


def lost_more(plan: Plan, counted: Sequence[int | None]) -> tuple[str, ...]:
    """What would be lost now and was not shown when it was asked for, one sentence each."""
    said = []
    for count, shown, rows in zip(plan.counts, plan.counted, counted, strict=True):
        what = count.thing or count.table
        if shown is not None and rows is None:
            said.append(f"What would be lost in {what} could not be counted again.")
        elif shown is not None and rows is not None and rows > shown:
            said.append(f"More would be lost in {what} than was shown: {rows:,} rows now, {shown:,} then.")
    return tuple(said)


def count_of(ref: Ref, schema: Schema, renderer: Renderer) -> Count:
    """How the rows of a table, or the values of a column, are counted."""
    table, column = (ref.name, None) if ref.kind is Kind.TABLE else (ref.table, ref.name)
    name = _told(ref.schema, table, schema)
    return Count(name, f"{name}.{column}" if column else "", renderer.count_values(ref.schema, table, column))


def may_lose(ref: Ref, wanted: str, schema: Schema) -> bool:
    """Values of the column may be rounded or cut off by that type."""
    now = schema.get(ref)
    return not isinstance(now, Column) or not fits(now.type, wanted)


def thrown_away(rest: Iterable[Judgement], schema: Schema, renderer: Renderer) -> Iterator[Count]:
    """What these statements destroy of what is there now; what they made themselves is not there."""
    former: dict[Ref, Ref] = {}
    for operation in (each for judgement in rest for each in judgement.statement.operations):
        if isinstance(operation, Rename):
            former[operation.to] = _now(operation.ref, former)
        for ref in _destroyed(operation, former, schema):
            if schema.get(ref) is not None:
                yield count_of(ref, schema, renderer)


def deleted(rest: Iterable[Judgement], schema: Schema, grammar: str) -> Iterator[Loss]:
    """What statements about rows take along, as far as their first word says so."""
    for judgement in rest:
        statement = judgement.statement
        words = [token.word for token in significant(tokens(statement.sql, grammar))[:1]]
        if statement.nature is Nature.DATA and words and words[0] in ("DELETE", "TRUNCATE"):
            for home, table in statement.tables[: None if words[0] == "TRUNCATE" else 1]:
                what = f"statement {statement.n} deletes rows: how many was not counted"
                yield Loss(_told(home, table, schema), what)


def _told(home: str, table: str, schema: Schema) -> str:
    return table if home == schema.home else f"{home}.{table}"


def _now(ref: Ref, former: dict[Ref, Ref]) -> Ref:
    """What was there by that name before these statements renamed it, or what it lives in."""
    if ref in former:
        return former[ref]
    table = former.get(table_ref(ref.schema, ref.table)) if ref.kind is Kind.COLUMN else None
    return replace(ref, schema=table.schema, table=table.name) if table is not None else ref


def _destroyed(operation: Operation, former: dict[Ref, Ref], schema: Schema) -> Iterator[Ref]:
    match operation:
        case Drop() if operation.ref.kind in (Kind.TABLE, Kind.COLUMN):
            yield _now(operation.ref, former)
        case Drop() if operation.ref.kind is Kind.SCHEMA:
            yield from (t.ref for t in schema.of_kind(Table) if t.ref.schema == operation.ref.name)
        case Change() if operation.ref.kind is Kind.COLUMN:
            wanted, ref = dict(operation.attrs).get("type"), _now(operation.ref, former)
            if isinstance(wanted, str) and may_lose(ref, wanted, schema):
                yield ref
        case _:
            return
