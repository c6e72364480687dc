"""How a piece of code ends, and how else it may have ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from console.core.statements import Guard
from console.readers.php.values import Value


class How(IntEnum):
    """How a piece of code ends; the higher, the more it leaves."""

    ON = 0
    CONTINUE = 1
    BREAK = 2
    RETURN = 3
    THROW = 4


@dataclass(frozen=True, slots=True)
class Leave:
    """An end that is reached only under conditions."""

    how: How
    guards: tuple[Guard, ...]
    value: Value = None
    """What is returned; of `break` and `continue` how many levels."""
    unless: tuple[Guard, ...] = ()
    """What holds when it is not reached, where that is better known than as the opposite of its conditions."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The end that is reached, unless the code was left before."""

    how: How = How.ON
    value: Value = None
    leaves: tuple[Leave, ...] = ()
