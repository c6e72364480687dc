"""SQLite's column definitions: the type and its modifiers, in the order each version of Laravel writes them."""

from __future__ import annotations

from collections.abc import Mapping

from console.readers.php.draft import Column
from console.readers.php.grammar.common import attribute, text, truth
from console.readers.php.grammar.writer import (
    SERIALS,
    SHAPES,
    TIMES,
    TODAY_SINCE,
    Maker,
    Writer,
    cases,
    fixed,
    since,
    until,
)
from console.readers.php.values import Raw, Value

_TODAY = {"date": "CURRENT_DATE", "year": "(CAST(strftime('%Y', 'now') AS INTEGER))"}
"""What `useCurrent` means for them."""


def column_sql(w: Writer, column: Column) -> str:
    """A new column: "id" integer primary key autoincrement not null."""
    order = _ORDER_8 if w.major < 10 else _ORDER_10 if w.major < 11 else _ORDER_11
    modifiers = "".join(modify(w, column) for modify in order)
    return f"{w.wrap(column.name, w.connection)} {w.type_sql(column)}{modifiers}"


def _enum(_: Writer, column: Column) -> str:
    return f'varchar check ("{column.name}" in ({cases(column)}))'


def _time(w: Writer, column: Column) -> str:
    """Up to Laravel 9 the present moment is part of the type."""
    now = w.major < 10 and truth(attribute(column, "useCurrent"))
    return "datetime default CURRENT_TIMESTAMP" if now else "datetime"


def _double(w: Writer, column: Column) -> str:
    del column
    return "float" if w.major < 11 else "double"


TYPES: Mapping[str, Maker] = {
    **{name: fixed("varchar") for name in ("char", "string", "uuid", "ipAddress", "macAddress")},
    **{name: fixed("text") for name in ("tinyText", "text", "mediumText", "longText", "json", "jsonb")},
    **{name: fixed("integer") for name in (*SERIALS, "year")},
    **dict.fromkeys(TIMES, _time),
    **{shape: until(10, fixed(shape)) for shape in SHAPES},
    "float": fixed("float"),
    "double": _double,
    "decimal": fixed("numeric"),
    "boolean": fixed("tinyint(1)"),
    "enum": _enum,
    "date": fixed("date"),
    "time": fixed("time"),
    "timeTz": fixed("time"),
    "binary": fixed("blob"),
    "geometry": fixed("geometry"),
    "geography": since(11, fixed("geometry")),
    "raw": since(11, lambda _, column: text(attribute(column, "definition"))),
}


def _increment(_: Writer, column: Column) -> str:
    counts = column.type in SERIALS and truth(attribute(column, "autoIncrement"))
    return " primary key autoincrement" if counts else ""


def _nullable(w: Writer, column: Column) -> str:
    nullable = attribute(column, "nullable")
    if w.is_generated(column):
        return " not null" if nullable is False else ""
    return "" if truth(nullable) else " not null"


def _default(w: Writer, column: Column) -> str:
    """A generated column has none, unless it is stored by a path into JSON."""
    value = _default_of(w, column)
    words = ("virtualAs", "virtualAsJson", "storedAs") if w.major >= 9 else ("virtualAs", "storedAs")
    if value is None or any(attribute(column, word) is not None for word in words):
        return ""
    return f" default {w.literal(value)}"


def _default_of(w: Writer, column: Column) -> Value:
    if truth(attribute(column, "useCurrent")):
        if w.connection.laravel >= TODAY_SINCE and column.type in _TODAY:
            return Raw(_TODAY[column.type])
        if w.major >= 10 and column.type in TIMES:
            return Raw("CURRENT_TIMESTAMP")
    return attribute(column, "default")


def _collate(_: Writer, column: Column) -> str:
    collation = attribute(column, "collation")
    return "" if collation is None else f" collate '{text(collation)}'"


def _virtual(w: Writer, column: Column) -> str:
    return w.generated("virtual", column)


def _stored(w: Writer, column: Column) -> str:
    return w.generated("stored", column)


_ORDER_8 = (_virtual, _stored, _nullable, _default, _increment)
_ORDER_10 = (_increment, _nullable, _default, _virtual, _stored)
_ORDER_11 = (_increment, _nullable, _default, _collate, _virtual, _stored)
