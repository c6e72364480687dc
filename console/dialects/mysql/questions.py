"""Questions about data as MySQL says them: read only, bounded samples, nothing that a plan would run.

`mine` is the table as the other clauses of the statement leave it: where they change a column that is asked about, all
columns are listed with what they become.
"""

from __future__ import annotations

from collections.abc import Callable

from console.core.causes import Bound, Doubt, Given, Key, Limit, Question

SAMPLE = 20
"""How many values a sample shows."""
_LONGEST = 60
"""Characters of one value in a sample."""
_INTEGER = r"^[[:space:]]*[-+]?[0-9]+[[:space:]]*$"
_NUMBER = r"^[[:space:]]*[-+]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][-+]?[0-9]+)?[[:space:]]*$"


def quoted(name: str) -> str:
    """A name in backticks."""
    return "`" + name.replace("`", "``") + "`"


def text(value: str) -> str:
    """A string, whatever is in it."""
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def count_sql(question: Question) -> str:
    """How many rows (or values, for duplicates) are in the way."""
    if question.doubt is Doubt.DUPLICATES:
        return f"SELECT count(*) FROM ({_duplicates(question)}) AS found"
    return f"SELECT count(*) FROM {_source(question)} WHERE {_condition(question)}"


def sample_sql(question: Question) -> str:
    """A few of the values, as text; '' where rows say nothing."""
    if question.doubt is Doubt.DUPLICATES:
        values = ", ".join(_shown(f"found.v{n}") for n in range(len(_keys(question))))
        return f"SELECT concat_ws(', ', {values}) FROM ({_duplicates(question)} LIMIT {SAMPLE}) AS found"
    if question.doubt not in (Doubt.ORPHANS, Doubt.MISFITS):
        return ""
    values = ", ".join(_shown(f"mine.{quoted(name)}") for name in question.columns)
    return (
        f"SELECT DISTINCT concat_ws(', ', {values}) FROM {_source(question)} "
        f"WHERE {_condition(question)} LIMIT {SAMPLE}"
    )


def table(name: tuple[str, str]) -> str:
    """A table by schema and name."""
    return f"{quoted(name[0])}.{quoted(name[1])}"


def _shown(value: str) -> str:
    return f"left({value}, {_LONGEST})"


def _source(question: Question) -> str:
    name = table(question.table)
    if not question.given:
        return f"{name} AS mine"
    columns = ", ".join(f"{_as_given(given)} AS {quoted(given.name)}" for given in question.given)
    return f"(SELECT {columns} FROM {name} AS now) AS mine"


def _as_given(given: Given) -> str:
    if not given.column:
        return given.value
    value = f"now.{quoted(given.column)}"
    if given.charset:
        value = f"CONVERT({value} USING {quoted(given.charset)})"
    return f"{value} COLLATE {quoted(given.collation)}" if given.collation else value


def _keys(question: Question) -> tuple[Key, ...]:
    return question.keys or tuple(Key(name) for name in question.columns)


def _duplicates(question: Question) -> str:
    values = [_value(key) for key in _keys(question)]
    named = ", ".join(f"{value} AS v{n}" for n, value in enumerate(values))
    known = " AND ".join(f"{value} IS NOT NULL" for value in values)
    grouped = ", ".join(f"v{n}" for n in range(len(values)))
    return f"SELECT {named} FROM {_source(question)} WHERE {known} GROUP BY {grouped} HAVING count(*) > 1"


def _value(key: Key) -> str:
    """What a unique index compares: a column, the beginning of one, or an expression."""
    if key.expression:
        return key.expression
    column = f"mine.{quoted(key.column)}"
    return f"left({column}, {key.prefix})" if key.prefix else column


def _condition(question: Question) -> str:
    return _CONDITIONS[question.doubt](question)


def _names(question: Question) -> list[str]:
    return [f"mine.{quoted(name)}" for name in question.columns]


def _broken(question: Question) -> str:
    return f"NOT ({question.condition})"


def _nulls(question: Question) -> str:
    return " OR ".join(f"{name} IS NULL" for name in _names(question))


def _orphans(question: Question) -> str:
    assert question.parent is not None
    names = _names(question)
    pairs = zip(names, question.parent_columns, strict=True)
    met = " AND ".join(f"theirs.{quoted(their)} = {mine}" for mine, their in pairs)
    known = " AND ".join(f"{name} IS NOT NULL" for name in names)
    return f"{known} AND NOT EXISTS (SELECT 1 FROM {table(question.parent)} AS theirs WHERE {met})"


def _zero_dates(question: Question) -> str:
    return " OR ".join(f"{name} = 0" for name in _names(question))


def _any_row(question: Question) -> str:
    return "TRUE"


def _misfits(question: Question) -> str:
    return " OR ".join(
        f"({_LIMITS[limit.bound](name, limit)})" for name in _names(question) for limit in question.limits
    )


_CONDITIONS: dict[Doubt, Callable[[Question], str]] = {
    Doubt.NULLS: _nulls,
    Doubt.ORPHANS: _orphans,
    Doubt.VIOLATIONS: _broken,
    Doubt.MISFITS: _misfits,
    Doubt.ZERO_DATES: _zero_dates,
    Doubt.FILLED: _any_row,
}


def _characters(name: str, limit: Limit) -> str:
    return f"char_length({name}) > {limit.most}"


def _trimmed(name: str, limit: Limit) -> str:
    return f"char_length(trim(TRAILING ' ' FROM {name})) > {limit.most}"


def _bytes(name: str, limit: Limit) -> str:
    value = f"CONVERT({name} USING {quoted(limit.names[0])})" if limit.names else name
    return f"length({value}) > {limit.most}"


def _unwritable(name: str, limit: Limit) -> str:
    back = f"CONVERT(CONVERT({name} USING {quoted(limit.names[0])}) USING utf8mb4)"
    return f"{back} COLLATE utf8mb4_bin <> CONVERT({name} USING utf8mb4) COLLATE utf8mb4_bin"


def _outside(name: str, limit: Limit) -> str:
    # Of text as a double the last digits of a long number would be lost.
    number = f"CAST({name} AS DECIMAL(65, {min(limit.digits + 1, 30)}))" if limit.names else name
    return f"round({number}, {limit.digits}) NOT BETWEEN {limit.low} AND {limit.high}"


def _no_integer(name: str, limit: Limit) -> str:
    return f"NOT {name} REGEXP '{_INTEGER}'"


def _no_number(name: str, limit: Limit) -> str:
    return f"NOT {name} REGEXP '{_NUMBER}'"


def _no_member(name: str, limit: Limit) -> str:
    return f"{name} NOT IN ({', '.join(text(value) for value in limit.names)})"


def _no_members(name: str, limit: Limit) -> str:
    count = f"1 + char_length({name}) - char_length(replace({name}, ',', ''))"
    known = " + ".join(f"(find_in_set({text(value)}, {name}) > 0)" for value in limit.names)
    return f"{name} <> '' AND {count} > {known}"


def _outside_time(name: str, limit: Limit) -> str:
    return f"CAST({name} AS DATETIME(6)) NOT BETWEEN {limit.low} AND {limit.high}"


def _no_date(name: str, limit: Limit) -> str:
    date = f"CAST({name} AS DATETIME)"
    zero = f" OR month({date}) * dayofmonth({date}) = 0" if limit.names else ""
    return f"({name} IS NOT NULL AND {date} IS NULL){zero}"


def _no_json(name: str, limit: Limit) -> str:
    return f"NOT json_valid({name})"


_LIMITS: dict[Bound, Callable[[str, Limit], str]] = {
    Bound.CHARACTERS: _characters,
    Bound.TRIMMED: _trimmed,
    Bound.BYTES: _bytes,
    Bound.WRITABLE: _unwritable,
    Bound.RANGE: _outside,
    Bound.INTEGER_TEXT: _no_integer,
    Bound.NUMBER_TEXT: _no_number,
    Bound.MEMBER: _no_member,
    Bound.MEMBERS: _no_members,
    Bound.MOMENT: _outside_time,
    Bound.DATE_TEXT: _no_date,
    Bound.JSON_TEXT: _no_json,
}
