"""Whether every value of a type is a value of another: then giving a column its former type loses nothing."""

from __future__ import annotations

import re

_TYPE = re.compile(r"(?P<name>character varying|[a-z]+)(?:\((?P<size>\d+)(?:,\s*(?P<scale>\d+))?\))?(?P<rest>.*)")
_WHOLE = ("tinyint", "smallint", "mediumint", "int", "bigint")
_TEXTS = ("tinytext", "text", "mediumtext", "longtext")
_VARYING = ("varchar", "character varying")
_EXACT = ("decimal", "numeric")
_SAME = {"integer": "int"}


def fits(now: str, former: str) -> bool:
    """False where that is not certain."""
    if now == former:
        return True
    one, other = _TYPE.fullmatch(now), _TYPE.fullmatch(former)
    if one is None or other is None or one["rest"] != other["rest"]:
        return False
    names = _SAME.get(one["name"], one["name"]), _SAME.get(other["name"], other["name"])
    if set(names) <= set(_WHOLE):
        return _WHOLE.index(names[0]) <= _WHOLE.index(names[1])
    if set(names) <= set(_TEXTS):
        return _TEXTS.index(names[0]) <= _TEXTS.index(names[1])
    if names[0] in _VARYING and one["size"]:
        return _is_text(names[1], other, int(one["size"]))
    return set(names) <= set(_EXACT) and _is_wider(one, other)


def _is_text(name: str, former: re.Match[str], size: int) -> bool:
    if name in _VARYING:
        return not former["size"] or int(former["size"]) >= size
    return name in ("mediumtext", "longtext") or (name == "text" and size < 2**14)


def _is_wider(now: re.Match[str], former: re.Match[str]) -> bool:
    if not now["size"] or not former["size"]:
        return not former["size"]
    scales = int(now["scale"] or 0), int(former["scale"] or 0)
    before_point = int(now["size"]) - scales[0], int(former["size"]) - scales[1]
    return scales[0] <= scales[1] and before_point[0] <= before_point[1]
