"""DataTypes of Sequelize as each server's types: what is written behind the name of a column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from console.frameworks.sequelize.words import Way, escape
from console.readers.javascript.options import UnreadableError, number_text, texts_of
from console.readers.javascript.values import Chain, Pairs, Value, why_not

_WHOLE = frozenset({"TINYINT", "SMALLINT", "MEDIUMINT", "INTEGER", "BIGINT"})
_BROKEN = frozenset({"FLOAT", "DOUBLE", "REAL"})
_LISTED = frozenset({"ENUM", "ARRAY"})
_AS_NAMED = frozenset({"JSON", "JSONB", "HSTORE", "CIDR", "INET", "MACADDR", "TSVECTOR"})
_NAMES = frozenset({"STRING", "CHAR", "TEXT", "CITEXT", "BLOB", "DECIMAL", "NUMERIC", "BOOLEAN", "DATE", "DATEONLY",
                    "TIME", "UUID", "GEOMETRY", "GEOGRAPHY", "VIRTUAL", "RANGE", "NOW", "UUIDV1", "UUIDV4",
                    *_WHOLE, *_BROKEN, *_LISTED, *_AS_NAMED})  # fmt: skip
_MARKS = ("UNSIGNED", "ZEROFILL", "BINARY")
_NO_DEFAULT = frozenset({"NOW", "UUIDV1", "UUIDV4"})


@dataclass(frozen=True, slots=True)
class Typed:
    """One of the DataTypes, or a text that stands for a type as it is."""

    name: str
    args: tuple[Value, ...] = ()
    marks: frozenset[str] = frozenset()
    of: Typed | None = None
    """What an array holds."""
    values: tuple[str, ...] = ()
    """Of an ENUM."""
    as_is: str = ""

    @property
    def enum(self) -> Typed | None:
        """The list of values that it, or each of its members, is one of."""
        return self if self.name == "ENUM" else self.of.enum if self.of is not None else None


def type_of(value: Value) -> Typed:
    """The type that a file names. UnreadableError where that is not known."""
    if isinstance(value, str):
        return Typed("", as_is=value)
    if not isinstance(value, Chain):
        raise UnreadableError(why_not(value) or "a column has no type that is known")
    named = [n for n, step in enumerate(value.steps) if step.name in _NAMES]
    if not named:
        raise UnreadableError(why_not(value))
    first, rest = value.steps[named[0]], value.steps[named[0] + 1 :]
    if any(step.name not in _MARKS for step in rest):
        raise UnreadableError(why_not(value))
    args = next((step.args for step in (first, *rest) if step.args is not None), ())
    marks = frozenset(step.name for step in rest) | _marked(args)
    name = {"NUMERIC": "DECIMAL"}.get(first.name, first.name)
    of = type_of(args[0]) if name == "ARRAY" and args else None
    return Typed(name, args, marks, of, _values(args) if name == "ENUM" else ())


def _marked(args: tuple[Value, ...]) -> frozenset[str]:
    if not (args and isinstance(args[0], Pairs)):
        return frozenset()
    return frozenset(mark for mark in _MARKS if args[0].values.get(mark.lower()) is True)


def _values(args: tuple[Value, ...]) -> tuple[str, ...]:
    if args and isinstance(args[0], Pairs):
        return tuple(texts_of(args[0].values.get("values"), "values of an ENUM"))
    return tuple(text for one in args for text in texts_of(one, "values of an ENUM"))


def is_no_default(value: Value) -> bool:
    """Whether a default is one that Sequelize gives itself, so that no statement has it."""
    return isinstance(value, Chain) and bool(value.steps) and value.steps[-1].name in _NO_DEFAULT


def sql_of(typed: Typed, way: Way) -> str:
    """The type in SQL."""
    if not typed.name:
        return typed.as_is
    if typed.name in _WHOLE | _BROKEN:
        return _number(typed, way)
    if typed.name in _AS_NAMED:
        return typed.name
    writer = _WRITERS.get(typed.name)
    if writer is None:
        raise UnreadableError(f"what Sequelize writes for {typed.name} is not known here")
    return writer(typed, way)


def size(typed: Typed, place: int, name: str) -> Value:
    """An argument, or the option of that name."""
    if typed.args and isinstance(typed.args[0], Pairs):
        return typed.args[0].values.get(name)
    found = typed.args[place] if place < len(typed.args) else None
    if why := why_not(found):
        raise UnreadableError(why)
    return found


def _digits(value: Value) -> str:
    if not value:
        return ""
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, str):
        return value
    raise UnreadableError(why_not(value) or "the size of a type is not known")


def _number(typed: Typed, way: Way) -> str:
    name = "DOUBLE PRECISION" if typed.name == "DOUBLE" else typed.name
    length, decimals = _digits(size(typed, 0, "length")), size(typed, 1, "decimals")
    marks = [f" {mark}" for mark in ("UNSIGNED", "ZEROFILL") if mark in typed.marks]
    if way.postgres and typed.name != "MEDIUMINT":
        length = length if typed.name == "FLOAT" and not decimals else ""
        return name + (f"({length})" if length else "")
    if way.sqlite and typed.name in _WHOLE:
        marks = []
    broken = f",{number_text(decimals)}" if isinstance(decimals, (int, float)) else ""
    sized = f"({length}{broken})" if length else ""
    return name + ("".join(marks) + sized if way.sqlite else sized + "".join(marks))


def _string(typed: Typed, way: Way) -> str:
    name = "VARCHAR" if typed.name == "STRING" else "CHAR"
    length = _digits(size(typed, 0, "length")) or "255"
    binary = "BINARY" in typed.marks or (len(typed.args) > 1 and typed.args[1] is True)
    if binary and way.postgres:
        return "BYTEA"
    if binary and way.sqlite:
        return f"{name} BINARY({length})"
    return f"{name}({length})" + (" BINARY" if binary else "")


def _long(typed: Typed, way: Way) -> str:
    if way.postgres:
        return "BYTEA" if typed.name == "BLOB" else "TEXT"
    if way.sqlite and typed.name == "TEXT":
        return "TEXT"
    length = _digits(size(typed, 0, "length")).lower()
    return f"{length.upper()}{typed.name}" if length in ("tiny", "medium", "long") else typed.name


def _decimal(typed: Typed, way: Way) -> str:
    given = [_digits(size(typed, place, name)) for place, name in enumerate(("precision", "scale"))]
    sized = ",".join(one for one in given if one)
    marks = "".join(f" {mark}" for mark in ("UNSIGNED", "ZEROFILL") if mark in typed.marks and way.mysql)
    return (f"DECIMAL({sized})" if sized else "DECIMAL") + marks


def _date(typed: Typed, way: Way) -> str:
    if way.postgres:
        return "TIMESTAMP WITH TIME ZONE"
    length = _digits(size(typed, 0, "length")) if way.mysql else ""
    return f"DATETIME({length})" if length else "DATETIME"


def _enum(typed: Typed, way: Way) -> str:
    if way.sqlite:
        return "TEXT"
    if not typed.values:
        raise UnreadableError("an ENUM has no values that are written down")
    return f"ENUM({', '.join(escape(value, way) for value in typed.values)})"


def _array(typed: Typed, way: Way) -> str:
    if typed.of is None:
        raise UnreadableError("what an ARRAY holds is not known")
    if way.mysql:
        raise UnreadableError("Sequelize has no ARRAY for this server")
    return f"{sql_of(typed.of, way)}[]"


def _place(typed: Typed, way: Way) -> str:
    kind, number = size(typed, 0, "type"), size(typed, 1, "srid")
    if not isinstance(kind, str) or way.sqlite:
        return typed.name
    if not way.postgres:
        return kind
    return f"{typed.name}({kind}{f',{_digits(number)}' if number else ''})"


_WRITERS: dict[str, Callable[[Typed, Way], str]] = {
    "STRING": _string,
    "CHAR": _string,
    "TEXT": _long,
    "BLOB": _long,
    "CITEXT": lambda _, way: "TEXT COLLATE NOCASE" if way.sqlite else "CITEXT",
    "DECIMAL": _decimal,
    "BOOLEAN": lambda _, way: "BOOLEAN" if way.postgres else "TINYINT(1)",
    "DATE": _date,
    "DATEONLY": lambda *_: "DATE",
    "TIME": lambda *_: "TIME",
    "UUID": lambda _, way: "CHAR(36) BINARY" if way.mysql else "UUID",
    "ENUM": _enum,
    "ARRAY": _array,
    "GEOMETRY": _place,
    "GEOGRAPHY": _place,
}
