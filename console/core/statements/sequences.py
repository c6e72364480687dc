"""CREATE SEQUENCE and ALTER SEQUENCE."""

from __future__ import annotations

from collections.abc import Iterator

from console.core.operations import Create, Opaque, Operation
from console.core.schema import Kind
from console.core.statements.alter_table import (
    Action,
    Target,
    owner_to,
    read_actions,
    read_target,
    rename_to,
    set_schema,
)
from console.core.statements.cursor import Cursor
from console.core.statements.sequence_settings import ANY_END, read_sequence, settings
from console.core.statements.verbs import Meaning, if_exists, opaque


def create_sequence(cursor: Cursor) -> Meaning:
    """Behind `CREATE [TEMP] SEQUENCE`."""
    before = {token.word for token in cursor.found[: cursor.at]}
    if_absent = cursor.accept("IF", "NOT", "EXISTS")
    ref = cursor.ref(Kind.SEQUENCE)
    if before & {"TEMP", "TEMPORARY"}:
        cursor.rest()
        why = "A temporary sequence is gone with its session."
        return Meaning((Opaque(why, harmless=True),), temporary=(ref,))
    sequence = read_sequence(cursor, ref, {})
    return Meaning((Create((sequence,), if_absent=if_absent),))


def alter_sequence(cursor: Cursor) -> Meaning:
    """Behind `ALTER SEQUENCE`."""
    if_present = if_exists(cursor)
    target = read_target(cursor, Kind.SEQUENCE, if_present=if_present)
    for words in _ACTIONS:
        if cursor.sees(*words):
            return Meaning(read_actions(cursor, target, _ACTIONS))
    start = cursor.at
    given = settings(cursor)
    operations: list[Operation] = []
    if given.pop("restart", False):
        why = "Where a sequence stands is data: the catalog shows only where it began."
        operations.append(opaque(cursor.slice(start), why, harmless=True))
    if "type" in given:
        # The ends of the old type become those of the new one; ends that were given stay. The text does not say which.
        given = {"minimum": ANY_END, "maximum": ANY_END, **given}
    if given:
        operations.insert(0, target.change(*given.items()))
    return Meaning(tuple(operations))


def _persistence(cursor: Cursor, target: Target) -> Iterator[Operation]:
    yield opaque(target.ref.name, "Halfway does not read whether a sequence is logged.", harmless=True)


_ACTIONS: dict[tuple[str, ...], Action] = {
    ("RENAME", "TO"): rename_to,
    ("SET", "SCHEMA"): set_schema,
    ("SET", "LOGGED"): _persistence,
    ("SET", "UNLOGGED"): _persistence,
    ("OWNER", "TO"): owner_to,
}
