"""A question whose answer 0 means that an UPDATE or DELETE has nothing left to do.

It exists only where a row, once the statement has changed it, can no longer fit the WHERE: the SET makes its own WHERE
false, or the rows are gone. Whatever could make that untrue (functions that are not known to be pure, subselects,
other tables, LIMIT, the clock) means no question. Its SQL is put together from slices of the statement's own text.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from console.core.lexer import Token, TokenKind
from console.core.schema import Kind, Ref
from console.core.statements.cursor import Cursor, Unreadable
from console.core.statements.falsified import Assignment, guard
from console.core.statements.statement import DataProbe
from console.core.types.postgres_words import words

_PURE = words(
    """
    lower upper coalesce nullif greatest least trim btrim ltrim rtrim length char_length octet_length left right
    substring substr replace concat concat_ws split_part strpos position md5 abs round floor ceil ceiling trunc mod sign
    initcap reverse repeat lpad rpad translate regexp_replace to_number cast array jsonb_typeof json_typeof
    jsonb_array_length array_length cardinality date_trunc extract date_part in any all and or not exists values is
    varchar character numeric decimal char timestamp timestamptz time interval float bit varying ifnull if
    substring_index json_extract json_unquote lcase ucase instr locate hex unhex sha1 sha2 crc32
    """
)
"""Functions, and words that may stand before a parenthesis, whose result depends on nothing but their arguments."""

_CLOCK = words(
    """
    current_date current_time current_timestamp localtime localtimestamp current_user session_user user current_role
    current_schema current_catalog system_user
    """
)
_NEVER = frozenset({"SELECT", "WITH", "RETURNING", "LIMIT", "USING", "CURRENT", "OF", "EXISTS", "VALUES", "TABLE"})
_RELATIVE_DATES = frozenset({"now", "today", "tomorrow", "yesterday"})


@dataclass(frozen=True, slots=True)
class _Target:
    text: str
    ref: Ref
    alias: str


def data_probe(cursor: Cursor, verb: str) -> DataProbe | None:
    """The question for this statement; None where there is none that proves anything."""
    try:
        if verb == "UPDATE" and cursor.accept("UPDATE"):
            return _of_update(cursor)
        if verb == "DELETE" and cursor.accept("DELETE", "FROM"):
            return _of_delete(cursor)
    except Unreadable:
        return None
    return None


def _of_delete(cursor: Cursor) -> DataProbe | None:
    target = _target(cursor, ("WHERE", "USING", "RETURNING"))
    cursor.expect("WHERE")
    start = cursor.at
    where = cursor.rest()
    if not where or not is_pure(cursor.found[start:]):
        return None
    return _probe(target, [where])


def _of_update(cursor: Cursor) -> DataProbe | None:
    target = _target(cursor, ("SET",))
    cursor.expect("SET")
    start = cursor.at
    cursor.until(("WHERE", "FROM", "RETURNING"))
    settings = cursor.within(cursor.found[start : cursor.at])
    cursor.expect("WHERE")
    where_start = cursor.at
    where = cursor.rest()
    assignments = [_assignment(item) for item in settings.items()]
    if not where or not is_pure(cursor.found[where_start:]):
        return None
    condition = cursor.within(cursor.found[where_start:])
    for conjunct in conjuncts(condition):
        extra = guard(conjunct, assignments, {target.alias, target.ref.name})
        if extra is not None:
            return _probe(target, [where, extra] if extra else [where])
    return None


def _probe(target: _Target, conditions: list[str]) -> DataProbe:
    where = f"({conditions[0]})" + "".join(f" AND {extra}" for extra in conditions[1:])
    return DataProbe(f"SELECT count(*) FROM {target.text} WHERE {where}", (target.ref.schema, target.ref.name))


def _target(cursor: Cursor, stops: Collection[str]) -> _Target:
    start = cursor.at
    cursor.accept("ONLY")
    ref = cursor.ref(Kind.TABLE)
    cursor.accept("*")
    alias = ref.name
    if cursor.accept("AS") or cursor.word() not in stops:
        alias = cursor.name()
    text = cursor.slice(start)
    if cursor.word() not in stops:
        raise Unreadable
    return _Target(text, ref, alias)


def _assignment(item: Cursor) -> Assignment:
    column = item.name()
    item.expect("=")
    start = item.at
    item.rest()
    tokens = item.found[start:]
    if not tokens or not is_pure(tokens) or tokens[0].word == "DEFAULT":
        raise Unreadable
    return Assignment(column, item.slice(start), tokens)


def is_pure(tokens: Collection[Token]) -> bool:
    """The same answer whenever it is asked: no clock, no subselect, no function that is not known."""
    found = tuple(tokens)
    for token, following in zip(found, (*found[1:], None), strict=True):
        if token.kind is TokenKind.PARAMETER or token.word in _NEVER:
            return False
        if token.kind is TokenKind.STRING and token.value.strip().lower() in _RELATIVE_DATES:
            return False
        is_name = token.kind in (TokenKind.WORD, TokenKind.QUOTED)
        if token.kind is TokenKind.WORD and token.folded in _CLOCK:
            return False
        if is_name and following is not None and following.word == "(" and token.folded not in _PURE:
            return False
    return True


def conjuncts(condition: Cursor) -> list[Cursor]:
    """The parts of a condition between its top-level ANDs; none at all when an OR stands beside them."""
    found: list[Cursor] = []
    start, between = 0, False
    while not condition.done:
        word = condition.word()
        if word == "OR":
            return []
        if word == "AND" and not between:
            found.append(condition.within(condition.found[start : condition.at]))
            start = condition.at + 1
        between = word == "BETWEEN" or (between and word != "AND")
        condition.skip_group()
    found.append(condition.within(condition.found[start:]))
    return [part for conjunct in found for part in _unwrapped(conjunct)]


def _unwrapped(conjunct: Cursor) -> list[Cursor]:
    """`(a AND b)` is a and b."""
    if conjunct.word() != "(":
        return [conjunct]
    inside = conjunct.group()
    if not conjunct.done:
        conjunct.at = 0
        return [conjunct]
    return conjuncts(inside)
