"""Types as code meets them: what a driver gives for them, and which labels or characters one takes and another not."""

from __future__ import annotations

import re

from console.core.fits import fits

_NUMBERS = "tinyint smallint mediumint int integer bigint decimal numeric real float double money"
_TEXTS = "char varchar character text tinytext mediumtext longtext citext"
_FAMILIES = {
    **dict.fromkeys(_NUMBERS.split(), "number"),
    **dict.fromkeys(_TEXTS.split(), "text"),
    **dict.fromkeys("binary varbinary blob tinyblob mediumblob longblob bytea".split(), "bytes"),
    **dict.fromkeys("date datetime timestamp".split(), "moment"),
    **dict.fromkeys("time interval year".split(), "time"),
    **dict.fromkeys("boolean bool".split(), "truth"),
    **dict.fromkeys("json jsonb".split(), "document"),
    **dict.fromkeys("enum set".split(), "label"),
    **dict.fromkeys("uuid inet cidr macaddr bit".split(), "other"),
}
_LABELS = re.compile(r"(?:enum|set)\((.*)\)", re.IGNORECASE | re.DOTALL)
_LABEL = re.compile(r"'((?:[^']|'')*)'")
_REACH = {"ascii": 0, "latin1": 1, "utf8": 2, "utf8mb3": 2, "utf8mb4": 3}


def family(type_name: str) -> str:
    """`number`, `text`, ...: what a program has in its hand. '' where that is not known (a type of the project's own).

    A type that is an array is of its own family.
    """
    word = re.match(r"[a-z]+", type_name.lower())
    known = _FAMILIES.get(word[0], "") if word is not None else ""
    if known == "moment" and "with time zone" in type_name:
        return "moment with a zone"
    return f"{known}[]" if known and type_name.endswith("[]") else known


def labels_lost(old: str, new: str) -> tuple[str, ...] | None:
    """Labels of MySQL's ENUM or SET that the new one has not; None where one of them is none."""
    one, other = _LABELS.fullmatch(old), _LABELS.fullmatch(new)
    if one is None or other is None:
        return None
    kept = set(_LABEL.findall(other[1]))
    return tuple(label for label in _LABEL.findall(one[1]) if label not in kept)


def narrower_charset(old: str | None, new: str) -> bool:
    """The new one lacks characters that the old one has, or that is not known."""
    if not old or not new or old == new:
        return False
    return old not in _REACH or new not in _REACH or _REACH[new] < _REACH[old]


_WHOLE = ("tinyint", "smallint", "mediumint", "int", "bigint")
_SPELLED = re.compile(r"(?P<name>character varying|double precision|[a-z]+)(?:\((?P<size>\d+)(?:,\d+)?\))?(?P<rest>.*)")
_ALL_IN = {
    ("character varying", "text"), ("text", "character varying"), ("character", "text"), ("varchar", "longtext"),
    ("real", "double precision"), ("float", "double"), ("json", "jsonb"), ("cidr", "inet"), ("date", "timestamp"),
    ("date", "datetime"), ("timestamp", "datetime"), ("smallint", "real"), ("smallint", "double precision"),
    ("integer", "double precision"), ("int", "double"),
}  # fmt: skip
"""Pairs where every value of the first is one of the second, if that has no size."""
_NUMERIC = frozenset({"numeric", "decimal"})


def holds(old: str, new: str) -> bool:
    """Every value of `old` is one of `new`; False where that is not certain."""
    if fits(old, new):
        return True
    one, other = _SPELLED.fullmatch(old), _SPELLED.fullmatch(new)
    if one is None or other is None:
        return False
    names = {"integer": "int"}.get(one["name"], one["name"]), {"integer": "int"}.get(other["name"], other["name"])
    if set(names) <= set(_WHOLE):
        return _wider(names, one["rest"].strip(), other["rest"].strip())
    if names[0] in _WHOLE and names[1] in _NUMERIC:
        return other["size"] is None
    same_rest = one["rest"] == other["rest"] or "date" in names
    if (one["name"], other["name"]) in _ALL_IN:
        return same_rest and other["size"] is None
    grows = other["size"] is None or (one["size"] is not None and int(one["size"]) <= int(other["size"]))
    return names[0] == names[1] and same_rest and grows and names[0] not in _NUMERIC


def _wider(names: tuple[str, str], old: str, new: str) -> bool:
    """Whole numbers of MySQL: an unsigned one fits a signed one that is larger."""
    places = _WHOLE.index(names[0]), _WHOLE.index(names[1])
    if old == new:
        return places[0] <= places[1]
    return "unsigned" in old and "unsigned" not in new and places[0] < places[1]
