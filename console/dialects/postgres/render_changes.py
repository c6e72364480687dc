"""One schema change as PostgreSQL's SQL: what takes a landed statement back, exactly, or a sentence why it cannot.

Types, defaults and expressions stand in the model as the server spells them, so they are written as they are; names are
quoted. Whatever the model does not know of a thing (an owner, a storage parameter it never reads) is not made up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from console.core.operations import Change, Create, Drop, Opaque, Operation, Rename
from console.core.plan import CannotWriteError
from console.core.refs import Kind, Ref, Value
from console.core.schema import Column, Constraint, Index, Schema, Table, Thing, View
from console.dialects.postgres.quoting import quoted

_DROPS = {
    Kind.TABLE: "TABLE",
    Kind.VIEW: "VIEW",
    Kind.INDEX: "INDEX",
    Kind.SEQUENCE: "SEQUENCE",
    Kind.TYPE: "TYPE",
    Kind.SCHEMA: "SCHEMA",
    Kind.EXTENSION: "EXTENSION",
    Kind.STATISTICS: "STATISTICS",
}
_ON_TABLE = {Kind.TRIGGER: "TRIGGER", Kind.POLICY: "POLICY", Kind.RULE: "RULE"}


def change_sql(operation: Operation, schema: Schema) -> tuple[str, ...]:
    """The statements that make it. CannotWriteError where it cannot be said exactly."""
    match operation:
        case Drop():
            return _drop(operation, schema)
        case Rename():
            return _rename(operation)
        case Change():
            return _change(operation)
        case Create():
            return _create(operation)
        case Opaque():
            raise CannotWriteError(f"Nothing can be written for it: {operation.why}")


def _place(ref: Ref) -> str:
    return f"{quoted(ref.schema)}.{quoted(ref.name)}" if ref.schema else quoted(ref.name)


def _table_of(ref: Ref) -> str:
    return f"{quoted(ref.schema)}.{quoted(ref.table)}"


def _drop(drop: Drop, schema: Schema) -> tuple[str, ...]:
    ref = drop.ref
    if ref.kind is Kind.COLUMN:
        return (f"ALTER TABLE {_table_of(ref)} DROP COLUMN {quoted(ref.name)}",)
    if ref.kind is Kind.CONSTRAINT:
        return (f"ALTER TABLE {_table_of(ref)} DROP CONSTRAINT {quoted(_name_of(ref, schema))}",)
    if ref.kind is Kind.INDEX:
        found = schema.get(ref)
        if isinstance(found, Index) and found.constraint:
            return ()  # it goes with its constraint
    if ref.kind in _ON_TABLE:
        return (f"DROP {_ON_TABLE[ref.kind]} {quoted(ref.name)} ON {_table_of(ref)}",)
    if ref.kind is Kind.ROUTINE:
        name, _, arguments = ref.name.partition("(")
        return (f"DROP ROUTINE {quoted(ref.schema)}.{quoted(name)}({arguments}",)
    if ref.kind is Kind.VIEW:
        found = schema.get(ref)
        word = "MATERIALIZED VIEW" if isinstance(found, View) and found.materialized else "VIEW"
        return (f"DROP {word} {_place(ref)}",)
    if ref.kind not in _DROPS:
        raise CannotWriteError(f"How a {ref.kind.value} is dropped is not known here.")
    return (f"DROP {_DROPS[ref.kind]} {_place(ref)}",)


def _name_of(ref: Ref, schema: Schema) -> str:
    if schema.get(ref) is None:
        raise CannotWriteError(f"{ref.name} of {ref.table} is not there under that name.")
    return ref.name


def _rename(rename: Rename) -> tuple[str, ...]:
    old, new = rename.ref, rename.to
    if old.kind is Kind.COLUMN:
        return (f"ALTER TABLE {_table_of(old)} RENAME COLUMN {quoted(old.name)} TO {quoted(new.name)}",)
    if old.kind is Kind.CONSTRAINT:
        return (f"ALTER TABLE {_table_of(old)} RENAME CONSTRAINT {quoted(old.name)} TO {quoted(new.name)}",)
    if old.kind not in (Kind.TABLE, Kind.INDEX, Kind.VIEW, Kind.SEQUENCE, Kind.TYPE):
        raise CannotWriteError(f"How a {old.kind.value} is renamed is not known here.")
    word = _DROPS[old.kind]
    sql = []
    if old.schema != new.schema:
        sql.append(f"ALTER {word} {_place(old)} SET SCHEMA {quoted(new.schema)}")
    if old.name != new.name:
        sql.append(f"ALTER {word} {quoted(new.schema)}.{quoted(old.name)} RENAME TO {quoted(new.name)}")
    return tuple(sql)


def _change(change: Change) -> tuple[str, ...]:
    if change.ref.kind is not Kind.COLUMN:
        raise CannotWriteError(f"What changed of {change.ref.name} cannot be written back here.")
    head = f"ALTER TABLE {_table_of(change.ref)} ALTER COLUMN {quoted(change.ref.name)}"
    attrs = dict(change.attrs)
    sql = []
    if "type" in attrs:
        if "default" in attrs:
            sql.append(f"{head} DROP DEFAULT")
        name, collation = quoted(change.ref.name), attrs.pop("collation", None)
        collate = f" COLLATE {collation}" if collation else ""
        sql.append(f"{head} TYPE {attrs['type']}{collate} USING {name}::{attrs['type']}")
    for attribute, value in attrs.items():
        if attribute != "type":
            sql.append(f"{head} {_setting(attribute, value)}")
    return tuple(sql)


def _setting(attribute: str, value: Value) -> str:
    write: Mapping[str, Callable[[Value], str]] = {
        "nullable": lambda v: "DROP NOT NULL" if v else "SET NOT NULL",
        "default": lambda v: f"SET DEFAULT {v}" if v is not None else "DROP DEFAULT",
    }
    if attribute not in write:
        raise CannotWriteError(f"A column's {attribute.replace('_', ' ')} cannot be written back here.")
    return write[attribute](value)


def _create(create: Create) -> tuple[str, ...]:
    if create.replace:
        raise CannotWriteError(f"What {create.subject.name} was before is not known whole.")
    return tuple(_one(thing) for thing in create.things if not _comes_along(thing, create.things))


def _comes_along(thing: Thing, things: tuple[Thing, ...]) -> bool:
    """It is made together with another of them."""
    return isinstance(thing, Index) and thing.constraint


def _one(thing: Thing) -> str:
    if isinstance(thing, Column):
        return f"ALTER TABLE {_table_of(thing.ref)} ADD COLUMN {column_sql(thing)}"
    if isinstance(thing, Constraint):
        return f"ALTER TABLE {_table_of(thing.ref)} ADD CONSTRAINT {quoted(thing.ref.name)} {constraint_sql(thing)}"
    if isinstance(thing, Index):
        return index_sql(thing)
    if isinstance(thing, Table):
        if thing.partition_key or thing.partition_of or thing.foreign or thing.inherits:
            raise CannotWriteError(f"{thing.ref.name} is no plain table: it cannot be written back here.")
        return f"CREATE TABLE {_place(thing.ref)} ()"
    raise CannotWriteError(f"A {thing.ref.kind.value} cannot be written back here: {thing.ref.name}.")


def column_sql(column: Column) -> str:
    """A column as it stands in CREATE TABLE."""
    parts = [quoted(column.ref.name), column.type]
    if column.collation:
        parts.append(f"COLLATE {column.collation}")
    if column.generated is not None:
        parts.append(f"GENERATED ALWAYS AS ({column.generated}) {(column.generated_kind or 'stored').upper()}")
    elif column.identity:
        parts.append(f"GENERATED {column.identity.upper()} AS IDENTITY")
    elif column.default is not None:
        parts.append(f"DEFAULT {column.default}")
    if not column.nullable:
        parts.append("NOT NULL")
    return " ".join(parts)


def constraint_sql(constraint: Constraint) -> str:
    """A constraint without its name."""
    columns = ", ".join(quoted(name) for name in constraint.columns)
    match constraint.type:
        case "primary key":
            text = f"PRIMARY KEY ({columns})"
        case "unique":
            nulls = "" if constraint.nulls_distinct else " NULLS NOT DISTINCT"
            text = f"UNIQUE{nulls} ({columns})"
        case "check" if constraint.expression:
            text = f"CHECK ({constraint.expression})"
        case "foreign key" if constraint.references:
            text = _foreign_key(constraint, columns)
        case _:
            raise CannotWriteError(f"The {constraint.type} constraint {constraint.ref.name} cannot be written here.")
    deferrable = " DEFERRABLE" if constraint.deferrable else ""
    deferred = " INITIALLY DEFERRED" if constraint.deferred else ""
    return text + deferrable + deferred + ("" if constraint.validated else " NOT VALID")


def _foreign_key(constraint: Constraint, columns: str) -> str:
    schema, _, table = str(constraint.references).partition(".")
    theirs = ", ".join(quoted(name) for name in constraint.referenced_columns)
    text = f"FOREIGN KEY ({columns}) REFERENCES {quoted(schema)}.{quoted(table)}" + (f" ({theirs})" if theirs else "")
    if constraint.match == "full":
        text += " MATCH FULL"
    for event, action in (("DELETE", constraint.on_delete), ("UPDATE", constraint.on_update)):
        text += f" ON {event} {action.upper()}" if action != "no action" else ""
    return text


def index_sql(index: Index) -> str:
    """CREATE INDEX; the columns stand in the model as a definition writes them."""
    unique = "UNIQUE " if index.unique else ""
    table = f"{quoted(index.ref.schema)}.{quoted(index.table)}"
    text = f"CREATE {unique}INDEX {quoted(index.ref.name)} ON {table} USING {index.method} ({', '.join(index.columns)})"
    if index.include:
        text += f" INCLUDE ({', '.join(index.include)})"
    if not index.nulls_distinct:
        text += " NULLS NOT DISTINCT"
    if index.options:
        text += f" WITH ({', '.join(index.options)})"
    return text + (f" WHERE {index.where}" if index.where else "")
