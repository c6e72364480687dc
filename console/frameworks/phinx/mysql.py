"""Phinx's SQL for MySQL and MariaDB, as its adapter of 0.13 and later writes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from console.frameworks.phinx.actions import (
    AddIndex,
    AddKey,
    ChangeColumn,
    ChangeComment,
    ChangeKey,
    Column,
    DropIndex,
    DropKey,
    Index,
    Key,
    RemoveColumn,
    RenameColumn,
    RenameTable,
    Table,
    php_text,
)
from console.frameworks.phinx.grammar import ASKED, GEOSPATIAL, Piece, Quoting, Steps, default_of, keyed, primary_key
from console.frameworks.phinx.planning import Creation
from console.readers.php.draft import UnreadableError
from console.readers.php.values import Listing

_PLAIN = frozenset({"float", "double", "decimal", "date", "enum", "set", "json", *GEOSPATIAL})
_SIGNED = frozenset("integer tinyinteger smallinteger mediuminteger biginteger float decimal double boolean".split())
_DISPLAY = {
    "tinyinteger": ("tinyint", 255, 4),
    "smallinteger": ("smallint", 65535, 6),
    "mediuminteger": ("mediumint", 16777215, 8),
    "biginteger": ("bigint", 2147483647, 20),
}
"""Phinx's word -> the server's, the constant that means its whole range, and the width it is shown with."""
_INTEGERS = (
    ("bigint", 2147483647, 20), ("int", 1073741823, 11), ("mediumint", 16777215, 8), ("smallint", 65535, 6),
    ("tinyint", 255, 4),
)  # fmt: skip
_TEXTS = (("longtext", 2147483647), ("mediumtext", 16777215), ("text", 65535), ("tinytext", 255))
_BLOBS = (("tinyblob", 255), ("blob", 65535), ("mediumblob", 16777215))
_BLOB_SIZES = {"tinyblob": 255, "mediumblob": 16777215, "longblob": 2147483647}
_MODERN = 8
_LONGEST_BINARY = 255
_ESCAPES = {"\0": "\\0", "\n": "\\n", "\r": "\\r", "\\": "\\\\", "'": "\\'", '"': '\\"', "\x1a": "\\Z"}
CONSTANTS: dict[str, int | str] = {
    "text_tiny": 255, "text_small": 255, "text_regular": 65535, "text_medium": 16777215, "text_long": 2147483647,
    "blob_tiny": 255, "blob_small": 255, "blob_regular": 65535, "blob_medium": 16777215, "blob_long": 2147483647,
    "int_tiny": 255, "int_small": 65535, "int_medium": 16777215, "int_regular": 1073741823, "int_big": 2147483647,
    "int_display_tiny": 4, "int_display_small": 6, "int_display_medium": 8, "int_display_regular": 11,
    "int_display_big": 20, "bit": 64, "type_year": "year", "first": "FIRST",
}  # fmt: skip
"""What migrations take from the adapter's class."""


@dataclass(slots=True)
class MySql(Quoting):
    """What `console.frameworks.phinx.grammar.Grammar` promises."""

    def quoted(self, text: str) -> str:
        """As the driver writes it, with backslashes."""
        return f"'{''.join(_ESCAPES.get(char, char) for char in text)}'"

    def create(self, creation: Creation) -> Iterator[Piece]:
        """One statement, indexes inside."""
        columns, key = keyed(creation, signed=not self.shape.unsigned_keys)
        parts = [f"{self.name(column.name)} {self._definition(column)}" for column in columns]
        inside = ", ".join(parts)
        if key is not None:
            inside += f", PRIMARY KEY ({primary_key(self, key)})"
        inside += "".join(f", {self._index(index)}" for index in creation.indexes)
        yield Piece(
            f"CREATE TABLE {self.table(creation.table.name)} ({inside}) {self._options(creation.table)}".rstrip()
        )

    def _options(self, table: Table) -> str:
        given = {
            key: php_text(value) for key, value in table.options.items() if key in _TABLE_OPTIONS and value is not None
        }
        collation = given.get("collation", self.shape.collation)
        found = f"ENGINE = {given.get('engine', self.shape.engine)}"
        if collation:
            found += f" CHARACTER SET {collation.split('_')[0]} COLLATE {collation}"
        if "comment" in given:
            found += f" COMMENT={self.quoted(given['comment'])} "
        return found + (f" ROW_FORMAT={given['row_format']} " if "row_format" in given else "")

    def add_column(self, table: Table, column: Column, steps: Steps) -> None:
        """ADD, where it is to stand."""
        steps.clauses.append(Piece(f"ADD {self.name(column.name)} {self._definition(column)}{self._after(column)}"))

    def change_column(self, action: ChangeColumn, steps: Steps) -> None:
        """CHANGE: the whole definition anew."""
        column = action.column
        new = f"{self.name(column.name)} {self._definition(column)}{self._after(column)}"
        steps.clauses.append(Piece(f"CHANGE {self.name(action.old)} {new}"))

    def rename_column(self, action: RenameColumn, steps: Steps) -> None:
        """Phinx asks the server for the definition."""
        new = f"RENAME COLUMN {self.name(action.old)} TO {self.name(action.new)}"
        steps.clauses.append(Piece(new, f"{ASKED} (CHANGE COLUMN with the column's present definition)"))

    def drop_column(self, action: RemoveColumn, steps: Steps) -> None:
        """It goes."""
        steps.clauses.append(Piece(f"DROP COLUMN {self.name(action.name)}"))

    def add_index(self, action: AddIndex, steps: Steps) -> None:
        """A full text index comes on its own."""
        definition = self._index(action.index)
        if action.index.type == "fulltext":
            steps.behind.append(Piece(f"ALTER TABLE {self.table(action.table.name)} ADD {definition}"))
        else:
            steps.clauses.append(Piece(f"ADD {definition}"))

    def drop_index(self, action: DropIndex, steps: Steps) -> None:
        """By its name; of columns alone Phinx asks the server for it."""
        if action.index.name is None:
            raise UnreadableError("the index is dropped by its columns: its name is asked of the server when it runs")
        steps.clauses.append(Piece(f"DROP INDEX {self.name(action.index.name)}"))

    def add_key(self, action: AddKey, steps: Steps) -> None:
        """A foreign key."""
        steps.clauses.append(Piece(f"ADD {self._key(action.key)}"))

    def drop_key(self, action: DropKey, steps: Steps) -> None:
        """By its name; of columns alone Phinx asks the server for it."""
        if not action.key.name:
            raise UnreadableError("the key is dropped by its columns: its name is asked of the server when it runs")
        steps.clauses.append(Piece(f"DROP FOREIGN KEY {action.key.name}"))

    def rename_table(self, action: RenameTable, steps: Steps) -> None:
        """On its own."""
        steps.behind.append(Piece(f"RENAME TABLE {self.table(action.table.name)} TO {self.table(action.new)}"))

    def change_key(self, action: ChangeKey, steps: Steps) -> None:
        """Whether there is one to be dropped is asked of the server."""
        new = f", ADD PRIMARY KEY ({','.join(map(self.name, action.columns))})" if action.columns else ""
        steps.clauses.append(Piece(f"DROP PRIMARY KEY{new}", ASKED))

    def change_comment(self, action: ChangeComment, steps: Steps) -> None:
        """An option of the table."""
        steps.clauses.append(Piece(f" COMMENT={self.quoted(action.comment or '')} "))

    def truncate(self, table: str) -> str:
        """All rows go."""
        return f"TRUNCATE TABLE {self.table(table)}"

    def override(self) -> str:
        """Nothing."""
        return ""

    def _after(self, column: Column) -> str:
        after = column.text("after")
        if not after:
            return ""
        return " FIRST" if after == "FIRST" else f" AFTER {self.name(after)}"

    def _definition(self, column: Column) -> str:
        found = f"{self._type(column)}{self._values(column)}"
        encoding, collation = column.text("encoding"), column.text("collation")
        found += f" CHARACTER SET {encoding}" if encoding else ""
        found += f" COLLATE {collation}" if collation else ""
        signed = column.yes("signed", True)
        found += " unsigned" if not signed and not column.literal and column.type in _SIGNED else ""
        found += " NULL" if column.is_null(self.shape.null_default) else " NOT NULL"
        if column.type in GEOSPATIAL and column.options.get("srid") is not None and self.shape.server >= _MODERN:
            found += f" SRID {column.text('srid')}"
        found += " AUTO_INCREMENT" if column.yes("identity", False) else ""
        found += self._default(column)
        comment, update = column.text("comment"), column.text("update")
        found += f" COMMENT {self.quoted(comment)}" if comment else ""
        return found + (f" ON UPDATE {update}" if update else "")

    def _default(self, column: Column) -> str:
        given = column.default
        expressions = (*GEOSPATIAL, "blob", "json", "text")
        if isinstance(given, str) and column.type in expressions and self.shape.server >= _MODERN:
            return f" DEFAULT ({self.quoted(given)})"
        return default_of(self, column)

    def _type(self, column: Column) -> str:
        if column.literal:
            return column.type
        name, limit = _server_type(column.type, column.number("limit"), column.options.get("limit") is not None)
        precision, scale = column.number("limit"), column.number("scale")
        if precision and scale:
            return f"{name.upper()}({precision},{scale})"
        return f"{name.upper()}({limit})" if limit else name.upper()

    def _values(self, column: Column) -> str:
        given = column.options.get("values")
        if not isinstance(given, Listing) or not given.items:
            return ""
        return f"({', '.join('NULL' if one is None else self.quoted(php_text(one)) for one in given.values)})"

    def _index(self, index: Index) -> str:
        kind = {"unique": " UNIQUE KEY", "fulltext": " FULLTEXT KEY"}.get(index.type, " KEY")
        named = f" `{index.name}`" if index.name is not None else ""
        if isinstance(index.limit, Listing):
            return f"{kind}{named} ({self._limited(index, index.limit)} )"
        limit = f"({php_text(index.limit)})" if index.limit else ""
        columns = (f"`{one}`" + (f" {index.order[one]}" if one in index.order else "") for one in index.columns)
        return f"{kind}{named} ({','.join(columns)}{limit})"

    def _limited(self, index: Index, limits: Listing) -> str:
        if index.order:
            raise UnreadableError("an index with lengths and an order is not read")
        found = []
        for column in index.columns:
            limit = limits.get(column)
            found.append(f"`{column}`({limit}) " if isinstance(limit, int) and limit > 0 else f"`{column}` ")
        return ", ".join(found).rstrip(", ")

    def _key(self, key: Key) -> str:
        named = f" CONSTRAINT {self.name(key.name)}" if key.name else ""
        columns, others = ",".join(map(self.name, key.columns)), ",".join(map(self.name, key.referenced))
        return f"{named} FOREIGN KEY ({columns}) REFERENCES {self.table(key.table)} ({others}){key.rules}"


_TABLE_OPTIONS = ("engine", "collation", "comment", "row_format")


def _server_type(kind: str, limit: int, given: bool) -> tuple[str, int]:
    """The server's word and its length; 0: it has none."""
    if kind in _PLAIN:
        return kind, 0
    if kind in ("datetime", "timestamp", "time"):
        return kind, limit
    if kind in _LENGTHS:
        name, usual = _LENGTHS[kind]
        return name, limit or usual
    if kind in _FIXED:
        return _FIXED[kind]
    if kind in _DISPLAY:
        name, whole, width = _DISPLAY[kind]
        return name, width if limit == whole else limit or width
    if kind == "integer":
        return _integer(limit)
    if kind == "text":
        return next((name for name, least in _TEXTS if limit >= least), "text"), 0
    return _binary(kind, limit, given)


_LENGTHS = {"string": ("varchar", 255), "char": ("char", 255), "bit": ("bit", 64)}
_FIXED = {"boolean": ("tinyint", 1), "uuid": ("char", 36), "binaryuuid": ("binary", 16), "year": ("year", 4)}


def _integer(limit: int) -> tuple[str, int]:
    if limit >= _INTEGERS[-1][1]:
        return next((name, width) for name, least, width in _INTEGERS if limit >= least)
    return "int", limit or 11


def _binary(kind: str, limit: int, given: bool) -> tuple[str, int]:
    if kind in ("binary", "varbinary"):
        length = limit if given else _LONGEST_BINARY
        return (kind, length) if length <= _LONGEST_BINARY else (_blob(length), 0)
    if kind == "blob":
        return (_blob(limit) if given else "blob"), 0
    if kind in _BLOB_SIZES:
        return _blob(limit or _BLOB_SIZES[kind]), 0
    raise UnreadableError(f"the type {kind} is not one that Phinx has for MySQL")


def _blob(limit: int) -> str:
    return next((name for name, most in _BLOBS if limit <= most), "longblob")
