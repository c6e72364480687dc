"""How SQLite's names, types and expressions are written here: the same for a file and for the catalog.

SQLite keeps every CREATE as it was sent, so both sides are read with one grammar and spelled by this module. What
means nothing to the server (case, blanks, the sort of quotes) is gone; a type stays the word that was written, because
SQLite only looks at what it sounds like.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from console.core.lexer import Token, TokenKind, significant, tokens
from console.core.types.postgres_words import words

RESERVED = words(
    """
    add all alter and as autoincrement between case check collate commit constraint create default deferrable delete
    distinct drop else escape except exists foreign from group having in index insert intersect into is isnull join
    limit not notnull null on or order primary references select set table then to transaction union unique update
    using values when where
    """
)
"""Never a name without quotes."""

_OPERATES = RESERVED | words("like glob regexp match over filter begin end of with after before instead each row by")
"""Words that no argument list follows, though a parenthesis may."""
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z")
_SPELLED = {"==": "=", "!=": "<>"}
_NO_BLANK_BEFORE = frozenset({")", ",", ".", ";"})
_NO_BLANK_BEHIND = frozenset({"(", "."})
_SIGNS = frozenset({"-", "+", "~"})


def quote_name(name: str) -> str:
    """A folded name, in double quotes only when it needs them."""
    if _PLAIN.match(name) and name not in RESERVED:
        return name
    return '"' + name.replace('"', '""') + '"'


def spelled(found: Sequence[Token]) -> str:
    """The canonical text of tokens: `total >= 0`, `lower(email)`."""
    text, before, tight = "", "", False
    for token in found:
        word = _word(token)
        named = before.isidentifier() or before[-1:] == '"'
        called = word == "(" and named and before not in _OPERATES
        glued = tight or called or word in _NO_BLANK_BEFORE or before in _NO_BLANK_BEHIND or not text
        text += word if glued else f" {word}"
        tight = word in _SIGNS and (not before or not (before[-1:].isalnum() or before[-1] in "\"')"))
        before = word
    return text


def _word(token: Token) -> str:
    if token.kind is TokenKind.WORD:
        return token.folded
    if token.kind is TokenKind.QUOTED:
        return quote_name(token.folded)
    if token.kind is TokenKind.NUMBER:
        return token.text.lower()
    return _SPELLED.get(token.text, token.text)


def expression(text: str) -> str:
    """An expression as the catalog's would be written."""
    return spelled(significant(tokens(text, "sqlite")))


def canonical_type(text: str) -> str:
    """A type as it was written, but for case and blanks: `varchar(255)`, `unsigned big int`."""
    return spelled_type(significant(tokens(text, "sqlite")))


def spelled_type(found: Sequence[Token]) -> str:
    """The same from tokens."""
    text = " ".join(token.folded for token in found)
    return text.replace(" (", "(").replace("( ", "(").replace(" )", ")").replace(" , ", ",").replace("- ", "-")
