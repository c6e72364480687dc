"""Questions about data as PostgreSQL says them: read only, bounded samples, nothing that a plan would run."""

from __future__ import annotations

from console.core.causes import Doubt, Question
from console.core.types.postgres_words import quote_name

QUOTE = '"'
SAMPLE = 5
"""How many values a sample shows."""


def count_sql(question: Question) -> str:
    """How many rows (or values, for duplicates) are in the way."""
    if question.doubt is Doubt.DUPLICATES:
        return f"SELECT count(*) FROM ({_duplicates(question)}) AS found"
    return f"SELECT count(*) FROM {_table(question.table)} AS mine WHERE {_condition(question)}"


def sample_sql(question: Question) -> str:
    """A few of the values, as text."""
    if question.doubt is Doubt.DUPLICATES:
        values = ", ".join(f"found.v{n}" for n in range(len(question.columns)))
        return f"SELECT concat_ws(', ', {values}) FROM ({_duplicates(question)} LIMIT {SAMPLE}) AS found"
    if question.doubt is not Doubt.ORPHANS:
        return ""
    values = ", ".join(f"mine.{quote_name(name)}" for name in question.columns)
    return (
        f"SELECT DISTINCT concat_ws(', ', {values}) FROM {_table(question.table)} AS mine "
        f"WHERE {_condition(question)} LIMIT {SAMPLE}"
    )


def _duplicates(question: Question) -> str:
    write = _value if question.written else _column
    values = [write(text) for text in question.columns]
    named = ", ".join(f"{value} AS v{n}" for n, value in enumerate(values))
    known = " AND ".join(f"{value} IS NOT NULL" for value in values)
    where = f"{known} AND ({question.condition})" if question.condition else known
    grouped = ", ".join(str(n + 1) for n in range(len(values)))
    return f"SELECT {named} FROM {_table(question.table)} AS mine WHERE {where} GROUP BY {grouped} HAVING count(*) > 1"


def _condition(question: Question) -> str:
    if question.doubt is Doubt.VIOLATIONS:
        return f"NOT ({question.condition})"
    names = [f"mine.{quote_name(name)}" for name in question.columns]
    if question.doubt is Doubt.NULLS:
        return " OR ".join(f"{name} IS NULL" for name in names)
    assert question.parent is not None
    pairs = zip(names, question.parent_columns, strict=True)
    met = " AND ".join(f"theirs.{quote_name(their)} = {mine}" for mine, their in pairs)
    known = " AND ".join(f"{name} IS NOT NULL" for name in names)
    return f"{known} AND NOT EXISTS (SELECT FROM {_table(question.parent)} AS theirs WHERE {met})"


def _table(table: tuple[str, str]) -> str:
    return f"{quote_name(table[0])}.{quote_name(table[1])}"


def _column(name: str) -> str:
    return f"mine.{quote_name(name)}"


def _value(text: str) -> str:
    """A column, or the expression of an index, without what only says how it is sorted."""
    if text.startswith(QUOTE):
        return f"mine.{text[: text.index(QUOTE, 1) + 1]}"
    if "(" in text:
        return f"({text[: text.rindex(')') + 1]})"
    return f"mine.{text.partition(' ')[0]}"
