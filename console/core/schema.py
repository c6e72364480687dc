"""What a database is made of, as frozen values.

One flat tuple of things, each with a `Ref` that says which object of which table it is. Flat, because everything that
judges (landed, drift, replay) asks "is this object there and what does it look like", never "walk the tree"; the tree
that a person sees is made from the same tuple by grouping.

A thing is compared by its meaning only: `stamp` (when it last changed) and `unread` (what could not be read, because
the object is locked or rights are missing) never take part in equality, and `attributes()` leaves out what is unread:
unknown is not none. Nor is a thing that is not here always not there: `untold` names the kinds of which there may be
more, and `MEMBERS` in `unread` a table or schema that may hold more (see told.py).

MySQL and MariaDB in these words: a database is a schema. The names of columns, indexes, constraints, routines and
events have no case there, so their addresses hold them in lower case (`uncased`) and keep beside it how they are
written; names in `columns` and `referenced_columns` are in lower case too. Table, view and trigger names stay as they
are; a trigger's address has no table, `Trigger.table` names it. PRIMARY KEY is a constraint and an index, both called
`primary`; UNIQUE and KEY are an index and nothing else. An index carries its table in its address. RESTRICT of a
foreign key is no action. Types, defaults and expressions are spelled by `console.core.types.mysql` and
`mysql_defaults`; a MariaDB longtext whose check makes it a JSON is of type `json`, without that check.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from console.core.refs import Kind, Ref, Value, column_ref, table_ref, uncased
from console.core.thing import MEMBERS, NOTHING, Thing, attributes, comparable
from console.core.thing_others import Event, Extension, Namespace, Other, Routine, Sequence, UserType, View
from console.core.thing_tables import Column, Constraint, Index, Policy, Table, Trigger

__all__ = [
    "MEMBERS",
    "NOTHING",
    "Column",
    "Constraint",
    "Event",
    "Extension",
    "Index",
    "Kind",
    "Namespace",
    "Other",
    "Policy",
    "Ref",
    "Routine",
    "Schema",
    "Sequence",
    "Table",
    "Thing",
    "Trigger",
    "UserType",
    "Value",
    "View",
    "attributes",
    "column_ref",
    "comparable",
    "owner_of",
    "table_ref",
    "uncased",
]

SomeThing = TypeVar("SomeThing", bound=Thing)


@dataclass(frozen=True)
class Schema:
    """Everything that was read of one database, sorted by `ref`."""

    things: tuple[Thing, ...] = ()
    home: str = "public"
    """The schema that unqualified names mean."""
    unread: tuple[str, ...] = ()
    """Reasons why parts are missing, one sentence each; empty when all was read."""
    dialect: str = "postgres"
    """postgres, mysql or mariadb: how the texts in it are to be read."""
    untold: Mapping[Kind, str] = field(default_factory=dict)
    """Kinds of which there may be more than was told, each with the reason: `triggers are not told to this account`."""
    folded: bool = False
    """Names of tables have no case on this server, and all are in lower case here (table_case.py)."""
    fresh: frozenset[Ref] = field(default=frozenset(), compare=False)
    """Tables that the run which is being judged makes: nobody else knows them yet."""
    filled: frozenset[Ref] = field(default=frozenset(), compare=False)
    """Of those, the ones that the run may have put many rows into."""

    @cached_property
    def by_ref(self) -> Mapping[Ref, Thing]:
        """Every thing under its address."""
        return {thing.ref: thing for thing in self.things}

    def get(self, ref: Ref) -> Thing | None:
        """The thing at `ref`, or None when it is not there."""
        return self.by_ref.get(ref)

    @cached_property
    def by_table(self) -> Mapping[tuple[str, str], tuple[Thing, ...]]:
        """Columns, constraints, indexes, triggers and policies under (schema, table)."""
        found: dict[tuple[str, str], list[Thing]] = {}
        for thing in self.things:
            owner = owner_of(thing)
            if owner:
                found.setdefault((thing.ref.schema, owner), []).append(thing)
        return {key: tuple(value) for key, value in found.items()}

    @cached_property
    def relations(self) -> frozenset[str]:
        """Names of tables and views in lower case, wherever they are."""
        return frozenset(t.ref.name.lower() for t in self.things if t.ref.kind in (Kind.TABLE, Kind.VIEW))

    @cached_property
    def silent(self) -> bool:
        """Something may be there that was not told."""
        return bool(self.untold) or any(MEMBERS in thing.unread for thing in self.things)

    def of_kind(self, kind: type[SomeThing]) -> Iterator[SomeThing]:
        """All things of one class, in order."""
        return (thing for thing in self._by_class.get(kind, ()) if isinstance(thing, kind))

    @cached_property
    def _by_class(self) -> Mapping[type[Thing], list[Thing]]:
        """Most questions are about things of one class."""
        found: dict[type[Thing], list[Thing]] = {}
        for thing in self.things:
            found.setdefault(type(thing), []).append(thing)
        return found


def owner_of(thing: Thing) -> str:
    """The table a thing belongs to, '' when it stands alone."""
    return thing.table or thing.ref.table if isinstance(thing, Index | Trigger) else thing.ref.table
