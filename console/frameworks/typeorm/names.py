"""What a migration's class name tells: the time that stands at its end."""

from __future__ import annotations

import re

_DIGITS = re.compile(r"\s*([+-]?[0-9]+)")
_LAST = 13


def time_of(name: str) -> int | None:
    """The number that TypeORM reads at the end of a name; None where it refuses to run for that."""
    found = _DIGITS.match(name[-_LAST:])
    return (int(found[1]) or None) if found is not None else None
