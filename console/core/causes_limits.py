"""Which values of a column would not fit the type it is to become on MySQL and MariaDB, as a strict server sees it.

Every rule was seen on MySQL 9.7 and MariaDB 10.11: text that is copied into a shorter varchar may not even lose spaces,
numbers are rounded before they are compared, 12.7 is no integer to MariaDB. No limit means that everything fits or that
nobody can say: then no question is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from console.core.causes_values import Bound, Limit
from console.core.schema import Column
from console.core.types.mysql_tables import INTEGERS, SIZES, WIDEST_CHARACTER

_BITS = {"tinyint": 8, "smallint": 16, "mediumint": 24, "int": 32, "bigint": 64}
_SHORT = frozenset({"char", "varchar"})
_LONG = {f"{size}text": most for size, most in SIZES}
_BLOBS = {f"{size}blob": most for size, most in SIZES}
_CHOICES = frozenset({"enum", "set"})
_WORDY = _SHORT | _LONG.keys() | _CHOICES
_FLOATS = frozenset({"float", "double"})
_NUMBERS = frozenset(INTEGERS) | _FLOATS | {"decimal"}
_DATES = frozenset({"date", "datetime", "timestamp"})
_WIDTH = re.compile(r"(?<=int)\(\d+\)")
_MEMBER = re.compile(r"'((?:[^']|'')*)'")
_FIRST, _LAST = "'1970-01-01 00:00:01'", "'2038-01-19 03:14:07.999999'"
"""What a timestamp holds, UTC; MariaDB 11.5 holds more."""
_WIDER = {"utf8mb3": frozenset({"utf8mb4", "utf16", "utf16le", "utf32", "gb18030"})}


def base_of(type_name: str) -> str:
    """`decimal(8,2) unsigned` is a decimal."""
    return re.split(r"[ (]", type_name, maxsplit=1)[0]


def plain_type(type_name: str) -> str:
    """Without MariaDB's display width, which says nothing of what fits."""
    return _WIDTH.sub("", type_name)


def size_of(type_name: str) -> tuple[int, ...]:
    """The numbers in parentheses."""
    match = re.match(r"\w+\(([\d,]+)\)", type_name)
    return tuple(int(part) for part in match[1].split(",")) if match else ()


def members_of(type_name: str) -> tuple[str, ...]:
    """The values of an enum or set."""
    return tuple(text.replace("''", "'") for text in _MEMBER.findall(type_name))


def is_unsigned(type_name: str) -> bool:
    """No value below zero."""
    return "unsigned" in type_name or "zerofill" in type_name


def is_text(type_name: str) -> bool:
    """Made of characters."""
    return base_of(type_name) in _WORDY


def limits(was: Column, column: Column, dialect: str) -> tuple[Limit, ...]:
    """What the values of `was` must meet to become `column`."""
    source, target = base_of(was.type), base_of(column.type)
    found = list(_of_type(was, column, source, target, dialect))
    charset = column.charset or ""
    if is_text(was.type) and is_text(column.type) and _may_not_write(was.charset or "", charset):
        found.append(Limit(Bound.WRITABLE, names=(charset,)))
    return tuple(found)


def _of_type(was: Column, column: Column, source: str, target: str, dialect: str) -> Iterator[Limit]:
    if target in _SHORT:
        yield from _characters(was, column, source, target)
    elif target in _LONG and source in _WORDY:
        yield from _bytes_of_text(was, column, _LONG[target])
    elif target in ("binary", "varbinary") or target in _BLOBS:
        yield from _bytes(was, _BLOBS.get(target) or (size_of(column.type) or (1,))[0])
    elif target in _NUMBERS:
        yield from _number(was.type, column.type, dialect)
    elif target in _CHOICES and source in _WORDY:
        yield from _choice(was.type, column.type)
    elif target in _DATES:
        yield from _date(source, target, dialect)
    elif target == "json" and source in _WORDY:
        yield Limit(Bound.JSON_TEXT)


def _characters(was: Column, column: Column, source: str, target: str) -> Iterator[Limit]:
    most = (size_of(column.type) or (1,))[0]
    longest = size_of(was.type)[0] if source in _SHORT and size_of(was.type) else None
    if source in ("enum", "set"):
        members = members_of(was.type)
        longest = max(map(len, members), default=0) if source == "enum" else len(",".join(members))
    if longest is not None and longest <= most:
        return
    if source in _WORDY or source in _NUMBERS or source in _DATES or source == "time":
        exact = source == target == "varchar"
        yield Limit(Bound.CHARACTERS if exact else Bound.TRIMMED, most=most)


def _bytes_of_text(was: Column, column: Column, most: int) -> Iterator[Limit]:
    widest = WIDEST_CHARACTER.get(column.charset or "", 1 if column.charset else 4)
    source = base_of(was.type)
    longest = size_of(was.type)[0] * widest if source in _SHORT and size_of(was.type) else _LONG.get(source, 0)
    if source in _LONG and was.charset != column.charset:
        longest *= 4
    if longest > most and column.charset:
        yield Limit(Bound.BYTES, most=most, names=(column.charset,))


def _bytes(was: Column, most: int) -> Iterator[Limit]:
    source = base_of(was.type)
    if source in ("binary", "varbinary", "char", "varchar"):
        widest = WIDEST_CHARACTER.get(was.charset or "", 1)
        if (size_of(was.type) or (1,))[0] * widest > most:
            yield Limit(Bound.BYTES, most=most)
    elif (_BLOBS.get(source) or _LONG.get(source) or 0) > most:
        yield Limit(Bound.BYTES, most=most)


def _number(was: str, target: str, dialect: str) -> Iterator[Limit]:
    source = base_of(was)
    if source in _SHORT or source in _LONG:
        whole = base_of(target) in INTEGERS and dialect == "mariadb"
        yield Limit(Bound.INTEGER_TEXT if whole else Bound.NUMBER_TEXT)
    elif source not in _NUMBERS:
        return
    new, old = _range(target), _range(was)
    if new is not None and not (old is not None and new.holds(old)):
        ends = _plain(new.low, new.digits), _plain(new.high, new.digits)
        yield Limit(Bound.RANGE, 0, *ends, new.digits, names=() if source in _NUMBERS else ("text",))


@dataclass(frozen=True, slots=True)
class _Range:
    """Lowest and highest value, both without the point, and how many digits stand behind it."""

    low: int
    high: int
    digits: int

    def holds(self, other: _Range) -> bool:
        """Whether every value of the other fits, rounded or not."""
        mine, theirs = int(10**self.digits), int(10**other.digits)
        return self.low * theirs <= other.low * mine and other.high * mine <= self.high * theirs


def _range(type_name: str) -> _Range | None:
    """None: no end to it, or no number."""
    base = base_of(type_name)
    if base in _BITS:
        bits = _BITS[base]
        half = 2 ** (bits - 1)
        return _Range(0, 2**bits - 1, 0) if is_unsigned(type_name) else _Range(-half, half - 1, 0)
    if base == "decimal":
        digits, behind = (*size_of(type_name), 0)[:2]
        highest = 10**digits - 1
        return _Range(0 if is_unsigned(type_name) else -highest, highest, behind)
    return None


def _plain(number: int, digits: int) -> str:
    """`99999` with two digits behind the point is `999.99`."""
    if not digits:
        return str(number)
    text = str(abs(number)).rjust(digits + 1, "0")
    return f"{'-' if number < 0 else ''}{text[:-digits]}.{text[-digits:]}"


def _choice(was: str, target: str) -> Iterator[Limit]:
    allowed = members_of(target)
    folded = {text.lower() for text in allowed}
    if base_of(was) == base_of(target) and {text.lower() for text in members_of(was)} <= folded:
        return
    yield Limit(Bound.MEMBER if base_of(target) == "enum" else Bound.MEMBERS, names=allowed)


def _date(source: str, target: str, dialect: str) -> Iterator[Limit]:
    if source in _SHORT or source in _LONG:
        yield Limit(Bound.DATE_TEXT, names=() if dialect == "mariadb" else ("0000-00-00",))
    elif source not in _DATES:
        return
    if target == "timestamp" and source != "timestamp":
        yield Limit(Bound.MOMENT, low=_FIRST, high=_LAST)


def _may_not_write(was: str, charset: str) -> bool:
    """Whether characters of one set may be missing in the other."""
    if not was or not charset or was == charset or charset.startswith(("utf8mb4", "utf16", "utf32", "gb18030")):
        return False
    return was != "ascii" and was in _WIDER.get(charset, {was})
