"""Changing a column on PostgreSQL: natively (Laravel 11 on), and what is left by Doctrine DBAL before."""

from __future__ import annotations

from collections.abc import Iterator

from console.readers.php.draft import Column, Connection, Draft, UnreadableError
from console.readers.php.grammar.common import Words, attribute, is_set, truth
from console.readers.php.grammar.postgres_columns import collate, default_of, default_sql, identity_sql, type_sql
from console.readers.php.values import Unknown

_WORDS = Words()


def changed(draft: Draft, column: Column, connection: Connection) -> tuple[str, ...]:
    """The parts of one ALTER: whatever is not restated is lost."""
    start = f"alter column {_WORDS.wrap(column.name, connection)} "
    return tuple(start + part for part in _parts(draft, column, connection))


def _parts(draft: Draft, column: Column, connection: Connection) -> Iterator[str]:
    counts, identity = truth(attribute(column, "autoIncrement")), is_set(column, "generatedAs")
    if counts and connection.laravel < (11,):
        raise UnreadableError("what Laravel 10 makes of a counting column that is changed depends on its release")
    yield f"type {type_sql(column, connection)}{collate(draft, column, connection)}"
    yield "drop not null" if truth(attribute(column, "nullable")) else "set not null"
    if not counts or identity:
        default = default_of(column, connection)
        yield "drop default" if default is None else f"set default {default_sql(default, connection)}"
    for word in ("virtualAs", "storedAs"):
        if word in column.attributes:
            if is_set(column, word):
                raise UnreadableError("PostgreSQL cannot change a generated column")
            yield "drop expression if exists"
    if not counts or identity:
        yield "drop identity if exists"
    if identity:
        yield f"add {identity_sql(column)}"


def effect_of_change(draft: Draft, column: Column, connection: Connection) -> str:
    """What a change by DBAL states: the type always, the rest only where it is said."""
    parts = list(_stated(draft, column, connection))
    start = f"alter column {_WORDS.wrap(column.name, connection)} "
    table = _WORDS.wrap_table(draft.table, connection)
    return f"alter table {table} " + ", ".join(start + part for part in parts) if parts else ""


def _stated(draft: Draft, column: Column, connection: Connection) -> Iterator[str]:
    try:
        kind = type_sql(column, connection).partition(" check (")[0].removesuffix(" default CURRENT_TIMESTAMP")
        yield f"type {kind}{collate(draft, column, connection)}"
    except UnreadableError:
        pass
    attributes = column.attributes
    if "nullable" in attributes and not isinstance(attributes["nullable"], Unknown):
        yield "drop not null" if truth(attributes["nullable"]) else "set not null"
    default = attributes.get("default")
    if default is not None and not isinstance(default, Unknown):
        yield f"set default {default_sql(default, connection)}"
