"""The safe sequence for what breaks running code: rename, type, NOT NULL, drop; in the project's own files.

SQLite has none: one process writes it, on the machine of the code, so the code is stopped, the migration run, the code
started.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from console.core.operations import Change, Drop, Operation, Rename
from console.core.preflight.code_tools import library_of
from console.core.preflight.ground import Case
from console.core.preflight.steps_batches import Filling, batches, key_of
from console.core.preflight.steps_beside import Beside
from console.core.preflight.steps_files import written
from console.core.preflight.steps_others import keys_of, not_null
from console.core.preflight.steps_values import Names, Step, slug
from console.core.refs import Kind, Ref, table_ref
from console.core.schema import Column, Schema, Table

_LITERAL = re.compile(r"-?\d+(?:\.\d+)?|'(?:[^']|'')*'|true|false|null", re.IGNORECASE)


def steps_of(operation: Operation, case: Case) -> tuple[str, ...]:
    """Written out for the project; nothing where no sequence is known for it."""
    return written(sequence(operation, case), case)


def sequence(operation: Operation, case: Case) -> tuple[Step, ...]:
    """The same, step by step."""
    grammar = case.server.grammar
    if grammar not in ("postgres", "mysql", "mariadb") or case.unit.past:
        return ()
    names = Names(grammar)
    column = case.schema.get(operation.ref) if isinstance(operation, Drop | Rename | Change) else None
    match operation:
        case Rename(ref=Ref(kind=Kind.TABLE)):
            return tuple(_rename_table(operation, case.schema, names))
        case Rename() if isinstance(column, Column) and _movable(column, case.schema):
            return tuple(
                _rename(Beside(column, operation.to.written or operation.to.name, column.type, case.schema, names))
            )
        case Drop() if isinstance(column, Column):
            return tuple(_drop(column, case, names))
        case Change() if isinstance(column, Column) and column.generated is None:
            return tuple(_change(operation, column, case, names))
    return ()


def _movable(column: Column, schema: Schema) -> bool:
    """A plain column of a table that is known and here, and no part of its key: that cannot be two at a time."""
    table = schema.get(table_ref(column.ref.schema, column.ref.table))
    if not isinstance(table, Table) or table.foreign:
        return False
    key = key_of(table_ref(column.ref.schema, column.ref.table), schema)
    return column.generated is None and not column.identity and not column.auto_increment and column.ref.name not in key


def _rename(pair: Beside) -> Iterator[Step]:
    old = pair.old.ref.written or pair.old.ref.name
    yield pair.add()
    yield pair.fill()
    yield pair.same()
    yield from pair.like()
    yield Step(2, "", told=f"Release code that reads and writes {pair.name} only; wait until no process names {old}.")
    yield replace(_away(pair), deploy=3)


def _unlinked(pair: Beside) -> tuple[str, ...]:
    """MySQL drops no column that a foreign key needs."""
    if pair.names.postgres:
        return ()
    keys = keys_of(pair.old, pair.schema)
    return tuple(f"ALTER TABLE {pair.table} DROP FOREIGN KEY {pair.names.quoted(name)}" for name in keys)


def _away(pair: Beside) -> Step:
    """The trigger and the old column go, the default comes to the new one, in one moment."""
    default = pair.old.default
    literal = default is not None and (pair.names.postgres or _LITERAL.fullmatch(default) is not None)
    kept = f", ALTER COLUMN {pair.new} SET DEFAULT {default}" if literal else ""
    change = f"ALTER TABLE {pair.table} DROP COLUMN {pair.was}{kept}"
    told = "Nothing brings its values back." + (
        "" if literal or default is None else f" Set the default {default} too."
    )
    sql = (*_unlinked(pair), *_locked(pair, change))
    return Step(3, slug("drop", pair.old.ref.name, "from", pair.place.name), sql, told=told)


def _locked(pair: Beside, change: str) -> tuple[str, ...]:
    """MySQL has no transaction around DDL: writers wait between the statements at a lock of the table."""
    if pair.names.postgres:
        return *pair.unkeep(), change
    return f"LOCK TABLES {pair.table} WRITE", *pair.unkeep(), change, "UNLOCK TABLES"


def _rename_table(operation: Rename, schema: Schema, names: Names) -> Iterator[Step]:
    old, new = operation.ref, operation.to
    table = schema.get(old)
    if not isinstance(table, Table) or old.schema != new.schema:
        return
    was, now = names.table(old.schema, old.name), names.table(new.schema, new.name)
    if names.postgres:
        sql: tuple[str, ...] = (
            f"ALTER TABLE {was} RENAME TO {names.quoted(new.name)}",
            f"CREATE VIEW {was} AS SELECT * FROM {now}",
        )
        undo: tuple[str, ...] = (f"DROP VIEW {was}", f"ALTER TABLE {now} RENAME TO {names.quoted(old.name)}")
        told = "One transaction. The view takes what code of before writes; grant on it what was granted on the table."
    else:
        sql, undo = _mysql_table(was, now, names, old.name, new.name)
        told = "Three names change places in one moment; the view takes what code of before writes."
    yield Step(1, slug("rename", old.name, "to", new.name), sql, undo, told=told)
    yield Step(2, "", told=f"Release code that names {new.name} only; wait until no process names {old.name}.")
    yield Step(3, slug("drop_view", old.name), (f"DROP VIEW {was}",), (f"CREATE VIEW {was} AS SELECT * FROM {now}",))


def _mysql_table(was: str, now: str, names: Names, old: str, new: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A view can only be made over what is there: so it is made over a view of the new name, and both are renamed."""
    aside, after = names.quoted(f"{old}_as_view"[:64]), names.quoted(f"{new}_until_now"[:64])
    return (
        (
            f"CREATE VIEW {now} AS SELECT * FROM {was}",
            f"CREATE VIEW {aside} AS SELECT * FROM {now}",
            f"RENAME TABLE {now} TO {after}, {was} TO {now}, {aside} TO {was}",
            f"DROP VIEW {after}",
        ),
        (f"DROP VIEW {was}", f"RENAME TABLE {now} TO {was}"),
    )


def _drop(column: Column, case: Case, names: Names) -> Iterator[Step]:
    table, name = names.table(column.ref.schema, column.ref.table), names.quoted(column.ref.written or column.ref.name)
    gone = f"ALTER TABLE {table} DROP COLUMN {name}"
    must = not column.nullable and column.default is None and not column.identity and not column.auto_increment
    if must and column.generated is None:
        loose = "ALTER COLUMN {} DROP NOT NULL" if names.postgres else f"MODIFY {{}} {column.type} NULL"
        sql = f"ALTER TABLE {table} {loose.format(name)}"
        told = "Code that no longer writes it could insert no row otherwise."
        yield Step(1, slug("let", column.ref.name, "be_null"), (sql,), told=told)
    code = library_of(case.unit.framework).prepare
    yield Step(1, "", told=f"{code[0].upper()}{code[1:]}; wait until no process of an older release is left.")
    told = "Nothing brings its values back: keep them elsewhere if they may be wanted."
    yield Step(2, slug("drop", column.ref.name, "from", column.ref.table), (gone,), told=told)


def _change(operation: Change, column: Column, case: Case, names: Names) -> Iterator[Step]:
    attrs = dict(operation.attrs)
    new = attrs.get("type")
    if isinstance(new, str) and new != column.type:
        if _movable(column, case.schema):
            yield from _retype(operation, column, new, case.schema, names)
    elif attrs.get("nullable") is False and column.nullable:
        yield from _fill_null(column, case, names)


def _retype(operation: Change, column: Column, new: str, schema: Schema, names: Names) -> Iterator[Step]:
    name = column.ref.written or column.ref.name
    forth = _using(operation, name, new, names) if names.postgres else "{0}"
    if forth is None:
        return
    back = f"({{0}})::{column.type}" if names.postgres else "{0}"
    attrs = dict(operation.attrs)
    never = attrs.get("nullable", column.nullable) is False
    default = attrs.get("default", column.default)
    left = replace(column, nullable=not never, default=default if isinstance(default, str) else None)
    pair = Beside(left, f"{name[:59]}_new", new, schema, names, forth, back)
    yield replace(pair.add(), told="Both hold the same from here on; a value that the new type has not is refused.")
    yield pair.fill()
    yield pair.same()
    yield from pair.like()
    yield Step(2, "", told=f"Release code that can read and write {name} as {column.type} and as {new}.")
    yield _change_places(pair, name)


def _using(operation: Change, name: str, new: str, names: Names) -> str | None:
    """The new value out of the old one; None where the file's own expression speaks of more than this column."""
    if not operation.using:
        return f"({{0}})::{new}"
    pattern = re.compile(rf"(?<![\w.\"'])(?:{re.escape(names.quoted(name))}|{re.escape(name)})(?![\w\"'(.])")
    bare = operation.using.replace("{", "{{").replace("}", "}}")
    found = pattern.subn("{0}", bare)
    return f"({found[0]})" if found[1] else None


def _change_places(pair: Beside, name: str) -> Step:
    """The new column has the old one's name from one moment to the next."""
    default = pair.old.default
    literal = default is not None and _LITERAL.fullmatch(default) is not None
    if pair.names.postgres:
        now = (
            *pair.unkeep(),
            f"ALTER TABLE {pair.table} DROP COLUMN {pair.was}",
            f"ALTER TABLE {pair.table} RENAME COLUMN {pair.new} TO {pair.names.quoted(name)}",
            *([f"ALTER TABLE {pair.table} ALTER COLUMN {pair.was} SET DEFAULT {default}"] if literal else []),
        )
    else:
        kept = f", ALTER COLUMN {pair.new} SET DEFAULT {default}" if literal else ""
        swap = f"ALTER TABLE {pair.table} DROP COLUMN {pair.was}, RENAME COLUMN {pair.new} TO {pair.was}"
        now = (*_unlinked(pair), *_locked(pair, swap))
        if kept:
            now = (*now[:-1], f"ALTER TABLE {pair.table} ALTER COLUMN {pair.was} SET DEFAULT {default}", now[-1])
    told = "Nothing brings the old values back: where some were cut, keep them elsewhere first."
    told += "" if literal or default is None else f" Set the default {default} for the new type too."
    return Step(3, slug("put", pair.name, "in_place_of", name), now, told=told)


def _fill_null(column: Column, case: Case, names: Names) -> Iterator[Step]:
    name = column.ref.written or column.ref.name
    told = f"Release code that always writes {name}; wait until no process of an older release is left."
    yield Step(1, "", told=told)
    place = table_ref(column.ref.schema, column.ref.table)
    value = column.default if column.default is not None else f":{slug(name)}_instead"
    needed = "{row}" + names.quoted(name).replace("{", "{{").replace("}", "}}") + " IS NULL"
    sql, how = batches(Filling(place, name, value.replace("{", "{{").replace("}", "}}"), needed), case.schema, names)
    asked = "" if column.default is not None else " What rows without a value get is for you to say."
    yield Step(1, "", sql, batches=True, told=f"{how}{asked}")
    if not names.postgres:
        told = "Rows are rebuilt in place, writers go on where sql_mode is strict; it is refused if a NULL is left."
        yield Step(2, slug(name, "not_null"), (case.statement.sql,), told=told)
        return
    version = case.server.version_number
    for step in not_null(column, name, column.type, names, newest=version >= 180000):
        if version >= 120000 or not step.slug.startswith("set_"):
            yield replace(step, deploy=2)
