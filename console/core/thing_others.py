"""What stands beside the tables of a database: views, sequences, types, code, and the schemas that hold them."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.core.thing import Thing


@dataclass(frozen=True, slots=True, kw_only=True)
class Namespace(Thing):
    """A schema of the database; on MySQL a database."""

    owner: str | None = None
    charset: str | None = None
    collation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension(Thing):
    """An installed extension."""

    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Thing):
    """A view or materialized view."""

    definition: str | None = None
    materialized: bool = False
    populated: bool = True
    owner: str | None = None
    options: tuple[str, ...] | None = None
    """`security_barrier=true`, `check_option=local`; MySQL: `sql_security=invoker`; what is usual is left out.
    None: not told."""


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
    grants: tuple[str, ...] = field(default=(), compare=False)
    """As `Table.grants` has them."""


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
    volatility: str | None = None
    """volatile, stable or immutable; MySQL: deterministic or not deterministic. None, as below: not told."""
    security: str | None = None
    """invoker or definer."""
    arguments: str | None = None
    """As a CREATE has them, names and defaults too; on MySQL `in n int`."""
    options: tuple[str, ...] | None = None
    """What else a CREATE says: `STRICT`, `PARALLEL SAFE`, `COST 5`, `SET search_path TO 'x'`; `READS SQL DATA`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Thing):
    """MySQL: code the server runs by the clock."""

    schedule: str = ""
    """`every 1 day`, `at 2026-01-01 00:00:00`."""
    enabled: str = "enabled"
    """enabled, disabled or replica side disabled."""
    body: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Other(Thing):
    """A rule, statistics object or publication: known to exist, with its definition where it is safe to read."""

    definition: str | None = None
