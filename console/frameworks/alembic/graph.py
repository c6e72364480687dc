"""Revisions as a graph: who stands on whom, what a row of the table says of the rest, and how rows move in a step.

Facts: facts/frameworks.md 5, and the rows that Alembic itself wrote (tests/alembic).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

_SHORTEST = 4
"""Characters by which Alembic takes a part of an identifier for the whole."""


@dataclass(frozen=True)
class Node:
    """One revision's place."""

    id: str
    down: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Move:
    """What one revision does to the rows."""

    delete: tuple[str, ...] = ()
    insert: tuple[str, ...] = ()
    update: tuple[tuple[str, str], ...] = ()
    """(from, to)"""


class Graph:
    """All revisions of a project, in the order of their files."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        """The last of those with one identifier counts, as with Alembic."""
        self.nodes: Mapping[str, Node] = {node.id: node for node in nodes}

    @cached_property
    def _labels(self) -> Mapping[str, str]:
        return {label: node.id for node in self.nodes.values() for label in node.labels}

    def resolve(self, name: str) -> str | None:
        """The revision a name means: whole, a label, or the beginning of exactly one."""
        name = name.rpartition("@")[2] or name
        if name in self.nodes:
            return name
        if name in self._labels:
            return self._labels[name]
        near = [known for known in self.nodes if len(name) >= _SHORTEST and known.startswith(name)]
        return near[0] if len(near) == 1 else None

    @cached_property
    def missing(self) -> tuple[tuple[str, str], ...]:
        """(revision, what it stands on) where no file has that."""
        return tuple(
            (node.id, name)
            for node in self.nodes.values()
            for name in (*node.down, *node.depends_on)
            if self.resolve(name) is None
        )

    @cached_property
    def _down(self) -> Mapping[str, tuple[str, ...]]:
        return {node.id: self._known(node.down) for node in self.nodes.values()}

    @cached_property
    def _asked(self) -> Mapping[str, tuple[str, ...]]:
        return {node.id: self._known(node.depends_on) for node in self.nodes.values()}

    def _known(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(found for name in names if (found := self.resolve(name)) is not None))

    @cached_property
    def parents(self) -> Mapping[str, tuple[str, ...]]:
        """What a revision stands on: its own line, then what it depends on, unless something below it does already."""
        found: dict[str, tuple[str, ...]] = {}
        for name in self.nodes:
            below = _reach([name], self._down) - {name}
            held = {asked for other in below for asked in self._asked[other]}
            more = (asked for asked in self._asked[name] if asked not in held)
            found[name] = tuple(dict.fromkeys((*self._down[name], *more)))
        return found

    def ancestors(self, names: Iterable[str]) -> frozenset[str]:
        """These and all they stand on."""
        return frozenset(_reach([name for name in names if name in self.nodes], self.parents))

    def children(self, name: str) -> tuple[str, ...]:
        """What stands on a revision."""
        return tuple(other for other, below in self.parents.items() if name in below)

    @cached_property
    def heads(self) -> tuple[str, ...]:
        """The last revisions of all lines; what only others depend on is a head, too."""
        below = {name for parents in self._down.values() for name in parents}
        return tuple(name for name in self.nodes if name not in below)

    @cached_property
    def has_cycle(self) -> bool:
        """Nobody stands on nothing somewhere: Alembic refuses the whole folder."""
        return any(name in _reach(self.parents[name], self.parents) for name in self.nodes)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """All revisions in the order `upgrade heads` runs them."""
        if self.has_cycle:
            return tuple(self.nodes)
        tops = {below for parents in self.parents.values() for below in parents}
        return tuple(reversed(_from_the_top([name for name in self.nodes if name not in tops], self)))

    def forward(self, name: str, rows: frozenset[str]) -> Move:
        """What running a revision does to the rows."""
        parents = self.parents[name]
        there = [parent for parent in parents if parent in rows]
        if not there:
            return Move(insert=(name,))
        others = self.ancestors(rows - set(parents))
        gone = [parent for parent in there if parent not in others] if len(there) > 1 else there
        return Move(delete=tuple(gone[:-1]), update=((gone[-1], name),)) if gone else Move(insert=(name,))

    def back(self, name: str, rows: frozenset[str]) -> Move:
        """What taking a revision back does to the rows."""
        others = rows - {name}
        held = self.ancestors(others) if others else self._below_each_other(self.parents[name])
        free = [parent for parent in self.parents[name] if parent not in held]
        if not free:
            return Move(delete=(name,))
        return Move(insert=tuple(free[:-1]), update=((name, free[-1]),))

    def _below_each_other(self, names: Sequence[str]) -> frozenset[str]:
        return frozenset(below for name in names for below in self.ancestors([name]) - {name})


def _reach(names: Iterable[str], edges: Mapping[str, Sequence[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(edges.get(name, ()))
    return found


def _from_the_top(tops: Sequence[str], graph: Graph) -> list[str]:
    """From the heads down: one line is followed until it meets what another line still stands on."""
    lines = [(name, graph.ancestors([name])) for name in tops]
    found: list[str] = []
    at = 0
    while lines:
        name = lines[at][0]
        holder = next((i for i, (_, below) in enumerate(lines) if i != at and name in below), None)
        if holder is not None:
            at = holder
            continue
        if name not in found:
            found.append(name)
        current = {line[0] for line in lines}
        steps = [below for below in graph.parents[name] if below not in found and below not in current]
        if steps:
            lines[at] = (steps[0], graph.ancestors([steps[0]]))
            lines.extend((step, graph.ancestors([step])) for step in steps[1:])
        else:
            del lines[at]
            at = max(at - 1, 0)
    return found
