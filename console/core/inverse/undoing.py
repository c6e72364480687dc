"""The steps of a roll-back before they are written: in which order they go, and what they cannot bring back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from console.core.landed import Judgement
from console.core.operations import Change, Create, Drop, Operation, Rename
from console.core.plan import CannotWriteError
from console.core.refs import Kind, Ref
from console.core.schema import Column, Schema, Sequence, Thing

_USED = frozenset({Kind.TYPE, Kind.SEQUENCE, Kind.ROUTINE, Kind.PROCEDURE, Kind.SCHEMA})
Undoing = Operation | str
"""An operation to be written, or a recorded statement to be sent as it stands."""


@dataclass(slots=True)
class Undo:
    """What takes one operation of a landed statement back; nothing, where it goes with something else."""

    judgement: Judgement
    steps: list[Undoing]


def brought_back(undos: Iterable[Undo]) -> Iterator[str]:
    """What of the former state does not come back with its shape, a sentence for each thing."""
    steps = [step for undo in reversed(tuple(undos)) for step in undo.steps]
    for step in steps:
        ref = step.subject if isinstance(step, Create) else None
        if ref is not None and ref.kind in (Kind.TABLE, Kind.COLUMN):
            yield f"{label(ref).capitalize()} comes back empty: what was in it is gone."
        if isinstance(step, Create) and _wants_values(step.things[0]):
            which = label(step.subject).capitalize()
            yield f"{which} takes no null: with rows there, the server refuses it or its keys."
    if any(isinstance(step, str) or (isinstance(step, Create) and step.subject.kind is Kind.TABLE) for step in steps):
        yield "Who was allowed to use what comes back is not known: look at its grants."
    if any(isinstance(step, str | Create | Change) for step in steps):
        yield "What was there before is taken from the recorded migrations, not from the database."


def _wants_values(thing: Thing) -> bool:
    """A column that has to hold something in rows that are there, and nobody says what."""
    given = isinstance(thing, Column) and (thing.default is not None or thing.generated is not None or thing.identity)
    return isinstance(thing, Column) and not thing.nullable and not given and not thing.auto_increment


def whole(undos: Iterable[Undo], schema: Schema) -> bool:
    """All of it goes in one transaction."""
    return schema.dialect in ("postgres", "sqlite") and not any(u.judgement.statement.concurrently for u in undos)


def in_turn(undos: tuple[Undo, ...], schema: Schema) -> tuple[Undo, ...]:
    """As they are taken back from the last to the first."""
    return used_last(undos, schema) if whole(undos, schema) else undos


def used_last(undos: tuple[Undo, ...], schema: Schema) -> tuple[Undo, ...]:
    """With types, functions and schemas going behind what uses them or lives in them."""
    wanted = {step.to for undo in undos for step in undo.steps if isinstance(step, Rename)}
    late: list[Undo] = []
    rest: list[Undo] = []
    for undo in undos:
        used = [step for step in undo.steps if isinstance(step, Drop) and _is_used(schema.get(step.ref))]
        if clash := next((step.ref for step in used if step.ref in wanted), None):
            raise CannotWriteError(f"Another {clash.kind.value} would have to be {clash.name} before this one is gone.")
        late += [Undo(undo.judgement, [step]) for step in used]
        rest.append(Undo(undo.judgement, [step for step in undo.steps if step not in used]))
    schemas = [undo for undo in late if _is_drop_of(undo, Kind.SCHEMA)]
    return (*schemas, *(undo for undo in late if undo not in schemas), *rest)


def _is_used(thing: Thing | None) -> bool:
    """Tables may use it; a sequence that a column owns goes and moves with that."""
    return thing is not None and thing.ref.kind in _USED and not (isinstance(thing, Sequence) and thing.owned_by)


def _is_drop_of(undo: Undo, kind: Kind) -> bool:
    return any(isinstance(step, Drop) and step.ref.kind is kind for step in undo.steps)


def label(ref: Ref) -> str:
    """`column orders.note`, for a sentence."""
    return f"{ref.kind.value} {ref.table}.{ref.name}" if ref.table else f"{ref.kind.value} {ref.name}"
