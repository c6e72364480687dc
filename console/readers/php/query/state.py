"""A query while it is built: what Laravel's query builder holds, already written as SQL where it can be."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.readers.php.draft import Connection, UnreadableError
from console.readers.php.query.literals import known
from console.readers.php.values import Raw, Value


@dataclass(frozen=True, slots=True)
class Model:
    """What an Eloquent model adds to what is asked of its table."""

    updated_at: Value = "updated_at"
    """The column that gets the time of every change; None: there is none, so that the SQL of a change is known."""
    deleted_at: Value = None
    """The column that marks rows as deleted; None: there is none, Unknown: that is not known."""


@dataclass(slots=True)
class Join:
    """One joined table; its conditions are a query's."""

    kind: str
    table: str
    on: Query


@dataclass(slots=True)
class Query:
    """One query; a nested one has no table of its own."""

    connection: Connection
    table: Value = None
    columns: list[str] | None = None
    distinct: bool = False
    distinct_on: tuple[str, ...] = ()
    hint: str = ""
    joins: list[Join] = field(default_factory=list)
    wheres: list[tuple[str, str]] = field(default_factory=list)
    """(boolean, condition)"""
    groups: list[str] = field(default_factory=list)
    havings: list[tuple[str, str]] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)
    limit: int | None = None
    offset: int | None = None
    unions: list[str] = field(default_factory=list)
    union_orders: list[str] = field(default_factory=list)
    union_limit: int | None = None
    union_offset: int | None = None
    lock: str = ""
    model: Model | None = None
    trashed: str = "without"
    """Rows that are marked as deleted: without, with, only."""

    by_effect: bool = False
    """What is surely not null is enough of a new value: the SQL is only judged."""

    def nested(self) -> Query:
        """A query for conditions of this one."""
        return Query(self.connection, self.table)

    def alias(self) -> str:
        """What this query calls its table."""
        table = known(self.table)
        if isinstance(table, Raw) or not table:
            raise UnreadableError("the table is an expression")
        return str(table)


def joined(conditions: list[tuple[str, str]]) -> str:
    """Conditions in a row; the boolean of the first one is not written."""
    written = " ".join(f"{boolean} {condition}" for boolean, condition in conditions)
    return written.removeprefix("and ") if written.startswith("and ") else written.removeprefix("or ")
