"""PHP values as literals of SQL, as the framework's own log writes them, and raw SQL with its bindings put in."""

from __future__ import annotations

import json
import math
import re

from console.readers.php.draft import Connection, UnreadableError
from console.readers.php.things import Case, Collected
from console.readers.php.values import Body, Listing, Raw, Unknown, Value

_MYSQL_ESCAPES = str.maketrans(
    {"\0": "\\0", "\n": "\\n", "\r": "\\r", "\\": "\\\\", "'": "\\'", '"': '\\"', "\x1a": "\\Z"}
)
_END = r"|\Z)"
_STANDARD = rf"""'(?:[^']|'')*(?:'{_END}|"(?:[^"]|"")*(?:"{_END}"""
_BACKSLASHES = rf"""'(?:[^'\\]|\\.|'')*(?:'{_END}|"(?:[^"\\]|\\.|"")*(?:"{_END}|\#[^\n]*"""
_ESCAPED = rf"""(?<!\w)[eE]'(?:[^'\\]|\\.|'')*(?:'{_END}"""
_COMMENTS = rf"--[^\n]*|/\*.*?(?:\*/{_END}"
_BACKTICKS = rf"`[^`]*(?:`{_END}"
_DOLLARS = rf"\$(?P<tag>(?:[A-Za-z_]\w*)?)\$.*?(?:\$(?P=tag)\${_END}"
_PLACES = r"(?P<escaped>\?\?)|(?P<place>\?)|::|(?<![\w:]):(?P<name>[A-Za-z_]\w*)"
_SCANNERS = {
    driver: re.compile("|".join((*quoted, _COMMENTS, _PLACES)), re.DOTALL)
    for driver, quoted in {
        "pgsql": (_ESCAPED, _STANDARD, _DOLLARS),
        "sqlite": (_STANDARD, _BACKTICKS),
        "mysql": (_BACKSLASHES, _BACKTICKS),
    }.items()
}
"""What hides a place for a value, and what is one; nothing that never ends is looked for twice."""


def plain(value: Value) -> Value:
    """The value itself: that of an enum's case, the list of a collection."""
    if isinstance(value, Case):
        return value.value
    return value.items if isinstance(value, Collected) else value


def known(value: Value) -> Value:
    """The value, which must be known."""
    value = plain(value)
    if isinstance(value, Unknown):
        raise UnreadableError(value.why)
    if isinstance(value, float) and not math.isfinite(value):
        raise UnreadableError("a number without end cannot be written")
    return value


def text(value: Value) -> str:
    """The value as PHP writes it into a text."""
    value = known(value)
    if isinstance(value, bool) or value is None:
        return "1" if value else ""
    if isinstance(value, float):
        return float_text(value)
    if isinstance(value, Listing | Body):
        raise UnreadableError("a list stands where the framework expects a text")
    return value.sql if isinstance(value, Raw) else str(value)


def float_text(value: float) -> str:
    """A number as PHP writes it: 14 digits, `1.0E+25`."""
    mantissa, mark, exponent = format(value, ".14g").partition("e")
    if not mark:
        return mantissa
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}E{int(exponent):+d}"


def items(value: Value) -> tuple[Value, ...]:
    """The values of a list; anything else is a list of one, null is an empty one."""
    value = known(value)
    if isinstance(value, Listing):
        return value.values
    return () if value is None else (value,)


def flat(value: Value) -> tuple[Value, ...]:
    """The values of a list and of all lists in it."""
    value = plain(value)
    if isinstance(value, Listing):
        return tuple(one for item in value.values for one in flat(item))
    return (value,)


def first_of(value: Value) -> Value:
    """A list where one value is expected: its first one."""
    found = flat(value)
    return found[0] if found else None


def integer(value: Value) -> int:
    """`(int) $value`."""
    value = known(value)
    if isinstance(value, str):
        digits = re.match(r"\s*([+-]?\d+)", value)
        return int(digits[1]) if digits else 0
    if value is None or isinstance(value, int | float):
        return int(value or 0)
    raise UnreadableError("something else stands where the framework expects a number")


def literal(value: Value, connection: Connection) -> str:
    """A value that is bound, as SQL."""
    value = known(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        words = ("false", "true") if connection.driver == "pgsql" else ("0", "1")
        return words[value]
    if isinstance(value, int | float):
        return text(value)
    if isinstance(value, str):
        return string(value, connection)
    raise UnreadableError("a list or an expression is bound as one value")


def string(value: str, connection: Connection) -> str:
    """A text in quotes, escaped as the server's driver escapes it."""
    if connection.driver in ("mysql", "mariadb"):
        return "'" + value.translate(_MYSQL_ESCAPES) + "'"
    if "\0" in value:
        raise UnreadableError("a text with a null byte cannot be written")
    return "'" + value.replace("'", "''") + "'"


def json_text(value: Value, *, unicode: bool = False) -> str:
    """`json_encode($value)`."""
    written = json.dumps(_for_json(value), ensure_ascii=not unicode, separators=(",", ":"))
    return written.replace("/", "\\/")


def _for_json(value: Value) -> object:
    value = known(value)
    if isinstance(value, Listing):
        keys = [key for key, _ in value.items]
        if keys == list(range(len(keys))):
            return [_for_json(item) for item in value.values]
        return {str(key): _for_json(item) for key, item in value.items}
    if isinstance(value, Raw):
        return {}
    if isinstance(value, Body):
        raise UnreadableError("a closure stands where a value is written as JSON")
    return int(value) if isinstance(value, float) and value.is_integer() else value


def substituted(sql: str, bindings: Value, connection: Connection) -> str:
    """Raw SQL with its bindings in their places; their number must fit."""
    if "?" not in sql and ":" not in sql and not items(bindings):
        return sql
    given = known(bindings)
    pairs = given.items if isinstance(given, Listing) else tuple(enumerate(items(given)))
    ordered = [value for key, value in pairs if isinstance(key, int)]
    named = {str(key).lstrip(":"): value for key, value in pairs if isinstance(key, str)}
    return _filled(sql, ordered, named, connection)


def _filled(sql: str, ordered: list[Value], named: dict[str, Value], connection: Connection) -> str:
    waiting = list(ordered)
    places = 0

    def put(match: re.Match[str]) -> str:
        nonlocal places
        if match["escaped"]:
            return "?" if connection.driver == "pgsql" else match[0]
        if match["place"]:
            places += 1
            return literal(waiting.pop(0), connection) if waiting else "?"
        if match["name"] and match["name"] in named:
            return literal(named[match["name"]], connection)
        return match[0]

    scanner = _SCANNERS.get(connection.driver, _SCANNERS["mysql"])
    filled = scanner.sub(put, sql)
    if places != len(ordered):
        raise UnreadableError(f"the SQL has {places} places for values, and {len(ordered)} are given")
    return filled
