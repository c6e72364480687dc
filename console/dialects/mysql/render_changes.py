"""One schema change as MySQL's SQL: what takes a landed statement back, exactly, or a sentence why it cannot.

MODIFY restates a whole column, so what a change leaves alone is taken from the schema that was read. Types, defaults
and expressions stand in the model as the server spells them; names are quoted.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from console.core.operations import Change, Create, Drop, Opaque, Operation, Rename
from console.core.plan import CannotWriteError
from console.core.refs import Kind, Ref
from console.core.schema import Column, Constraint, Index, Schema, Table, Thing
from console.dialects.mysql.quoting import quoted, text

_DROPS = {
    Kind.TABLE: "TABLE",
    Kind.VIEW: "VIEW",
    Kind.TRIGGER: "TRIGGER",
    Kind.EVENT: "EVENT",
    Kind.PROCEDURE: "PROCEDURE",
    Kind.ROUTINE: "FUNCTION",
    Kind.SEQUENCE: "SEQUENCE",
}
_PRIMARY = "primary"
_RESTATED = frozenset({"type", "nullable", "default", "collation", "charset", "comment", "on_update", "auto_increment",
                       "generated", "generated_kind", "invisible", "srid"})  # fmt: skip
_METHODS = {"fulltext": "FULLTEXT ", "spatial": "SPATIAL "}


def change_sql(operation: Operation, schema: Schema) -> tuple[str, ...]:
    """The statements that make it. CannotWriteError where it cannot be said exactly."""
    match operation:
        case Drop():
            return _drop(operation, schema)
        case Rename():
            return _rename(operation)
        case Change():
            return _change(operation, schema)
        case Create():
            return _create(operation)
        case Opaque():
            raise CannotWriteError(f"Nothing can be written for it: {operation.why}")


def _place(ref: Ref) -> str:
    return f"{quoted(ref.schema)}.{quoted(ref.written or ref.name)}"


def _alter(ref: Ref) -> str:
    return f"ALTER TABLE {quoted(ref.schema)}.{quoted(ref.table)}"


def _drop(drop: Drop, schema: Schema) -> tuple[str, ...]:
    ref = drop.ref
    if ref.kind is Kind.COLUMN:
        return (f"{_alter(ref)} DROP COLUMN {quoted(ref.name)}",)
    if ref.kind is Kind.CONSTRAINT:
        return _drop_constraint(ref, schema)
    if ref.kind is Kind.INDEX:
        if ref.name == _PRIMARY or schema.get(ref) is None:
            return ()  # it goes with its constraint, or was never made
        return (f"{_alter(ref)} DROP INDEX {quoted(ref.name)}",)
    if ref.kind not in _DROPS:
        raise CannotWriteError(f"How a {ref.kind.value} is dropped is not known here.")
    name = ref.name.partition("(")[0]
    return (f"DROP {_DROPS[ref.kind]} {quoted(ref.schema)}.{quoted(ref.written or name)}",)


def _drop_constraint(ref: Ref, schema: Schema) -> tuple[str, ...]:
    found = schema.get(ref)
    if not isinstance(found, Constraint):
        raise CannotWriteError(f"{ref.name} of {ref.table} is not there under that name.")
    match found.type:
        case "primary key":
            return (f"{_alter(ref)} DROP PRIMARY KEY",)
        case "foreign key":
            return (f"{_alter(ref)} DROP FOREIGN KEY {quoted(ref.name)}",)
        case _:
            return (f"{_alter(ref)} DROP CONSTRAINT {quoted(ref.name)}",)


def _rename(rename: Rename) -> tuple[str, ...]:
    old, new = rename.ref, rename.to
    if old.kind is Kind.COLUMN:
        return (f"{_alter(old)} RENAME COLUMN {quoted(old.name)} TO {quoted(new.written or new.name)}",)
    if old.kind is Kind.INDEX:
        return (f"{_alter(old)} RENAME INDEX {quoted(old.name)} TO {quoted(new.written or new.name)}",)
    if old.kind in (Kind.TABLE, Kind.VIEW):
        return (f"RENAME TABLE {_place(old)} TO {_place(new)}",)
    raise CannotWriteError(f"How a {old.kind.value} is renamed is not known here.")


def _change(change: Change, schema: Schema) -> tuple[str, ...]:
    now = schema.get(change.ref)
    if not isinstance(now, Column):
        raise CannotWriteError(f"What changed of {change.ref.name} cannot be written back here.")
    attrs = dict(change.attrs)
    strange = sorted(name for name in attrs if name not in _RESTATED)
    if strange:
        raise CannotWriteError(f"A column's {strange[0].replace('_', ' ')} cannot be written back here.")
    if attrs.get("collation") == "":
        del attrs["collation"]
    stated: dict[str, Any] = {n: v for n, v in attrs.items() if v != "" or n == "generated_kind"}
    wanted = replace(now, **stated)
    return (f"{_alter(change.ref)} MODIFY COLUMN {column_sql(wanted)}",)


def _create(create: Create) -> tuple[str, ...]:
    if create.replace:
        raise CannotWriteError(f"What {create.subject.name} was before is not known whole.")
    first = create.things[0]
    if isinstance(first, Table):
        return (_table(first, create.things[1:]),)
    return tuple(_one(thing) for thing in create.things if not _comes_along(thing))


def _comes_along(thing: Thing) -> bool:
    return isinstance(thing, Index) and (thing.ref.name == _PRIMARY or thing.implied)


def _table(table: Table, parts: tuple[Thing, ...]) -> str:
    if table.partition_key:
        raise CannotWriteError(f"{table.ref.name} is partitioned: it cannot be written back here.")
    lines = [column_sql(part) for part in parts if isinstance(part, Column)]
    lines += [_constraint(part) for part in parts if isinstance(part, Constraint)]
    lines += [_index(part) for part in parts if isinstance(part, Index) and not _comes_along(part)]
    options = f" ENGINE={table.engine}" if table.engine else ""
    options += f" DEFAULT CHARSET={table.charset}" if table.charset else ""
    options += f" COLLATE={table.collation}" if table.collation else ""
    return f"CREATE TABLE {_place(table.ref)} ({', '.join(lines)}){options}"


def _one(thing: Thing) -> str:
    if isinstance(thing, Column):
        return f"{_alter(thing.ref)} ADD COLUMN {column_sql(thing)}"
    if isinstance(thing, Constraint):
        return f"{_alter(thing.ref)} ADD {_constraint(thing)}"
    if isinstance(thing, Index):
        return f"ALTER TABLE {quoted(thing.ref.schema)}.{quoted(thing.table)} ADD {_index(thing)}"
    raise CannotWriteError(f"A {thing.ref.kind.value} cannot be written back here: {thing.ref.name}.")


def column_sql(column: Column) -> str:
    """A column as it stands in CREATE TABLE."""
    if column.srid is not None:
        raise CannotWriteError(f"The reference system of {column.ref.name} cannot be written here.")
    parts = [quoted(column.ref.written or column.ref.name), column.type]
    if column.charset and column.collation:
        parts.append(f"CHARACTER SET {column.charset} COLLATE {column.collation}")
    elif column.collation:
        parts.append(f"COLLATE {column.collation}")
    if column.generated is not None:
        parts.append(f"GENERATED ALWAYS AS ({column.generated}) {(column.generated_kind or 'virtual').upper()}")
    parts.append("NULL" if column.nullable else "NOT NULL")
    if column.generated is None and column.default is not None:
        parts.append(f"DEFAULT {column.default}")
    if column.on_update:
        parts.append(f"ON UPDATE {column.on_update}")
    parts += ["AUTO_INCREMENT"] if column.auto_increment else []
    parts += ["INVISIBLE"] if column.invisible else []
    parts += [f"COMMENT {text(column.comment)}"] if column.comment else []
    return " ".join(parts)


def _constraint(constraint: Constraint) -> str:
    columns = ", ".join(quoted(name) for name in constraint.columns)
    name = f"CONSTRAINT {quoted(constraint.ref.written or constraint.ref.name)} "
    match constraint.type:
        case "primary key":
            return f"PRIMARY KEY ({columns})"
        case "check" if constraint.expression:
            return f"{name}CHECK ({constraint.expression})" + ("" if constraint.enforced else " NOT ENFORCED")
        case "foreign key" if constraint.references:
            return name + _foreign_key(constraint, columns)
        case _:
            raise CannotWriteError(f"The {constraint.type} constraint {constraint.ref.name} cannot be written here.")


def _foreign_key(constraint: Constraint, columns: str) -> str:
    schema, _, table = str(constraint.references).partition(".")
    theirs = ", ".join(quoted(name) for name in constraint.referenced_columns)
    sql = f"FOREIGN KEY ({columns}) REFERENCES {quoted(schema)}.{quoted(table)} ({theirs})"
    for event, action in (("DELETE", constraint.on_delete), ("UPDATE", constraint.on_update)):
        sql += f" ON {event} {action.upper()}" if action != "no action" else ""
    return sql


def _index(index: Index) -> str:
    kind = "UNIQUE " if index.unique else _METHODS.get(index.method, "")
    columns = ", ".join(_part(part) for part in index.columns)
    return f"{kind}INDEX {quoted(index.ref.written or index.ref.name)} ({columns})" + (
        "" if index.visible else " INVISIBLE"
    )


def _part(written: str) -> str:
    """A part of an index: an expression stands in brackets, a name may carry a length and an order."""
    if written.startswith("("):
        return written
    name, bracket, rest = written.partition("(")
    plain, space, order = name.rpartition(" ") if not bracket and name.endswith((" DESC", " ASC")) else (name, "", "")
    return f"{quoted(plain)}{bracket}{rest}{space}{order}"
