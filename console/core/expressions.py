"""Whether an expression in a file means what the server's deparser wrote down.

The server stores a tree and writes it back in its own hand: casts on constants, more parentheses, `= ANY (ARRAY[...])`
for IN. Expressions that are the same once those habits are gone are EQUAL; those that differ in a constant, a name or
a comparison are DIFFERENT; whatever else differs may be the deparser's doing and is UNSURE.
"""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from functools import lru_cache

from console.core.expression_parser import tree
from console.core.expression_tree import Node, NotAnExpression, is_number
from console.core.expression_words import compare_words
from console.core.match import Match
from console.core.types.postgres_words import words

__all__ = ["Match", "compare"]


_TEXTS = frozenset({"text", "character varying", "character", "bpchar", "name", "citext"})
_ADDED = _TEXTS | {
    "numeric",
    "double precision",
    "real",
    "bigint",
    "integer",
    "smallint",
    "date",
    "timestamp without time zone",
    "timestamp with time zone",
    "text[]",
    "character varying[]",
    "regclass",
    "inet",
}
"""Types the server casts to (or leaves out a cast to) without being asked."""

_REWRITTEN = words(
    """
    date time timestamp interval json jsonb inet cidr macaddr macaddr8 bytea real money uuid xml tsquery tsvector bit
    regclass regtype regproc point box circle polygon path lseg line int4range int8range numrange tsrange tstzrange
    daterange double
    """
)
"""Types whose constants the server writes in another way than they were given."""

_COMPARISONS = frozenset({"=", "<>", "<", ">", "<=", ">=", "~", "~*", "!~", "!~*", "~~", "~~*", "!~~", "!~~*"})


@lru_cache(maxsize=4096)
def compare(wanted: str | None, actual: str | None) -> Match:
    """`wanted` is from a file, `actual` from the catalog; None: there is none."""
    if _is_null(wanted) or _is_null(actual):
        return Match.EQUAL if _is_null(wanted) and _is_null(actual) else Match.DIFFERENT
    assert wanted is not None
    assert actual is not None
    if wanted.strip() == actual.strip():
        return Match.EQUAL
    try:
        left, right = tree(wanted), tree(actual)
    except (NotAnExpression, RecursionError):
        return Match(compare_words(wanted, actual))
    if _same(left, right):
        return Match.EQUAL
    return Match.DIFFERENT if _surely_different(left, right) else Match.UNSURE


def _is_null(text: str | None) -> bool:
    """DEFAULT NULL is no default."""
    return text is None or text.strip(" ()").partition("::")[0].strip(" ()").upper() == "NULL"


def _same(left: Node, right: Node) -> bool:
    if left.kind == right.kind == "literal":
        return _same_literal(left, right)
    if left.kind == right.kind == "cast" and left.label == right.label:
        return _same(left.parts[0], right.parts[0])
    if right.kind == "cast" and _may_be_added(right.label):
        return _same(left, right.parts[0])
    if left.kind == "cast" and _may_be_added(left.label):
        return _same(left.parts[0], right)
    return (left.kind, left.label, len(left.parts)) == (right.kind, right.label, len(right.parts)) and all(
        _same(a, b) for a, b in zip(left.parts, right.parts, strict=True)
    )


def _may_be_added(name: str) -> bool:
    return name in _ADDED


def _text(node: Node) -> str:
    return node.parts[0].label if node.parts else ""


def _same_literal(left: Node, right: Node) -> bool:
    if "null" in (left.label, right.label):
        return left.label == right.label
    casts = left.cast, right.cast
    if all(casts) and casts[0] != casts[1] and not all(name in _ADDED or not name for name in casts):
        return False
    if left.label == right.label == "string":
        return _same_text(left, right)
    return _value(left) == _value(right)


def _same_text(left: Node, right: Node) -> bool:
    """The texts of two constants; documents are compared as documents, days with the midnight they begin with."""
    texts = _text(left), _text(right)
    casts = {left.cast, right.cast}
    if texts[0] == texts[1]:
        return True
    if casts & {"character", "bpchar"}:
        return texts[0].rstrip(" ") == texts[1].rstrip(" ")
    if casts & {"json", "jsonb"}:
        return _document(texts[0]) == _document(texts[1])
    return right.cast.startswith("timestamp") and texts[1] in (f"{texts[0]} 00:00:00", f"{texts[0]} 00:00:00+00")


def _document(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _value(node: Node) -> Decimal | str:
    """Constants of different sorts meet as numbers or words: `'t'`, `true`, `'-1'::integer`, `-1`."""
    text = _text(node)
    if is_number(text):
        return Decimal(text.strip())
    lowered = text.strip().lower()
    return {"t": "true", "f": "false"}.get(lowered, lowered)


def _surely_different(left: Node, right: Node) -> bool:
    """Constants, names or comparisons differ in a way that no deparser makes."""
    if _key_tail(left) != _key_tail(right):
        return True
    if _names(left) != _names(right):
        return True
    only_left, only_right = _unmatched_literals(left, right)
    if only_left or only_right:
        return not any(_may_be_rewritten(node) for node in (*only_left, *only_right))
    return _operators(left) != _operators(right)


def _key_tail(node: Node) -> str:
    return node.label if node.kind == "key" else ""


def _literals(node: Node) -> list[Node]:
    return [part for part in node.walk() if part.kind == "literal" and part.label != "null"]


def _unmatched_literals(left: Node, right: Node) -> tuple[list[Node], list[Node]]:
    only_left, rest = [], _literals(right)
    for literal in _literals(left):
        partner = next((other for other in rest if _same_literal(literal, other)), None)
        if partner is None:
            only_left.append(literal)
        else:
            rest.remove(partner)
    return only_left, rest


def _may_be_rewritten(node: Node) -> bool:
    base = node.cast.split(" ", 1)[0].split("(", 1)[0]
    return base in _REWRITTEN or node.cast.endswith("[]")


def _names(node: Node) -> frozenset[str]:
    return frozenset(part.label for part in node.walk() if part.kind in ("name", "call", "field", "collate"))


def _operators(node: Node) -> Counter[str]:
    return Counter(
        part.label
        for part in node.walk()
        if part.kind in ("operator", "any", "all", "is") and (part.label in _COMPARISONS or part.kind == "is")
    )
