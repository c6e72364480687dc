"""Names that the server makes up, kept apart within one script as the server would: a number behind what is taken."""

from __future__ import annotations

from dataclasses import replace

from console.core.operations import Create, Drop, Operation, Rename
from console.core.schema import Index, Ref


def kept_apart(operation: Operation, taken: set[Ref]) -> Operation:
    """The operation with names that are free; `taken` learns what it makes and drops."""
    if isinstance(operation, Drop):
        gone = {ref for ref in taken if ref == operation.ref or ref.table == operation.ref.name}
        taken -= gone
    elif isinstance(operation, Rename):
        taken.discard(operation.ref)
        taken.add(operation.to)
    elif isinstance(operation, Create):
        operation = _renamed(operation, taken)
        taken |= {thing.ref for thing in operation.things}
    return operation


def _renamed(create: Create, taken: set[Ref]) -> Create:
    new = {name: _free(name, create, taken) for name in {t.ref.name for t in create.things if not t.named}}
    if all(name == old for old, name in new.items()):
        return create
    things = (t if t.named else replace(t, ref=replace(t.ref, name=new[t.ref.name])) for t in create.things)
    return replace(create, things=tuple(things))


def _free(name: str, create: Create, taken: set[Ref]) -> str:
    refs = [t.ref for t in create.things if not t.named and t.ref.name == name]
    if not any(isinstance(t, Index) for t in create.things if t.ref in refs):
        return name
    number, candidate = 0, name
    while any(replace(ref, name=candidate) in taken for ref in refs):
        number += 1
        candidate = f"{name}{number}"
    return candidate
