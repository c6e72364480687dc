"""What stands in a file for a node of its tree; a file is cut into lines once, however many of its nodes are shown."""

from __future__ import annotations

import ast
import re
from functools import lru_cache

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
"""Other characters that Python's `splitlines` takes for ends of lines are none in its source."""


def segment(text: str, node: ast.AST) -> str:
    """As `ast.get_source_segment`, which cuts the whole file into lines each time; empty where the node is nowhere."""
    first, last = getattr(node, "lineno", None), getattr(node, "end_lineno", None)
    start, end = getattr(node, "col_offset", None), getattr(node, "end_col_offset", None)
    if not text or first is None or last is None or start is None or end is None:
        return ""
    lines = list(_lines(text)[first - 1 : last])
    if len(lines) != last - first + 1:
        return ""
    lines[-1] = lines[-1][:end]
    lines[0] = lines[0][start:]
    return b"".join(lines).decode()


@lru_cache(maxsize=4)
def _lines(text: str) -> tuple[bytes, ...]:
    """As Python counts lines and columns."""
    return tuple(line.encode() for line in _LINE.findall(text))
