"""Questions about data as MySQL says them: read only, bounded samples, nothing that a plan would run."""

from __future__ import annotations

from console.core.causes import Doubt, Question

SAMPLE = 5
"""How many values a sample shows."""


def quoted(name: str) -> str:
    """A name in backticks."""
    return "`" + name.replace("`", "``") + "`"


def count_sql(question: Question) -> str:
    """How many rows (or values, for duplicates) are in the way."""
    if question.doubt is Doubt.DUPLICATES:
        return f"SELECT count(*) FROM ({_duplicates(question)}) AS found"
    return f"SELECT count(*) FROM {table(question.table)} AS mine WHERE {_condition(question)}"


def sample_sql(question: Question) -> str:
    """A few of the values, as text."""
    if question.doubt is Doubt.DUPLICATES:
        values = ", ".join(f"found.v{n}" for n in range(len(question.columns)))
        return f"SELECT concat_ws(', ', {values}) FROM ({_duplicates(question)} LIMIT {SAMPLE}) AS found"
    if question.doubt is not Doubt.ORPHANS:
        return ""
    values = ", ".join(f"mine.{quoted(name)}" for name in question.columns)
    return (
        f"SELECT DISTINCT concat_ws(', ', {values}) FROM {table(question.table)} AS mine "
        f"WHERE {_condition(question)} LIMIT {SAMPLE}"
    )


def table(name: tuple[str, str]) -> str:
    """A table by schema and name."""
    return f"{quoted(name[0])}.{quoted(name[1])}"


def _duplicates(question: Question) -> str:
    values = [_value(text) if question.written else f"mine.{quoted(text)}" for text in question.columns]
    named = ", ".join(f"{value} AS v{n}" for n, value in enumerate(values))
    known = " AND ".join(f"{value} IS NOT NULL" for value in values)
    grouped = ", ".join(f"v{n}" for n in range(len(values)))
    return f"SELECT {named} FROM {table(question.table)} AS mine WHERE {known} GROUP BY {grouped} HAVING count(*) > 1"


def _condition(question: Question) -> str:
    if question.doubt is Doubt.VIOLATIONS:
        return f"NOT ({question.condition})"
    names = [f"mine.{quoted(name)}" for name in question.columns]
    if question.doubt is Doubt.NULLS:
        return " OR ".join(f"{name} IS NULL" for name in names)
    assert question.parent is not None
    pairs = zip(names, question.parent_columns, strict=True)
    met = " AND ".join(f"theirs.{quoted(their)} = {mine}" for mine, their in pairs)
    known = " AND ".join(f"{name} IS NOT NULL" for name in names)
    return f"{known} AND NOT EXISTS (SELECT 1 FROM {table(question.parent)} AS theirs WHERE {met})"


def _value(text: str) -> str:
    """What a unique index compares: a column, the beginning of one (`code(20)`), or an expression; not how it sorts."""
    text = text.removesuffix(" DESC")
    if text.startswith("("):
        return text
    name, parenthesis, length = text.partition("(")
    column = f"mine.{quoted(name)}"
    return f"left({column}, {int(length.rstrip(')'))})" if parenthesis else column
