"""The values that say what one SQL statement is: its text, its nature, its operations."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from console.core.operations import Operation
from console.core.refs import Ref


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
class Guard:
    """A condition of the file under which a statement is sent: `if (! Schema::hasColumn('users', 'phone'))`."""

    text: str
    """The condition in the file's own words."""
    ref: Ref | None = None
    """What is asked for; None: the condition cannot be read without running it."""
    present: bool = True
    """The statement is sent when `ref` is there (False: when it is not)."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a reader found that a framework sends as one statement; `read_sent` makes a `Statement` of it."""

    sql: str
    """Exactly what the framework sends; empty when that cannot be known without running the file."""
    source: str = ""
    """The file's own text it was read from."""
    line: int = 1
    """1-based line of that text."""
    guards: tuple[Guard, ...] = ()
    unreadable: str = ""
    """Without `sql`: why it cannot be known, for people: `the value of $name is not known`."""
    effect: str = ""
    """SQL that leaves the same behind, where there is no `sql`, or where `sql` does not say what kind of object it is
    about (ALTER TABLE renames a sequence too). Only ever judged, never shown, never run."""
    data: bool = False
    """Without `sql`: it changes rows (a loop over them), so the catalog says nothing about it."""
    database: str = ""
    """The project's name of the connection when it is another database than the one looked at."""
    apart: bool = False
    """What stands behind it may have run without it: it is sent at one time with others, or its failure is caught."""


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
    guards: tuple[Guard, ...] = ()
    """All of them hold, or it is not sent."""
    database: str = ""
    """The project's name of the connection when it is another database than the one looked at."""
    readable: bool = True
    """False: `sql` is the file's own text, not SQL; it is shown, never run."""
    apart: bool = False
    """That a later one landed says nothing of it: it is sent at one time with others, or its failure is caught."""
