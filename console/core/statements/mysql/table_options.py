"""What stands behind the columns of CREATE TABLE and between the commas of ALTER TABLE: options and partitions."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.core.schema import Value
from console.core.statements.cursor import Unreadable
from console.core.statements.mysql.cursor import MyCursor
from console.core.types.mysql import canonical_charset, canonical_collation, charset_of

_KEPT = frozenset(
    """
    row_format key_block_size stats_persistent stats_auto_recalc stats_sample_pages checksum max_rows min_rows
    avg_row_length pack_keys delay_key_write
    """.split()
)
"""Options that the catalog tells again when they were given."""
_OTHERS = frozenset(
    """
    autoextend_size compression connection encryption engine_attribute secondary_engine_attribute insert_method password
    secondary_engine tablespace table_checksum transactional page_checksum page_compressed page_compression_level
    encrypted encryption_key_id ietf_quotes sequence storage union
    """.split()
)
_DIRECTIONS = ("DATA", "INDEX")


@dataclass
class TableOptions:
    """What was said about a table as a whole."""

    engine: str | None = None
    charset: str | None = None
    collation: str | None = None
    comment: str | None = None
    commented: bool = False
    counter: bool = False
    """AUTO_INCREMENT = n: where the counter stands is data."""
    kept: list[str] = field(default_factory=list)
    unread: bool = False
    """Options whose effect Halfway does not read."""
    partition_key: str | None = None
    partitions: tuple[str, ...] | None = None

    def attributes(self) -> tuple[tuple[str, Value], ...]:
        """What ALTER TABLE changes of the table."""
        found: list[tuple[str, Value]] = []
        if self.engine is not None:
            found.append(("engine", self.engine))
        if self.charset is not None or self.collation is not None:
            found += [("charset", self.charset or ""), ("collation", self.collation or "")]
        if self.commented:
            found.append(("comment", self.comment))
        return (*found, *((f"options:{option}", True) for option in self.kept))


def read_option(cursor: MyCursor, options: TableOptions) -> bool:
    """One option of a table, stepped over; False when none begins here."""
    start = cursor.at
    cursor.accept("DEFAULT")
    if cursor.accept("CHARACTER", "SET") or cursor.accept("CHARSET"):
        cursor.accept("=")
        options.charset = canonical_charset(cursor.word_value())
        return True
    word = cursor.word()
    if word in _DIRECTIONS and cursor.word(1) == "DIRECTORY":
        cursor.at += 2
        _value(cursor)
        return True
    if word in ("WITH", "WITHOUT") and cursor.word(1) == "SYSTEM":
        cursor.expect(word, "SYSTEM", "VERSIONING")
        options.unread = True
        return True
    if word.lower() in _KEPT | _OTHERS | _KNOWN.keys():
        cursor.step()
        _one(cursor, word.lower(), options)
        return True
    cursor.at = start
    return False


def _value(cursor: MyCursor) -> str:
    cursor.accept("=")
    if cursor.word() == "(":
        return cursor.grouped_text()
    return cursor.word_value()


def _one(cursor: MyCursor, name: str, options: TableOptions) -> None:
    if name == "comment":
        cursor.accept("=")
        options.comment, options.commented = cursor.text_value() or None, True
        return
    value = _value(cursor)
    if name in _KEPT:
        options.kept.append(f"{name}={value.lower()}")
    elif name == "collate":
        options.collation = canonical_collation(value)
        options.charset = charset_of(options.collation) or options.charset
    elif name in ("engine", "type"):
        options.engine = value.lower()
    elif name == "auto_increment":
        options.counter = True
    else:
        options.unread = True


_KNOWN = dict.fromkeys(("comment", "collate", "engine", "type", "auto_increment"))


def read_partitions(cursor: MyCursor, options: TableOptions) -> None:
    """Behind PARTITION BY: the key, and the names of the partitions."""
    start = cursor.at
    cursor.accept("LINEAR")
    if cursor.accept("SYSTEM_TIME"):
        cursor.rest()
        options.unread = True
        return
    sort = cursor.accept_any("HASH", "KEY", "RANGE", "LIST")
    if not sort:
        raise Unreadable
    cursor.accept("COLUMNS")
    if cursor.accept("ALGORITHM", "="):
        cursor.step()
    cursor.skip_group()
    options.partition_key = cursor.slice(start)
    count = cursor.integer() if cursor.accept("PARTITIONS") else 1
    if cursor.accept("SUBPARTITION", "BY"):
        while not cursor.done and cursor.word() != "(":
            cursor.step()
        cursor.skip_group()
        if cursor.accept("SUBPARTITIONS"):
            cursor.integer()
    if cursor.word() == "(":
        options.partitions = partition_names(cursor)
    else:
        options.partitions = tuple(f"p{number}" for number in range(count))


def partition_names(cursor: MyCursor) -> tuple[str, ...]:
    """`(PARTITION p0 VALUES ..., PARTITION p1 ...)` as `p0=less than (2020)`."""
    names = []
    for item in cursor.group().items():
        item.expect("PARTITION")
        names.append(item.name() + _bounds(item))
        item.rest()
    return tuple(names)


def _bounds(item: MyCursor) -> str:
    """What the partition may hold, in the words in which the catalog tells it."""
    if item.accept("DEFAULT"):
        return "=in (default)"
    if not item.accept("VALUES"):
        return ""
    if item.accept("LESS", "THAN"):
        return f"=less than ({'maxvalue' if item.accept('MAXVALUE') else item.grouped_text()})"
    item.expect("IN")
    return f"=in ({item.grouped_text()})"
