"""What statements do to a release that does not know them, and to data: the little that their operations prove.

Yes and no are only said where an operation proves it; everything else (code, changed rows, other types) is not known.
Adding is what the former release does not notice: new tables, views and indexes, and columns that fill themselves. A
unique index, a constraint or a trigger is no mere addition: it refuses, or changes, what that release writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from console.core.operations import Change, Create, Drop, Opaque, Operation, Rename
from console.core.recover.given import Known, any_of, known
from console.core.refs import Kind
from console.core.schema import Column, Constraint, Index, Thing
from console.core.statements import Nature, Statement

_ADDED = frozenset({Kind.TABLE, Kind.VIEW, Kind.SEQUENCE, Kind.TYPE, Kind.SCHEMA, Kind.STATISTICS})
_HOLDS_ROWS = frozenset({Kind.TABLE, Kind.COLUMN, Kind.SCHEMA})
_HOLDS_NONE = frozenset(
    {Kind.INDEX, Kind.CONSTRAINT, Kind.TRIGGER, Kind.POLICY, Kind.RULE, Kind.VIEW, Kind.ROUTINE, Kind.PROCEDURE}
)
_FILLS = re.compile(r"UPDATE\s+\S+\s+SET\s+(\S+)\s*=\s*[^=]+?\s+WHERE\s+\1\s+IS\s+NULL", re.IGNORECASE | re.DOTALL)
"""An UPDATE of one column where that column is empty: it writes over nothing."""
_KEEPS_VALUES = frozenset({"comment", "default", "nullable", "owner", "validated", "enabled", "row_security", "grants"})


def only_adds(statements: Iterable[Statement]) -> Known:
    """Whether a release that knows nothing of them goes on as before; never a no, for nobody has read that release."""
    return Known.YES if all(map(_only_adds, statements)) else Known.UNKNOWN


def _only_adds(statement: Statement) -> bool:
    here = statement.nature is Nature.SCHEMA and bool(statement.operations) and not statement.database
    return here and all(map(_is_addition, statement.operations))


def _is_addition(operation: Operation) -> bool:
    if isinstance(operation, Opaque):
        return operation.harmless
    if not isinstance(operation, Create) or operation.replace:
        return False
    table = operation.subject.kind is Kind.TABLE
    return all(_goes_unnoticed(thing, in_new_table=table) for thing in operation.things)


def _goes_unnoticed(thing: Thing, *, in_new_table: bool) -> bool:
    """Nobody writes to a new table yet, but a foreign key of it may refuse deletes elsewhere."""
    if isinstance(thing, Constraint):
        return in_new_table and thing.type != "foreign key"
    if isinstance(thing, Column):
        filled = not thing.unread & {"nullable", "default"} and (thing.nullable or thing.default is not None)
        return in_new_table or filled
    if isinstance(thing, Index):
        return in_new_table or not ("unique" in thing.unread or thing.unique)
    return thing.ref.kind in _ADDED


def destroys(statements: Iterable[Statement]) -> Known:
    """Whether they threw data away, or will, that stood there before them."""
    return any_of(map(_destroys, statements))


def _destroys(statement: Statement) -> Known:
    if statement.nature is Nature.DATA:
        return _changes_rows(statement.sql)
    if not statement.operations or statement.database:
        return Known.UNKNOWN
    return any_of(map(_takes_data, statement.operations))


def _changes_rows(sql: str) -> Known:
    """A plain INSERT only adds; what an UPDATE writes over nobody knows afterwards, unless it fills what is empty."""
    words = sql.upper().split()
    if _FILLS.fullmatch(sql.strip()):
        return Known.NO
    if words[:1] == ["DELETE"] or words[:1] == ["TRUNCATE"]:
        return Known.YES
    plain = words[:2] == ["INSERT", "INTO"] and not {"ON", "WITH"} & set(words)
    return Known.NO if plain else Known.UNKNOWN


def _takes_data(operation: Operation) -> Known:
    match operation:
        case Create():
            return Known.UNKNOWN if operation.replace and operation.subject.kind in _HOLDS_ROWS else Known.NO
        case Drop() if operation.ref.kind in _HOLDS_ROWS:
            return Known.UNKNOWN if operation.if_present else Known.YES
        case Drop():
            return Known.NO if operation.ref.kind in _HOLDS_NONE and not operation.cascade else Known.UNKNOWN
        case Rename():
            return Known.NO
        case Change():
            return Known.NO if {name for name, _ in operation.attrs} <= _KEEPS_VALUES else Known.UNKNOWN
        case _:
            return Known.NO if operation.harmless else Known.UNKNOWN


def lost_with(statements: Iterable[Statement], holds: Known) -> Known:
    """Whether taking them back throws data away; `holds`: what they made holds values, where that was counted."""
    return any_of(_lost(statement, holds) for statement in statements)


def _lost(statement: Statement, holds: Known) -> Known:
    """New rows cannot be told from those that were there, so what became of them is never known to be nothing."""
    if statement.nature is Nature.DATA or not statement.operations or statement.database:
        return Known.UNKNOWN
    return any_of(_lost_with(operation, holds) for operation in statement.operations)


def _lost_with(operation: Operation, holds: Known) -> Known:
    if isinstance(operation, Create):
        return holds if operation.subject.kind in _HOLDS_ROWS else Known.NO
    return Known.NO if isinstance(operation, Rename) else _takes_data(operation)


def slow_to_undo(statements: Iterable[Statement]) -> Known:
    """Whether taking them back may take long; what was made or renamed goes with a change of the catalog alone."""
    return any_of(_slow(statement) for statement in statements)


def _slow(statement: Statement) -> Known:
    quick = bool(statement.operations) and all(isinstance(o, Create | Rename) for o in statement.operations)
    return known(False) if quick and not statement.database else Known.UNKNOWN
