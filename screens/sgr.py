"""The pen of a terminal: what SGR sequences add up to, in one canonical spelling.

Two cells look the same exactly when their pens are equal, however the sequences that set them were written.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple


class Pen(NamedTuple):
    """Colours and attributes text is written with; the default pen is all empty."""

    attributes: frozenset[int] = frozenset()
    foreground: str = ""
    background: str = ""

    def sequence(self) -> str:
        """The SGR sequence that sets this pen from any other."""
        parts = ["0", *map(str, sorted(self.attributes)), self.foreground, self.background]
        return f"\x1b[{';'.join(part for part in parts if part)}m" if self != PLAIN else "\x1b[0m"


PLAIN = Pen()
_CLEARS: dict[int, tuple[int, ...]] = {
    21: (1, 21), 22: (1, 2), 23: (3,), 24: (4, 21), 25: (5, 6), 27: (7,), 28: (8,), 29: (9,), 54: (51, 52), 55: (53,),
}  # fmt: skip
_SETS = frozenset({1, 2, 3, 4, 5, 6, 7, 8, 9, 51, 52, 53})


class UnknownStyle(Exception):
    """A parameter this module does not know."""


@lru_cache(maxsize=4096)
def after(pen: Pen, parameters: str) -> Pen:
    """The pen after `ESC [ parameters m`. UnknownStyle for what is not understood."""
    try:
        numbers = [int(part or "0") for part in parameters.split(";")]
    except ValueError:
        raise UnknownStyle(parameters) from None
    while numbers:
        pen = _step(pen, numbers)
    return pen


def _step(pen: Pen, numbers: list[int]) -> Pen:
    """Take one instruction off the front of `numbers`."""
    code = numbers.pop(0)
    if code == 0:
        return PLAIN
    if code in _SETS:
        return pen._replace(attributes=pen.attributes | {code})
    if code in _CLEARS:
        return pen._replace(attributes=pen.attributes - set(_CLEARS[code]))
    if code in (38, 48):
        colour = _extended(code, numbers)
        return pen._replace(foreground=colour) if code == 38 else pen._replace(background=colour)
    if 30 <= code <= 39 or 90 <= code <= 97:
        return pen._replace(foreground="" if code == 39 else str(code))
    if 40 <= code <= 49 or 100 <= code <= 107:
        return pen._replace(background="" if code == 49 else str(code))
    raise UnknownStyle(str(code))


def _extended(code: int, numbers: list[int]) -> str:
    length = {5: 2, 2: 4}.get(numbers[0] if numbers else -1, 0)
    if not length or len(numbers) < length:
        raise UnknownStyle(str(code))
    taken = [numbers.pop(0) for _ in range(length)]
    return ";".join(map(str, [code, *taken]))
