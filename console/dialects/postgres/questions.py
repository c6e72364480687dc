"""Questions about data as PostgreSQL says them: read only, bounded samples, nothing that a plan would run.

A table keeps its own name in them, because an expression of an index or a check may speak of it; only a foreign key and
an EXCLUDE, which look at two rows, give others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from console.core.causes import Bound, Doubt, Key, Limit, Question
from console.core.types.postgres_words import quote_name

SAMPLE = 20
"""How many values a sample shows."""
_LONGEST = 60
"""Characters of one value in a sample."""
_READS_INPUT = 160_000
"""Since then the server says whether a text can be read as a type, without failing."""
_INTEGER = r"^\s*[+-]?[0-9]+\s*$"
_BITS = {"smallint": 16, "integer": 32, "bigint": 64}
_CATALOG = "pg_catalog"


def spoken(question: Question, version: int) -> Question | None:
    """The question as a server of this version can answer it; None: it cannot."""
    if version >= _READS_INPUT:
        return question
    limits = tuple(_older(limit) if limit.bound is Bound.INPUT else limit for limit in question.limits)
    return None if None in limits else replace(question, limits=tuple(limit for limit in limits if limit is not None))


def _older(limit: Limit) -> Limit | None:
    bits = _BITS.get(limit.names[0])
    if bits is None:
        return None
    return Limit(Bound.INTEGER_TEXT, low=str(-(2 ** (bits - 1))), high=str(2 ** (bits - 1) - 1))


def count_sql(question: Question) -> str:
    """How many rows (values of duplicates, pairs of conflicts, objects) are in the way."""
    if question.doubt in _LISTS:
        return f"SELECT count(*) FROM ({_LISTS[question.doubt](question)}) AS found"
    return f"SELECT count(*) FROM {_source(question)} WHERE {_condition(question)}"


def sample_sql(question: Question) -> str:
    """A few of the values, as text; '' where rows say nothing."""
    if question.doubt is Doubt.DEPENDENTS:
        name = f"{_CATALOG}.pg_describe_object(found.class, found.object, found.part)"
        return f"SELECT {_shown(name)} AS said FROM ({_dependents(question)}) AS found ORDER BY 1 LIMIT {SAMPLE}"
    if question.doubt in _LISTS:
        values = ", ".join(_shown(f"found.v{n}") for n in range(len(_keys(question))))
        return f"SELECT concat_ws(', ', {values}) FROM ({_LISTS[question.doubt](question)} LIMIT {SAMPLE}) AS found"
    if question.doubt not in (Doubt.ORPHANS, Doubt.MISFITS):
        return ""
    values = ", ".join(_shown(_name(question, name)) for name in question.columns)
    return (
        f"SELECT DISTINCT concat_ws(', ', {values}) FROM {_source(question)} "
        f"WHERE {_condition(question)} LIMIT {SAMPLE}"
    )


def _shown(value: str) -> str:
    return f'"left"(({value})::text, {_LONGEST})'


def _keys(question: Question) -> tuple[Key, ...]:
    return question.keys or tuple(Key(name) for name in question.columns)


def _table(table: tuple[str, str]) -> str:
    return f"{quote_name(table[0])}.{quote_name(table[1])}"


def _rows(question: Question) -> str:
    return ("ONLY " if question.alone else "") + _table(question.table)


def _source(question: Question) -> str:
    """The table as the statement would leave it."""
    if question.given:
        name = "mine" if question.doubt is Doubt.ORPHANS else quote_name(question.table[1])
        values = ", ".join(f"{given.value} AS {quote_name(given.name)}" for given in question.given)
        return f"(SELECT {quote_name(question.table[1])}.*, {values} FROM {_rows(question)}) AS {name}"
    return _rows(question) + (" AS mine" if question.doubt is Doubt.ORPHANS else "")


def _name(question: Question, column: str) -> str:
    table = "mine" if question.doubt is Doubt.ORPHANS else quote_name(question.table[1])
    return f"{table}.{quote_name(column)}"


def _value(question: Question, key: Key) -> str:
    """What a unique index compares."""
    value = f"({key.expression})" if key.expression else _name(question, key.column)
    return f"{value} COLLATE {key.collation}" if key.collation else value


def _duplicates(question: Question) -> str:
    values = [_value(question, key) for key in _keys(question)]
    named = ", ".join(f"{value} AS v{n}" for n, value in enumerate(values))
    known = [] if question.nulls_equal else [f"{value} IS NOT NULL" for value in values]
    conditions = [*known, *([f"({question.condition})"] if question.condition else [])]
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    grouped = ", ".join(str(n + 1) for n in range(len(values)))
    return f"SELECT {named} FROM {_source(question)}{where} GROUP BY {grouped} HAVING count(*) > 1"


def _conflicts(question: Question) -> str:
    values = [_value(question, key) for key in _keys(question)]
    named = ", ".join(f"{value} AS v{n}" for n, value in enumerate(values))
    where = f" WHERE {question.condition}" if question.condition else ""
    table = quote_name(question.table[1])
    rows = f"(SELECT {table}.ctid AS place, {table}.tableoid AS home, {named} FROM {_source(question)}{where})"
    shown = ", ".join(f"one.v{n}" for n in range(len(values)))
    compared = " AND ".join(f"one.v{n} {key.operator} other.v{n}" for n, key in enumerate(_keys(question)))
    order = "(one.home, one.place) < (other.home, other.place)"
    return f"SELECT {shown} FROM {rows} AS one JOIN {rows} AS other ON {order} AND {compared}"


def _dependents(question: Question) -> str:
    """Straight from the catalog of dependencies: a view as what it is, not as its rule.

    A whole table takes along what is its own (deptype a, i): a key onto itself, a policy, a trigger on UPDATE OF.
    """
    schema, name = (_text(part) for part in question.table)
    relation = (
        f"(SELECT c.oid FROM {_CATALOG}.pg_class c JOIN {_CATALOG}.pg_namespace n ON n.oid = c.relnamespace "
        f"WHERE n.nspname = {schema} AND c.relname = {name})"
    )
    part = ""
    own = "coalesce(a.adrelid, 0) <> d.refobjid"
    if question.columns:
        number = (
            f"(SELECT a.attnum FROM {_CATALOG}.pg_attribute a "
            f"WHERE a.attrelid = d.refobjid AND a.attname = {_text(question.columns[0])})"
        )
        part = f" AND d.refobjsubid = {number}"
        own = "a.adnum IS DISTINCT FROM d.refobjsubid"
    else:
        part = (
            f" AND NOT EXISTS (SELECT FROM {_CATALOG}.pg_depend o WHERE o.classid = d.classid AND o.objid = d.objid "
            "AND o.refclassid = d.refclassid AND o.refobjid = d.refobjid AND o.deptype IN ('a', 'i'))"
        )
    kinds = "d.deptype = 'n' OR a.oid IS NOT NULL"
    if question.type:
        kinds = "r.oid IS NOT NULL OR a.oid IS NOT NULL OR " + _is_of("pg_trigger", "pg_policy", "pg_proc")
    return (
        f"SELECT DISTINCT {_class('pg_class', 'coalesce(r.ev_class, a.adrelid)', 'd.classid')} AS class, "
        "coalesce(r.ev_class, a.adrelid, d.objid) AS object, coalesce(a.adnum, d.objsubid)::integer AS part "
        f"FROM {_CATALOG}.pg_depend d "
        f"LEFT JOIN {_CATALOG}.pg_rewrite r ON r.oid = d.objid AND {_is_of('pg_rewrite')} "
        f"LEFT JOIN {_CATALOG}.pg_attrdef a ON a.oid = d.objid AND {_is_of('pg_attrdef')} "
        f"WHERE d.refclassid = '{_CATALOG}.pg_class'::{_CATALOG}.regclass AND d.refobjid = {relation}{part} "
        f"AND ({kinds}) AND {own} AND r.ev_class IS DISTINCT FROM d.refobjid "
        f"AND NOT ({_is_of('pg_constraint')} AND d.objid IN "
        f"(SELECT k.oid FROM {_CATALOG}.pg_constraint k WHERE k.conrelid = d.refobjid AND k.contype <> 'f'))"
    )


def _class(catalog: str, where: str, otherwise: str) -> str:
    return f"CASE WHEN {where} IS NULL THEN {otherwise} ELSE '{_CATALOG}.{catalog}'::{_CATALOG}.regclass::oid END"


def _is_of(*catalogs: str) -> str:
    return " OR ".join(f"d.classid = '{_CATALOG}.{catalog}'::{_CATALOG}.regclass" for catalog in catalogs)


def _text(value: str) -> str:
    """A string, whatever is in it."""
    escaped = value.replace("'", "''").replace("\\", "\\\\")
    return f"E'{escaped}'" if "\\" in value else f"'{escaped}'"


_LISTS: dict[Doubt, Callable[[Question], str]] = {
    Doubt.DUPLICATES: _duplicates,
    Doubt.CONFLICTS: _conflicts,
    Doubt.DEPENDENTS: _dependents,
}


def _condition(question: Question) -> str:
    return _CONDITIONS[question.doubt](question)


def _broken(question: Question) -> str:
    return f"NOT ({question.condition})"


def _outside(question: Question) -> str:
    return question.condition or "NULL"


def _nulls(question: Question) -> str:
    return " OR ".join(f"{_name(question, name)} IS NULL" for name in question.columns)


def _any_row(question: Question) -> str:
    return "true"


def _orphans(question: Question) -> str:
    assert question.parent is not None
    names = [f"mine.{quote_name(name)}" for name in question.columns]
    pairs = zip([_value(question, key) for key in _keys(question)], question.parent_columns, strict=True)
    met = " AND ".join(f"theirs.{quote_name(their)} = {mine}" for mine, their in pairs)
    parent = ("ONLY " if question.parent_alone else "") + _table(question.parent)
    missing = f"NOT EXISTS (SELECT FROM {parent} AS theirs WHERE {met})"
    if question.full:
        return f"({' OR '.join(f'{name} IS NOT NULL' for name in names)}) AND {missing}"
    return f"{' AND '.join(f'{name} IS NOT NULL' for name in names)} AND {missing}"


def _misfits(question: Question) -> str:
    return " OR ".join(
        f"({_LIMITS[limit.bound](_name(question, name), limit)})"
        for name in question.columns
        for limit in question.limits
    )


_CONDITIONS: dict[Doubt, Callable[[Question], str]] = {
    Doubt.NULLS: _nulls,
    Doubt.ORPHANS: _orphans,
    Doubt.VIOLATIONS: _broken,
    Doubt.MISFITS: _misfits,
    Doubt.FILLED: _any_row,
    Doubt.OUTSIDE: _outside,
}


def _trimmed(name: str, limit: Limit) -> str:
    return f"char_length(rtrim({name}::text)) > {limit.most}"


def _outside_range(name: str, limit: Limit) -> str:
    if limit.names[:1] == ("decimal",):
        return _too_large(name, limit)
    if limit.names == ("float",):
        rounded = f"round({name}::double precision)"
        # As a double the highest number of 64 bits would be one more than it is.
        return f"NOT ({rounded} >= {limit.low} AND {rounded} < {int(limit.high) + 1})"
    return f"round({name}) NOT BETWEEN {limit.low} AND {limit.high}"


def _too_large(name: str, limit: Limit) -> str:
    most = f"1e{limit.most}::numeric"
    if "float" not in limit.names:
        return f"abs(round({name}::numeric, {limit.digits})) >= {most} AND {name}::text <> 'NaN'"
    value = f"abs({name}::double precision)"
    return (
        f"CASE WHEN {value} = 'NaN' THEN false WHEN {value} = 'Infinity' THEN true "
        f"ELSE abs(round({name}::numeric, {limit.digits})) >= {most} END"
    )


def _no_member(name: str, limit: Limit) -> str:
    return f"{name}::text NOT IN ({', '.join(_text(value) for value in limit.names)})"


def _moment(name: str, limit: Limit) -> str:
    return f"isfinite({name}) AND {name} > '{limit.high}'"


def _no_integer(name: str, limit: Limit) -> str:
    outside = f"{name}::numeric NOT BETWEEN {limit.low} AND {limit.high}"
    return f"CASE WHEN {name} !~ '{_INTEGER}' THEN true ELSE {outside} END"


def _no_input(name: str, limit: Limit) -> str:
    return f"NOT pg_input_is_valid({name}::text, {_text(limit.names[0])})"


_LIMITS: dict[Bound, Callable[[str, Limit], str]] = {
    Bound.TRIMMED: _trimmed,
    Bound.RANGE: _outside_range,
    Bound.MEMBER: _no_member,
    Bound.MOMENT: _moment,
    Bound.INPUT: _no_input,
    Bound.INTEGER_TEXT: _no_integer,
}
