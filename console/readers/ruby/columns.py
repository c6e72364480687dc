"""Column definitions: what `t.string :a, null: false` is in a CREATE TABLE, an ADD and a CHANGE."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from console.readers.ruby.catalogue import KnownColumn
from console.readers.ruby.context import Context
from console.readers.ruby.types import default_sql, type_sql
from console.readers.ruby.values import Command, Pairs, Raw, RefusedError, UnreadableError, Value, pairs_of

Options = dict[str, Value]
_SQLITE_KEY = "integer PRIMARY KEY AUTOINCREMENT NOT NULL"
_KNOWN = frozenset(
    "limit precision scale default null collation comment primary_key array unsigned charset first after size "
    "auto_increment using cast_as enum_type if_not_exists type polymorphic as stored".split()
)


@dataclass(slots=True)
class Column:
    """One column as Rails keeps it before it is SQL."""

    name: str
    kind: str
    options: Options = field(default_factory=dict)

    def sql_type(self, context: Context) -> str:
        """Its type on the server."""
        if self.kind == "primary_key":
            return _SQLITE_KEY if context.sqlite else "bigserial primary key"
        return type_sql(self.kind, self.options, context)

    def sql(self, context: Context) -> str:
        """The whole definition."""
        if unknown := sorted(self.options.keys() - _KNOWN):
            raise UnreadableError(f"the option {unknown[0]} is not read")
        sql_type = self.sql_type(context)
        words = [context.quoted(self.name), sql_type]
        if self.kind != "primary_key":
            words += self._options(sql_type, context)
        return " ".join(words)

    def position(self, context: Context) -> str:
        """FIRST or AFTER, with a blank before it."""
        if not context.mysql:
            return ""
        if self.options.get("first"):
            return " FIRST"
        after = self.options.get("after")
        return f" AFTER {context.quoted(str(after))}" if isinstance(after, str) else ""

    def _options(self, sql_type: str, context: Context) -> Iterator[str]:
        given, null = self.options, self.options.get("null")
        has_default = "default" in given and not (null is False and given["default"] is None)
        if context.mysql:
            if (
                sql_type.startswith("timestamp")
                and not given.get("primary_key")
                and null is not False
                and not has_default
            ):
                yield "NULL"
            if given.get("charset"):
                yield f"CHARACTER SET {given['charset']}"
        if given.get("collation"):
            yield f"COLLATE {given['collation']}" if context.mysql else f'COLLATE "{given["collation"]}"'
        if given.get("as"):
            yield self._generated(context)
        if has_default:
            default = given["default"]
            plain = self.kind == "enum" and isinstance(default, str)
            yield f"DEFAULT {context.text(str(default)) if plain else default_sql(default, sql_type, context)}"
        if null is False:
            yield "NOT NULL"
        if given.get("auto_increment") is True:
            yield "AUTO_INCREMENT"
        if given.get("primary_key") is True:
            yield "PRIMARY KEY"
        if context.mysql and given.get("comment"):
            yield f"COMMENT {context.text(str(given['comment']))}"

    def _generated(self, context: Context) -> str:
        """What the server works out by itself."""
        expression, stored = self.options["as"], self.options.get("stored")
        if context.mysql:
            word = " PERSISTENT" if context.dialect == "mariadb" else " STORED"
            return f"AS ({expression}){word if stored else ''}"
        if not context.postgres or context.rails < (7, 0):
            raise UnreadableError("Rails has no generated columns for this server then")
        if stored is not True:
            raise UnreadableError("whether Rails takes a generated column that is not stored depends on its version")
        return f"GENERATED ALWAYS AS ({expression}) STORED"

    def known(self, context: Context) -> KnownColumn:
        """As the server will tell it."""
        default = self.options.get("default")
        null = self.options.get("null")
        return KnownColumn(
            self.sql_type(context),
            null is not False,
            None if isinstance(default, Raw) else default,
            self.options.get("comment"),
        )


def column(name: str, kind: str, options: Mapping[str, Value], context: Context) -> Column:
    """A column as the adapter of the server defines it."""
    given = dict(options)
    kind = "decimal" if kind == "numeric" else kind
    given.pop("if_not_exists", None)
    if kind == "virtual":
        kind = str(given.pop("type", None) or _untold(name))
    if context.mysql:
        return _of_mysql(name, kind, given, context)
    if context.sqlite and given.get("primary_key") and kind in ("integer", "bigint") and "default" not in given:
        kind = "primary_key"
    elif given.get("primary_key") and kind in ("integer", "bigint") and "default" not in given:
        kind = "bigserial" if kind == "bigint" or given.pop("limit", None) == 8 else "serial"
    kind = "datetime" if kind == "timestamp" and (context.sqlite or context.rails < (7, 0)) else kind
    return Column(name, kind, _with_key(_with_precision(kind, given, context), kind))


def _untold(name: str) -> str:
    raise UnreadableError(f"the type of the generated column {name} is not known")


def _with_key(given: Options, kind: str) -> Options:
    if kind == "primary_key" or given.get("primary_key"):
        return {**given, "primary_key": True, "null": False}
    given.pop("primary_key", None)
    return given


def _with_precision(kind: str, given: Options, context: Context) -> Options:
    """From 7.0 on every `datetime` has six places, unless the file says otherwise; a `timestamp` has none."""
    if context.version >= (7, 0) and kind == "datetime" and "precision" not in given:
        return {**given, "precision": 6}
    return given


def _of_mysql(name: str, kind: str, given: Options, context: Context) -> Column:
    if kind == "primary_key":
        kind = "integer"
        given = {**given, "limit": given.get("limit") or 8, "primary_key": True}
    if kind.startswith("unsigned_"):
        kind, given = kind.removeprefix("unsigned_"), {**given, "unsigned": True}
    if given.get("primary_key") and kind in ("integer", "bigint") and "default" not in given:
        given["auto_increment"] = True
    return Column(name, kind, _with_key(_with_precision(kind, given, context), kind))


@dataclass(frozen=True, slots=True)
class Reference:
    """`references :owner, polymorphic: true`: its columns, its index and its foreign key."""

    name: str
    columns: tuple[tuple[str, str, Mapping[str, Value]], ...]
    index: Mapping[str, Value] | None
    key: Mapping[str, Value] | None
    to_table: str = ""


def reference(table: str, command: Command, name: str, context: Context) -> Reference:
    """What a reference stands for in the migration's version."""
    options: dict[str, Any] = dict(command.options)
    polymorphic, key = options.pop("polymorphic", False), options.pop("foreign_key", False)
    index = options.pop("index", context.version >= (5, 0))
    kind = options.pop("type", "integer" if context.version < (5, 1) or context.sqlite else "bigint")
    if context.sqlite and kind != "integer" and command.name.startswith("add_") and context.version <= (6, 0):
        raise UnreadableError("the type of such a reference depends on the version of Rails")
    options.pop("if_not_exists", None)
    if polymorphic and key:
        raise RefusedError("Rails refuses a foreign key to a polymorphic relation")
    columns: list[tuple[str, str, Mapping[str, Value]]] = [(f"{name}_id", str(kind), options)]
    if polymorphic:
        own: Options = dict(pairs_of(polymorphic))
        own.update({word: options[word] for word in ("null", "first", "after") if word in options})
        columns.insert(0, (f"{name}_type", "string", own))
    return Reference(
        name,
        tuple(columns),
        _index_of(table, name, index, bool(polymorphic), context) if index else None,
        _key_of(name, key) if key else None,
        _target(name, key, context) if key else "",
    )


def _index_of(table: str, name: str, index: Value, polymorphic: bool, context: Context) -> Mapping[str, Value]:
    given: dict[str, Value] = dict(pairs_of(index))
    if polymorphic and context.version >= (6, 1) and "name" not in given:
        return {**given, "name": f"index_{table}_on_{name}"}
    return given


def _key_of(name: str, key: Value) -> Mapping[str, Value]:
    return {**pairs_of(key), "column": f"{name}_id"}


def _target(name: str, key: Value, context: Context) -> str:
    if isinstance(key, Pairs) and isinstance(key.values.get("to_table"), str):
        return str(key.values["to_table"])
    return context.plural(name)


def timestamps(options: Mapping[str, Value], context: Context) -> tuple[tuple[str, str, Options], ...]:
    """created_at and updated_at as the migration's version has them."""
    given = dict(options)
    given.pop("if_not_exists", None)
    if given.get("null") is None:
        given["null"] = context.version < (5, 0)
    if "precision" not in given:
        given["precision"] = 6 if context.version >= (6, 0) else None
    return (("created_at", "datetime", dict(given)), ("updated_at", "datetime", dict(given)))
