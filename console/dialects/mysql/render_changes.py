"""One schema change as MySQL's SQL: what takes a landed statement back, exactly, or a sentence why it cannot.

MODIFY restates a whole column, so what a change leaves alone is taken from the schema that was read. Types, defaults
and expressions stand in the model as the server spells them; names are quoted.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from console.core.operations import Change, Create, Drop, Operation, Rename
from console.core.plan import CannotWriteError
from console.core.plans.writing import Writers, cannot_create, cannot_drop, cannot_rename, foreign_key_sql
from console.core.refs import Kind, Ref
from console.core.schema import Column, Constraint, Index, Schema, Table, Thing
from console.dialects.mysql.quoting import quoted, remark

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
_BEHIND = re.compile(r"(?:\(\d+\))?(?: (?:DESC|ASC))?\Z")
"""What may follow a column in an index: how much of it, and its order."""


def change_sql(operation: Operation, schema: Schema) -> tuple[str, ...]:
    """The statements that make it. CannotWriteError where it cannot be said exactly."""
    return _WRITERS.sql(operation, schema)


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
        raise cannot_drop(ref.kind)
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
            column = schema.get(replace(ref, kind=Kind.COLUMN))
            if isinstance(column, Column) and _own_check(column, schema) is not None:
                return (f"{_alter(ref)} MODIFY COLUMN {column_sql(column)}",)
            return (f"{_alter(ref)} DROP CONSTRAINT {quoted(ref.name)}",)


def _rename(rename: Rename, schema: Schema) -> tuple[str, ...]:
    old, new = rename.ref, rename.to
    if old.kind is Kind.COLUMN:
        return (f"{_alter(old)} RENAME COLUMN {quoted(old.name)} TO {quoted(new.written or new.name)}",)
    if old.kind is Kind.INDEX:
        return (f"{_alter(old)} RENAME INDEX {quoted(old.name)} TO {quoted(new.written or new.name)}",)
    if old.kind in (Kind.TABLE, Kind.VIEW):
        return (f"RENAME TABLE {_place(old)} TO {_place(new)}",)
    if old.kind is Kind.EVENT:
        return (f"ALTER EVENT {_place(old)} RENAME TO {_place(new)}",)
    raise cannot_rename(old.kind)


def _change(change: Change, schema: Schema) -> tuple[str, ...]:
    now, attrs = schema.get(change.ref), dict(change.attrs)
    if isinstance(now, Table) and set(attrs) == {"comment"}:
        return (f"ALTER TABLE {_place(change.ref)} COMMENT = {remark(str(attrs['comment'] or ''))}",)
    if not isinstance(now, Column):
        raise CannotWriteError(f"What changed of {change.ref.name} cannot be written back here.")
    strange = sorted(name for name in attrs if name not in _RESTATED)
    if strange:
        raise CannotWriteError(f"A column's {strange[0].replace('_', ' ')} cannot be written back here.")
    if attrs.get("collation") == "":
        del attrs["collation"]
    stated: dict[str, Any] = {n: v for n, v in attrs.items() if v != "" or n == "generated_kind"}
    check = _own_check(now, schema)
    kept = f" CHECK ({check.expression})" if check is not None else ""
    return (f"{_alter(change.ref)} MODIFY COLUMN {column_sql(replace(now, **stated))}{kept}",)


def _own_check(column: Column, schema: Schema) -> Constraint | None:
    """MariaDB's check that belongs to a column: MODIFY takes it away unless it says it again."""
    found = schema.get(replace(column.ref, kind=Kind.CONSTRAINT))
    own = schema.dialect == "mariadb" and isinstance(found, Constraint) and found.type == "check"
    return found if own and isinstance(found, Constraint) else None


def _create(create: Create) -> tuple[str, ...]:
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
    options += "".join(f" {option.upper()}" for option in table.options)
    options += f" COMMENT={remark(table.comment)}" if table.comment else ""
    return f"CREATE TABLE {_place(table.ref)} ({', '.join(lines)}){options}"


def _one(thing: Thing) -> str:
    if isinstance(thing, Column):
        return f"{_alter(thing.ref)} ADD COLUMN {column_sql(thing)}"
    if isinstance(thing, Constraint):
        return f"{_alter(thing.ref)} ADD {_constraint(thing)}"
    if isinstance(thing, Index):
        return f"ALTER TABLE {quoted(thing.ref.schema)}.{quoted(thing.table)} ADD {_index(thing)}"
    raise cannot_create(thing)


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
    parts += [f"COMMENT {remark(column.comment)}"] if column.comment else []
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
            return name + foreign_key_sql(constraint, quoted)
        case _:
            raise CannotWriteError(f"The {constraint.type} constraint {constraint.ref.name} cannot be written here.")


def _index(index: Index) -> str:
    kind = "UNIQUE " if index.unique else _METHODS.get(index.method, "")
    columns = ", ".join(_part(part) for part in index.columns)
    hidden = "" if index.visible else " INVISIBLE"
    comment = f" COMMENT {remark(index.comment)}" if index.comment else ""
    return f"{kind}INDEX {quoted(index.ref.written or index.ref.name)} ({columns}){comment}{hidden}"


def _part(written: str) -> str:
    """A part of an index: an expression stands in brackets, a name may carry a length and an order."""
    if written.startswith("("):
        return written
    behind = _BEHIND.search(written)
    at = behind.start() if behind else len(written)
    return quoted(written[:at]) + written[at:]


_WRITERS = Writers(_drop, _rename, _change, _create)
