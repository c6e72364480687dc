"""Values of a migration file and the commands it gives Rails, before they are SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self, TypeAlias

from console.core.statements import Guard

_EVERYWHERE = frozenset(
    "bigint binary boolean date datetime decimal float integer json string text time timestamp numeric virtual".split()
)
_OF_POSTGRES = frozenset(
    "daterange numrange tsrange tstzrange int4range int8range xml tsvector hstore inet cidr macaddr uuid jsonb ltree "
    "citext point line lseg box path polygon circle bit bit_varying money interval oid timestamptz enum bigserial "
    "serial".split()
)
_OF_MYSQL = frozenset(
    "blob tinyblob mediumblob longblob tinytext mediumtext longtext unsigned_integer unsigned_bigint unsigned_float "
    "unsigned_decimal".split()
)
COLUMN_WORDS = _EVERYWHERE | _OF_POSTGRES | _OF_MYSQL
"""The types that a table in a migration has methods of."""


def known_words(dialect: str) -> frozenset[str]:
    """Those that Rails itself gives a table on one kind of server."""
    if dialect == "sqlite":
        return _EVERYWHERE
    return _EVERYWHERE | (_OF_POSTGRES if dialect == "postgres" else _OF_MYSQL)


class UnreadableError(Exception):
    """Something that cannot be known without running the file; its text says why, for people."""


class RefusedError(UnreadableError):
    """Rails itself raises here, so it sends neither this nor anything behind it."""


class Symbol(str):
    """A name with a colon before it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Raw:
    """`-> { "now()" }`: SQL as it is."""

    sql: str


class Meant(str):
    """A statement that does not say what kind of object it is about, with one that leaves the same and does."""

    __slots__ = ("effect",)
    effect: str

    def __new__(cls, sql: str, effect: str) -> Self:
        """`sql` is what is sent."""
        made = super().__new__(cls, sql)
        made.effect = effect
        return made


class Rebuilt(Meant):
    """SQLite's way to change a table: Rails makes it anew from its live definition, so the SQL is not known."""

    __slots__ = ()

    def __new__(cls, effect: str = "") -> Self:
        """`effect` leaves the same; empty where nothing that is read does."""
        return super().__new__(cls, "", effect)


@dataclass(frozen=True, slots=True)
class Many:
    """A list."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """A hash; its keys are words."""

    values: Mapping[str, Value]


Value: TypeAlias = "str | int | float | bool | Raw | Many | Pairs | None"


@dataclass(frozen=True, slots=True)
class Command:
    """One method Rails' connection is asked for: `add_column :users, :nick, :string`."""

    name: str
    args: tuple[Value, ...] = ()
    options: Mapping[str, Value] = field(default_factory=dict)
    inner: tuple[Item, ...] | None = None
    """What is said of the table inside its block; None: it has none."""
    source: str = ""
    line: int = 1
    guards: tuple[Guard, ...] = ()

    def arg(self, at: int) -> Value:
        """One argument; None where there is none."""
        return self.args[at] if at < len(self.args) else None

    def word(self, at: int) -> str:
        """A name among the arguments. UnreadableError when it is none."""
        found = self.arg(at)
        if isinstance(found, str) and found:
            return str(found)
        raise UnreadableError(f"what {self.name} is told of is not known")


@dataclass(frozen=True, slots=True)
class Unread:
    """Code that is not read, in its place."""

    source: str
    line: int
    why: str
    guards: tuple[Guard, ...] = ()
    data: bool = False
    """It changes rows and nothing else."""


@dataclass(frozen=True, slots=True)
class Group:
    """What stands in `reversible` or in a transaction: in its own order, whichever way the migration goes."""

    items: tuple[Item, ...]


Item: TypeAlias = "Command | Unread | Group"


def words_of(value: Value) -> tuple[str, ...]:
    """One name or several."""
    found = value.values if isinstance(value, Many) else (value,)
    if not found or not all(isinstance(one, str) for one in found):
        raise UnreadableError("the names are not known")
    return tuple(str(one) for one in found)


def pairs_of(value: Value) -> Mapping[str, Value]:
    """The options in a hash; `true` has none."""
    return value.values if isinstance(value, Pairs) else {}
