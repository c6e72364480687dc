"""The SQL by which rows come back: every value a literal that a server wrote, every statement bound to keys."""

from __future__ import annotations

import re
from collections.abc import Sequence

from console.core.ledger_sql import name
from console.core.observation import Server
from console.core.plan import Settings
from console.core.row_values import Fill, Row, Shape
from console.core.schema import Column

_NUMBERS = ("tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "double", "year", "boolean")
_BYTES = ("binary", "varbinary", "blob", "tinyblob", "mediumblob", "longblob", "geometry", "point", "linestring",
          "polygon", "multipoint", "multilinestring", "multipolygon", "geometrycollection", "geomcollection",
          "vector")  # fmt: skip
_MYSQL = "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO', SESSION time_zone = '+00:00'"
_POSTGRES = ("SET TimeZone = 'UTC'", "SET DateStyle = 'ISO, YMD'", "SET IntervalStyle = 'postgres'",
             "SET standard_conforming_strings = on", "SET client_encoding = 'UTF8'")  # fmt: skip


_POSTGRES_LITERAL = re.compile(r"NULL|'(?:[^'\\]++|'')*+'| ?E'(?:[^'\\]++|''|\\\\)*+'", re.DOTALL)
_MYSQL_LITERAL = re.compile(
    r"NULL|-?[0-9.]++(?:e[-+]?[0-9]++)?|0x[0-9A-F]++|x'[0-9A-F]*+'|'(?:[^'\\]++|\\.)*+'", re.DOTALL
)


def is_literal(text: str, server: Server) -> bool:
    """Whether this is one constant and nothing else: whoever runs the scratch server may write anything."""
    return (_POSTGRES_LITERAL if server.grammar == "postgres" else _MYSQL_LITERAL).fullmatch(text) is not None


def place(shape: Shape, server: Server) -> str:
    """The table, quoted."""
    return f"{name(shape.schema, server)}.{name(shape.table, server)}"


def literal_of(column: Column, server: Server) -> str:
    """What the server writes a value of this column as, so that it reads the same again."""
    what = name(column.ref.written or column.ref.name, server)
    if server.grammar == "postgres":
        return f"pg_catalog.quote_nullable({what}::text)"
    base = column.type.partition("(")[0].split(" ")[0]
    if base == "bit":
        return f"coalesce(concat('0x', hex({what} + 0)), 'NULL')"
    if base == "float":
        return f"coalesce(cast({what} + 0e0 AS char), 'NULL')"
    if base in _NUMBERS:
        return f"coalesce(cast({what} AS char), 'NULL')"
    if base in _BYTES:
        return f"""coalesce(concat("x'", hex({what}), "'"), 'NULL')"""
    return f"quote(convert({what} USING utf8mb4))"


def select(shape: Shape, literals: Sequence[str], server: Server, where: str, most: int | None = None) -> str:
    """Rows as literals; with `most`, so many in the order of their keys."""
    keys = ", ".join(name(key, server) for key in shape.key)
    end = f" ORDER BY {keys} LIMIT {most}" if most is not None else ""
    return f"SELECT {', '.join(literals)} FROM {place(shape, server)}{f' WHERE {where}' if where else ''}{end}"


def after(shape: Shape, key: Row, server: Server) -> str:
    """Those whose key comes after this one."""
    names = ", ".join(name(part, server) for part in shape.key)
    return f"({names}) > ({', '.join(key)})" if len(key) > 1 else f"{names} > {key[0]}"


def among(shape: Shape, keys: Sequence[Row], server: Server) -> str:
    """Those that have one of these keys."""
    names = ", ".join(name(part, server) for part in shape.key)
    if len(shape.key) == 1:
        return f"{names} IN ({', '.join(key[0] for key in keys)})"
    return f"({names}) IN ({', '.join('(' + ', '.join(key) + ')' for key in keys)})"


def insert(shape: Shape, rows: Sequence[Row], server: Server) -> str:
    """Rows that are not there."""
    columns = ", ".join(name(column, server) for column in shape.columns)
    values = ",\n  ".join(f"({', '.join(row)})" for row in rows)
    own = " OVERRIDING SYSTEM VALUE" if shape.always and server.grammar == "postgres" else ""
    return f"INSERT INTO {place(shape, server)} ({columns}){own} VALUES\n  {values}"


def fill(shape: Shape, one: Fill, server: Server) -> str:
    """One value where there is none."""
    column = name(one.column, server)
    where = f"{among(shape, [one.key], server)} AND {column} IS NULL"
    kept = "".join(f", {name(same, server)} = {name(same, server)}" for same in shape.stamped if same != one.column)
    return f"UPDATE {place(shape, server)} SET {column} = {one.value}{kept} WHERE {where}"


def count(shape: Shape, keys: Sequence[Row], server: Server, empty: str = "") -> str:
    """How many rows have one of these keys; with `empty`, those of them in which that column is NULL."""
    more = f" AND {name(empty, server)} IS NULL" if empty else ""
    return f"SELECT count(*) FROM {place(shape, server)} WHERE {among(shape, keys, server)}{more}"


def settings(server: Server) -> Settings:
    """A session that reads the literals as the one that wrote them."""
    if server.grammar == "postgres":
        return Settings(
            ("SET statement_timeout = '60s'", "SET idle_in_transaction_session_timeout = '30s'", *_POSTGRES)
        )
    return Settings((_MYSQL,))


def counter(shape: Shape, column: str, server: Server) -> str:
    """What sets a sequence behind the highest number there is."""
    table, plain = (text.replace("'", "''") for text in (place(shape, server), column))
    highest = f"max({name(column, server)})"
    return f"SELECT setval(pg_get_serial_sequence('{table}', '{plain}'), {highest}) FROM {place(shape, server)}"
