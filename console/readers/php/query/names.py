"""Names in quotes as the query builder writes them: columns, tables, aliases, prefixes, and paths into JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable

from console.readers.php.draft import Connection, UnreadableError
from console.readers.php.query.literals import known, literal, text
from console.readers.php.values import Listing, Raw, Value

_AS = re.compile(r"\s+as\s+", re.IGNORECASE)
_KEYS = re.compile(r"(\[[^\]]+\])+$")
_KEY = re.compile(r"\[([^\]]+)\]")


def parts_of_alias(value: str) -> list[str]:
    """`users as u`: both names."""
    return _AS.split(value)


def is_path(value: Value) -> bool:
    """`options->color`: a path into a JSON column."""
    return isinstance(value, str) and "->" in value


def is_whole(value: str) -> bool:
    """Whether PHP takes the text for an integer, as a place in an array is one."""
    return re.fullmatch(r"\s*[+-]?(0|[1-9]\d*)\s*", value) is not None


def with_keys(segment: str) -> list[str]:
    """`items[0][a]`: the key, and those in brackets behind it."""
    brackets = _KEYS.search(segment)
    if brackets is None:
        return [segment]
    key = segment[: brackets.start()]
    return [part for part in (key, *_KEY.findall(brackets[0])) if part]


class Names:
    """How one server's names are written; knows the connection's prefix and the framework's version."""

    quote = '"'

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.laravel = connection.laravel

    def wrap_value(self, name: str) -> str:
        """One name in quotes."""
        return name if name == "*" else self.quote + name.replace(self.quote, self.quote * 2) + self.quote

    def wrap(self, value: Value, *, table: bool = False) -> str:
        """A column, perhaps with its table, an alias or a path into JSON."""
        value = known(value)
        if isinstance(value, Raw):
            return value.sql
        name = text(value)
        if " as " in name.lower():
            return self._aliased(name, self.connection.prefix if table else "")
        if is_path(name):
            return self.json_selector(name)
        return self.wrap_parts(name.split("."))

    def _aliased(self, name: str, prefix: str) -> str:
        parts = parts_of_alias(name)
        if len(parts) < 2:
            raise UnreadableError(f"{name} is no name with an alias")
        return f"{self.wrap(parts[0])} as {self.wrap_value(prefix + parts[1])}"

    def wrap_parts(self, parts: list[str]) -> str:
        """`users.name`: the first of several is a table."""
        first = self.wrap_table(parts[0]) if len(parts) > 1 else self.wrap_value(parts[0])
        return ".".join([first, *map(self.wrap_value, parts[1:])])

    def wrap_table(self, value: Value) -> str:
        """A table with the prefix: from Laravel 11 on behind a schema, before that in front of it, and twice."""
        value = known(value)
        if isinstance(value, Raw):
            return value.sql
        name, prefix = text(value), self.connection.prefix
        if self.laravel < (11,):
            return self.wrap(prefix + name, table=True)
        if " as " in name.lower():
            parts = parts_of_alias(name)
            return f"{self.wrap_table(parts[0])} as {self.wrap_value(prefix + parts[1])}"
        *schema, last = name.split(".")
        return ".".join(map(self.wrap_value, [*schema, prefix + last]))

    def columnize(self, names: Iterable[Value]) -> str:
        """Names, separated by commas."""
        return ", ".join(self.wrap(name) for name in names)

    def parameter(self, value: Value) -> str:
        """A value that is bound, or an expression that is not."""
        value = known(value)
        return value.sql if isinstance(value, Raw) else literal(value, self.connection)

    def parameterize(self, values: Iterable[Value]) -> str:
        """Values, separated by commas."""
        return ", ".join(self.parameter(value) for value in values)

    def field_and_path(self, column: str) -> tuple[str, str]:
        """The column of a path, and the path as a further argument of a JSON function."""
        field, arrow, path = column.partition("->")
        return self.wrap(field), f", {self._path(path)}" if arrow else ""

    def _path(self, path: str) -> str:
        path = re.sub(r"\\*'", "''", path)
        written = ".".join(self._segment(segment) for segment in path.split("->"))
        return f"'${'' if written.startswith('[') else '.'}{written}'"

    def _segment(self, segment: str) -> str:
        brackets = _KEYS.search(segment) if self.laravel >= (9,) else None
        if brackets is None:
            return f'"{segment}"'
        key = segment[: brackets.start()]
        return (f'"{key}"' if key else "") + brackets[0]

    def json_selector(self, column: str) -> str:
        """What a path leads to, as text."""
        field, path = self.field_and_path(column)
        return f"json_extract({field}{path})"

    def json_boolean_selector(self, column: str) -> str:
        """What a path leads to, to be compared with true or false."""
        return self.json_selector(column)

    def json_boolean(self, value: str) -> str:
        """The word true or false of JSON."""
        return value


def list_of(value: Value, what: str) -> Listing:
    """The value, which must be a list."""
    value = known(value)
    if not isinstance(value, Listing):
        raise UnreadableError(f"{what} is no list")
    return value
