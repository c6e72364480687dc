"""Rows as the literals that servers write, and what comes back of a table: values alone, for whoever hands them on."""

from __future__ import annotations

from dataclasses import dataclass

NULL = "NULL"
Row = tuple[str, ...]
"""Literals, in the order of the columns."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a table can come back."""

    schema: str
    table: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    """Those of the table now that the backup has too, without generated ones; the key among them."""
    counted: tuple[str, ...] = ()
    """Columns whose numbers PostgreSQL gives out from a sequence."""
    always: bool = False
    """One of them is GENERATED ALWAYS AS IDENTITY."""
    stamped: tuple[str, ...] = ()
    """Columns that MySQL sets to the time of every change, unless it is told what to set."""

    def key_of(self, row: Row) -> Row:
        """The key's literals."""
        return tuple(row[self.columns.index(name)] for name in self.key)


@dataclass(frozen=True, slots=True)
class Fill:
    """A value that is NULL now and was not."""

    key: Row
    column: str
    value: str
    doubtful: bool = False
    """Something else of its row was changed since the backup: somebody may have meant it to be NULL."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What comes back of one table, and what else was seen."""

    server: str
    """`Server.identity` of the incident's when it was looked at."""
    backup: str
    """What people call it."""
    shape: Shape
    missing: tuple[Row, ...] = ()
    fills: tuple[Fill, ...] = ()
    same: int = 0
    changed: int = 0
    """Rows of the backup whose other values are different now."""
    newer: int | None = None
    """Rows that are not in the backup; None: not known."""
    whole: bool = True
    """All rows of the backup were looked at."""
