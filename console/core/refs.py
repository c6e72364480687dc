"""Addresses of objects and the values their attributes have: the small words of schema.py."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Value: TypeAlias = "str | int | bool | tuple[Value, ...] | None"
"""One attribute of a thing, comparable and hashable."""


class Kind(StrEnum):
    """The kinds of object; the value is the word on screen and in JSON."""

    SCHEMA = "schema"
    EXTENSION = "extension"
    TYPE = "type"
    SEQUENCE = "sequence"
    TABLE = "table"
    COLUMN = "column"
    CONSTRAINT = "constraint"
    INDEX = "index"
    TRIGGER = "trigger"
    POLICY = "policy"
    RULE = "rule"
    VIEW = "view"
    ROUTINE = "routine"
    STATISTICS = "statistics"
    PUBLICATION = "publication"


@dataclass(frozen=True, slots=True, order=True)
class Ref:
    """The address of one object.

    `table` is the owner of a column, constraint, trigger, policy or rule (and of an index where index names are only
    unique per table, as in MySQL; empty for PostgreSQL indexes). A routine's name carries its argument types.
    """

    kind: Kind
    schema: str
    table: str
    name: str

    def label(self, home: str = "public") -> str:
        """`orders.carrier`, or `audit.orders.carrier` outside the `home` schema."""
        parts = [self.table, self.name] if self.table else [self.name]
        return ".".join(parts if self.schema in ("", home) else [self.schema, *parts])


def table_ref(schema: str, name: str) -> Ref:
    """The address of a table."""
    return Ref(Kind.TABLE, schema, "", name)


def column_ref(schema: str, table: str, name: str) -> Ref:
    """The address of a column."""
    return Ref(Kind.COLUMN, schema, table, name)
