"""Keeps the values of rows out of an error that a server wrote: which column, key and type it speaks of stays."""

from __future__ import annotations

import re

from console.core.masks import HIDDEN

_ANY = r"(?:[^\n]|\n {2})*"
"""What stands in one line, or is broken over the lines of a box."""
_END = r"(?=\s*$|\s+\((?:Connection|SQL)\b|[\"'\\])"
_PATTERNS = (
    (rf"(\bkey\s+\({_ANY}?\)=)\({_ANY}\)(?=\s+(?:already|is\s+(?:duplicated|not|still)|conflicts)\b)", r"\1(*)"),
    (rf"(\bexisting\s+key\s+\({_ANY}?\)=)\({_ANY}\)(?=\.{_END})", r"\1(*)"),
    (rf"(\bfailing\s+row\s+contains\s+)\({_ANY}\)(?=\.{_END})", r"\1(*)"),
    (rf"(\bduplicate\s+entry\s+)'{_ANY}'(?=\s+for\s+key\b)", r"\1'*'"),
    (rf"(\b(?:incorrect|invalid)\s+[\w\s()]{{1,40}}(?:value|string):\s+)'{_ANY}'(?=\s+for\s+column\b)", r"\1'*'"),
    (rf"(\btruncated\s+incorrect\s+[\w\s()]{{1,40}}value:\s+)'{_ANY}'{_END}", r"\1'*'"),
    (rf"(\binvalid\s+input\s+(?:syntax|value)\s+for\s+[^:]{{1,80}}:\s+)\"{_ANY}\"{_END}", r'\1"*"'),
    (rf"(\bvalue\s+)\"{_ANY}\"(?=\s+is\s+out\s+of\s+range)", r'\1"*"'),
    (rf"(\bout\s+of\s+range:\s+)\"{_ANY}\"{_END}", r'\1"*"'),
)
_RULES = tuple(
    (re.compile(pattern, re.IGNORECASE | re.MULTILINE), with_.replace("*", HIDDEN)) for pattern, with_ in _PATTERNS
)


def without_values(text: str) -> str:
    """One value too many is hidden rather than one too few."""
    for pattern, with_ in _RULES:
        text = pattern.sub(with_, text)
    return text
