"""What all grammars share: PHP's idea of text and truth, and names in quotes."""

from __future__ import annotations

import math
from collections.abc import Iterable

from console.readers.php.draft import Column, Command, Connection, Draft, RefusedError, UnreadableError
from console.readers.php.values import Body, Listing, Raw, Unknown, Value

_THROWN_COMMANDS = frozenset({"fulltext", "dropFullText", "spatialIndex", "dropSpatialIndex", "vectorIndex"})
_THROWN_TYPES = frozenset({"set", "computed", "vector", "tsvector"})
"""What a Blueprint offers on every server, and grammars throw at that cannot do it."""


def nothing_for(command: str, server: str) -> UnreadableError:
    """A command a grammar does not have."""
    why = f"Laravel has nothing for {command} on {server}"
    return RefusedError(why) if command in _THROWN_COMMANDS else UnreadableError(why)


def no_type(kind: str, server: str) -> UnreadableError:
    """A type a grammar does not have; one the framework does not know may be a macro of the project."""
    why = f"Laravel has no type {kind} on {server}"
    return RefusedError(why) if kind in _THROWN_TYPES else UnreadableError(why)


def known(value: Value) -> Value:
    """The value, which must be known."""
    if isinstance(value, Unknown):
        raise UnreadableError(value.why)
    return value


def attribute(of: Column | Command, name: str) -> Value:
    """One attribute, which must be known; None when it was not set."""
    return known(of.attributes.get(name))


def is_set(of: Column | Command, name: str) -> bool:
    """The attribute is there and not null."""
    return attribute(of, name) is not None


def truth(value: Value) -> bool:
    """Whether PHP takes it for true."""
    value = known(value)
    if isinstance(value, Listing):
        return bool(value.items)
    return isinstance(value, Raw) or value not in (None, False, 0, "", "0")


def text(value: Value) -> str:
    """The value as PHP writes it into a text."""
    value = known(value)
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    if isinstance(value, Raw):
        return value.sql
    if isinstance(value, Listing | Body):
        raise UnreadableError("a list stands where the framework expects a text")
    if isinstance(value, float):
        return _float(value)
    return str(value)


def _float(value: float) -> str:
    """Fourteen digits, and an exponent such as `1.0E+25`."""
    if not math.isfinite(value):
        return "NAN" if math.isnan(value) else "INF" if value > 0 else "-INF"
    digits, exponent, power = f"{value:.14G}".partition("E")
    if not exponent:
        return digits
    return f"{digits if '.' in digits else digits + '.0'}E{power[0]}{power[1:].lstrip('0')}"


def values(value: Value) -> tuple[Value, ...]:
    """The value as a list: `(array) $value`."""
    value = known(value)
    if isinstance(value, Listing):
        return value.values
    return () if value is None else (value,)


class Words:
    """Names in a server's quotes, with the connection's prefix where the framework puts it."""

    quote = '"'

    def wrap_value(self, name: str) -> str:
        """One name in quotes."""
        return name if name == "*" else self.quote + name.replace(self.quote, self.quote * 2) + self.quote

    def wrap(self, value: Value, connection: Connection) -> str:
        """A column's or index's name; a dot in it makes the first part a table."""
        if isinstance(value, Raw):
            return value.sql
        parts = _plain(text(value)).split(".")
        if len(parts) == 1:
            return self.wrap_value(parts[0])
        return ".".join([self.wrap_table(parts[0], connection), *map(self.wrap_value, parts[1:])])

    def wrap_table(self, value: Value, connection: Connection) -> str:
        """A table's name, with the prefix."""
        if isinstance(value, Raw):
            return value.sql
        table = _plain(text(value))
        if "." not in table:
            return self.wrap_value(connection.prefix + table)
        return ".".join(self.wrap_value(part) for part in _with_prefix(table, connection))

    def columnize(self, names: Iterable[Value], connection: Connection) -> str:
        """Names, separated by commas."""
        return ", ".join(self.wrap(name, connection) for name in names)


def _plain(name: str) -> str:
    if " as " in name.lower():
        raise UnreadableError("the framework takes a name with ` as ` in it for two")
    return name


def _with_prefix(table: str, connection: Connection) -> list[str]:
    """Up to Laravel 10 the prefix goes before the schema, and twice; then before the table."""
    parts = table.split(".")
    if connection.laravel < (11,):
        return [connection.prefix * 2 + parts[0], *parts[1:]]
    return [*parts[:-1], connection.prefix + parts[-1]]


def quoted(value: Value) -> str:
    """A text in single quotes as the framework writes it: nothing in it is escaped."""
    return ", ".join(f"'{text(one)}'" for one in (value.values if isinstance(value, Listing) else (value,)))


def literal(value: Value) -> str:
    """A text in single quotes, with those inside doubled."""
    return "'" + text(value).replace("'", "''") + "'"


def columns_of(draft: Draft, *, new: bool) -> tuple[Column, ...]:
    """The columns a blueprint adds, or those it changes."""
    return tuple(column for column in draft.columns if truth(column.attributes.get("change")) is not new)
