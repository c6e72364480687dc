"""Whether a SET makes one condition of its own WHERE false.

Each reader knows one form of condition and answers with what must be added to the question so that it is true for
every row it counts: '' nothing, None: this condition proves nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from console.core.lexer import Token, TokenKind
from console.core.statements.cursor import Cursor, Unreadable
from console.core.statements.mentioned import columns_in


@dataclass(frozen=True, slots=True)
class Assignment:
    """`column = text` of a SET."""

    column: str
    text: str
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class _Constant:
    """A constant as it can be compared: its sort and its value."""

    sort: str
    value: str | int | bool | None


def guard(conjunct: Cursor, assignments: Sequence[Assignment], names: Collection[str]) -> str | None:
    """What to add to the question when an assignment makes `conjunct` false; None when none does."""
    try:
        negated = conjunct.accept("NOT")
        column = _column(conjunct, names)
    except Unreadable:
        return None
    setting = [a for a in assignments if a.column == column]
    if len(setting) != 1:
        return None
    others = {a.column for a in assignments}
    try:
        return _guard(conjunct, setting[0], others, negated=negated)
    except Unreadable:
        return None


def _column(cursor: Cursor, names: Collection[str]) -> str:
    parts = cursor.dotted()
    if len(parts) > 2 or (len(parts) == 2 and parts[0] not in names):
        raise Unreadable
    return parts[-1]


def _guard(cursor: Cursor, setting: Assignment, changed: set[str], *, negated: bool) -> str | None:
    new = _constant(setting.tokens)
    if negated or cursor.done:
        cursor.end()
        return "" if new == _Constant("boolean", negated) else None
    if cursor.accept("IS"):
        return _is(cursor, setting, new, changed)
    inverted = cursor.accept("NOT")
    if cursor.accept("IN"):
        return _in(cursor, new, inverted=inverted)
    if inverted:
        return None
    operator = cursor.step().word
    old = _constant(cursor.found[cursor.at :])
    if old is None:
        return None
    if operator == "=":
        return _equals(cursor, setting, new, old, changed)
    return "" if new is not None and _false(operator, new, old) else None


def _is(cursor: Cursor, setting: Assignment, new: _Constant | None, changed: set[str]) -> str | None:
    inverted = cursor.accept("NOT")
    if cursor.accept("DISTINCT", "FROM"):
        other = _constant(cursor.found[cursor.at :])
        if inverted or new is None or other is None:
            return None
        return "" if _surely_equal(new, other) else None
    word = cursor.accept_any("NULL", "TRUE", "FALSE")
    cursor.end()
    if word in ("TRUE", "FALSE") and new is not None:
        if new.sort not in ("boolean", "null"):
            return None
        holds = (new.value is (word == "TRUE")) is not inverted
        return None if holds else ""
    if word != "NULL":
        return None
    if new is not None:
        return "" if (new.sort == "null") is inverted else None
    return _not_null(setting, changed) if not inverted else None


def _not_null(setting: Assignment, changed: set[str]) -> str | None:
    """`SET b = a WHERE b IS NULL`: rows whose a is NULL stay as they are."""
    if _depends_on(setting, changed - {setting.column}):
        return None
    return f"({setting.text}) IS NOT NULL"


def _equals(
    cursor: Cursor, setting: Assignment, new: _Constant | None, old: _Constant, changed: set[str]
) -> str | None:
    if new is not None:
        return "" if _surely_unequal(new, old) else None
    if _depends_on(setting, changed) or not columns_in(setting.text):
        return None
    return f"({setting.text}) IS DISTINCT FROM {cursor.rest()}"


def _depends_on(setting: Assignment, columns: Collection[str]) -> bool:
    """Whether the new value is made of something that the same SET changes: it was another value then."""
    return bool(set(columns_in(setting.text)) & set(columns))


def _in(cursor: Cursor, new: _Constant | None, *, inverted: bool) -> str | None:
    olds = [_constant(item.found) for item in cursor.group().items()]
    cursor.end()
    known = [old for old in olds if old is not None]
    if new is None or not known or len(known) != len(olds):
        return None
    if inverted:
        return "" if any(_surely_equal(new, old) for old in known) else None
    return "" if all(_surely_unequal(new, old) for old in known) else None


def _false(operator: str, new: _Constant, old: _Constant) -> bool:
    """Whether `new operator old` is surely not true."""
    if new.sort == "null":
        return operator in ("<>", "!=", "<", ">", "<=", ">=")
    if operator in ("<>", "!="):
        return _surely_equal(new, old)
    if not isinstance(new.value, int) or not isinstance(old.value, int) or {new.sort, old.sort} != {"integer"}:
        return False
    outcomes = {
        "<": new.value < old.value,
        ">": new.value > old.value,
        "<=": new.value <= old.value,
        ">=": new.value >= old.value,
    }
    return operator in outcomes and not outcomes[operator]


def _surely_equal(new: _Constant, old: _Constant) -> bool:
    # A column may round what it is given (0.15 in a real), so only these stay what they are.
    return new == old and new.sort in ("integer", "text", "boolean")


def _surely_unequal(new: _Constant, old: _Constant) -> bool:
    if new.sort == "null":
        return True
    if new.sort != old.sort:
        return False
    if new.sort == "text":
        # Blanks and case do not count in character(n) and citext.
        return str(new.value).strip().lower() != str(old.value).strip().lower()
    return new.sort in ("integer", "boolean") and new.value != old.value


def _constant(tokens: Sequence[Token]) -> _Constant | None:
    """The constant these tokens are, if they are one; a cast behind it does not matter."""
    found = list(tokens)
    if len(found) > 2 and found[1].word == "::":
        simple = all(token.kind in (TokenKind.WORD, TokenKind.QUOTED) for token in found[2:])
        found = found[:1] if simple else found
    if len(found) == 2 and found[0].word in ("-", "+") and found[1].text.isdigit():
        return _Constant("integer", int(found[1].text) * (-1 if found[0].word == "-" else 1))
    if len(found) != 1:
        return None
    return _single(found[0])


def _single(token: Token) -> _Constant | None:
    if token.kind is TokenKind.STRING:
        return _Constant("text", token.value)
    if token.kind is TokenKind.NUMBER and token.text.isdigit():
        return _Constant("integer", int(token.text))
    words: dict[str, bool | None] = {"TRUE": True, "FALSE": False, "NULL": None}
    if token.word not in words:
        return None
    return _Constant("null" if token.word == "NULL" else "boolean", words[token.word])
