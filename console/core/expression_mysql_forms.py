"""The forms that expressions of MySQL and MariaDB are brought into: one name a function, one shape a condition."""

from __future__ import annotations

from decimal import Decimal

from console.core.expression_tree import Node
from console.core.lexer import Token, TokenKind
from console.core.types.postgres_words import words

FUNCTIONS = {
    "lcase": "lower",
    "ucase": "upper",
    "mid": "substr",
    "substring": "substr",
    "character_length": "char_length",
    "octet_length": "length",
    "ceil": "ceiling",
    "power": "pow",
    "now": "current_timestamp",
    "localtime": "current_timestamp",
    "localtimestamp": "current_timestamp",
    "curdate": "current_date",
    "curtime": "current_time",
    "day": "dayofmonth",
    "sha": "sha1",
    "schema": "database",
    "session_user": "user",
    "system_user": "user",
}
"""One name for functions that have several."""

BARE = frozenset(
    "CURRENT_TIMESTAMP CURRENT_DATE CURRENT_TIME LOCALTIME LOCALTIMESTAMP UTC_DATE UTC_TIME UTC_TIMESTAMP".split()
)
"""Functions that need no parentheses."""

SWAPPED = words("substr substring mid position")
"""Functions whose arguments words may part."""

_OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_MIRRORED = {"=": "=", "<>": "<>", "<=>": "<=>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
COMPARISONS = frozenset({*_MIRRORED, "like", "regexp", "member"})
_CONDITIONS = frozenset({"and", "or", "xor", "not", "is", "in", "between"})


def number(text: str) -> Node:
    """A number, however it is written: `1.50` is 1.5."""
    value = Decimal(text).normalize()
    return Node("literal", "number", (Node("text", f"{value:f}"),))


def literal(token: Token) -> Node:
    """A constant; what is written in hexadecimals or bits is the text of those bytes."""
    text = token.text
    if token.kind is TokenKind.NUMBER and text[:2].lower() not in ("0x", "0b"):
        return number(text)
    head = text[:2].lower()
    if head in ("0x", "x'"):
        return string(_bytes(token.value if head == "x'" else text[2:], 16))
    if head in ("0b", "b'"):
        return string(_bytes(token.value if head == "b'" else text[2:], 2))
    return string(token.value)


def string(text: str) -> Node:
    """A string constant."""
    return Node("literal", "string", (Node("text", text),))


def _bytes(digits: str, base: int) -> str:
    if not digits:
        return ""
    length = -(-len(digits) // (2 if base == 16 else 8))
    return int(digits, base).to_bytes(length, "big").decode("latin-1")


def boolean(node: Node) -> Node:
    """A bare value where a condition is wanted is compared with 0."""
    return node if _is_condition(node) else Node("operator", "<>", (node, number("0")))


def _is_condition(node: Node) -> bool:
    return node.kind in _CONDITIONS or (node.kind == "operator" and node.label in COMPARISONS)


def binary(operator: str, left: Node, right: Node) -> Node:
    """An operation; a constant stands on the right of a comparison, rows are compared item by item."""
    if operator in _MIRRORED and left.kind == "literal" and right.kind != "literal":
        return binary(_MIRRORED[operator], right, left)
    if operator == "=" and left.kind == right.kind == "row" and len(left.parts) == len(right.parts):
        return Node("and", "", tuple(binary("=", a, b) for a, b in zip(left.parts, right.parts, strict=True)))
    return Node("operator", operator, (left, right))


def negated(node: Node) -> Node:
    """NOT, pushed down as far as it goes."""
    if node.kind in ("and", "or"):
        return Node("or" if node.kind == "and" else "and", "", tuple(negated(part) for part in node.parts))
    if node.kind == "not":
        return boolean(node.parts[0])
    if node.kind == "is":
        inverted = node.label.startswith("NOT ")
        return Node("is", node.label[4:] if inverted else f"NOT {node.label}", node.parts)
    if node.kind == "operator" and node.label in _OPPOSITE:
        return Node("operator", _OPPOSITE[node.label], node.parts)
    if _is_condition(node):
        return Node("not", "", (node,))
    return Node("operator", "=", (node, number("0")))


def rewritten(name: str, arguments: tuple[Node, ...]) -> Node:
    """A call as the operator or the function that the servers make of it."""
    name = FUNCTIONS.get(name, name)
    if len(arguments) == 1 and name == "date":
        return Node("cast", "date", arguments)
    if len(arguments) == 1 and name == "isnull":
        return Node("is", "NULL", arguments)
    if len(arguments) == 2:
        return _of_two(name, *arguments)
    return Node("call", name, arguments)


def _of_two(name: str, first: Node, second: Node) -> Node:
    if name == "mod":
        return Node("operator", "%", (first, second))
    if name == "regexp_like":
        return Node("operator", "regexp", (first, second))
    if name in ("date_add", "adddate", "date_sub", "subdate") and second.kind == "interval":
        return Node("operator", "+" if "add" in name else "-", (first, second))
    if name == "datediff":
        return Node("operator", "-", (Node("call", "to_days", (first,)), Node("call", "to_days", (second,))))
    if name == "position":
        return Node("call", "locate", (first, second))
    if name == "instr":
        return Node("call", "locate", (second, first))
    return Node("call", name, (first, second))
