"""What stands inside a key, an EXCLUDE or the bounds of a partition of PostgreSQL, taken apart for a question.

What cannot be taken apart is None: nobody is asked then, and the answer is not known.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from console.core.causes_values import Key
from console.core.lexer import TokenKind
from console.core.statements.cursor import Cursor, Unreadable
from console.core.types.postgres_words import quote_name

_ALIKE = frozenset({"text_pattern_ops", "varchar_pattern_ops", "bpchar_pattern_ops", "citext_ops"})
"""Operator classes besides the default ones whose equality is that of the type."""
_BEHIND = ("COLLATE", "ASC", "DESC", "NULLS", "WITH")
_KEY = re.compile(r"(?P<sort>RANGE|LIST) \((?P<names>.*)\)", re.DOTALL)


def key_of(item: str, columns: Collection[str]) -> Key | None:
    """One item of an index; None when its operator class may compare in a way of its own."""
    try:
        return _key(item, columns)
    except Unreadable:
        return None


def _key(item: str, columns: Collection[str], *, any_class: bool = False) -> Key | None:
    """A name may hold anything, so the columns there are decide what an item begins with."""
    spelled = {text: name for name in columns for text in (name, quote_name(name))}
    found = [text for text in spelled if item == text or item.startswith(f"{text} ")]
    column = spelled[max(found, key=len)] if found else ""
    if found:
        tail, expression = Cursor.over(item[len(max(found, key=len)) :]), ""
    else:
        tail = Cursor.over(item)
        _step_over_expression(tail)
        expression = tail.slice(0)
    collation = _collation(tail)
    alike = tail.done or tail.word() in _BEHIND or any_class or tail.name() in _ALIKE
    return Key(column, expression=expression, collation=collation) if alike else None


def _step_over_expression(item: Cursor) -> None:
    if item.word() != "(":
        item.dotted()
    item.skip_group()


def _collation(item: Cursor) -> str:
    if not item.accept("COLLATE"):
        return ""
    start = item.at
    item.dotted()
    return item.slice(start)


def exclusion(text: str, columns: Collection[str]) -> tuple[Key, ...] | None:
    """What `EXCLUDE USING gist (room WITH =, during WITH &&)` compares, each with its operator."""
    try:
        body = Cursor.over(text)
        body.expect("EXCLUDE", "USING")
        body.name()
        return tuple(_compared(item, columns) for item in body.group().items())
    except Unreadable:
        return None


def _compared(item: Cursor, columns: Collection[str]) -> Key:
    subject = item.until(("WITH",))
    item.expect("WITH")
    operator = item.rest()
    plain = subject.removeprefix('"').removesuffix('"') if subject.startswith('"') else subject
    key = _key(plain if plain in columns else subject, columns, any_class=True)
    if key is None or not operator:
        raise Unreadable
    return Key(key.column, expression=key.expression, collation=key.collation, operator=operator)


def bounds_in(sql: str) -> str:
    """`FOR VALUES ...` or `DEFAULT` of a statement about one partition, as it is written; '' when there is none."""
    cursor = Cursor.over(sql)
    while not cursor.done:
        if cursor.sees("FOR", "VALUES"):
            start = cursor.at
            cursor.accept("FOR", "VALUES")
            while cursor.word() in ("FROM", "TO", "IN", "WITH"):
                cursor.step()
                cursor.skip_group()
            return cursor.slice(start)
        if (
            cursor.word() == "DEFAULT"
            and cursor.at
            and cursor.found[cursor.at - 1].kind in (TokenKind.WORD, TokenKind.QUOTED)
        ):
            return "DEFAULT"
        cursor.skip_group()
    return ""


def admits(key: str | None, bounds: str) -> str | None:
    """The condition of `bounds` as SQL about the columns of `RANGE (ts)`; None where nobody can write it down."""
    match = _KEY.fullmatch(key or "")
    if match is None:
        return None
    try:
        names = [_plain(item) for item in Cursor.over(match["names"]).items()]
        cursor = Cursor.over(bounds)
        cursor.expect("FOR", "VALUES")
        return _range(cursor, names) if match["sort"] == "RANGE" else _list(cursor, names)
    except Unreadable:
        return None


def _plain(item: Cursor) -> str:
    name = quote_name(item.name())
    item.end()
    return name


def _range(cursor: Cursor, names: list[str]) -> str:
    cursor.expect("FROM")
    low = _values(cursor)
    cursor.expect("TO")
    high = _values(cursor)
    if len(low) != len(names) or len(high) != len(names):
        raise Unreadable
    parts = [f"{name} IS NOT NULL" for name in names]
    parts += _end(names, low, ">=", "MINVALUE") + _end(names, high, "<", "MAXVALUE")
    return " AND ".join(parts)


def _end(names: list[str], values: list[str], sign: str, open_end: str) -> list[str]:
    special = [value for value in values if value.upper() in ("MINVALUE", "MAXVALUE")]
    if not special:
        return [f"({', '.join(names)}) {sign} ({', '.join(values)})"]
    if values[0].upper() != open_end:
        raise Unreadable
    return []


def _list(cursor: Cursor, names: list[str]) -> str:
    cursor.expect("IN")
    values = _values(cursor)
    if len(names) != 1:
        raise Unreadable
    known = [value for value in values if value.upper() != "NULL"]
    parts = [f"{names[0]} IN ({', '.join(known)})"] if known else []
    return " OR ".join(parts + ([f"{names[0]} IS NULL"] if len(known) < len(values) else []))


def _values(cursor: Cursor) -> list[str]:
    return list(_texts(cursor.group()))


def _texts(inside: Cursor) -> Iterator[str]:
    for item in inside.items():
        kinds = [token.kind for token in item.found]
        signed = len(kinds) == 2 and item.word() == "-" and kinds[1] is TokenKind.NUMBER
        text = item.rest()
        special = text.upper() in ("MINVALUE", "MAXVALUE", "NULL", "TRUE", "FALSE")
        if not (signed or special or kinds in ([TokenKind.STRING], [TokenKind.NUMBER])):
            raise Unreadable
        yield text
