"""Addresses of objects and the values their attributes have: the small words of schema.py."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
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
    PROCEDURE = "procedure"
    """Only on servers where a procedure and a function may share a name (MySQL)."""
    EVENT = "event"
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
    written: str = field(default="", compare=False)
    """The name as it is spelled, where the server's names have no case and `name` is the folded one."""

    def label(self, home: str = "public") -> str:
        """`orders.carrier`, or `audit.orders.carrier` outside the `home` schema."""
        name = self.written or self.name
        parts = [self.table, name] if self.table else [name]
        return ".".join(parts if self.schema in ("", home) else [self.schema, *parts])


def table_ref(schema: str, name: str) -> Ref:
    """The address of a table."""
    return Ref(Kind.TABLE, schema, "", name)


def column_ref(schema: str, table: str, name: str) -> Ref:
    """The address of a column."""
    return Ref(Kind.COLUMN, schema, table, name)


_UNCASED = frozenset({Kind.COLUMN, Kind.INDEX, Kind.CONSTRAINT, Kind.ROUTINE, Kind.PROCEDURE, Kind.EVENT})


def uncased(ref: Ref) -> Ref:
    """The address on a server whose names of columns, indexes, constraints and code have no case (MySQL).

    This is the one place that folds them: whoever makes an address there, from SQL or from the catalog, comes through
    here, so addresses compare as the server compares names. Other kinds are left alone.
    """
    folded = ref.name.lower()
    if ref.kind not in _UNCASED or folded == ref.name:
        return ref
    return replace(ref, name=folded, written=ref.name)
