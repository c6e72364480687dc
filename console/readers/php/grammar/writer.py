"""One command while it is being written: what the MySQL family and SQLite share of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import ClassVar, Self

from console.readers.php.draft import Column, Command, Connection, Draft, UnreadableError
from console.readers.php.grammar.common import (
    Words,
    attribute,
    columns_of,
    is_set,
    no_type,
    quoted,
    text,
    truth,
    values,
)
from console.readers.php.values import Raw, Value

TODAY_SINCE = (12, 13)
"""The release from which `useCurrent` counts on dates and years."""
_ESCAPED_SINCE = (12, 20)
"""The release from which quotes inside a default are doubled."""
_ESCAPED_QUOTE = re.compile(r"\\*'")
_LIST_KEYS = re.compile(r"(\[[^\]]+\])+$")
TIMES = ("dateTime", "dateTimeTz", "timestamp", "timestampTz")
"""Types that know the present moment."""
SERIALS = ("bigInteger", "integer", "mediumInteger", "smallInteger", "tinyInteger")
"""Types that can count."""
SHAPES = ("point", "linestring", "polygon", "geometrycollection", "multipoint", "multilinestring", "multipolygon")
"""Types of Laravel 8 to 10, and of a `geometry` from Laravel 11 on."""


class Writer(Words):
    """A command, the blueprint it stands in, and the connection it is written for."""

    server: ClassVar[str]
    """The server's name, for people."""
    json_call: ClassVar[tuple[str, str]]
    """What stands around a path into a JSON column."""
    types: ClassVar[Mapping[str, Maker]]
    """How each of the framework's types is written."""

    def __init__(self, draft: Draft, command: Command, connection: Connection) -> None:
        self.draft, self.command, self.connection = draft, command, connection
        self.major = connection.laravel[0]

    @property
    def table(self) -> str:
        """The blueprint's table."""
        return self.wrap_table(self.draft.table, self.connection)

    def wrap(self, value: Value, connection: Connection) -> str:
        """A name; from Laravel 9 on `column->key` is a path into a JSON column."""
        if isinstance(value, str) and "->" in value and self.major >= 9:
            return self.json_selector(value)
        return super().wrap(value, connection)

    def json_selector(self, path: str) -> str:
        """`meta->a->b` as a call of the server."""
        column, _, rest = path.partition("->")
        before, after = self.json_call
        return f"{before}{self.wrap(column, self.connection)}, {_json_path(rest)}{after}"

    def name(self, name: str = "index") -> str:
        """An attribute of the command that is a name."""
        return self.wrap(attribute(self.command, name), self.connection)

    def names(self, name: str = "columns") -> str:
        """An attribute of the command that is a list of names, separated by commas."""
        return self.columnize(values(attribute(self.command, name)), self.connection)

    def each(self, before: str) -> list[str]:
        """The command's columns, each behind some words."""
        return [before + self.wrap(one, self.connection) for one in values(attribute(self.command, "columns"))]

    def word(self, name: str) -> str:
        """An attribute of the command as plain text."""
        return text(attribute(self.command, name))

    def has(self, name: str) -> bool:
        """Whether an attribute of the command is true."""
        return truth(attribute(self.command, name))

    def new_columns(self) -> tuple[Column, ...]:
        """The columns the command adds."""
        if self.command.name == "create":
            return columns_of(self.draft, new=True)
        return self.own_columns()

    def own_columns(self) -> tuple[Column, ...]:
        """The columns the command is about."""
        return self.command.columns or ((self.command.column,) if self.command.column else ())

    def commands(self, name: str) -> tuple[Command, ...]:
        """The blueprint's commands of one sort."""
        return tuple(command for command in self.draft.commands if command.name == name)

    def of(self, command: Command) -> Self:
        """The same for another command of the blueprint."""
        return type(self)(self.draft, command, self.connection)

    def actions(self) -> str:
        """What a foreign key does when the row it refers to goes or changes."""
        events = (("onDelete", "delete"), ("onUpdate", "update"))
        return "".join(f" on {event} {self.word(name)}" for name, event in events if is_set(self.command, name))

    def type_sql(self, column: Column) -> str:
        """A column's type."""
        maker = self.types.get(column.type)
        if maker is None:
            raise no_type(column.type, self.server)
        return maker(self, column)

    def generated(self, word: str, column: Column) -> str:
        """` as (a + b)` of a `virtual` or `stored` column, if it is one."""
        path = attribute(column, f"{word}AsJson") if self.major >= 9 else None
        end = " stored" if word == "stored" else ""
        if path is not None:
            found = text(path)
            return f" as ({self.json_selector(found) if '->' in found else found}){end}"
        expression = attribute(column, f"{word}As")
        return "" if expression is None else f" as ({text(expression)}){end}"

    def is_generated(self, column: Column) -> bool:
        """Its value is computed by the server."""
        words = ["virtualAs", "storedAs", *(("virtualAsJson", "storedAsJson") if self.major >= 9 else ())]
        return any(is_set(column, word) for word in words)

    def literal(self, value: Value) -> str:
        """A default: quoted whatever it is, unless it is an expression; what is quoted was not always escaped."""
        if isinstance(value, Raw):
            return value.sql
        word = str(int(value)) if isinstance(value, bool) else text(value)
        return "'" + (word.replace("'", "''") if self.connection.laravel >= _ESCAPED_SINCE else word) + "'"


Maker = Callable[[Writer, Column], str]
"""Writes one part of a column's definition."""


def fixed(sql: str) -> Maker:
    """A type that is always written alike."""
    return lambda _writer, _column: sql


def cases(column: Column) -> str:
    """What an enum or a set may hold, in quotes."""
    return quoted(attribute(column, "allowed"))


def since(major: int, maker: Maker) -> Maker:
    """A type that came with a version of Laravel."""

    def make(writer: Writer, column: Column) -> str:
        if writer.major < major:
            raise UnreadableError(f"Laravel {writer.major} has no type {column.type} on {writer.server}")
        return maker(writer, column)

    return make


def until(major: int, maker: Maker) -> Maker:
    """A type that went after a version of Laravel."""

    def make(writer: Writer, column: Column) -> str:
        if writer.major > major:
            raise UnreadableError(f"Laravel {writer.major} has no type {column.type} on {writer.server}")
        return maker(writer, column)

    return make


def _json_path(path: str) -> str:
    segments = ".".join(map(_json_segment, _ESCAPED_QUOTE.sub("''", path).split("->")))
    return f"'${'' if segments.startswith('[') else '.'}{segments}'"


def _json_segment(segment: str) -> str:
    keys = _LIST_KEYS.search(segment)
    if keys is None:
        return f'"{segment}"'
    name = segment[: keys.start()]
    return f'"{name}"{keys[0]}' if name else keys[0]
