"""Whether a disk that is full may have been why: what a statement writes anew, held against what is free.

How much it will be is not measured but taken from what the table takes now, and that is said. Without a number nothing
is concluded; where a table is built anew and the disk cannot be seen, that is said as well.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.core.assessment import Assessment, JudgedMigration
from console.core.landed import Verdict
from console.core.observation import Server
from console.core.operations import Create
from console.core.plain import one_line
from console.core.schema import Constraint, Index, Ref, Schema, Thing, table_ref
from console.core.statements import Statement
from console.core.storage import Room
from console.core.write_rates import TableName

NEED = "Free space on that disk, or give the server more of it, before a table is built anew."
_INDEX = 4
"""An index and the files it is sorted in may take that part of its table and more; nobody measured it."""
Sizes = tuple[tuple[TableName, int], ...]
LOOK = "Look on the server's own machine: df -h of its data directory."


def short_of_room(assessment: Assessment, migration: JudgedMigration) -> Iterator[tuple[bool, str, str, int]]:
    """(seen, evidence, what to do, statement) for statements that did not land and need room."""
    room, schema = assessment.observation.clues.room, assessment.observation.schema.value
    if schema is None or (room.free is None and not room.unseen):
        return
    for judgement in migration.statements:
        if judgement.verdict is Verdict.LANDED or judgement.statement.database:
            continue
        server = assessment.observation.server.value
        for words, table, part in built(judgement.statement, server, schema):
            told = room_told(room, room.sizes, table, f"statement {judgement.statement.n} {words}", part)
            if told is not None:
                yield (*told, judgement.statement.n)


def room_told(room: Room, sizes: Sizes, table: Ref, words: str, part: int) -> tuple[bool, str, str] | None:
    """(whether that is known, what is to be said of it, what to do); None where there is room enough, or no figure."""
    from console.core.restore.found import sized

    size = dict(sizes).get((table.schema, table.name))
    takes = f", which takes {sized(size)} with its indexes" if size is not None else ""
    if room.free is None:
        return False, f"{words}{takes}; what is free on the disk is not visible from here: {room.unseen}", LOOK
    if size is None or room.free >= size // part:
        return None
    return True, f"{words}{takes}, and {sized(room.free)} are free in {one_line(room.folder, 200)}", NEED


def built(statement: Statement, server: Server | None, schema: Schema) -> Iterator[tuple[str, Ref, int]]:
    """What a statement builds: `writes orders anew`, and which part of the table's bytes that may take."""
    from console.core.hazards import hazard_of

    rewritten = server is not None and hazard_of(statement, server, schema).rewrite
    indexes = any(isinstance(op, Create) and _is_index(op.things[0]) for op in statement.operations)
    for place, name in statement.tables if rewritten or indexes else ():
        table = table_ref(place or schema.home, name)
        if table in schema.by_ref and rewritten:
            yield f"writes {table.label(schema.home)} anew", table, 1
        elif table in schema.by_ref:
            yield f"builds an index on {table.label(schema.home)}", table, _INDEX


def _is_index(thing: Thing) -> bool:
    return isinstance(thing, Index) or (isinstance(thing, Constraint) and thing.type in ("primary key", "unique"))
