"""What MySQL or MariaDB refuses because something is there already, or is not there: only where all of it was read."""

from __future__ import annotations

from collections.abc import Iterator

from console.core.operations import Change, Create, Drop, Operation, Rename
from console.core.preflight.ground import Case
from console.core.schema import MEMBERS, Kind, Ref, Schema, Table, table_ref
from console.core.statements import Statement

_THERE = {
    Kind.TABLE: ("my-table-there", "1050"),
    Kind.COLUMN: ("my-column-there", "1060"),
    Kind.INDEX: ("my-index-there", "1061"),
    Kind.CONSTRAINT: ("my-constraint-there", "1826 or 3822"),
}
_GONE = {
    Kind.TABLE: ("my-table-missing", "1051"),
    Kind.COLUMN: ("my-column-missing", "1091"),
    Kind.INDEX: ("my-index-missing", "1091"),
    Kind.CONSTRAINT: ("my-constraint-missing", "1091"),
}
_RENAMED = {Kind.COLUMN: "1054", Kind.INDEX: "1176", Kind.TABLE: "1146"}


def missing(case: Case) -> Iterator[tuple[str, str]]:
    """(rule, sentence) for each thing; nothing where the schema is not known as a whole."""
    statement, schema = case.statement, case.schema
    if schema.unread or schema.untold or case.unsure or case.unit.past:
        return
    nowhere = _absent(statement, schema)
    if nowhere is not None:
        yield "my-table-missing", f"There is no table {nowhere.label(schema.home)}: it is refused (1146)."
        return
    dropped = {op.ref for op in statement.operations if isinstance(op, Drop)}
    made = {op.subject for op in statement.operations if isinstance(op, Create | Rename)}
    for operation in statement.operations:
        subject = _subject(operation)
        if subject is None or subject.kind not in _THERE or not _known(subject, schema):
            continue
        if isinstance(operation, Create):
            yield from _again(operation, subject, schema, dropped)
        elif schema.get(subject) is None and subject not in made and not _tolerant(operation, statement):
            rule, number = _GONE[subject.kind]
            number = _RENAMED.get(subject.kind, number) if isinstance(operation, Rename | Change) else number
            yield rule, f"There is no {subject.kind} {subject.label(schema.home)}: it is refused ({number})."


def _subject(operation: Operation) -> Ref | None:
    """What it needs to be there, or not to be."""
    return operation.ref if isinstance(operation, Change | Rename | Drop) else operation.subject


def _absent(statement: Statement, schema: Schema) -> Ref | None:
    """The table that is altered and is not there."""
    for operation in statement.operations:
        subject = _subject(operation)
        if subject is None or subject.kind not in (Kind.COLUMN, Kind.INDEX, Kind.CONSTRAINT) or not subject.table:
            continue
        table = table_ref(subject.schema, subject.table)
        if _nowhere(table, schema) and not getattr(operation, "if_present", False):
            return table
    return None


def _nowhere(table: Ref, schema: Schema) -> bool:
    here = table.schema in ("", schema.home)
    names = {thing.ref.name.lower() for thing in schema.things if thing.ref.kind in (Kind.TABLE, Kind.VIEW)}
    return here and table.name.lower() not in names


def _known(subject: Ref, schema: Schema) -> bool:
    """It is of the home, and of a table that was read as a whole."""
    if subject.schema not in ("", schema.home):
        return False
    if subject.kind is Kind.TABLE:
        return True
    table = schema.get(table_ref(subject.schema, subject.table))
    return isinstance(table, Table) and MEMBERS not in table.unread


def _again(create: Create, subject: Ref, schema: Schema, dropped: set[Ref]) -> Iterator[tuple[str, str]]:
    tolerant = create.if_absent or create.replace or not create.things[0].named
    if schema.get(subject) is not None and subject not in dropped and not tolerant:
        rule, number = _THERE[subject.kind]
        number = "1068" if subject.name == "primary" else number
        yield rule, f"The {subject.kind} {subject.label(schema.home)} is there already: it is refused ({number})."


def _tolerant(operation: Operation, statement: Statement) -> bool:
    """IF EXISTS; or one of several readings of DROP CONSTRAINT."""
    several = sum(isinstance(op, Drop) and op.ref.kind in (Kind.CONSTRAINT, Kind.INDEX) for op in statement.operations)
    return bool(getattr(operation, "if_present", False)) or (
        several > 1 and isinstance(operation, Drop) and "constraint" in statement.sql.lower()
    )
