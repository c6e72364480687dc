"""The values that say what one SQL statement is: its text, its nature, its operations."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from console.core.operations import Operation


class Nature(StrEnum):
    """What sort of statement it is; decides what evidence there can be."""

    SCHEMA = "schema"
    """Its operations can be checked in the catalog."""
    DATA = "data"
    """INSERT, UPDATE, DELETE, COPY, TRUNCATE: only a count of rows could support a verdict."""
    OPAQUE = "opaque"
    """Code or unparsed text."""


@dataclass(frozen=True, slots=True)
class DataProbe:
    """A read-only question whose answer 0 means that a data statement has nothing left to do.

    Only made when the SET makes its own WHERE false; `sql` is `SELECT count(*) ...` in the statement's own words.
    """

    sql: str
    table: tuple[str, str]
    """(schema, name): no count runs while DDL holds or awaits a lock on it."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement as the framework sends it."""

    n: int
    """1-based position in its migration."""
    sql: str
    """The original text, without the final semicolon and surrounding blanks and comments."""
    nature: Nature
    operations: tuple[Operation, ...]
    line: int = 1
    """1-based line of its first word in the file."""
    group: int = 0
    """Statements with one number share a transaction: all of them land or none."""
    concurrently: bool = False
    """It cannot run inside a transaction (CONCURRENTLY, VACUUM, ...)."""
    tables: tuple[tuple[str, str], ...] = ()
    """(schema, name) of the tables it reads or writes, as far as known."""
    probe: DataProbe | None = None
