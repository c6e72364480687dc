"""Variables while a file is walked, and a trail of what was written to them.

Of a condition that only the database can decide both branches are walked. The trail takes back what the first wrote
before the second begins; what they wrote differently is not known afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from console.readers.php.draft import Call
from console.readers.php.values import Listing, Unknown, Value

if TYPE_CHECKING:
    from console.readers.php.classes import ClassInfo, PhpFile
    from console.readers.php.things import Instance


@dataclass(frozen=True, slots=True)
class Unset(Unknown):
    """A variable nothing was written to."""

    why: str = "a variable has no value here"


Held: TypeAlias = "Value | tuple[Call, ...]"
"""What a cell holds: a variable's value, or the calls of a chain."""


@dataclass(slots=True, eq=False)
class Cell:
    """One variable, property, or chain of calls."""

    value: Held
    born: int = 0
    """The branch it was made in; 0: it is to be taken for older than any."""


@dataclass(slots=True, eq=False)
class Frame:
    """One function while it is walked."""

    file: PhpFile
    of: ClassInfo | None = None
    this: Instance | None = None
    cells: dict[str, Cell] = field(default_factory=dict)
    foreign: int = 0
    """In a helper of another file: the line of the call, for lines of that file say nothing about this one."""

    def cell(self, name: str) -> Cell:
        """The variable of a name; a new one has no value."""
        return self.cells.setdefault(name, Cell(Unset(f"${name} has no value here")))


class Trail:
    """Every write since the walk began, in order, with what was there before."""

    def __init__(self) -> None:
        self._writes: list[tuple[Cell, Held]] = []
        self.branch = 0

    def write(self, cell: Cell, value: Held) -> None:
        """Write to a cell."""
        self._writes.append((cell, cell.value))
        cell.value = value

    def begin(self) -> tuple[int, int]:
        """Begin a branch: what `end` takes back."""
        self.branch += 1
        return len(self._writes), self.branch

    def end(self, begun: tuple[int, int]) -> dict[Cell, Held]:
        """Take back what the branch wrote to what is older than it, and return it."""
        mark, branch = begun
        found: dict[Cell, Held] = {}
        while len(self._writes) > mark:
            cell, old = self._writes.pop()
            if cell.born < branch:
                found.setdefault(cell, cell.value)
                cell.value = old
        return found

    def merge(self, branches: Iterable[dict[Cell, Held]], why: str) -> None:
        """After branches of which any may have run: what they agree on is known."""
        kept = list(branches)
        for cell in {cell: None for wrote in kept for cell in wrote}:
            values = [wrote.get(cell, cell.value) for wrote in kept]
            agreed = all(identical(value, values[0]) for value in values[1:])
            self.write(cell, values[0] if agreed else Unknown(why))

    def since(self, begun: tuple[int, int]) -> list[Cell]:
        """The cells written to since then that are older than that branch."""
        mark, branch = begun
        return list({cell: None for cell, _ in self._writes[mark:] if cell.born < branch})


def identical(one: object, other: object) -> bool:
    """PHP's `===` for what is known: `1` is not `true` and not `'1'`."""
    if isinstance(one, Listing) and isinstance(other, Listing):
        return len(one.items) == len(other.items) and all(
            identical(a[0], b[0]) and identical(a[1], b[1]) for a, b in zip(one.items, other.items, strict=True)
        )
    return one is other or (type(one) is type(other) and one == other)
