"""The safer way, in SQL for the very table, to add a column or to tighten one on PostgreSQL.

No step holds a strong lock while rows are read or written: what has to be looked at is looked at under a lock that
lets others write, and rows that are there get their values in small transactions.
"""

from __future__ import annotations

from dataclasses import replace

from console.core.operations import Change, Create, Operation
from console.core.preflight.ground import Case
from console.core.preflight.postgres_names import called, full, index_text, key_of, listed
from console.core.schema import Column, Constraint, Index, Ref, Table, table_ref
from console.core.types.postgres_words import qualified, quote_name

_VIRTUAL = 180_000
_BATCH = 5_000


def set_not_null(operation: Operation, case: Case) -> tuple[str, ...]:
    """A CHECK that is validated first proves it; 18 has NOT NULL constraints that can be validated later."""
    return not_null(operation.ref, case) if isinstance(operation, Change) else ()


def not_null(column: Ref, case: Case) -> tuple[str, ...]:
    """The steps that make a column NOT NULL and never read its rows under a strong lock."""
    table, name = full(table_ref(column.schema, column.table), case), quote_name(column.name)
    proof = called(column.table, column.name, "not_null")
    if case.server.version_number >= _VIRTUAL:
        return (
            f"ALTER TABLE {table} ADD CONSTRAINT {proof} NOT NULL {name} NOT VALID",
            f"ALTER TABLE {table} VALIDATE CONSTRAINT {proof}",
        )
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {proof} CHECK ({name} IS NOT NULL) NOT VALID",
        f"ALTER TABLE {table} VALIDATE CONSTRAINT {proof}",
        f"ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL",
        f"ALTER TABLE {table} DROP CONSTRAINT {proof}",
    )


def add_column(operation: Operation, case: Case) -> tuple[str, ...]:
    """The bare column, then its default, then the rows that are there, then what it has to be."""
    if not isinstance(operation, Create) or not isinstance(operation.things[0], Column):
        return ()
    column = operation.things[0]
    table = table_ref(column.ref.schema, column.ref.table)
    there = case.schema.get(table)
    if column.generated is not None or not isinstance(there, Table) or there.partition_key is not None:
        return ()
    filled = _filled(column, table, case)
    if filled is None:
        return ()
    keys = [t for t in operation.things[1:] if isinstance(t, Constraint)]
    late = (step for key in keys for step in _constraint(key, operation, table, case))
    tight = not_null(column.ref, case) if not column.nullable else ()
    return (_bare(column, table, case), *filled, *tight, *late, *_identity(column, table, case))


def _bare(column: Column, table: Ref, case: Case) -> str:
    collation = f" COLLATE {qualified('', column.collation, '')}" if column.collation else ""
    return f"ALTER TABLE {full(table, case)} ADD COLUMN {quote_name(column.ref.name)} {column.type}{collation}"


def _filled(column: Column, table: Ref, case: Case) -> tuple[str, ...] | None:
    """How the rows that are there get a value; None: what value is not known."""
    name, place = quote_name(column.ref.name), full(table, case)
    if column.identity:
        counter = qualified(table.schema, f"{table.name}_{column.ref.name}_fill", case.schema.home)
        return (f"CREATE SEQUENCE {counter}", batch(table, name, f"nextval('{counter}')", case))
    if column.default is None:
        return () if column.nullable else None
    default = f"ALTER TABLE {place} ALTER COLUMN {name} SET DEFAULT {column.default}"
    counter = qualified(table.schema, f"{table.name}_{column.ref.name}_seq", case.schema.home)
    serial = column.default.startswith("nextval(")
    made = (f"CREATE SEQUENCE {counter} AS {column.type} OWNED BY {place}.{name}",) if serial else ()
    return (*made, default, batch(table, name, "DEFAULT", case))


def batch(table: Ref, column: str, value: str, case: Case) -> str:
    """Rows without a value get one, some at a time; to be sent until it changes none."""
    place, key = full(table, case), key_of(table, case)
    if key:
        some = f"{listed(key)} IN (SELECT {listed(key)[1:-1]} FROM {place} WHERE {column} IS NULL LIMIT {_BATCH})"
    else:
        some = f"ctid = ANY (ARRAY(SELECT ctid FROM {place} WHERE {column} IS NULL LIMIT {_BATCH}))"
    return f"UPDATE {place} SET {column} = {value} WHERE {some} -- again until it changes 0 rows"


def _identity(column: Column, table: Ref, case: Case) -> tuple[str, ...]:
    if not column.identity:
        return ()
    place, name = full(table, case), quote_name(column.ref.name)
    always = "ALWAYS" if column.identity == "always" else "BY DEFAULT"
    counter = qualified(table.schema, f"{table.name}_{column.ref.name}_fill", case.schema.home)
    literal = f"'{place}'".replace("''", "'"), f"'{column.ref.name}'"
    last = f"(SELECT coalesce(max({name}), 0) + 1 FROM {place})"
    return (
        f"ALTER TABLE {place} ALTER COLUMN {name} ADD GENERATED {always} AS IDENTITY",
        f"SELECT setval(pg_get_serial_sequence({literal[0]}, {literal[1]}), {last}, false)",
        f"DROP SEQUENCE {counter}",
    )


def _constraint(key: Constraint, operation: Create, table: Ref, case: Case) -> tuple[str, ...]:
    place, name = full(table, case), quote_name(key.ref.name)
    if key.type == "check":
        made = f"ALTER TABLE {place} ADD CONSTRAINT {name} CHECK ({key.expression}) NOT VALID"
        return (made, f"ALTER TABLE {place} VALIDATE CONSTRAINT {name}")
    if key.type == "foreign key":
        return _reference(key, place, name, case)
    index = next((t for t in operation.things if isinstance(t, Index)), None)
    if index is None or key.type not in ("unique", "primary key"):
        return ()
    return (index_text(name, table, index, case), using(key, table, case))


def _reference(key: Constraint, place: str, name: str, case: Case) -> tuple[str, ...]:
    schema, _, parent = str(key.references).rpartition(".")
    target = qualified(schema, parent, case.schema.home)
    columns = listed(key.referenced_columns) if key.referenced_columns else ""
    acts = "".join(
        f" {on} {act.upper()}"
        for on, act in (("ON DELETE", key.on_delete), ("ON UPDATE", key.on_update))
        if act != "no action"
    )
    made = f"FOREIGN KEY {listed(key.columns)} REFERENCES {target} {columns}{acts}{late(key)}"
    return (
        f"ALTER TABLE {place} ADD CONSTRAINT {name} {made} NOT VALID",
        f"ALTER TABLE {place} VALIDATE CONSTRAINT {name}",
    )


def late(key: Constraint) -> str:
    """When it is looked at."""
    return f" DEFERRABLE{' INITIALLY DEFERRED' if key.deferred else ''}" if key.deferrable else ""


def using(key: Constraint, table: Ref, case: Case) -> str:
    """The index becomes the constraint."""
    name, kind = quote_name(key.ref.name), key.type.upper()
    return f"ALTER TABLE {full(table, case)} ADD CONSTRAINT {name} {kind} USING INDEX {name}{late(key)}"


def key_steps(operation: Operation, case: Case) -> tuple[str, ...]:
    """UNIQUE and PRIMARY KEY: the index first, without stopping anybody; then it is only named a constraint."""
    key = operation.things[0] if isinstance(operation, Create) else None
    index = next((t for t in operation.things if isinstance(t, Index)), None) if isinstance(operation, Create) else None
    if not isinstance(key, Constraint) or index is None:
        return ()
    table = table_ref(key.ref.schema, key.ref.table)
    there = case.schema.get(table)
    if not isinstance(there, Table) or there.partition_key is not None or key.type not in ("unique", "primary key"):
        return ()
    columns = (case.schema.get(Ref(key.ref.kind.COLUMN, table.schema, table.name, name)) for name in key.columns)
    empty = [c.ref for c in columns if isinstance(c, Column) and c.nullable] if key.type == "primary key" else []
    proofs = (step for column in empty for step in not_null(column, case))
    made = index_text(quote_name(key.ref.name), table, replace(index, columns=key.columns), case)
    return (made, *proofs, using(key, table, case))
