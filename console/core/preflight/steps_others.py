"""What a column has besides its values, made for the column that takes its place: NOT NULL, indexes, foreign keys."""

from __future__ import annotations

import re
from collections.abc import Iterator

from console.core.describe import noun
from console.core.preflight.steps_values import Names, Step, short, slug
from console.core.refs import Ref, table_ref
from console.core.schema import Column, Constraint, Index, Other, Policy, Schema, Table, Thing, View, owner_of


def others_of(old: Column, name: str, type_name: str, schema: Schema, names: Names) -> Iterator[Step]:
    """A step for each, and a sentence for what has to be made by hand."""
    table = table_ref(old.ref.schema, old.ref.table)
    inside = schema.by_table.get((table.schema, table.name), ())
    whole = schema.get(table)
    parted = isinstance(whole, Table) and bool(whole.partition_key)
    elsewhere = (*schema.of_kind(View), *schema.of_kind(Other), *schema.of_kind(Constraint))
    reading = (thing for thing in (*inside, *elsewhere) if _looks_in(thing, table, old.ref.name))
    by_hand = [noun(ref, schema.home) for ref in dict.fromkeys(thing.ref for thing in reading)]
    for thing in inside:
        if not _is_about(thing, old.ref.name):
            continue
        step = _made(thing, old, name, names) if not parted else None
        if step is not None:
            yield step
        elif not (isinstance(thing, Constraint) and thing.type == "not null"):
            by_hand.append(noun(thing.ref, schema.home))
    told = []
    if by_hand:
        more = f" and {len(by_hand) - 8} more" if len(by_hand) > 8 else ""
        told.append(f"Make on {name} by hand what stands on {old.ref.name}: {', '.join(sorted(by_hand)[:8])}{more}.")
    if schema.unread or (whole is not None and whole.unread):
        told.append(
            f"Not all that may stand on {old.ref.name} was read: look for indexes, keys, checks and views of it."
        )
    if told:
        yield Step(1, "", told=" ".join(told), by_hand=True)
    if not old.nullable:
        yield from not_null(old, name, type_name, names)


def keys_of(column: Column, schema: Schema) -> tuple[str, ...]:
    """Foreign keys of its table that it is part of."""
    inside = schema.by_table.get((column.ref.schema, column.ref.table), ())
    keys = (thing for thing in inside if isinstance(thing, Constraint) and thing.type == "foreign key")
    return tuple(key.ref.written or key.ref.name for key in keys if column.ref.name in key.columns)


def _looks_in(thing: Thing, table: Ref, column: str) -> bool:
    """What reads it and is no part of the table: a view, a policy, a generated column, a key that points at it."""
    if isinstance(thing, Constraint):
        return thing.references == f"{table.schema}.{table.name}" and column in thing.referenced_columns
    if isinstance(thing, View | Other):
        return {table.name, column} <= _words(thing.definition)
    here = (thing.ref.schema, owner_of(thing)) == (table.schema, table.name)
    if isinstance(thing, Policy):
        return here and column in _words(thing.using, thing.check)
    return here and isinstance(thing, Column) and column in _words(thing.generated)


def _is_about(thing: Thing, column: str) -> bool:
    if isinstance(thing, Index):
        parts = (*thing.columns, *thing.include, thing.where)
        return not thing.constraint and not thing.implied and column in _words(*parts)
    return isinstance(thing, Constraint) and (column in thing.columns or column in _words(thing.expression))


def _words(*texts: str | None) -> set[str]:
    """Every name in them; of MySQL's also in lower case, as its columns are addressed."""
    found = {word for text in texts for word in re.findall(r"\w+", text or "")}
    return found | {word.lower() for word in found}


def _made(thing: Thing, old: Column, name: str, names: Names) -> Step | None:
    if isinstance(thing, Index):
        return _index(thing, old, name, names)
    if isinstance(thing, Constraint) and thing.type == "foreign key" and thing.columns == (old.ref.name,):
        return _foreign_key(thing, old, name, names)
    return None


def _index(index: Index, old: Column, name: str, names: Names) -> Step | None:
    """Only where each part is a plain column: an expression would have to be written anew."""
    plain = all(part.replace("_", "").isalnum() for part in index.columns)
    if not plain or index.where or index.include or index.options or index.method != "btree" or not index.valid:
        return None
    table = names.table(old.ref.schema, old.ref.table)
    columns = ", ".join(names.quoted(name if part == old.ref.name else part) for part in index.columns)
    called = names.quoted(short(index.ref.name, name))
    unique = "UNIQUE " if index.unique else ""
    alone = names.postgres
    sql = f"CREATE {unique}INDEX {'CONCURRENTLY ' if alone else ''}{called} ON {table} ({columns})"
    where = names.table(old.ref.schema, short(index.ref.name, name))
    undo = f"DROP INDEX CONCURRENTLY {where}" if alone else f"DROP INDEX {called} ON {table}"
    return Step(1, slug("index", name, "like", index.ref.name), (sql,), (undo,), alone=alone)


def _foreign_key(key: Constraint, old: Column, name: str, names: Names) -> Step | None:
    if not key.references or not key.referenced_columns or key.match != "simple" or key.deferrable:
        return None
    table, called = names.table(old.ref.schema, old.ref.table), names.quoted(short(key.ref.name, name))
    schema, _, target = key.references.rpartition(".")
    there = ", ".join(names.quoted(column) for column in key.referenced_columns)
    acts = f" ON DELETE {key.on_delete.upper()} ON UPDATE {key.on_update.upper()}"
    add = (
        f"ALTER TABLE {table} ADD CONSTRAINT {called} FOREIGN KEY ({names.quoted(name)}) "
        f"REFERENCES {names.table(schema, target)} ({there}){acts}"
    )
    what = slug("reference", target, "by", name)
    if not names.postgres:
        told = "With foreign_key_checks on it copies the table and blocks writers: choose the hour, or an online tool."
        return Step(1, what, (add,), (f"ALTER TABLE {table} DROP FOREIGN KEY {called}",), told=told)
    undo = (f"ALTER TABLE {table} DROP CONSTRAINT {called}",)
    return Step(1, what, (f"{add} NOT VALID", f"ALTER TABLE {table} VALIDATE CONSTRAINT {called}"), undo, alone=True)


def not_null(old: Column, name: str, type_name: str, names: Names, newest: bool = False) -> Iterator[Step]:
    """NOT NULL without reading all rows under the strongest lock; `newest`: PostgreSQL 18, which has it NOT VALID."""
    table, column = names.table(old.ref.schema, old.ref.table), names.quoted(name)
    slugged = slug(name, "not_null")
    if not names.postgres:
        sql = f"ALTER TABLE {table} MODIFY {column} {type_name} NOT NULL"
        yield Step(1, slugged, (sql,), (f"ALTER TABLE {table} MODIFY {column} {type_name} NULL",))
        return
    called = names.quoted(short(old.ref.table, name, "not_null"))
    undo = (f"ALTER TABLE {table} DROP CONSTRAINT {called}",)
    form = f"NOT NULL {column} NOT VALID" if newest else f"CHECK ({column} IS NOT NULL) NOT VALID"
    yield Step(1, slugged, (f"ALTER TABLE {table} ADD CONSTRAINT {called} {form}",), undo)
    yield Step(1, slug("check", slugged), (f"ALTER TABLE {table} VALIDATE CONSTRAINT {called}",))
    if not newest:
        done = (f"ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL", undo[0])
        yield Step(1, slug("set", slugged), done, (f"ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL",))
