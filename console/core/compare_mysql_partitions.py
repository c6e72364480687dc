"""Whether the partitions a file asks for are those of the catalog: by name, and by what each may hold.

Both sides write a partition as `p1=less than (2026)` or `north=in ('n','ne')`; one that holds what its hash gives it
has its name only. The catalog tells the value of what a file may have written as an expression of a date.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from console.core.expression_mysql import tree
from console.core.expression_tree import Node, NotAnExpression
from console.core.lexer import Token, significant, tokens
from console.core.match import Match
from console.core.schema import Value

_FIRST_DAY = 365
"""What to_days counts before Python's first day."""
_DAY = 86_400
_ZONES = 16 * 3600
"""A time of day can be so many seconds off where the time zone is not known."""

Bound = tuple[str, Decimal | str]
"""What sort of value, and the value; `""` is one that is not known."""
_UNKNOWN: Bound = ("", "")


def compare_partitions(wanted: Value, actual: Value) -> Match:
    """All partitions of a table; their order follows from what they hold."""
    ours, theirs = _by_name(wanted), _by_name(actual)
    if ours.keys() != theirs.keys():
        return Match.DIFFERENT
    matches = {_same_bounds(item, theirs[name]) for name, item in ours.items()}
    return next((m for m in (Match.DIFFERENT, Match.UNSURE) if m in matches), Match.EQUAL)


def compare_partition(member: str, *, wanted: bool, actual: Value) -> Match:
    """One partition that should be there, or not; `p1=` is one of that name."""
    items = [str(item) for item in actual] if isinstance(actual, tuple) else []
    there = next((item for item in items if _name(item) == _name(member)), None)
    if there is None or member.endswith("=") or not wanted:
        return Match.EQUAL if (there is not None) is wanted else Match.DIFFERENT
    return _same_bounds(member, there)


def _by_name(value: Value) -> dict[str, str]:
    return {_name(str(item)): str(item) for item in value} if isinstance(value, tuple) else {}


def _name(item: str) -> str:
    return item.partition("=")[0].lower()


def _same_bounds(wanted: str, actual: str) -> Match:
    one, other = (_bounds(item) for item in (wanted, actual))
    if one is None or other is None or len(one) != len(other):
        return Match.EQUAL if one == other else Match.DIFFERENT
    if " in " in f" {wanted.partition('=')[2]} ":
        return _same_values(one, other)
    matches = {_same_value(a, b) for a, b in zip(one, other, strict=True)}
    return next((m for m in (Match.DIFFERENT, Match.UNSURE) if m in matches), Match.EQUAL)


def _same_values(one: list[Bound], other: list[Bound]) -> Match:
    """In a list the order means nothing."""
    if Counter(one) == Counter(other) and _UNKNOWN not in one:
        return Match.EQUAL
    return Match.UNSURE if any(kind in ("", "clock") for kind, _ in one + other) else Match.DIFFERENT


def _same_value(one: Bound, other: Bound) -> Match:
    if _UNKNOWN in (one, other):
        return Match.UNSURE
    if one == other:
        return Match.EQUAL
    if one[0] == "clock" and isinstance(one[1], Decimal) and isinstance(other[1], Decimal):
        return Match.UNSURE if abs(one[1] - other[1]) <= _ZONES else Match.DIFFERENT
    if one[0] == other[0] == "string":
        return Match.UNSURE if _dated(str(one[1])) and _dated(str(one[1])) == _dated(str(other[1])) else Match.DIFFERENT
    return Match.DIFFERENT if one[0] == other[0] or "limit" in (one[0], other[0]) else Match.UNSURE


def _dated(text: str) -> str:
    """A date, however its time of day is written."""
    try:
        return datetime.fromisoformat(text.strip()).isoformat()
    except ValueError:
        return ""


def _bounds(item: str) -> list[Bound] | None:
    """The values behind LESS THAN or IN; None where there are none."""
    text = item.partition("=")[2]
    if not text:
        return None
    found = significant(tokens(text.removeprefix("less than ").removeprefix("in "), "mysql"))
    inner = found[1:-1] if found and found[0].text == "(" else found
    return [_value(part) for part in _parts(inner)]


def _parts(found: tuple[Token, ...]) -> list[str]:
    parts, depth, text = [], 0, ""
    for token in found:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.text == "," and not depth:
            parts.append(text)
            text = ""
        else:
            text += f" {token.text}"
    return [*parts, text]


def _value(text: str) -> Bound:
    plain = text.strip().lower()
    if plain in ("maxvalue", "default", "null"):
        return "limit", plain
    if plain.startswith("("):
        values = [_value(part) for part in _parts(significant(tokens(plain[1:-1], "mysql")))]
        return _UNKNOWN if _UNKNOWN in values else ("row", repr([str(value) for _, value in values]))
    try:
        return _of(tree(text))
    except (NotAnExpression, RecursionError, InvalidOperation, ValueError):
        return _UNKNOWN


def _of(node: Node) -> Bound:
    if node.kind == "literal" and node.parts:
        text = node.parts[0].label
        if node.label == "number":
            return "number", Decimal(text)
        return ("string", text) if text.isascii() else _UNKNOWN
    if node.kind == "call" and len(node.parts) == 1 and node.parts[0].kind == "literal":
        return _of_date(node.label, node.parts[0].parts[0].label)
    return _UNKNOWN


def _of_date(function: str, text: str) -> Bound:
    moment = datetime.fromisoformat(text.strip())
    days = moment.toordinal() + _FIRST_DAY
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    if function == "unix_timestamp":
        return "clock", Decimal((moment.date() - date(1970, 1, 1)).days * _DAY + seconds)
    numbers = {"to_days": days, "year": moment.year, "to_seconds": days * _DAY + seconds, "month": moment.month}
    return ("number", Decimal(numbers[function])) if function in numbers else _UNKNOWN
