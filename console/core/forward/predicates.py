"""Conditions of a CHECK or of a partial index whose spelling in a catalog is known: simple tests that all have to hold.

Parentheses, quotes, blanks and casts are the server's own affair, so both sides are compared without them; what strings
a condition has is looked for to the letter besides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from console.core.lexer import Token, TokenKind, significant, tokens

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_STRING = re.compile(r"'(?!\d+[-:.])[^'\\():]*'")
"""No date and no time: those a server may write anew."""
_PLAIN = re.compile(r"\"[a-z_][a-z0-9_]*\"|`\w+`")
"""What means the same without its quotes."""
_COMPARES = ("=", "<>", "!=", "<", ">", "<=", ">=")
_NAMES = (TokenKind.WORD, TokenKind.QUOTED)
_NO_NAMES = frozenset({"NOT", "CASE", "NULL", "TRUE", "FALSE", "EXISTS"})


@dataclass(frozen=True, slots=True)
class Predicate:
    """Tests joined by AND."""

    plain: str
    """`qty>=0andmoodin[a,b]`."""
    strings: tuple[str, ...] = ()
    """`'a'`, with their quotes."""
    listed: bool = False
    """One of them is an IN, which every server spells in its own way."""


def predicate(expression: str, dialect: str) -> Predicate | None:
    """None: in how many ways a server may write it is not known."""
    found = list(significant(tokens(expression, dialect)))
    tests = [_test(test) for test in _conjuncts(found)]
    told = [test for test in tests if test is not None]
    odd = [token for token in found if token.kind is TokenKind.QUOTED and not _PLAIN.fullmatch(token.text)]
    if not told or len(told) < len(tests) or odd:
        return None
    strings = tuple(token.text for token in found if token.kind is TokenKind.STRING)
    alike = {string.lower().replace(" ", "") for string in strings}
    if not all(_STRING.fullmatch(string) for string in strings) or len(alike) < len(set(strings)):
        return None  # two that only differ in case or blanks could have changed places
    return Predicate("and".join(told), strings, any("[" in test for test in told))


def _conjuncts(found: list[Token]) -> list[list[Token]]:
    """In between the ANDs; parentheses may only stand around all of one, or behind IN."""
    parts: list[list[Token]] = [[]]
    for token in found:
        if token.word == "AND":
            parts.append([])
        else:
            parts[-1].append(token)
    return [_bare(part) for part in parts]


def _bare(part: list[Token]) -> list[Token]:
    while len(part) > 2 and part[0].text == "(" and part[-1].text == ")":
        part = part[1:-1]
    return part


def _test(found: list[Token]) -> str | None:
    if not found or found[0].kind not in _NAMES or found[0].word in _NO_NAMES:
        return None
    name, rest = found[0].folded.lower(), found[1:]
    words = [token.word for token in rest]
    if words in (["IS", "NULL"], ["IS", "NOT", "NULL"]):
        return f"{name}{''.join(words).lower()}"
    if words[:1] == ["IN"]:
        return _listed(name, rest[1:])
    if len(rest) < 2 or rest[0].text not in _COMPARES:
        return None
    value = _value(rest[1:])
    return None if value is None else f"{name}{rest[0].text.replace('!=', '<>')}{value}"


def _value(found: list[Token]) -> str | None:
    """A number or a string, without what is around it."""
    found = _bare(found)
    sign = "-" if len(found) == 2 and found[0].text == "-" else ""
    last = found[-1]
    if len(found) != 1 + len(sign) or not (_NUMBER.fullmatch(last.text) or (_STRING.fullmatch(last.text) and not sign)):
        return None
    return sign + last.text.strip("'").replace(" ", "").lower()


def _listed(name: str, found: list[Token]) -> str | None:
    if len(found) < 3 or found[0].text != "(" or found[-1].text != ")":
        return None
    values = [_value([token]) for token in found[1:-1:2]]
    commas = {token.text for token in found[2:-1:2]}
    if None in values or not commas <= {","}:
        return None
    told = [value for value in values if value is not None]
    return f"{name}={told[0]}" if len(told) == 1 else f"{name}=any[{','.join(told)}]"
