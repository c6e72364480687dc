"""Changing a column on PostgreSQL: natively (Laravel 11 on), and what is left by Doctrine DBAL before."""

from __future__ import annotations

from collections.abc import Iterator

from console.readers.php.draft import Column, Connection, Draft, RefusedError, UnreadableError
from console.readers.php.grammar.common import Words, attribute, is_set, literal, text, truth
from console.readers.php.grammar.postgres_columns import collate, default_of, default_sql, identity_sql, type_sql
from console.readers.php.values import Raw, Unknown

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
                raise RefusedError("PostgreSQL cannot change a generated column")
            yield "drop expression if exists"
    if not counts or identity:
        yield "drop identity if exists"
    if identity:
        yield f"add {identity_sql(column)}"


_KNOWN_TO_DBAL = frozenset(
    """
    bigInteger binary boolean char date dateTime dateTimeTz decimal double float integer json longText mediumText
    smallInteger string text time timestamp tinyText uuid
    """.split()
)
"""Types that DBAL knows (`timestamp` when the project registers it); it refuses most others."""
_SINCE_9 = frozenset({"char", "double", "tinyText"})
_WITHOUT_PRECISION = {
    "dateTime": "timestamp(0) without time zone",
    "dateTimeTz": "timestamp(0) with time zone",
    "time": "time(0) without time zone",
}
"""DBAL writes them so whatever precision was asked for, and leaves a live column of another precision as it is."""


def effect_of_change(draft: Draft, column: Column, connection: Connection) -> str:
    """What a change by DBAL states: the type always, the rest only where it is said."""
    if column.type not in _KNOWN_TO_DBAL or (column.type in _SINCE_9 and connection.laravel < (9,)):
        return ""
    if column.type in _WITHOUT_PRECISION and truth(attribute(column, "precision")):
        return ""
    name, table = _WORDS.wrap(column.name, connection), _WORDS.wrap_table(draft.table, connection)
    parts = (f"type {_type_by_dbal(column, connection)}", *_stated(column, connection))
    alter = f"alter table {table} " + ", ".join(f"alter column {name} {part}" for part in parts)
    comment = column.attributes.get("comment")
    if connection.laravel < (10,) or comment is None or isinstance(comment, Unknown):
        return alter
    return f"{alter}; comment on column {table}.{name} is {literal(comment)}"


def _type_by_dbal(column: Column, connection: Connection) -> str:
    if column.type == "tinyText":
        return "text"
    if column.type == "timestamp":
        return f"timestamp({text(attribute(column, 'precision')) or 0}) without time zone"
    return _WITHOUT_PRECISION.get(column.type) or type_sql(column, connection)


def _stated(column: Column, connection: Connection) -> Iterator[str]:
    attributes = column.attributes
    if "nullable" in attributes and not isinstance(attributes["nullable"], Unknown):
        yield "drop not null" if truth(attributes["nullable"]) else "set not null"
    if "default" not in attributes or isinstance(attributes["default"], Unknown | Raw):
        return
    default = attributes["default"]
    yield "drop default" if default is None else f"set default {default_sql(default, connection)}"
