"""The tables as the migrations before have made them: what Rails asks the server for when a statement depends on it.

Only what a migration said is in here. A table that none of them made, or that something unread may have changed, is not
known, and what depends on it is not guessed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from console.readers.ruby.values import Value


@dataclass(frozen=True, slots=True)
class KnownColumn:
    """A column as it was last defined."""

    sql_type: str
    null: bool = True
    default: Value = None
    comment: Value = None


@dataclass(frozen=True, slots=True)
class KnownIndex:
    """An index; an expression is one word among its columns."""

    name: str
    columns: tuple[str, ...]
    unique: bool = False


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A foreign key of one column."""

    name: str
    column: str
    to_table: str


@dataclass(slots=True)
class KnownTable:
    """What is known of one table."""

    complete: bool = False
    """A migration made it, and everything said of it since was read."""
    key: str = ""
    """The column of its primary key that has a sequence; empty: there is none."""
    columns: dict[str, KnownColumn] = field(default_factory=dict)
    indexes: list[KnownIndex] = field(default_factory=list)
    keys: list[KnownKey] = field(default_factory=list)

    def index_on(self, columns: Iterable[str]) -> str | None:
        """The one index on these columns; None: none is known, or several are."""
        wanted = tuple(columns)
        found = [index.name for index in self.indexes if index.columns == wanted]
        return found[0] if len(found) == 1 else None

    def without_column(self, name: str) -> None:
        """The column goes, and its keys; what becomes of an index on several columns is the server's business."""
        self.columns.pop(name, None)
        self.keys = [key for key in self.keys if key.column != name]
        self.complete = self.complete and not any(
            name in index.columns and len(index.columns) > 1 for index in self.indexes
        )
        self.indexes = [index for index in self.indexes if index.columns != (name,)]

    def copied(self) -> KnownTable:
        """One of its own."""
        return KnownTable(self.complete, self.key, dict(self.columns), list(self.indexes), list(self.keys))


@dataclass(slots=True)
class Catalogue:
    """All tables that are known."""

    tables: dict[str, KnownTable] = field(default_factory=dict)

    def table(self, name: str) -> KnownTable:
        """What is known of a table, to be read and added to."""
        return self.tables.setdefault(name, KnownTable())

    def forget(self, name: str | None = None) -> None:
        """Something that is not read may have changed a table, or any of them."""
        if name is None:
            self.tables.clear()
        else:
            self.tables.pop(name, None)

    def forget_named_in(self, text: str) -> None:
        """SQL of the project's own may have changed the tables that it names."""
        for name in [name for name in self.tables if name.rpartition(".")[2] in text]:
            del self.tables[name]

    def copied(self) -> Catalogue:
        """One that can go another way."""
        return Catalogue({name: table.copied() for name, table in self.tables.items()})

    def renamed_column(self, table: str, old: str, new: str) -> None:
        """A column has another name now, in its indexes and keys too."""
        known = self.table(table)
        if old in known.columns:
            known.columns[new] = known.columns.pop(old)
        known.indexes = [
            replace(index, columns=tuple(new if c == old else c for c in index.columns)) for index in known.indexes
        ]
        known.keys = [replace(key, column=new) if key.column == old else key for key in known.keys]
