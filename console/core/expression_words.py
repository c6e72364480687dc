"""Comparison of longer texts (view bodies, trigger and EXCLUDE definitions) word by word.

They are too rich for a tree of expressions, so the habits of the deparser are taken out of the row of tokens:
parentheses, casts, qualifiers, optional words. The outcome is a word of `expressions.Match`.
"""

from __future__ import annotations

from console.core.lexer import Token, TokenKind, significant, string_value, tokens
from console.core.types.postgres import NotAType, canonical_type, read_type
from console.core.types.postgres_words import KEYWORDS, words

_OPTIONAL = frozenset({"AS", "OUTER", "INNER", "(", ")", ";", "ASC", "PROCEDURE", "FUNCTION"})
_SYNONYMS = {"!=": "<>", "LIKE": "~~", "ILIKE": "~~*", "SOME": "ANY"}
_SYNTAX = words(
    """
    by first last nulls rows range over partition at zone year month day hour minute second escape within filter
    recursive materialized unbounded preceding following row each execute statement before after instead of referencing
    old new insert update delete truncate trigger initially immediate deferred including excluding without ordinality
    epoch dow doy week quarter
    """
)
"""Words of the grammar that are not keywords of the strict sort, so they cannot be told from names."""

_INVENTED = words("?column? value case coalesce row array exists bool *values* column1")
"""Names the server gives to columns that had none."""


def compare_words(wanted: str, actual: str) -> str:
    """`equal`, `different` or `unsure`."""
    left, right = _normal(wanted), _normal(actual)
    if left == right:
        return "equal"
    return "different" if _surely_different(left, right) else "unsure"


def _surely_different(left: list[str], right: list[str]) -> bool:
    starred = "*" in left
    if {t for t in left if t[:1] == "'"} != {t for t in right if t[:1] == "'"}:
        return not any(_rewritable(text) for text in set(left) ^ set(right) if text[:1] == "'")
    if _names(left) - _names(right) - _INVENTED:
        return True
    return not starred and bool(_names(right) - _names(left) - _INVENTED)


def _rewritable(text: str) -> bool:
    """Dates, intervals and documents are written back in another way."""
    return any(character.isdigit() for character in text) or text[1:2] in ("{", "[", "(")


def _names(said: list[str]) -> set[str]:
    return {word for word in said if word[:1] not in ("'", "#") and word.isidentifier() and word.islower()}


def _normal(text: str) -> list[str]:
    """The said that matter: names and strings as they are, keywords in upper case."""
    found = significant(tokens(text))
    said: list[str] = []
    at = 0
    while at < len(found):
        at = _take(found, at, said)
    return said


def _take(found: tuple[Token, ...], at: int, said: list[str]) -> int:
    """Add what matters of the token at `at`; the place to go on from."""
    token = found[at]
    word = token.word
    if word == "::":
        return _behind_type(found, at + 1)
    if token.kind is TokenKind.STRING:
        said.append(f"'{string_value(token.text)}")
    elif token.kind is TokenKind.NUMBER:
        said.append(f"#{token.text}")
    elif token.kind in (TokenKind.WORD, TokenKind.QUOTED):
        return _take_name(found, at, said)
    elif word == "." and said:
        said.pop()
    elif word not in _OPTIONAL:
        said.append(_SYNONYMS.get(word, word))
    return at + 1


def _take_name(found: tuple[Token, ...], at: int, said: list[str]) -> int:
    token = found[at]
    name = token.folded
    if token.word in _OPTIONAL:
        return at + 1
    if token.word == "IN" and at + 2 < len(found) and found[at + 1].text == "(" and found[at + 2].word != "SELECT":
        return _take_list(found, at, said)
    if token.word in _SYNONYMS:
        operator = _SYNONYMS[token.word]
        negated = bool(said) and said[-1] == "NOT" and operator.startswith("~~")
        if negated:
            said.pop()
        said.append(f"!{operator}" if negated else operator)
        return at + 1
    if at + 1 < len(found) and found[at + 1].kind is TokenKind.STRING and canonical_type(name) != name:
        return at + 1
    keyword = token.kind is TokenKind.WORD and (name in KEYWORDS or name in _SYNTAX)
    said.append(name.upper() if keyword else name)
    return at + 1


def _take_list(found: tuple[Token, ...], at: int, said: list[str]) -> int:
    """`IN (a, b)` as `= ANY ARRAY [a, b]`."""
    negated = bool(said) and said[-1] == "NOT"
    if negated:
        said.pop()
    said += ["<>", "ALL"] if negated else ["=", "ANY"]
    said += ["ARRAY", "["]
    depth, at = 1, at + 2
    while at < len(found) and depth:
        depth += {"(": 1, ")": -1}.get(found[at].word, 0)
        if not depth:
            break
        at = _take(found, at, said)
    said.append("]")
    return at + 1


def _behind_type(found: tuple[Token, ...], at: int) -> int:
    try:
        return read_type(found, at, "public")[1]
    except NotAType:
        return at
