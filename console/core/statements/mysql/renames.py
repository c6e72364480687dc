"""The columns that one ALTER TABLE renames: all at once for the server, one after the other for us.

`a TO b, b TO c` is done from its end. Columns that exchange their names cannot be told apart by their names at all.
"""

from __future__ import annotations

from collections.abc import Iterable

from console.core.operations import Opaque, Operation, Rename
from console.core.schema import Kind

_EXCHANGED = "Columns exchange their names: which is which is not told by their names."


def one_after_the_other(operations: list[Operation]) -> list[Operation]:
    """The operations of one ALTER with each rename behind the one that makes its new name free."""
    renames = [o for o in operations if isinstance(o, Rename) and o.ref.kind is Kind.COLUMN]
    old = {rename.ref for rename in renames}
    if not any(rename.to in old for rename in renames):
        return operations
    ordered, exchanged = _sorted(renames)
    first = next(i for i, o in enumerate(operations) if o in renames)
    rest = [o for o in operations if o not in renames]
    code = [Opaque(_EXCHANGED, _names(exchanged))] if exchanged else []
    return [*rest[:first], *ordered, *code, *rest[first:]]


def _sorted(renames: list[Rename]) -> tuple[list[Rename], list[Rename]]:
    """Those that can be done one after the other, in that order, and those that go round in a circle."""
    ordered: list[Rename] = []
    waiting = list(renames)
    while free := [rename for rename in waiting if rename.to not in {other.ref for other in waiting}]:
        ordered += free
        waiting = [rename for rename in waiting if rename not in free]
    return ordered, waiting


def _names(renames: Iterable[Rename]) -> frozenset[str]:
    return frozenset(name.lower() for rename in renames for name in (rename.ref.name, rename.to.name))
