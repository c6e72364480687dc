"""Rows of a backup beside the rows there are now: which are missing, which lost a value, which were changed since.

Rows travel as the literals that the servers themselves write, so a value that comes back is the value that was there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from console.core.assessment import Assessment, JudgedMigration
from console.core.landed import Verdict
from console.core.lexer import TokenKind, tokens
from console.core.operations import Change, Drop, Operation
from console.core.refs import Kind
from console.core.row_values import NULL, Fill, Row, Shape
from console.core.schema import Column, Constraint, Schema
from console.core.statements import Nature, Statement
from console.core.verdicts import good


@dataclass(frozen=True, slots=True)
class Lost:
    """What a migration may have lost."""

    schema: str
    table: str
    column: str = ""
    """'': rows."""


def shape_of(schema: str, table: str, now: Schema, then: Schema) -> Shape | str:
    """What can come back, or why nothing can, one sentence."""
    there, was = _columns(schema, table, now), _columns(_home(schema, now, then), table, then)
    if not there:
        return f"{table} is not there: roll back what dropped it first."
    if not was:
        return f"The backup holds no table {table}."
    keys = [c.columns for c in now.of_kind(Constraint)
            if c.type == "primary key" and (c.ref.schema, c.ref.table) == (schema, table)]  # fmt: skip
    if not keys or not set(keys[0]) <= was.keys():
        return f"{table} has no primary key that the backup has too: its rows cannot be told apart."
    columns = tuple(name for name, column in there.items() if column.generated is None and name in was)
    counted = tuple(n for n in columns if there[n].identity or "nextval(" in (there[n].default or ""))
    stamped = tuple(name for name, column in there.items() if column.on_update is not None)
    always = any(there[n].identity == "always" for n in columns)
    return Shape(schema, table, keys[0], columns, counted, always, stamped)


def _home(schema: str, now: Schema, then: Schema) -> str:
    return then.home if schema == now.home else schema


def _columns(schema: str, table: str, of: Schema) -> Mapping[str, Column]:
    found = [c for c in of.of_kind(Column) if (c.ref.schema, c.ref.table) == (schema, table)]
    return {column.ref.name: column for column in sorted(found, key=lambda column: column.position)}


def compared(
    shape: Shape, then: Iterable[Row], now: Mapping[Row, Row], fillable: frozenset[str]
) -> Iterator[Row | Fill | bool]:
    """Of each row of the backup: the row where it is missing, each value that is to be filled in; and else whether it
    is as it was."""
    for row in then:
        other = now.get(shape.key_of(row))
        if other is None:
            yield row
            continue
        different = [n for n, (a, b) in enumerate(zip(row, other, strict=True)) if a != b]
        fills = [n for n in different if other[n] == NULL and shape.columns[n] in fillable]
        same = len(different) == len(fills)
        yield from (Fill(shape.key_of(row), shape.columns[n], row[n], not same) for n in fills)
        yield same


def lost_in(assessment: Assessment) -> tuple[Lost, ...]:
    """What the migrations that failed, wait or ran last throw away, as far as their statements say it."""
    found: dict[Lost, None] = {}
    for framework in assessment.frameworks:
        done = [m for m in framework.migrations if good(m.tracked)]
        for migration in (*done[-1:], *(m for m in framework.migrations if not good(m.tracked))):
            found |= dict.fromkeys(_lost_by(migration))
    return tuple(found)


def _lost_by(migration: JudgedMigration) -> Iterator[Lost]:
    for judgement in migration.statements:
        if judgement.verdict is not Verdict.NOT_LANDED or not good(migration.tracked):
            yield from _of_statement(judgement.statement)


def _of_statement(statement: Statement) -> Iterator[Lost]:
    if statement.nature is not Nature.DATA:
        for operation in statement.operations:
            yield from _of_operation(operation)
        return
    words = statement.sql.upper().split()
    for schema, table in statement.tables[:1]:
        if words[:1] in (["DELETE"], ["TRUNCATE"], ["REPLACE"]):
            yield Lost(schema, table)
        elif words[:1] == ["UPDATE"]:
            names = (t.folded for t in tokens(statement.sql) if t.kind in (TokenKind.WORD, TokenKind.QUOTED))
            yield from (Lost(schema, table, name.strip("`").lower()) for name in names)


def _of_operation(operation: Operation) -> Iterator[Lost]:
    match operation:
        case Drop() if operation.ref.kind is Kind.TABLE:
            yield Lost(operation.ref.schema, operation.ref.name)
        case Drop() | Change() if operation.ref.kind is Kind.COLUMN:
            yield Lost(operation.ref.schema, operation.ref.table, operation.ref.name)
        case _:
            return
