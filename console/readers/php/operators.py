"""PHP's operators and conversions on values that are known; what they cannot decide is None or Unknown."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from console.readers.php.scope import identical
from console.readers.php.things import (
    Case,
    Chain,
    Closure,
    Collected,
    ConnectionHandle,
    Instance,
    Question,
    SchemaHandle,
    SheetHandle,
)
from console.readers.php.values import Listing, Raw, Unknown, Value

_OBJECTS = (Case, Chain, Closure, Collected, ConnectionHandle, Instance, SchemaHandle, SheetHandle, Raw)
_NUMBER = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
LONGEST = 1_000_000
"""Characters of a text that is put together: a file could ask for any number of them."""


def truth(value: Value) -> bool | None:
    """Whether a value counts as true; None: not known."""
    if isinstance(value, _OBJECTS):
        return True
    if isinstance(value, Unknown):
        return None
    if isinstance(value, Listing):
        return bool(value.items)
    return value not in (None, False, 0, "", "0")


def as_text(value: Value) -> str | None:
    """A value as PHP puts it into a text; None: it has no such form or is not known."""
    if isinstance(value, bool) or value is None:
        return "1" if value else ""
    if isinstance(value, float):
        return float_text(value)
    if isinstance(value, (int, str)):
        return str(value)
    return None


def float_text(value: float, digits: int = 14) -> str:
    """`1.0` is `1`; large and small ones have an exponent. A text gets 14 digits, JSON as many as are needed."""
    if math.isinf(value) or math.isnan(value):
        return "NAN" if math.isnan(value) else "INF" if value > 0 else "-INF"
    spoken = f"{value:.{digits}G}" if digits < 17 else repr(value).upper()
    mantissa, mark, exponent = spoken.partition("E")
    mantissa = mantissa.removesuffix(".0")
    if not mark:
        return mantissa
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}E{int(exponent):+d}"


def number(value: Value) -> int | float | None:
    """A value as a number; None: not known."""
    if isinstance(value, (int, float)):
        return int(value) if isinstance(value, bool) else value
    if value is None:
        return 0
    if isinstance(value, str):
        found = _NUMBER.match(value)
        if found is None:
            return 0
        text = found[0].strip()
        return int(text) if re.fullmatch(r"[+-]?\d{1,18}", text) else float(text)
    return None


def is_numeric(value: Value) -> bool:
    """PHP's is_numeric."""
    if isinstance(value, str):
        found = _NUMBER.match(value)
        return found is not None and not value[found.end() :].strip(" \t\n\r\v\f")
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def joined(values: list[Value]) -> Value:
    """Values put together to one text."""
    texts = [as_text(value) for value in values]
    known = [text for text in texts if text is not None]
    if len(known) < len(texts):
        return Unknown(next(reason(value) for value in values if as_text(value) is None), never_null=True)
    if sum(map(len, known)) > LONGEST:
        return Unknown("the text is too long", never_null=True)
    return "".join(known)


def reason(value: Value) -> str:
    """Why a value is not known."""
    return value.why if isinstance(value, Unknown) else "a list or an object is no text"


def equal(one: Value, other: Value) -> bool | None:
    """PHP's `==`; None: not known."""
    if isinstance(one, Case) and isinstance(other, Case):
        return one == other
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return None
    if one is None or other is None or isinstance(one, bool) or isinstance(other, bool):
        return _equal_to_nothing(one, other)
    if isinstance(one, str) and isinstance(other, str):
        return number(one) == number(other) if is_numeric(one) and is_numeric(other) else one == other
    if isinstance(one, (int, float, str)) and isinstance(other, (int, float, str)):
        return number(one) == number(other) if is_numeric(one) and is_numeric(other) else as_text(one) == as_text(other)
    return identical(one, other) or None


def _equal_to_nothing(one: Value, other: Value) -> bool | None:
    """One of the two is null or a boolean: a text is compared with null as text, all else by its truth."""
    texts = [value for value in (one, other) if isinstance(value, str)]
    if texts and (one is None or other is None):
        return texts[0] == ""
    sides = truth(one), truth(other)
    return None if None in sides else sides[0] == sides[1]


def same(one: Value, other: Value) -> bool | None:
    """PHP's `===`; None: not known."""
    for a, b in ((one, other), (other, one)):
        if isinstance(a, Unknown) and not isinstance(a, Case):
            return False if b is None and a.never_null and not isinstance(a, Question) else None
    return identical(one, other)


def ordered(one: Value, other: Value) -> int | None:
    """PHP's `<=>`; None: not known."""
    if isinstance(one, str) and isinstance(other, str) and not (is_numeric(one) and is_numeric(other)):
        return (one > other) - (one < other)
    a, b = number(one), number(other)
    return None if a is None or b is None else (a > b) - (a < b)


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a // b if isinstance(a, int) and isinstance(b, int) and a % b == 0 else a / b,
    "%": lambda a, b: int(math.fmod(int(a), int(b))),
    "**": lambda a, b: a**b if abs(b) < 64 else math.pow(a, b),
    "|": lambda a, b: int(a) | int(b),
    "&": lambda a, b: int(a) & int(b),
    "^": lambda a, b: int(a) ^ int(b),
    "<<": lambda a, b: int(a) << min(int(b), 64),
    ">>": lambda a, b: int(a) >> min(int(b), 64),
}
_ORDERED: dict[str, Callable[[int], bool]] = {
    "<": lambda sign: sign < 0,
    ">": lambda sign: sign > 0,
    "<=": lambda sign: sign <= 0,
    ">=": lambda sign: sign >= 0,
}


def binary(operator: str, one: Value, other: Value) -> Value:
    """Any operator of two values that does not decide what is evaluated."""
    if operator in ("==", "!=", "<>", "===", "!=="):
        answer = (same if len(operator) == 3 else equal)(one, other)
        return _or_unknown(answer if answer is None or operator in ("==", "===") else not answer, one, other)
    if operator in _ORDERED or operator == "<=>":
        sign = ordered(one, other)
        return _or_unknown(sign if sign is None or operator == "<=>" else _ORDERED[operator](sign), one, other)
    if operator == "+" and isinstance(one, Listing) and isinstance(other, Listing):
        return Listing(tuple((dict(one.items) | {k: v for k, v in other.items if k not in dict(one.items)}).items()))
    if operator in _ARITHMETIC:
        return _computed(operator, one, other)
    return Unknown(f"the operator {operator} is not read")


def _computed(operator: str, one: Value, other: Value) -> Value:
    a, b = number(one), number(other)
    if a is None or b is None:
        return _or_unknown(None, one, other)
    try:
        value = _ARITHMETIC[operator](a, b)
        return float(value) if isinstance(value, int) and not -(2**63) <= value < 2**63 else value + 0
    except (ArithmeticError, ValueError, TypeError):
        return Unknown("it computes what cannot be computed")


def _or_unknown(answer: int | None, *values: Value) -> Value:
    if answer is not None:
        return answer
    return Unknown(next((v.why for v in values if isinstance(v, Unknown)), "it cannot be compared"), never_null=True)


def cast(to: str, value: Value) -> Value:
    """`(string) $x` and its like."""
    if isinstance(value, Unknown) and not isinstance(value, Collected):
        return Unknown(value.why, never_null=True)
    if to in ("string", "binary"):
        text = as_text(value)
        return Unknown("a list or an object is no text", never_null=True) if text is None else text
    if to in ("int", "integer", "float", "double", "real"):
        found = number(value)
        if found is None:
            return int(bool(truth(value)))
        if not abs(found) < 2**63:
            return Unknown("the number is too large", never_null=True)
        return int(found) if to.startswith("int") else float(found)
    if to in ("bool", "boolean"):
        return bool(truth(value))
    return _to_list(value) if to == "array" else Unknown(f"a cast to {to} is not read")


def _to_list(value: Value) -> Value:
    if isinstance(value, Collected):
        return value.items
    if isinstance(value, Listing):
        return value
    return Listing() if value is None else Listing(((0, value),))
