"""One schema change as SQLite's SQL, for a script that a person reads through.

SQLite alters little of a table: a name, a column more, a column less. Whatever else differs would take a new table with
all rows copied into it, which is not written here.
"""

from __future__ import annotations

import re

from console.core.operations import Change, Create, Drop, Operation, Rename
from console.core.plan import CannotWriteError
from console.core.refs import Kind, Ref
from console.core.schema import Column, Constraint, Index, Other, Schema, Table, Thing, Trigger, View

_NAMELESS = ("primary key", "unique (", "check (", "foreign key (")
"""How keys are called here that nobody gave a name."""
_PLAIN = re.compile(r"[-+]?[\w.]+|'(?:[^']|'')*'")
"""A default that needs no brackets."""
_DROPS = frozenset({Kind.TABLE, Kind.VIEW, Kind.INDEX, Kind.TRIGGER})


def script_sql(operation: Operation, schema: Schema) -> tuple[str, ...]:
    """The statements that make it. CannotWriteError where it cannot be said exactly."""
    match operation:
        case Create():
            return (_made(operation),)
        case Drop():
            return (_drop(operation.ref),)
        case Rename():
            return (_rename(operation.ref, operation.to),)
        case Change():
            raise CannotWriteError(_anew(operation.ref))
    raise CannotWriteError("Nothing can be written for it.")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _name(ref: Ref) -> str:
    return _quoted(ref.written or ref.name)


def _anew(ref: Ref) -> str:
    table = ref.table or ref.name
    return f"SQLite changes {ref.kind} {ref.name} only by a new {table} into which every row is copied."


def _drop(ref: Ref) -> str:
    if ref.kind is Kind.COLUMN:
        return f"ALTER TABLE {_quoted(ref.table)} DROP COLUMN {_name(ref)}"
    if ref.kind not in _DROPS:
        raise CannotWriteError(_anew(ref))
    return f"DROP {ref.kind.name} {_name(ref)}"


def _rename(old: Ref, new: Ref) -> str:
    if old.kind is Kind.TABLE:
        return f"ALTER TABLE {_name(old)} RENAME TO {_name(new)}"
    if old.kind is Kind.COLUMN:
        return f"ALTER TABLE {_quoted(old.table)} RENAME COLUMN {_name(old)} TO {_name(new)}"
    raise CannotWriteError(f"How a {old.kind} is renamed is not known here.")


def _made(create: Create) -> str:
    first = create.things[0]
    if first.unread - {"owner", "function"}:
        raise CannotWriteError(f"The definition of {first.ref.kind} {first.ref.name} was not read whole.")
    match first:
        case Table():
            return _table(first, create.things[1:])
        case Column():
            return f"ALTER TABLE {_quoted(first.ref.table)} ADD COLUMN {_column(first)}"
        case Index():
            return _index(first)
        case View() if first.definition:
            return f"CREATE VIEW {_name(first.ref)}{_query(first.definition)}"
        case Trigger() if first.definition:
            return f"CREATE TRIGGER {_name(first.ref)} {first.definition}"
    raise CannotWriteError(_anew(first.ref) if not isinstance(first, Other) else f"{first.ref.name} is no plain table.")


def _query(definition: str) -> str:
    return f" {definition}" if definition.startswith("(") else f" AS {definition}"


def _index(index: Index) -> str:
    unique = "UNIQUE " if index.unique else ""
    where = f" WHERE {index.where}" if index.where else ""
    return f"CREATE {unique}INDEX {_name(index.ref)} ON {_quoted(index.table)} ({', '.join(index.columns)}){where}"


def _table(table: Table, parts: tuple[Thing, ...]) -> str:
    columns = [part for part in parts if isinstance(part, Column)]
    lines = [_column(column) + (" PRIMARY KEY AUTOINCREMENT" if column.auto_increment else "") for column in columns]
    keys = [part for part in parts if isinstance(part, Constraint)]
    counted = any(column.auto_increment for column in columns)
    lines += [_constraint(key) for key in keys if not (counted and key.type == "primary key")]
    options = f" {', '.join(table.options)}" if table.options else ""
    return f"CREATE TABLE {_name(table.ref)} ({', '.join(lines)}){options}"


def _column(column: Column) -> str:
    parts = [_name(column.ref), column.type]
    parts += [f"COLLATE {column.collation}"] if column.collation else []
    parts += ["NOT NULL"] if not column.nullable else []
    if column.generated is not None:
        parts.append(f"GENERATED ALWAYS AS ({column.generated}) {(column.generated_kind or 'virtual').upper()}")
    elif column.default is not None:
        plain = _PLAIN.fullmatch(column.default)
        parts.append(f"DEFAULT {column.default if plain else f'({column.default})'}")
    return " ".join(part for part in parts if part)


def _constraint(constraint: Constraint) -> str:
    columns = ", ".join(map(_quoted, constraint.columns))
    name = "" if constraint.ref.name.startswith(_NAMELESS) else f"CONSTRAINT {_name(constraint.ref)} "
    if constraint.type in ("primary key", "unique"):
        return f"{name}{constraint.type.upper()} ({columns})"
    if constraint.type == "check" and constraint.expression:
        return f"{name}CHECK ({constraint.expression})"
    if constraint.type == "foreign key" and constraint.references:
        theirs = ", ".join(map(_quoted, constraint.referenced_columns))
        text = f"{name}FOREIGN KEY ({columns}) REFERENCES {_quoted(constraint.references.partition('.')[2])}"
        text += f" ({theirs})" if theirs else ""
        for event, action in (("DELETE", constraint.on_delete), ("UPDATE", constraint.on_update)):
            text += f" ON {event} {action.upper()}" if action != "no action" else ""
        return text + (" DEFERRABLE INITIALLY DEFERRED" if constraint.deferred else "")
    raise CannotWriteError(f"The {constraint.type} constraint {constraint.ref.name} cannot be written here.")
