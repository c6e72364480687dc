"""Which names a text mentions: the columns of an expression, the objects that code may have touched."""

from __future__ import annotations

from itertools import zip_longest

from console.core.lexer import Token, TokenKind, significant, tokens
from console.core.types.postgres_words import RESERVED, TYPE_OR_FUNCTION

_NEVER_A_COLUMN = RESERVED | TYPE_OR_FUNCTION | {"exists", "between", "value"}
_TYPE_FOLLOWS = ("::",)
_RUNS_TEXT = frozenset({"EXECUTE", "PERFORM", "CALL"})


def mentions(text: str, dialect: str = "postgres") -> frozenset[str]:
    """Every identifier in lower case, those inside dollar-quoted code included."""
    found: set[str] = set()
    for token in tokens(text, dialect):
        if token.kind in (TokenKind.WORD, TokenKind.QUOTED):
            found.add(token.folded.lower())
        elif token.kind is TokenKind.STRING and token.text.startswith("$"):
            found |= mentions(token.value)
    return frozenset(found)


def runs_anything(text: str, dialect: str = "postgres") -> bool:
    """Whether the code makes up SQL as it runs, or calls code that is not here."""
    found = significant(tokens(text, dialect))
    for token, following in zip_longest(found, found[1:]):
        if token.word in _RUNS_TEXT and not (following and following.word in ("FUNCTION", "PROCEDURE")):
            return True
        if token.word == "FORMAT" and dialect == "postgres" and following and following.text == "(":
            return True
        if token.kind is TokenKind.STRING and token.text.startswith("$") and runs_anything(token.value):
            return True
    return False


def columns_in(text: str) -> tuple[str, ...]:
    """Names in an expression that can only be columns, in order of appearance."""
    found = significant(tokens(text))
    names = (_column_at(found, at) for at in range(len(found)))
    return tuple(dict.fromkeys(name for name in names if name))


def _column_at(found: tuple[Token, ...], at: int) -> str:
    token = found[at]
    before = found[at - 1].word if at else ""
    after = found[at + 1] if at + 1 < len(found) else None
    if token.kind is not TokenKind.QUOTED and (token.kind is not TokenKind.WORD or token.folded in _NEVER_A_COLUMN):
        return ""
    if before in _TYPE_FOLLOWS or before in ("AS", "COLLATE") or _starts_constant(after):
        return ""
    return "" if after and after.text in ("(", ".") else token.folded


def _starts_constant(token: Token | None) -> bool:
    """`date '2026-01-01'`: the word before a string is a type."""
    return token is not None and token.kind is TokenKind.STRING
