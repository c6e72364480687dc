"""Behind whom a waiting session stands in the end: who has to end before it goes on.

Several may have what it waits for, then all of them have to end. Where the server does not say who has it, each of
those who may is named and none is called the one; where there is nobody to name, that is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from console.core.session import UNNAMED, Edge, Node

_MOST_NAMED = 3
UNTOLD = "the one who holds that ends (the server does not tell who)"


@dataclass(frozen=True, slots=True)
class Behind:
    """Whom one session waits for in the end."""

    roots: tuple[str, ...] = ()
    """The one it hangs below first; empty when nobody is known to have what it waits for."""
    likely: bool = False
    """One of them, or some, may be it; the server does not say which."""
    circle: bool = False
    """They all wait for each other."""

    @property
    def until(self) -> str:
        """`4711 ends`, `4711 and 4713 end`, `the one who holds it ends (likely 4711 or 4713)`: a clause."""
        if not self.roots:
            return "the server breaks the deadlock" if self.circle else UNTOLD
        if self.likely:
            return f"the one who holds that ends (likely {listed(self.roots, 'or')})"
        return f"{listed(self.roots, 'and')} {'ends' if len(self.roots) == 1 else 'end'}"


def listed(names: Iterable[str], last: str) -> str:
    """`4711`, `4711 or 4713`, `4711, 4712, 4713 and 5 more`."""
    shown = [called(name) for name in names]
    if len(shown) > _MOST_NAMED:
        return f"{', '.join(shown[:_MOST_NAMED])} {last} {len(shown) - _MOST_NAMED} more"
    return f" {last} ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))


def called(name: str) -> str:
    """A session's id; a prepared transaction that is not told by name has none."""
    return "a prepared transaction" if name == UNNAMED else name


def behind(waiting: Iterable[str], waits: Iterable[Edge], trees: Iterable[Node]) -> dict[str, Behind]:
    """For each of `waiting` that waits."""
    blockers: dict[str, list[Edge]] = {}
    for edge in waits:
        if edge.waiter != edge.blocker:
            blockers.setdefault(edge.waiter, []).append(edge)
    order = {root.session.id: n for n, root in enumerate(trees)}
    heads = {root.session.id for root in trees if root.untold}
    return {name: _one(name, blockers, order, heads) for name in waiting if name in blockers or name in heads}


def _one(name: str, blockers: Mapping[str, list[Edge]], order: Mapping[str, int], heads: set[str]) -> Behind:
    met, likely = [name], False
    seen = {name}
    for each in met:
        for edge in blockers.get(each, ()):
            likely |= edge.inferred and edge.hard
            if edge.blocker not in seen:
                seen.add(edge.blocker)
                met.append(edge.blocker)
    roots = [each for each in met if each not in blockers and each not in heads]
    found = tuple(sorted(roots, key=lambda root: order.get(root, len(order))))
    return Behind(found, likely, circle=not found and seen.isdisjoint(heads))
