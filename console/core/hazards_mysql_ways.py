"""The ways in which InnoDB changes a table, and what the rules ask of a statement and a schema.

INSTANT writes the catalog only; in place, writers go on unless it says so; a copy blocks writers to its end. One
clause that cannot be INSTANT makes all of them go in place: then a new or dropped column rebuilds the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from console.core.hazards_cost import CRITICAL, HIGH, LOW, MEDIUM, table_at
from console.core.lexer import significant, tokens
from console.core.observation import Server
from console.core.operations import Drop, Rename
from console.core.schema import Column, Constraint, Index, Kind, Ref, Schema, Table, column_ref, table_ref
from console.core.statements import Statement


@dataclass(frozen=True, slots=True)
class Way:
    """How one clause is done."""

    rule: str = ""
    instant: bool = False
    copies: bool = False
    rebuilds: bool = False
    blocks: bool = False
    """Writers wait to the end of it."""
    reads: bool = False
    """All rows are read, for an index."""
    reshapes: bool = False
    """Alone it is INSTANT; with a clause that is not, the table is rebuilt."""
    severity: int = LOW
    careful: str = ""

    def of(self, rule: str, careful: str = "") -> Way:
        """The same, for this rule."""
        return replace(self, rule=rule, careful=careful)


INSTANT = Way(instant=True)
RESHAPES = Way(instant=True, reshapes=True)
INPLACE = Way()
INDEXES = Way(reads=True)
SCAN_BLOCKING = Way(reads=True, blocks=True, severity=HIGH)
"""Rows are read while nobody writes, and no index is made of them."""
INDEXES_BLOCKING = Way(reads=True, blocks=True, severity=HIGH)
REBUILD = Way(rebuilds=True, severity=MEDIUM)
REBUILD_BLOCKING = Way(rebuilds=True, blocks=True, severity=HIGH)
COPY = Way(rebuilds=True, copies=True, blocks=True, severity=CRITICAL)


@dataclass(frozen=True)
class MyAsk:
    """A statement, the table it alters, and the schema it meets."""

    statement: Statement
    schema: Schema
    table: Table
    mariadb: bool
    version: int
    server: Server | None = None

    def on(self, setting: str) -> bool | None:
        """Whether a setting of the session is on; None: not known."""
        value = self.server.setting(setting).lower() if self.server else ""
        return None if not value else value in ("on", "1", "yes")

    @property
    def lenient(self) -> bool:
        """sql_mode is known, and not strict."""
        server = self.server
        return server is not None and bool(server.settings) and "STRICT_" not in server.setting("sql_mode").upper()

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The statement's tokens in lower case."""
        return tuple(t.folded.lower() for t in significant(tokens(self.statement.sql, self.schema.dialect)))

    def says(self, *words: str) -> bool:
        """These words stand in the statement, in a row."""
        size = len(words)
        return any(self.words[at : at + size] == words for at in range(len(self.words) - size + 1))

    @property
    def moves(self) -> bool:
        """A column gets another place than the last."""
        return "first" in self.words or "after" in self.words

    def either(self, mysql: Way, mariadb: Way) -> Way:
        """The way of this server."""
        return mariadb if self.mariadb else mysql

    @property
    def parts(self) -> tuple[object, ...]:
        """Columns, indexes and constraints of the table."""
        return self.schema.by_table.get((self.table.ref.schema, self.table.ref.name), ())

    @property
    def columns(self) -> Iterator[Column]:
        """Its columns."""
        return (part for part in self.parts if isinstance(part, Column))

    @property
    def indexes(self) -> Iterator[Index]:
        """Its indexes."""
        return (part for part in self.parts if isinstance(part, Index))

    @cached_property
    def has_virtual(self) -> bool:
        """A column of it is worked out when it is read."""
        return any(column.generated_kind == "virtual" for column in self.columns)

    @cached_property
    def dropped(self) -> frozenset[Ref]:
        """What the same statement drops."""
        return frozenset(op.ref for op in self.statement.operations if isinstance(op, Drop))

    @cached_property
    def has_fulltext(self) -> bool:
        """It has a FULLTEXT index, and keeps it: one goes with the last of its columns."""
        gone = {ref.name for ref in self.dropped if ref.kind is Kind.COLUMN}
        kept = (index for index in self.indexes if index.method == "fulltext" and index.ref not in self.dropped)
        return any(set(index.columns) - gone for index in kept)

    @cached_property
    def indexes_virtual(self) -> bool:
        """An index of it is over a column that is worked out when it is read."""
        virtual = [column.ref.name for column in self.columns if column.generated_kind == "virtual"]
        return any(self.indexed(name) for name in virtual)

    @cached_property
    def keeps(self) -> tuple[Index, ...]:
        """Where there is no primary key: the unique indexes by one of which the rows are kept, the first over columns
        that are all NOT NULL. Which was made first is not known."""
        if self.keyed:
            return ()
        return tuple(index for index in self.indexes if index.unique and set(index.columns) <= self.full)

    @cached_property
    def keyed(self) -> bool:
        """It has a primary key."""
        return any(isinstance(part, Constraint) and part.type == "primary key" for part in self.parts)

    @cached_property
    def full(self) -> frozenset[str]:
        """Its columns that are NOT NULL."""
        return frozenset(column.ref.name for column in self.columns if not column.nullable)

    def column(self, ref: Ref) -> Column | None:
        """The column as it was read, under the name it had before this statement."""
        old = next((op.ref for op in self.statement.operations if isinstance(op, Rename) and op.to == ref), ref)
        found = self.schema.get(column_ref(old.schema, old.table, old.name))
        return found if isinstance(found, Column) else None

    def indexed(self, name: str) -> bool:
        """An index mentions it."""
        return any(_mentions(item, name) for index in self.indexes for item in index.columns)

    def feeds(self, name: str) -> bool:
        """A generated column is worked out of it."""
        return bool(self.fed_by(name))

    def fed_by(self, name: str) -> tuple[Column, ...]:
        """Generated columns that are worked out of it."""
        return tuple(column for column in self.columns if _mentions(column.generated or "", name))

    def referenced(self, name: str) -> bool:
        """A foreign key points at it."""
        text = f"{self.table.ref.schema}.{self.table.ref.name}"
        keys = (key for key in self.schema.of_kind(Constraint) if key.references == text)
        return any(name in key.referenced_columns for key in keys)


def _mentions(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w`]){re.escape(name)}(?!\w)|`{re.escape(name)}`", text, re.IGNORECASE) is not None


def table_of(ref: Ref) -> Ref:
    """The table an address is of."""
    return table_ref(ref.schema, ref.table) if ref.kind is not Kind.TABLE else ref


def altered(schema: Schema, ref: Ref) -> Table | None:
    """The table, as it was read."""
    return table_at(schema, table_of(ref))
