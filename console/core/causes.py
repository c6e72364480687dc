"""Which read-only question about the data explains why a statement was refused.

A unique index fails on duplicates, NOT NULL on nulls, a foreign key on orphans, a check on rows that break it, a
shorter type on values that do not fit. The question is only *named* here; the dialect writes it as SQL, and it is asked
when a person wants to know.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from console.core.causes_mysql import questions_of
from console.core.causes_postgres import questions_of as questions_of_postgres
from console.core.causes_there import there_already
from console.core.causes_values import Answer, Bound, Doubt, Given, Key, Limit, Question
from console.core.landed import Judgement, Verdict
from console.core.operations import Change, Create, Operation
from console.core.schema import Column, Constraint, Index, Kind, Schema
from console.core.statements import Statement

__all__ = ["Answer", "Bound", "Doubt", "Given", "Key", "Limit", "Question", "of_statement", "questions", "speaks_of"]


def questions(judgements: tuple[Judgement, ...], schema: Schema) -> tuple[Question, ...]:
    """About the first statement that did not land whole: the one the run stopped at.

    Where nothing landed and DDL is taken back with its transaction, it may have been any: the later ones are asked
    about, too, as far as nothing before them touches their tables.
    """
    open_ones = [j for j in judgements if j.verdict in (Verdict.NOT_LANDED, Verdict.PARTIAL)]
    if not open_ones:
        return ()
    found = tuple(of_statement(open_ones[0].statement, schema))
    whole = schema.dialect in _TAKEN_BACK and not any(
        j.verdict in (Verdict.LANDED, Verdict.PARTIAL) for j in judgements
    )
    return (*found, *_later(judgements, open_ones[0].statement.n, schema)) if whole else found


def _later(judgements: tuple[Judgement, ...], first: int, schema: Schema) -> Iterator[Question]:
    touched: set[tuple[str, str]] = set()
    names: set[str] = set()
    for judgement in judgements:
        statement = judgement.statement
        if statement.n > first and judgement.verdict is Verdict.NOT_LANDED:
            for question in of_statement(statement, schema):
                tables = {question.table, question.parent, *statement.tables}
                if not touched & tables or (question.told is None and not speaks_of(question, names)):
                    yield question
        if not all(isinstance(operation, Create | Change) for operation in statement.operations):
            return  # what is dropped, renamed or hidden in code may stand in anybody's way
        touched |= set(statement.tables)
        names |= {operation.subject.name for operation in statement.operations if operation.subject is not None}


def speaks_of(question: Question, names: Collection[str]) -> bool:
    """Whether what it asks about may have become something else: a column that was made or changed before it."""
    keys = (part for key in question.keys for part in (key.column, key.expression))
    texts = (*question.columns, *question.parent_columns, *keys, question.condition or "", *map(repr, question.limits))
    asked = " ".join(texts)
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", asked, re.IGNORECASE) for name in names)


def of_statement(statement: Statement, schema: Schema, grammar: str = "") -> Iterator[Question]:
    """What may be in its way on such a schema; only about tables that are there. `grammar`: whose words the server
    has, where that is known better than the schema says it."""
    ask = _ASKED.get(grammar or schema.dialect, _of_sqlite)
    for question in ask(statement, schema):
        if question.told is not None or _there(question, schema):
            yield question


def _of_sqlite(statement: Statement, schema: Schema) -> Iterator[Question]:
    there = tuple(dict.fromkeys(there_already(statement, schema)))
    if there:
        table = statement.tables[0] if statement.tables else (schema.home, "")
        told = Answer(len(there), there)
        yield Question(
            statement.n, Doubt.DEFINITION, table, target="objects that it makes are there already", told=told
        )
        return
    for operation in statement.operations:
        question = _of_operation(statement.n, operation, schema)
        if question is not None:
            yield question


_TAKEN_BACK = ("postgres", "sqlite")
_ASKED = {"mysql": questions_of, "mariadb": questions_of, "postgres": questions_of_postgres}


def _of_operation(n: int, operation: Operation, schema: Schema) -> Question | None:
    match operation:
        case Create(things=(Index(unique=True) as index, *_)):
            table = (index.ref.schema, index.table)
            return Question(n, Doubt.DUPLICATES, table, index.columns, written=True, condition=index.where)
        case Create(things=(Column(nullable=False, default=None, generated=None) as column, *_)):
            table = (column.ref.schema, column.ref.table)
            return Question(n, Doubt.FILLED, table, (column.ref.name,), target="NULL")
        case Create(things=(Constraint() as constraint, *_)):
            return _of_constraint(n, constraint, schema)
        case Change(ref=ref, attrs=attrs) if ref.kind is Kind.COLUMN and ("nullable", False) in attrs:
            return Question(n, Doubt.NULLS, (ref.schema, ref.table), (ref.name,))
        case Change(ref=ref, attrs=attrs) if ("validated", True) in attrs:
            found = schema.get(ref)
            return _of_constraint(n, found, schema) if isinstance(found, Constraint) else None
        case _:
            return None


def _of_constraint(n: int, constraint: Constraint, schema: Schema) -> Question | None:
    table = (constraint.ref.schema, constraint.ref.table)
    match constraint.type:
        case "unique" | "primary key" if constraint.columns:
            return Question(n, Doubt.DUPLICATES, table, constraint.columns)
        case "check" if constraint.expression:
            return Question(n, Doubt.VIOLATIONS, table, condition=constraint.expression)
        case "foreign key" if constraint.references:
            return _of_foreign_key(n, constraint, table, schema)
        case _:
            return None


def _of_foreign_key(n: int, key: Constraint, table: tuple[str, str], schema: Schema) -> Question | None:
    place, _, name = str(key.references).partition(".")
    theirs = key.referenced_columns or _primary_key(place, name, schema)
    if len(theirs) != len(key.columns):
        return None
    return Question(n, Doubt.ORPHANS, table, key.columns, parent=(place, name), parent_columns=theirs)


def _primary_key(place: str, name: str, schema: Schema) -> tuple[str, ...]:
    things = schema.by_table.get((place, name), ())
    keys = (t.columns for t in things if isinstance(t, Constraint) and t.type == "primary key")
    return next(keys, ())


def _there(question: Question, schema: Schema) -> bool:
    """The tables it asks are there."""
    kinds = (Kind.TABLE, Kind.VIEW) if question.doubt is Doubt.DEPENDENTS else (Kind.TABLE,)
    names = {(thing.ref.schema, thing.ref.name) for thing in schema.things if thing.ref.kind in kinds}
    return question.table in names and (question.parent is None or question.parent in names)
