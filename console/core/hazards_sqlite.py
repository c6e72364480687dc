"""What DDL costs on SQLite: one writer for the whole file, and an ALTER TABLE that does little.

Whoever writes keeps every other writer out until its transaction ends; they get "database is locked" after their busy
time-out. Readers go on in WAL mode; without it they are kept out while the pages are written. What ALTER TABLE cannot
do is done by making the table anew, which the tools do by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from console.core.hazards_cost import (
    HIGH,
    LOW,
    MEDIUM,
    Cost,
    Hazard,
    estimate_of,
    is_new,
    parts_of,
    severity_of,
    undo_of,
    work_of,
)
from console.core.observation import Server
from console.core.operations import Change, Create, Drop, Opaque, Operation, Rename
from console.core.schema import Column, Constraint, Index, Kind, Ref, Schema, table_ref
from console.core.statements import Nature, Statement

_DROPS, _RENAMES = 3_035_000, 3_025_000
_CONSTANT = re.compile(
    r"[+-]?[\d.]+(e[+-]?\d+)?|0x[0-9a-f]+|x?'(?:[^']|'')*'|\"[^\"]*\"|null|true|false", re.IGNORECASE
)
_NOT_DONE = "SQLite's ALTER TABLE does not do this: the table has to be made anew."


def sqlite_hazard(statement: Statement, server: Server, schema: Schema) -> Hazard:
    """What the statement costs; empty where a part of it is not known."""
    costs: list[Cost] = []
    for operation in statement.operations:
        cost = _of(operation, statement, server.version_number, schema)
        if cost is None:
            return Hazard()
        costs.append(cost)
    return _hazard([_known(cost, schema) for cost in costs], statement, schema) if costs else Hazard()


def _known(cost: Cost, schema: Schema) -> Cost:
    """A table that the run has made is empty, and its file is locked all the same."""
    read = {ref for ref in cost.worked_on if is_new(schema, ref)}
    return replace(
        cost,
        severity=cost.severity if not read or cost.refused else LOW,
        rewritten=tuple(ref for ref in cost.rewritten if ref not in read),
        scanned=tuple(ref for ref in cost.scanned if ref not in read),
    )


def _hazard(costs: Sequence[Cost], statement: Statement, schema: Schema) -> Hazard:
    parts = parts_of(costs, schema)
    rewrite, scan = work_of(costs)
    return Hazard(
        lock="the file's one write lock",
        rewrite=rewrite,
        scan=scan,
        blocks="writes",
        estimate=estimate_of(costs, schema),
        undo=undo_of(statement.operations, schema),
        careful=" ".join(part.careful for part in parts if part.careful),
        rule=parts[0].rule,
        severity=severity_of(costs, schema),
        parts=parts,
    )


def _of(operation: Operation, statement: Statement, version: int, schema: Schema) -> Cost | None:
    match operation:
        case Create(things=(Column() as column, *_)):
            return _add_column(column, operation, schema)
        case Create(things=(Index() as index, *_)):
            return Cost("lite-scan", MEDIUM, scanned=(table_ref(index.ref.schema, index.table),))
        case Create(things=(Constraint(), *_)):
            return Cost("lite-refused", HIGH, refused=_NOT_DONE)
        case Create():
            return Cost("lite-write", LOW)
        case Drop(ref=ref):
            return _drop(ref, version, schema)
        case Rename(ref=ref):
            old = ref.kind is Kind.COLUMN and version < _RENAMES
            refused = "RENAME COLUMN came with SQLite 3.25." if old else ""
            return Cost("lite-refused" if old else "lite-write", LOW, refused=refused)
        case Change():
            return Cost("lite-refused", HIGH, refused=_NOT_DONE)
        case Opaque():
            return _words(statement, schema)


def _add_column(column: Column, made: Create, schema: Schema) -> Cost:
    """Nothing is written to the rows; what they would have to hold is limited."""
    table = table_ref(column.ref.schema, column.ref.table)
    keys = {thing.type for thing in made.things if isinstance(thing, Constraint)}
    why = next(_forbidden(column, keys, empty=is_new(schema, table)), "")
    if why:
        return Cost("lite-refused", HIGH, refused=why)
    if "check" in keys:
        return Cost("lite-scan", MEDIUM, scanned=(table,), careful="All rows are held against the CHECK.")
    return Cost("lite-write", LOW)


def _forbidden(column: Column, keys: set[str], *, empty: bool) -> Iterator[str]:
    if "primary key" in keys or "unique" in keys:
        yield "ADD COLUMN takes no PRIMARY KEY and no UNIQUE: add the column, then make a unique index."
    if column.generated_kind == "stored":
        yield "ADD COLUMN takes no STORED generated column: only VIRTUAL ones."
    if not column.nullable and column.default is None and column.generated is None and not empty:
        yield "ADD COLUMN NOT NULL needs a default that is not NULL."
    if column.default is not None and not _CONSTANT.fullmatch(column.default) and not empty:
        yield "ADD COLUMN takes no default that is worked out, where the table has rows."


def _drop(ref: Ref, version: int, schema: Schema) -> Cost:
    if ref.kind is Kind.COLUMN:
        return _drop_column(ref, version, schema)
    if ref.kind is not Kind.TABLE:
        return Cost("lite-write", LOW)
    text = f"{ref.schema}.{ref.name}"
    keys = (key for key in schema.of_kind(Constraint) if key.references == text and key.ref.table != ref.name)
    other = next((key.ref.table for key in keys), "")
    if other:
        careful = (
            f"With PRAGMA foreign_keys on its rows are deleted first: those of {other} go with them, or refuse it."
        )
        return Cost("lite-foreign-keys", LOW if is_new(schema, ref) else HIGH, careful=careful)
    return Cost("lite-write", LOW if is_new(schema, ref) else MEDIUM, careful="Its rows are gone.")


def _drop_column(ref: Ref, version: int, schema: Schema) -> Cost:
    table = table_ref(ref.schema, ref.table)
    if version < _DROPS:
        return Cost("lite-refused", HIGH, refused="DROP COLUMN came with SQLite 3.35.")
    for thing in schema.by_table.get((ref.schema, ref.table), ()):
        used = thing.columns if isinstance(thing, Constraint | Index) else ()
        if any(re.search(rf"(?<![\w$]){re.escape(ref.name)}(?![\w$])", item) for item in used):
            refused = f"DROP COLUMN is refused while {thing.ref.kind} {thing.ref.name} uses the column."
            return Cost("lite-refused", HIGH, refused=refused)
    careful = "The rows are written anew without it. Code that still reads the column fails."
    return Cost("lite-rewrite", MEDIUM, rewritten=(table,), careful=careful)


def _words(statement: Statement, schema: Schema) -> Cost | None:
    """What leaves nothing in the catalog."""
    first = statement.sql.split(None, 1)[0].upper() if statement.sql.strip() else ""
    tables = tuple(table_ref(*table) for table in statement.tables)
    if first == "VACUUM":
        return Cost("lite-rewrite", HIGH, unknown=True, careful="The whole file is written anew, beside the old one.")
    if first in ("REINDEX", "ANALYZE"):
        return Cost("lite-scan", LOW, unknown=True)
    if statement.nature is Nature.DATA and statement.readable:
        every = first in ("UPDATE", "DELETE") and "where" not in statement.sql.lower()
        if every:
            return Cost("lite-rewrite", MEDIUM, rewritten=tables)
        return Cost("lite-write", LOW, unknown=first not in ("INSERT", "REPLACE") or "select" in statement.sql.lower())
    return None
