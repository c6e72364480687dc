"""What a question about the data is made of; which one is asked is decided in causes.py, its SQL in the dialects."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Doubt(StrEnum):
    """What to look for."""

    DUPLICATES = "duplicates"
    NULLS = "nulls"
    ORPHANS = "orphans"
    VIOLATIONS = "violations"
    MISFITS = "misfits"
    """Values that a new type or character set cannot hold."""
    ZERO_DATES = "zero dates"
    """0000-00-00, which a strict server does not copy into a table it builds anew."""
    FILLED = "filled"
    """Rows at all: a new column would be filled with what a strict server refuses."""
    CONFLICTS = "conflicts"
    """Pairs of rows that an EXCLUDE forbids."""
    OUTSIDE = "outside"
    """Rows that the bounds of a partition do not admit."""
    DEPENDENTS = "dependents"
    """Objects that use what would go, or would be of another type."""
    DEFINITION = "definition"
    """No rows: the definitions themselves do not go together."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question found."""

    rows: int | None
    """None: not known (it took too long, or would have been in the way)."""
    sample: tuple[str, ...] = ()
    sql: str = field(default="", compare=False)
    """What was asked, exactly; '' where the schema tells."""


@dataclass(frozen=True, slots=True)
class Key:
    """What a unique index compares."""

    column: str = ""
    prefix: int | None = None
    """Only so many characters of it, or bytes where it holds bytes."""
    expression: str = ""
    """Instead of a column."""
    collation: str = ""
    """PostgreSQL: the one it is compared by where that is not the column's own, as SQL."""
    operator: str = ""
    """PostgreSQL: what an EXCLUDE compares two rows with."""


@dataclass(frozen=True, slots=True)
class Given:
    """A column as the other clauses of the same statement leave it."""

    name: str
    column: str = ""
    """The column it is now; '' for a new one."""
    value: str = "NULL"
    """What every row gets in a new one, as SQL."""
    charset: str = ""
    """What it is converted to; '' when it stays as it is."""
    collation: str = ""
    """Likewise; '' beside a character set: that one's own."""


class Bound(StrEnum):
    """In which way a value can fail to fit."""

    CHARACTERS = "characters"
    TRIMMED = "characters without trailing spaces"
    BYTES = "bytes"
    WRITABLE = "writable"
    RANGE = "range"
    INTEGER_TEXT = "integer text"
    NUMBER_TEXT = "number text"
    MEMBER = "member"
    MEMBERS = "members"
    MOMENT = "moment"
    DATE_TEXT = "date text"
    JSON_TEXT = "json text"
    INPUT = "input"
    """PostgreSQL: text that the type reads."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One condition that values must meet to fit a type."""

    bound: Bound
    most: int = 0
    """CHARACTERS, TRIMMED, BYTES: how many."""
    low: str = ""
    high: str = ""
    """RANGE and MOMENT: the ends, as SQL."""
    digits: int = 0
    """RANGE: how many digits behind the point are kept; the value is rounded to them first."""
    names: tuple[str, ...] = ()
    """MEMBER, MEMBERS: what is allowed. WRITABLE: the character set. BYTES: the one they are counted in. RANGE and
    DATE_TEXT: the values are text; dates that are zero do not fit either."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question about one table, about the statement `n` of its migration."""

    n: int
    doubt: Doubt
    table: tuple[str, str]
    """(schema, name)"""
    columns: tuple[str, ...] = ()
    """Bare column names, or with `written` the expressions of an index as its definition writes them."""
    written: bool = False
    condition: str | None = None
    """The check, or the predicate of a partial index."""
    parent: tuple[str, str] | None = None
    parent_columns: tuple[str, ...] = ()
    keys: tuple[Key, ...] = ()
    """MySQL: `columns` of a unique index taken apart."""
    given: tuple[Given, ...] = ()
    """MySQL: all columns of the table, when the statement itself changes some that are asked about."""
    limits: tuple[Limit, ...] = ()
    target: str = ""
    """MISFITS: the type, as people write it. DEFINITION: what was found, in the plural."""
    alone: bool = False
    """PostgreSQL: without the rows of tables that inherit from it."""
    parent_alone: bool = False
    nulls_equal: bool = False
    """Two NULLs are duplicates."""
    full: bool = False
    """ORPHANS: a key that is NULL in part is one, too (MATCH FULL)."""
    type: str = ""
    """PostgreSQL: MISFITS: the column's type as it is. DEPENDENTS: `type` where only that would change."""
    told: Answer | None = None
    """The answer, where it follows from the schema alone: then nobody is asked."""

    def words(self, home: str = "public") -> str:
        """`duplicate values of users.email`."""
        schema, name = self.table
        table = name if schema == home else f"{schema}.{name}"
        columns = ", ".join(self.columns)
        parent = self.parent[1] if self.parent else ""
        return {
            Doubt.DUPLICATES: f"duplicate values of {table} ({columns})",
            Doubt.NULLS: f"rows of {table} where {columns} is null",
            Doubt.ORPHANS: f"rows of {table} whose {columns} is not in {parent}",
            Doubt.VIOLATIONS: f"rows of {table} that break {self.condition}",
            Doubt.MISFITS: f"rows of {table} whose {columns} does not fit {self.target}",
            Doubt.ZERO_DATES: f"rows of {table} with 0000-00-00 in {columns}, which NO_ZERO_DATE refuses to copy",
            Doubt.FILLED: self._filled(table, columns),
            Doubt.CONFLICTS: f"pairs of rows of {table} that conflict in {columns}",
            Doubt.OUTSIDE: f"rows of {table} that {self.target}",
            Doubt.DEPENDENTS: f"objects that use {'.'.join((table, *self.columns))}",
            Doubt.DEFINITION: self.target,
        }[self.doubt]

    def _filled(self, table: str, columns: str) -> str:
        if self.target:
            return f"rows of {table} that have no value for the new {columns}, which is not null"
        return f"rows of {table} that would get 0000-00-00 as {columns}, which NO_ZERO_DATE refuses"
