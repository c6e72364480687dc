"""Whether a text in a file means what MySQL or MariaDB wrote down: expressions, defaults, bodies, index columns.

Like expressions.py for PostgreSQL: the same tree is EQUAL, other constants, columns or comparisons are DIFFERENT, and
what else differs may be the server's own rewriting and is UNSURE.
"""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal, InvalidOperation

from console.core.expression_mysql import tree
from console.core.expression_mysql_forms import COMPARISONS
from console.core.expression_tree import Node, NotAnExpression
from console.core.lexer import TokenKind, significant, tokens
from console.core.match import Match
from console.core.types.mysql_tables import FRACTIONS, INTRODUCERS, NUMBERS


def compare(wanted: str | None, actual: str | None) -> Match:
    """`wanted` is from a file, `actual` from the catalog; None: there is none."""
    if wanted is None or actual is None:
        return Match.EQUAL if wanted is actual else Match.DIFFERENT
    if wanted.strip() == actual.strip():
        return Match.EQUAL
    try:
        left, right = tree(wanted), tree(actual)
    except (NotAnExpression, RecursionError, InvalidOperation):
        return compare_words(wanted, actual)
    if left == right:
        return Match.EQUAL
    return Match.DIFFERENT if _surely_different(left, right) else Match.UNSURE


def _surely_different(left: Node, right: Node) -> bool:
    if _labels(left, "name") != _labels(right, "name"):
        return True
    if _constants(left) != _constants(right):
        return all(text.isascii() for text in _constants(left) | _constants(right))
    return _comparisons(left) != _comparisons(right)


def _labels(node: Node, kind: str) -> frozenset[str]:
    return frozenset(part.label for part in node.walk() if part.kind == kind)


def _constants(node: Node) -> Counter[str]:
    return Counter(part.parts[0].label for part in node.walk() if part.kind == "literal" and part.parts)


def _comparisons(node: Node) -> Counter[str]:
    return Counter(part.label for part in node.walk() if part.kind == "operator" and part.label in COMPARISONS)


def compare_default(wanted: str | None, actual: str | None, type_name: str) -> Match:
    """A default, as the column's type keeps it: `'5'` of an int is 5, a date gets its midnight."""
    match = compare(wanted, actual)
    if match is Match.EQUAL or wanted is None or actual is None:
        return match
    try:
        left, right = tree(wanted), tree(actual)
    except (NotAnExpression, RecursionError, InvalidOperation):
        return match
    if left.kind == right.kind == "literal" and left.parts and right.parts:
        return _same_constant(left, right, type_name)
    return match


def _same_constant(left: Node, right: Node, type_name: str) -> Match:
    one, other = left.parts[0].label, right.parts[0].label
    base = type_name.partition("(")[0].partition(" ")[0]
    if one == other:
        return Match.EQUAL
    if base in ("bit", "binary", "varbinary") or not (one + other).isascii():
        return _same_number(_as_number(left), _as_number(right), base) if base == "bit" else Match.UNSURE
    if base in NUMBERS:
        return _same_number(_as_number(left), _as_number(right), base)
    if base in ("enum", "set"):
        sides = [frozenset(text.rstrip(" ").lower().split(",")) for text in (one, other)]
        return Match.EQUAL if sides[0] == sides[1] else Match.DIFFERENT
    if base in FRACTIONS or base == "date":
        return Match.EQUAL if other.startswith(one) and not set(other[len(one) :]) - set(" 0:.") else Match.UNSURE
    if base == "char":
        return Match.EQUAL if one.rstrip(" ") == other.rstrip(" ") else Match.DIFFERENT
    return Match.DIFFERENT


def _as_number(node: Node) -> Decimal | None:
    text = node.parts[0].label
    if node.label == "string" and text and not text.isprintable():
        return Decimal(int.from_bytes(text.encode("latin-1"), "big"))
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        return None


def _same_number(one: Decimal | None, other: Decimal | None, base: str) -> Match:
    if one is None or other is None:
        return Match.UNSURE
    if one == other:
        return Match.EQUAL
    return Match.UNSURE if base in ("decimal", "float", "double") and abs(one - other) < 1 else Match.DIFFERENT


_DIRECTION = re.compile(r"\s+(ASC|DESC)\Z", re.IGNORECASE)


def compare_item(wanted: str, actual: str) -> Match:
    """One column of an index: `code(20) DESC`, `(lower(code))`."""
    sides = [(_DIRECTION.sub("", text), text.upper().endswith(" DESC")) for text in (wanted, actual)]
    if sides[0][1] is not sides[1][1]:
        return Match.DIFFERENT
    one, other = sides[0][0], sides[1][0]
    if one.startswith("(") is not other.startswith("("):
        return Match.DIFFERENT
    return compare(one, other) if one.startswith("(") else _same_part(one.lower(), other.lower())


def _same_part(one: str, other: str) -> Match:
    """A prefix as long as the column is no prefix to the server, and it may cut a key that is too long."""
    if one == other:
        return Match.EQUAL
    names = [text.partition("(")[0] for text in (one, other)]
    return Match.UNSURE if names[0] == names[1] and not (one[-1] == other[-1] == ")") else Match.DIFFERENT


def compare_body(wanted: str, actual: str) -> Match:
    """Code is kept as it was given; blanks, comments and introducers may differ, and MySQL shows strings unescaped."""
    if _said(wanted) == _said(actual) or _spellings(wanted) & _spellings(actual):
        return Match.EQUAL
    return Match.UNSURE if "\\" in wanted else Match.DIFFERENT


_UNSAID = re.compile(r"[\s'\"\\;]+")


def _spellings(text: str) -> set[str]:
    """The code without blanks and quotes: as it stands, and without its comments."""
    return {_UNSAID.sub("", said).lower() for said in (text, "".join(_said(text)))}


def _said(text: str) -> list[str]:
    found = significant(tokens(text.strip().rstrip(";"), "mysql"))
    kept = (token for token in found if token.text.lower() not in INTRODUCERS)
    return [f"'{token.value}" if token.kind is TokenKind.STRING else token.folded.lower() for token in kept]


_OPTIONAL = frozenset({"AS", "(", ")", ";", "ASC", "INNER", "OUTER"})
_KEYWORDS = frozenset(
    """
    select from where and or not null is in like between join left right cross natural on using group order by having
    limit offset union all distinct case when then else end exists true false interval desc with recursive over
    partition rows range preceding following current row for if
    """.split()
)


def compare_words(wanted: str, actual: str) -> Match:
    """Longer texts (views), word by word: the server qualifies every name and repeats it behind AS."""
    left, right = _words(wanted), _words(actual)
    if left == right:
        return Match.EQUAL
    ordinals = bool({"ORDER", "GROUP"} & set(left))
    kept = "'" if ordinals else "'#"
    constants = [{word for word in side if word[:1] in kept} for side in (left, right)]
    names = [{word for word in side if word[:1] == "`"} for side in (left, right)]
    starred = "*" in left
    known = not any(not word.isascii() for word in constants[0] | constants[1])
    if known and constants[0] - constants[1]:
        return Match.DIFFERENT
    missing = names[0] - names[1]
    return Match.DIFFERENT if missing and not starred else Match.UNSURE


def _words(text: str) -> list[str]:
    said: list[str] = []
    found = significant(tokens(text, "mysql"))
    for at, token in enumerate(found):
        following = found[at + 1].text if at + 1 < len(found) else ""
        optional = token.kind is not TokenKind.QUOTED and token.word in _OPTIONAL
        if optional or token.text.lower() in INTRODUCERS or following == "." or token.text == ".":
            continue
        if token.kind is TokenKind.STRING:
            said.append(f"'{token.value}")
        elif token.kind is TokenKind.NUMBER:
            said.append(f"#{token.text.lower()}")
        elif token.kind in (TokenKind.WORD, TokenKind.QUOTED):
            name = token.folded.lower()
            plain = token.kind is TokenKind.WORD and (name in _KEYWORDS or following == "(")
            word = name.upper() if plain else f"`{name}"
            if said[-1:] != [word] or plain:
                said.append(word)
        else:
            said.append("<>" if token.text == "!=" else token.text)
    return said
