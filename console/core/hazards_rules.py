"""Which rule tells what an operation costs: one for each verb and kind of object; a server has a set of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from console.core.operations import Change, Create, Drop, Opaque, Operation, Rename
from console.core.schema import Kind

A = TypeVar("A")
W = TypeVar("W")


@dataclass(frozen=True)
class Rules(Generic[A, W]):
    """A rule takes an operation and what is asked about it; None: what it costs is not known."""

    creates: Mapping[Kind, Callable[[Create, A], W | None]]
    drops: Mapping[Kind, Callable[[Drop, A], W | None]]
    changes: Mapping[Kind, Callable[[Change, A], W | None]]
    rename: Callable[[Rename, A], W | None]
    opaque: Callable[[A], W | None]

    def told(self, operation: Operation, ask: A) -> W | None:
        """What the operation costs."""
        if isinstance(operation, Opaque):
            return self.opaque(ask)
        if isinstance(operation, Rename):
            return self.rename(operation, ask)
        if isinstance(operation, Create):
            create = self.creates.get(operation.subject.kind)
            return create(operation, ask) if create else None
        if isinstance(operation, Drop):
            drop = self.drops.get(operation.ref.kind)
            return drop(operation, ask) if drop else None
        change = self.changes.get(operation.ref.kind)
        return change(operation, ask) if change else None
