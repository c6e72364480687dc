"""How long an index and how wide a row may be on MySQL and MariaDB.

The figures are those of the servers' defaults (pages of 16 KB, row format DYNAMIC) and were found by trying: a byte
more is refused. MariaDB makes a hash of a unique index that is too long, and cuts a plain one of a single column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from console.core.causes_columns import Columns, columns_after, table_of
from console.core.causes_limits import base_of, is_text, members_of, size_of
from console.core.causes_values import Key
from console.core.operations import Change, Create
from console.core.schema import Column, Index, Kind, Ref, Schema, Table
from console.core.statements import Statement
from console.core.types.mysql_tables import WIDEST_CHARACTER

_KEY, _KEY_OF_OLD_FORMATS, _KEY_OF_MYISAM = 3072, 767, 1000
_ROW = 65_535
_OLD_FORMATS = ("row_format=compact", "row_format=redundant")
_FIXED = {
    "tinyint": 1, "smallint": 2, "mediumint": 3, "int": 4, "bigint": 8, "float": 4, "double": 8, "year": 1, "date": 3,
    "tinytext": 9, "tinyblob": 9, "text": 10, "blob": 10, "mediumtext": 11, "mediumblob": 11, "longtext": 12,
    "longblob": 12, "json": 12,
}  # fmt: skip
_CLOCKS = {"time": 3, "timestamp": 4, "datetime": 5}
_POINTED_AT = frozenset(name for name in _FIXED if name.endswith(("text", "blob")))
_LEFT_OVER = (0, 1, 1, 2, 2, 3, 3, 4, 4, 4)
"""Bytes for the digits of a decimal beyond every nine."""


def bytes_of(column: Column) -> int | None:
    """How much of a row a column may take; None: not known."""
    base, size = base_of(column.type), (*size_of(column.type), 0)
    if base in _FIXED:
        return _FIXED[base]
    if base in _CLOCKS:
        return _CLOCKS[base] + (size[0] + 1) // 2
    if base == "decimal":
        return _digits(size[0] - size[1]) + _digits(size[1])
    if base == "bit":
        return (size[0] + 7) // 8
    if base in ("enum", "set"):
        return _choices(base, len(members_of(column.type)))
    widest = _widest(column)
    if widest is None or base not in ("char", "varchar", "binary", "varbinary"):
        return None
    return size[0] * widest


def _digits(count: int) -> int:
    return count // 9 * 4 + _LEFT_OVER[count % 9]


def _choices(base: str, count: int) -> int:
    if base == "enum":
        return 1 if count < 256 else 2
    return next(size for size in (1, 2, 3, 4, 8) if count <= size * 8)


def _widest(column: Column) -> int | None:
    """Bytes of its widest character; None: its character set is not known."""
    if not is_text(column.type):
        return 1
    return WIDEST_CHARACTER.get(column.charset, 1) if column.charset else None


def too_long(index: Index, keys: tuple[Key, ...], columns: Columns, table: Table, schema: Schema) -> Iterator[str]:
    """`u (a): 3200 of at most 3072 bytes`; nothing where that is not known."""
    label = f"{index.ref.written or index.ref.name} ({', '.join(index.columns)})"
    primary = index.ref.name == "primary"
    bare = [key.column for key in keys if key.column in columns and not key.prefix]
    if schema.dialect == "mysql" or primary:
        for name in bare:
            base = base_of(columns[name].column.type)
            if base in _POINTED_AT or base == "json":
                yield f"{label}: {name} is {base} and is not cut to a length"
                return
    sizes = [_part(key, columns) for key in keys]
    known = [size for size in sizes if size is not None]
    if len(known) < len(sizes):
        return
    per_column, whole = _most(table, schema)
    cut = schema.dialect == "mariadb" and not primary
    if max(known) > per_column and not (cut and (per_column == _KEY)):
        yield f"{label}: {max(known):,} of at most {per_column:,} bytes in one column"
    elif sum(known) > whole and not (cut and (index.unique or len(known) == 1)):
        yield f"{label}: {sum(known):,} of at most {whole:,} bytes"


def _most(table: Table, schema: Schema) -> tuple[int, int]:
    """For one column, and for all of them."""
    if table.engine == "myisam" and schema.dialect == "mysql":
        return _KEY_OF_MYISAM, _KEY_OF_MYISAM
    if table.engine not in (None, "", "innodb"):
        return _ROW, _ROW
    old = any(option in _OLD_FORMATS for option in table.options)
    return (_KEY_OF_OLD_FORMATS if old else _KEY), _KEY


def _part(key: Key, columns: Columns) -> int | None:
    after = columns.get(key.column)
    if after is None:
        return None
    whole = bytes_of(after.column)
    if key.prefix is None:
        return None if base_of(after.column.type) in _POINTED_AT else whole
    widest = _widest(after.column)
    return None if widest is None else key.prefix * widest


def too_wide(statement: Statement, schema: Schema) -> Iterator[str]:
    """`orders: 65,537 of at most 65,535 bytes`, without what is stored elsewhere."""
    for table in dict.fromkeys(_changed(statement)):
        columns = columns_after(statement.operations, table, schema)
        for name, after in columns.items():
            size = bytes_of(after.column)
            if size is not None and base_of(after.column.type) in ("varchar", "varbinary") and size > _ROW:
                yield f"{table.name}.{name}: {size:,} of at most {_ROW:,} bytes"
                return
        sizes = [_stored(after.column) for after in columns.values()]
        known = [size for size in sizes if size is not None]
        nullable = sum(after.column.nullable for after in columns.values())
        total = sum(known) + (nullable + 7) // 8
        if len(known) == len(sizes) and total > _ROW:
            yield f"{table.name}: {total:,} of at most {_ROW:,} bytes"


def _changed(statement: Statement) -> Iterator[Ref]:
    for operation in statement.operations:
        if isinstance(operation, Create | Change) and operation.subject.kind in (Kind.TABLE, Kind.COLUMN):
            yield table_of(operation.subject)


def _stored(column: Column) -> int | None:
    """With the bytes that tell a length."""
    size = bytes_of(column)
    if size is None or not re.match("var(char|binary)", column.type):
        return size
    return size + (1 if size < 256 else 2)
