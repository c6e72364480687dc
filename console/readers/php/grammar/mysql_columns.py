"""MySQL's column definitions: the type and its modifiers, in the order each version of Laravel writes them."""

from __future__ import annotations

from collections.abc import Mapping

from console.readers.php.draft import Column
from console.readers.php.grammar.common import attribute, is_set, text, truth
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

_TODAY = {"date": "(CURDATE())", "year": "(YEAR(CURDATE()))"}
"""What `useCurrent` means for them."""
_EXPRESSIONS_SINCE = (8, 0, 13)
"""The MySQL that takes an expression for a default."""


def column_sql(w: Writer, column: Column) -> str:
    """A new column: `id` bigint unsigned not null auto_increment primary key."""
    return f"{w.wrap(column.name, w.connection)} {definition(w, column)}"


def definition(w: Writer, column: Column) -> str:
    """What stands behind a column's name."""
    order = _ORDER_8 if w.major < 10 else _ORDER_10
    return w.type_sql(column) + "".join(modify(w, column) for modify in order)


def is_mariadb(w: Writer) -> bool:
    """Whether the server behind either driver is a MariaDB."""
    return w.connection.driver == "mariadb" or w.connection.is_mariadb


def _current(column: Column) -> str:
    """The present moment in the precision of a column."""
    return _precise("CURRENT_TIMESTAMP", column)


def _precise(word: str, column: Column) -> str:
    precision = attribute(column, "precision")
    return f"{word}({text(precision)})" if truth(precision) else word


def _sized(word: str) -> Maker:
    return lambda _, column: f"{word}({text(attribute(column, 'length'))})"


def _double(_: Writer, column: Column) -> str:
    total, places = attribute(column, "total"), attribute(column, "places")
    return f"double({text(total)}, {text(places)})" if truth(total) and truth(places) else "double"


def _float(w: Writer, column: Column) -> str:
    if w.major < 11:
        return _double(w, column)
    precision = attribute(column, "precision")
    return f"float({text(precision)})" if truth(precision) else "float"


def _double_of_its_version(w: Writer, column: Column) -> str:
    return _double(w, column) if w.major < 11 else "double"


def _decimal(_: Writer, column: Column) -> str:
    return f"decimal({text(attribute(column, 'total'))}, {text(attribute(column, 'places'))})"


def _timed(word: str) -> Maker:
    """Up to Laravel 9 the present moment is part of the type."""

    def make(w: Writer, column: Column) -> str:
        old = w.major < 10 and column.type in TIMES
        default = f" default {_current(column)}" if old and truth(attribute(column, "useCurrent")) else ""
        return _precise(word, column) + default + (_now_on_update(column) if old else "")

    return make


def _now_on_update(column: Column) -> str:
    return f" on update {_current(column)}" if truth(attribute(column, "useCurrentOnUpdate")) else ""


def _binary(w: Writer, column: Column) -> str:
    length = attribute(column, "length")
    if w.major < 11 or not truth(length):
        return "blob"
    return f"{'binary' if truth(attribute(column, 'fixed')) else 'varbinary'}({text(length)})"


def _place(w: Writer, column: Column) -> str:
    """Up to Laravel 10 the reference system is a modifier."""
    if w.major < 11:
        return column.type
    subtype, srid = attribute(column, "subtype"), attribute(column, "srid")
    shape = text(subtype).lower() if truth(subtype) else ""
    system = f" {'ref_system_id=' if is_mariadb(w) else 'srid '}{text(srid)}" if truth(srid) else ""
    return (shape if shape in SHAPES else "geometry") + system


def _vector(w: Writer, column: Column) -> str:
    dimensions = attribute(column, "dimensions")
    return "vector" if w.major >= 12 and dimensions in (None, "") else f"vector({text(dimensions)})"


TYPES: Mapping[str, Maker] = {
    "char": _sized("char"),
    "string": _sized("varchar"),
    "tinyText": fixed("tinytext"),
    "text": fixed("text"),
    "mediumText": fixed("mediumtext"),
    "longText": fixed("longtext"),
    "bigInteger": fixed("bigint"),
    "integer": fixed("int"),
    "mediumInteger": fixed("mediumint"),
    "smallInteger": fixed("smallint"),
    "tinyInteger": fixed("tinyint"),
    "float": _float,
    "double": _double_of_its_version,
    "decimal": _decimal,
    "boolean": fixed("tinyint(1)"),
    "enum": lambda _, column: f"enum({cases(column)})",
    "set": lambda _, column: f"set({cases(column)})",
    "json": fixed("json"),
    "jsonb": fixed("json"),
    "date": fixed("date"),
    "year": fixed("year"),
    "dateTime": _timed("datetime"),
    "dateTimeTz": _timed("datetime"),
    "timestamp": _timed("timestamp"),
    "timestampTz": _timed("timestamp"),
    "time": _timed("time"),
    "timeTz": _timed("time"),
    "binary": _binary,
    "uuid": fixed("char(36)"),
    "ipAddress": fixed("varchar(45)"),
    "macAddress": fixed("varchar(17)"),
    "geometry": _place,
    **{shape: until(10, _place) for shape in SHAPES},
    "geography": since(11, _place),
    "vector": since(11, _vector),
    "raw": since(11, lambda _, column: text(attribute(column, "definition"))),
}


def _unsigned(_: Writer, column: Column) -> str:
    return " unsigned" if truth(attribute(column, "unsigned")) else ""


def _charset(_: Writer, column: Column) -> str:
    charset = attribute(column, "charset")
    return "" if charset is None else f" character set {text(charset)}"


def _collate(_: Writer, column: Column) -> str:
    collation = attribute(column, "collation")
    return "" if collation is None else f" collate '{text(collation)}'"


def _virtual(w: Writer, column: Column) -> str:
    return w.generated("virtual", column)


def _stored(w: Writer, column: Column) -> str:
    return w.generated("stored", column)


def _nullable(w: Writer, column: Column) -> str:
    nullable = attribute(column, "nullable")
    if w.is_generated(column):
        return " not null" if nullable is False else ""
    return " null" if truth(nullable) else " not null"


def _invisible(_: Writer, column: Column) -> str:
    return " invisible" if is_set(column, "invisible") else ""


def _srid(w: Writer, column: Column) -> str:
    srid = attribute(column, "srid")
    stated = w.major < 11 and isinstance(srid, int) and not isinstance(srid, bool) and srid > 0
    return f" srid {srid}" if stated else ""


def _default(w: Writer, column: Column) -> str:
    value = _default_of(w, column)
    return "" if value is None else f" default {w.literal(value)}"


def _default_of(w: Writer, column: Column) -> Value:
    """From Laravel 10 on `useCurrent` is a default, stronger than `default()`."""
    if truth(attribute(column, "useCurrent")):
        if w.major >= 10 and column.type in TIMES:
            return Raw(_current(column))
        if w.connection.laravel >= TODAY_SINCE and column.type in _TODAY and _takes_expressions(w):
            return Raw(_TODAY[column.type])
    return attribute(column, "default")


def _takes_expressions(w: Writer) -> bool:
    server = w.connection.server
    return is_mariadb(w) or not server or server >= _EXPRESSIONS_SINCE


def _on_update(_: Writer, column: Column) -> str:
    now = _now_on_update(column) if column.type in TIMES else ""
    value = attribute(column, "onUpdate")
    return now if now or value is None else f" on update {text(value)}"


def _increment(w: Writer, column: Column) -> str:
    """From Laravel 11 on it is no key of its own beside a stated one, nor when it is changed."""
    if column.type not in SERIALS or not truth(attribute(column, "autoIncrement")):
        return ""
    changes = truth(attribute(column, "change")) and not truth(attribute(column, "primary"))
    if w.major >= 11 and (changes or w.commands("primary")):
        return " auto_increment"
    return " auto_increment primary key"


def _comment(_: Writer, column: Column) -> str:
    comment = attribute(column, "comment")
    if comment is None:
        return ""
    return " comment '" + "".join("\\" + one if one in "'\"\\" else one for one in text(comment)) + "'"


def _after(w: Writer, column: Column) -> str:
    after = attribute(column, "after")
    return "" if after is None else f" after {w.wrap(after, w.connection)}"


def _first(_: Writer, column: Column) -> str:
    return " first" if is_set(column, "first") else ""


_TYPED = (_unsigned, _charset, _collate, _virtual, _stored, _nullable)
_PLACED = (_increment, _comment, _after, _first)
_ORDER_8 = (*_TYPED, _invisible, _srid, _default, *_PLACED)
_ORDER_10 = (*_TYPED, _srid, _default, _on_update, _invisible, *_PLACED)
