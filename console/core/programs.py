"""Which command lines run a tool that says itself what its programs are called: that of another package, a new one."""

from __future__ import annotations

import re
from collections.abc import Mapping

_STARTERS = re.compile(
    r"(?:python|php|ruby|perl|node|npx|npm|yarn|bundle|java|dotnet|sh|bash|dash|env|sudo|nice)[\d.]*"
)
"""Programs that run another one, which is named behind them."""
_BEHIND = 4


def program_of(command: str, programs: Mapping[str, str]) -> str | None:
    """The tool whose program it is, by `programs` (what one is called -> its tool); None where it is none of them."""
    if not programs:
        return None
    first, *behind = (word.rpartition("/")[2] for word in command.split()[: 1 + _BEHIND] or [""])
    names = (first, *behind) if _STARTERS.fullmatch(first) else (first,)
    return next((programs[name] for name in names if name in programs), None)
