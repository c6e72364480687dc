"""Tables and what belongs to them: columns, constraints, indexes, triggers and policies."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.core.thing import Thing


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
    partitions: tuple[str, ...] = ()
    """MySQL: the names of its partitions, in order."""
    inherits: tuple[str, ...] = ()
    row_security: str = "off"
    """off, on or forced."""
    replica_identity: str = "default"
    owner: str | None = None
    options: tuple[str, ...] = ()
    """`fillfactor=70`; on MySQL what CREATE_OPTIONS tells: `row_format=dynamic`."""
    engine: str | None = None
    """MySQL: `innodb`, in lower case. Like charset and collation: None elsewhere, '' left open by the SQL."""
    charset: str | None = None
    """MySQL: the character set of columns that name none, `utf8mb4`."""
    collation: str | None = None
    foreign: bool = False
    locked: bool = field(default=False, compare=False)
    """An ACCESS EXCLUSIVE lock is held or awaited: parts of its definition are in `unread`."""
    rows: int | None = field(default=None, compare=False)
    """The planner's estimate."""
    grants: tuple[str, ...] = field(default=(), compare=False)
    """PostgreSQL: who may do what, as its catalog says it: `shop_app=arwd/shop_owner`. Empty: its owner alone."""


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
    """None: the type's own. MySQL: always the one it has, '' left open by the SQL."""
    charset: str | None = None
    """MySQL: the character set of a text column."""
    on_update: str | None = None
    """MySQL: `current_timestamp`, what an update of the row sets it to."""
    auto_increment: bool = False
    invisible: bool = False
    srid: int | None = None
    """MySQL: the spatial reference system all values must have."""
    storage: str | None = None
    """PostgreSQL: plain, external, extended or main where it is not the type's own, else ''. None: not told."""
    statistics: str | None = None
    """PostgreSQL: how many values ANALYZE keeps, '' as many as usual. None: not told."""


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
    enforced: bool = True
    """False: MySQL's CHECK that is not looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Index(Thing):
    """An index, also the one behind a constraint (`constraint`)."""

    table: str
    columns: tuple[str, ...]
    """Each as written in a definition: a column name or an expression, then whatever is not the default:
    operator class, COLLATE, DESC, NULLS FIRST/LAST. `lower(code) text_pattern_ops DESC`. MySQL: `code(20) DESC`,
    `(lower(code))`."""
    include: tuple[str, ...] = ()
    method: str = "btree"
    """btree, gin, ...; on MySQL btree, hash, fulltext or spatial."""
    unique: bool = False
    where: str | None = None
    nulls_distinct: bool = True
    valid: bool = True
    """False: PostgreSQL will not use it; a failed CONCURRENTLY left it, unless `building`."""
    building: bool = field(default=False, compare=False)
    constraint: bool = field(default=False, compare=False)
    attached_to: str | None = None
    options: tuple[str, ...] = ()
    visible: bool = True
    """False: MySQL's INVISIBLE, MariaDB's IGNORED."""
    implied: bool = field(default=False, compare=False)
    """The SQL did not ask for it and it may not be made: the index MySQL gives a foreign key that has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger(Thing):
    """A trigger that a person made (internal ones only when disabled, as debris)."""

    table: str = ""
    """MySQL, where a trigger's name stands for itself: the table it belongs to. Elsewhere the address has it."""
    definition: str | None = None
    """As the server writes it; MySQL: `before insert for each row` and the body."""
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
