"""What a database is made of, as frozen values.

One flat tuple of things, each with a `Ref` that says which object of which table it is. Flat, because everything that
judges (landed, drift, replay) asks "is this object there and what does it look like", never "walk the tree"; the tree
that a person sees is made from the same tuple by grouping.

A thing is compared by its meaning only: `stamp` (when it last changed) and `unread` (what could not be read, because
the object is locked or rights are missing) never take part in equality, and `attributes()` leaves out what is unread:
unknown is not none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TypeVar

from console.core.refs import Kind, Ref, Value, column_ref, table_ref

__all__ = [
    "Column",
    "Constraint",
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
    "owner_of",
    "table_ref",
]

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """What every object has; the kinds below add what they are."""

    ref: Ref
    comment: str | None = None
    stamp: int | None = field(default=None, compare=False)
    """Grows with every change of the catalog row; comparable with other stamps of the same server only.
    PostgreSQL: `xmin` as a 64-bit transaction number. None: not known."""
    unread: frozenset[str] = field(default=NOTHING, compare=False)
    """Names of the fields that could not be read, or that the SQL left open."""
    named: bool = field(default=True, compare=False)
    """False: the SQL gave no name, the one in `ref` is the server's rule; match by definition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Namespace(Thing):
    """A schema of the database."""

    owner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension(Thing):
    """An installed extension."""

    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Thing):
    """A table; its columns, indexes and so on are things of their own."""

    persistence: str = "permanent"
    """permanent, unlogged or temporary."""
    partition_key: str | None = None
    """`RANGE (ts)` on a partitioned table."""
    partition_of: str | None = None
    """`schema.table` of the parent, when this is a partition."""
    partition_bound: str | None = None
    inherits: tuple[str, ...] = ()
    row_security: str = "off"
    """off, on or forced."""
    replica_identity: str = "default"
    owner: str | None = None
    options: tuple[str, ...] = ()
    foreign: bool = False
    locked: bool = field(default=False, compare=False)
    """An ACCESS EXCLUSIVE lock is held or awaited: parts of its definition are in `unread`."""
    rows: int | None = field(default=None, compare=False)
    """The planner's estimate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Thing):
    """A column; `type` and `default` in the server's spelling after canonical typing (core/types)."""

    position: int = field(default=0, compare=False)
    type: str
    nullable: bool = True
    default: str | None = None
    identity: str = ""
    """'', always or by default."""
    generated: str | None = None
    """The expression of a generated column."""
    generated_kind: str = ""
    """'', stored or virtual."""
    collation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint(Thing):
    """PRIMARY KEY, UNIQUE, FOREIGN KEY, CHECK, EXCLUDE or (PostgreSQL 18) NOT NULL."""

    type: str
    """primary key, unique, foreign key, check, exclude or not null."""
    columns: tuple[str, ...] = ()
    expression: str | None = None
    """CHECK expression or the text of EXCLUDE."""
    references: str | None = None
    """`schema.table` a foreign key points at."""
    referenced_columns: tuple[str, ...] = ()
    on_delete: str = "no action"
    on_update: str = "no action"
    match: str = "simple"
    nulls_distinct: bool = True
    validated: bool = True
    deferrable: bool = False
    deferred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Index(Thing):
    """An index, also the one behind a constraint (`constraint`)."""

    table: str
    columns: tuple[str, ...]
    """Each as written in a definition: a column name or an expression, then whatever is not the default:
    operator class, COLLATE, DESC, NULLS FIRST/LAST. `lower(code) text_pattern_ops DESC`."""
    include: tuple[str, ...] = ()
    method: str = "btree"
    unique: bool = False
    where: str | None = None
    nulls_distinct: bool = True
    valid: bool = True
    """False: PostgreSQL will not use it; a failed CONCURRENTLY left it, unless `building`."""
    building: bool = field(default=False, compare=False)
    constraint: bool = field(default=False, compare=False)
    attached_to: str | None = None
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger(Thing):
    """A trigger that a person made (internal ones only when disabled, as debris)."""

    definition: str | None = None
    function: str = ""
    enabled: str = "origin"
    """origin, disabled, replica or always."""
    internal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy(Thing):
    """A row security policy."""

    command: str = "all"
    permissive: bool = True
    roles: tuple[str, ...] = ()
    using: str | None = None
    check: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Thing):
    """A view or materialized view."""

    definition: str | None = None
    materialized: bool = False
    populated: bool = True
    owner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence(Thing):
    """A sequence; `owned_by` is `schema.table.column`."""

    type: str = "bigint"
    start: int = 1
    increment: int = 1
    minimum: int | None = None
    maximum: int | None = None
    cycle: bool = False
    owned_by: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserType(Thing):
    """An enum, domain, composite or range type."""

    type: str
    """enum, domain, composite, range."""
    labels: tuple[str, ...] = ()
    """Enum labels in order, or `name type` of a composite's attributes."""
    base: str | None = None
    nullable: bool = True
    default: str | None = None
    checks: tuple[str, ...] = ()
    """`name: expression` of each domain CHECK, sorted; ` NOT VALID` behind those not validated."""
    owner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Routine(Thing):
    """A function or procedure; `body` is the source exactly as stored."""

    type: str = "function"
    language: str = ""
    returns: str = ""
    body: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Other(Thing):
    """A rule, statistics object or publication: known to exist, with its definition where it is safe to read."""

    definition: str | None = None


_HEADER = frozenset({"ref", "stamp", "unread", "named"})


_COMPARABLE: dict[type[Thing], tuple[str, ...]] = {}


def comparable(kind: type[Thing]) -> tuple[str, ...]:
    """The fields that say what a thing of this class means."""
    if kind not in _COMPARABLE:
        _COMPARABLE[kind] = tuple(f.name for f in fields(kind) if f.compare and f.name not in _HEADER)
    return _COMPARABLE[kind]


def attributes(thing: Thing) -> dict[str, Value]:
    """What of `thing` is known and takes part in comparison, by field name."""
    return {name: getattr(thing, name) for name in comparable(type(thing)) if name not in thing.unread}


SomeThing = TypeVar("SomeThing", bound=Thing)


@dataclass(frozen=True)
class Schema:
    """Everything that was read of one database, sorted by `ref`."""

    things: tuple[Thing, ...] = ()
    home: str = "public"
    """The schema that unqualified names mean."""
    unread: tuple[str, ...] = ()
    """Reasons why parts are missing, one sentence each; empty when all was read."""

    @cached_property
    def by_ref(self) -> dict[Ref, Thing]:
        """Every thing under its address."""
        return {thing.ref: thing for thing in self.things}

    def get(self, ref: Ref) -> Thing | None:
        """The thing at `ref`, or None when it is not there."""
        return self.by_ref.get(ref)

    @cached_property
    def by_table(self) -> dict[tuple[str, str], tuple[Thing, ...]]:
        """Columns, constraints, indexes, triggers and policies under (schema, table)."""
        found: dict[tuple[str, str], list[Thing]] = {}
        for thing in self.things:
            owner = owner_of(thing)
            if owner:
                found.setdefault((thing.ref.schema, owner), []).append(thing)
        return {key: tuple(value) for key, value in found.items()}

    def of_kind(self, kind: type[SomeThing]) -> Iterator[SomeThing]:
        """All things of one class, in order."""
        return (thing for thing in self.things if isinstance(thing, kind))


def owner_of(thing: Thing) -> str:
    """The table a thing belongs to, '' when it stands alone."""
    return thing.table if isinstance(thing, Index) else thing.ref.table
