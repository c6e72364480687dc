"""Questions about data as SQLite says them: read only, bounded samples, nothing that a plan would run."""

from __future__ import annotations

import re

from console.core.causes import Doubt, Question
from console.core.types.sqlite import quote_name

SPOKEN = frozenset({Doubt.DUPLICATES, Doubt.VIOLATIONS, Doubt.FILLED, Doubt.NULLS, Doubt.ORPHANS})
"""What can be asked of a file; of everything else nothing is known."""
SAMPLE = 5
"""How many values a sample shows."""
_LONGEST = 60
"""Characters of one value in a sample."""
_DIRECTION = re.compile(r" desc\Z")


def count_sql(question: Question) -> str:
    """How many rows (or values, for duplicates) are in the way."""
    if question.doubt is Doubt.DUPLICATES:
        return f"SELECT count(*) FROM ({_duplicates(question)})"
    return f"SELECT count(*) FROM {_source(question)} WHERE {_condition(question)}"


def sample_sql(question: Question) -> str:
    """A few of the values, as text."""
    if question.doubt is Doubt.DUPLICATES:
        values = [f"v{n}" for n in range(len(question.columns))]
        return f"SELECT {_joined(values)} FROM ({_duplicates(question)} LIMIT {SAMPLE})"
    if question.doubt is not Doubt.ORPHANS:
        return ""
    values = [f"mine.{quote_name(name)}" for name in question.columns]
    return f"SELECT DISTINCT {_joined(values)} FROM {_source(question)} WHERE {_condition(question)} LIMIT {SAMPLE}"


def table(name: tuple[str, str]) -> str:
    """A table by schema and name."""
    return f"{quote_name(name[0])}.{quote_name(name[1])}"


def _source(question: Question) -> str:
    """Under another name only where two are asked: an expression may speak of its table by name."""
    return table(question.table) + (" AS mine" if question.doubt is Doubt.ORPHANS else "")


def _joined(values: list[str]) -> str:
    return " || ', ' || ".join(f"substr(CAST({value} AS text), 1, {_LONGEST})" for value in values)


def _duplicates(question: Question) -> str:
    """As the index compares them: its collation is part of what `written` says, that of a column its own."""
    write = _unsorted if question.written else quote_name
    values = [write(text) for text in question.columns]
    named = ", ".join(f"{value} AS v{n}" for n, value in enumerate(values))
    known = " AND ".join(f"({value}) IS NOT NULL" for value in values)
    where = f"{known} AND ({question.condition})" if question.condition else known
    grouped = ", ".join(values)
    return f"SELECT {named} FROM {_source(question)} WHERE {where} GROUP BY {grouped} HAVING count(*) > 1"


def _unsorted(item: str) -> str:
    return _DIRECTION.sub("", item)


def _condition(question: Question) -> str:
    if question.doubt is Doubt.VIOLATIONS:
        return f"NOT ({question.condition})"
    if question.doubt is Doubt.FILLED:
        return "true"
    if question.doubt is Doubt.NULLS:
        return " OR ".join(f"{quote_name(name)} IS NULL" for name in question.columns)
    assert question.parent is not None
    names = [f"mine.{quote_name(name)}" for name in question.columns]
    pairs = zip(names, question.parent_columns, strict=True)
    met = " AND ".join(f"theirs.{quote_name(their)} = {mine}" for mine, their in pairs)
    known = " AND ".join(f"{name} IS NOT NULL" for name in names)
    return f"{known} AND NOT EXISTS (SELECT 1 FROM {table(question.parent)} AS theirs WHERE {met})"
