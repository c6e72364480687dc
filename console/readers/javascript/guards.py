"""Conditions that only a run decides, as what they ask of the database, where that can be said as one object."""

from __future__ import annotations

from collections.abc import Callable

from console.core.refs import Ref
from console.core.statements import Guard
from console.readers.javascript.values import Branch, Chain, Not

Asks = Callable[[Chain], "Ref | None"]
"""What a chain asks of the database; a tool knows its own questions."""


def both_ways(branch: Branch, asks: Asks) -> tuple[Guard, Guard]:
    """The condition of a branch, and its opposite."""
    present, test = True, branch.test
    while isinstance(test, Not):
        present, test = not present, test.value
    ref = asks(test) if isinstance(test, Chain) else None
    if ref is None:
        return Guard(branch.text), Guard(f"!({branch.text})")
    return Guard(branch.text, ref, present), Guard(f"!({branch.text})", ref, not present)
