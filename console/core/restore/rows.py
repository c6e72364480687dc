"""Rows of a backup beside the rows there are now: which are missing, which lost a value, which were changed since.

Rows travel as the literals that the servers themselves write, so a value that comes back is the value that was there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from console.core.assessment import Assessment, JudgedMigration
from console.core.landed import Verdict
from console.core.lexer import Token, TokenKind, significant, tokens
from console.core.migration import Belief
from console.core.operations import Change, Drop, Operation
from console.core.refs import Kind
from console.core.row_values import NULL, Fill, Row, Shape
from console.core.schema import Column, Constraint, Schema
from console.core.statements import Nature, Statement
from console.core.verdicts import good

_CLAUSES = ("SET", "FROM", "WHERE", "RETURNING", "ORDER", "LIMIT")


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
    server = assessment.observation.server.value
    dialect = server.grammar if server is not None else "postgres"
    for framework in assessment.frameworks:
        done = [m for m in framework.migrations if good(m.tracked)]
        for migration in (*done[-1:], *(m for m in framework.migrations if not good(m.tracked))):
            found |= dict.fromkeys(_lost_by(migration, dialect))
    return tuple(found)


def _lost_by(migration: JudgedMigration, dialect: str) -> Iterator[Lost]:
    """What a roll-back put there again looks as if it had never been dropped, so that counts; no roll-back brings rows
    back, so rows that a waiting migration did not touch do not."""
    for judgement in migration.statements:
        data = judgement.statement.nature is Nature.DATA
        never = good(migration.tracked) or (data and migration.tracked.belief is Belief.PENDING)
        if judgement.verdict is not Verdict.NOT_LANDED or not never:
            yield from _of_statement(judgement.statement, dialect)


def _of_statement(statement: Statement, dialect: str) -> Iterator[Lost]:
    if statement.nature is not Nature.DATA:
        for operation in statement.operations:
            yield from _of_operation(operation)
        return
    found = significant(tokens(statement.sql, dialect))
    for schema, table in statement.tables[:1]:
        if found[0].word in ("DELETE", "TRUNCATE", "REPLACE"):
            yield Lost(schema, table)
        elif found[0].word == "UPDATE":
            yield from (Lost(schema, table, name) for name in _targets(found, dialect))


def _targets(found: Sequence[Token], dialect: str) -> Iterator[str]:
    """The columns that an UPDATE sets: `SET a = 1, (b, c) = (2, 3), t.d = 4`."""
    depth, within, names, value = 0, False, list[str](), True
    for last, token in pairwise(found):
        depth += (token.text == "(") - (token.text == ")")
        if depth == 0 and token.word in _CLAUSES and last.word != "DISTINCT":
            within, names, value = token.word == "SET", [], False
        elif within and not value and token.kind in (TokenKind.WORD, TokenKind.QUOTED):
            names.append(token.folded)
        elif within and not value and names and token.text in (",", "=", ":="):
            # of `a.b` PostgreSQL sets the part b of the column a, and MySQL the column b of the table a
            yield names[0] if dialect == "postgres" else names[-1].lower()
            names, value = [], token.text != ","
        elif token.text == "," and depth == 0:
            value = False


def _of_operation(operation: Operation) -> Iterator[Lost]:
    match operation:
        case Drop() if operation.ref.kind is Kind.TABLE:
            yield Lost(operation.ref.schema, operation.ref.name)
        case Drop() if operation.ref.kind is Kind.COLUMN:
            yield Lost(operation.ref.schema, operation.ref.table, operation.ref.name)
        case Change() if operation.ref.kind is Kind.COLUMN and any(name == "type" for name, _ in operation.attrs):
            yield Lost(operation.ref.schema, operation.ref.table, operation.ref.name)
        case _:
            return
