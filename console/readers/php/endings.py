"""How a piece of code ends, and how else it may have ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
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


def out_of(ending: Ending) -> Ending:
    """Behind a loop or a `switch`: a `break` has done its work, `break 2` has one level left."""
    leaves = tuple(_outer(leave) for leave in ending.leaves if leave.how is How.RETURN or _levels(leave.value) > 1)
    if ending.how in (How.BREAK, How.CONTINUE):
        levels = _levels(ending.value)
        return Ending(ending.how, levels - 1, leaves) if levels > 1 else Ending(leaves=leaves)
    return Ending(ending.how, ending.value, leaves)


def _levels(value: Value) -> int:
    return value if isinstance(value, int) else 1


def _outer(leave: Leave) -> Leave:
    return leave if leave.how is How.RETURN else replace(leave, value=_levels(leave.value) - 1)
