"""What a default is, in one word: the few sorts whose spelling in a catalog is known for certain."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_STRING = re.compile(r"'((?:[^'\\]|'')*)'")
_ESCAPED = re.compile(r"'((?:[^'\\]|''|\\')*)'")
"""MySQL's, in which a backslash may stand before a quote."""
_NUMBER = re.compile(r"\(?\s*([+-]?\d+(?:\.\d+)?)\s*\)?")
_CALL = re.compile(r"[a-z_]\w*(?:\(\d*\))?", re.IGNORECASE)
_CAST = re.compile(r"::\s*[\w. \"]+(?:\([\d, ]+\))?(?:\[\])?\Z")
_YES, _NO = ("1", "t", "true", "y", "yes", "on"), ("0", "f", "false", "n", "no", "off")


class Sort(StrEnum):
    """What it is made of."""

    STRING = "string"
    NUMBER = "number"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Default:
    """A default that can be compared."""

    sort: Sort
    value: str


def read(text: str, *, escapes: bool = False) -> Default | None:
    """None: nobody knows how a server would write this."""
    bare = _CAST.sub("", text.strip())
    if found := (_ESCAPED if escapes else _STRING).fullmatch(bare):
        value = found[1].replace("''", "'").replace("\\'", "'")
        return None if "::" in bare else Default(Sort.STRING, value)
    if found := _NUMBER.fullmatch(bare):
        return Default(Sort.NUMBER, found[1].lstrip("+"))
    return Default(Sort.CALL, bare.lower()) if _CALL.fullmatch(bare) else None


def truth(default: Default) -> bool | None:
    """As a truth value; None where it is none."""
    value = default.value.lower()
    return True if value in _YES else False if value in _NO else None
