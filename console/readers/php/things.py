"""What an expression can be besides a plain value: closures, objects, and answers that only a database can give.

Each is an `Unknown`, so whoever does not understand one sees that it is not known and why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from console.core.statements import Guard
from console.readers.php.draft import Call, Connection, Line
from console.readers.php.values import Listing, Unknown, Value

if TYPE_CHECKING:
    from console.readers.php.arguments import Args
    from console.readers.php.classes import ClassInfo
    from console.readers.php.machine import Machine
    from console.readers.php.scope import Cell, Frame
    from console.readers.php.syntax import Node


@dataclass(frozen=True, slots=True)
class On:
    """The connection a handle stands for."""

    connection: Connection
    database: str = ""
    """The project's name for it when it is another database than the one looked at."""
    name: str = ""
    """The project's name for it, when the file says one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing(Unknown):
    """An object: not a value that SQL could hold, and never null."""

    why: str = "an object is no value"
    never_null: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure(Thing):
    """A function without a name, a method, or `strtolower(...)`."""

    node: Node | None = None
    """Has parameters and a body."""
    frame: Frame | None = None
    """Where it was written: its file, class and object; an arrow function sees its variables."""
    captured: tuple[tuple[str, Cell], ...] = ()
    """What `use` hands in."""
    native: str = ""
    """A function of PHP's own; then there is no node."""
    bound: Callable[[tuple[Value, ...]], Value] | None = None
    """What is called when it belongs to one of our objects; then there is no node."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Thing):
    """Yes or no, and only the database knows: `Schema::hasColumn('users', 'phone')`."""

    why: str = "only the database knows it"
    yes: tuple[Guard, ...] = ()
    """What holds when the answer is yes."""
    no: tuple[Guard, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(Thing):
    """A case of an enum."""

    why: str = "a case of an enum without values is no value"
    of: str = ""
    """The enum's full name."""
    name: str = ""
    value: Value = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance(Thing):
    """An object of a class that was read."""

    of: ClassInfo
    fields: dict[str, Cell] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign(Thing):
    """An object of a class that was not read; what its methods do is not known."""

    why: str = "an object of a class that is not read"
    of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Harmless(Thing):
    """An object whose methods change no database: a date, the console's output, the cache."""

    why: str = "it is known only when the file is run"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaHandle(Thing):
    """`Schema`, `Schema::connection('x')`."""

    on: On


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionHandle(Thing):
    """`DB`, `DB::connection('x')`."""

    on: On


@dataclass(frozen=True, slots=True, kw_only=True)
class PdoHandle(Thing):
    """`DB::getPdo()`."""

    on: On


@dataclass(frozen=True, slots=True, kw_only=True)
class Doctrine(Thing):
    """`getDoctrineSchemaManager()`: it tells what is there, and it can change it."""

    why: str = "only the database knows it"
    on: On


@dataclass(slots=True, eq=False)
class Building:
    """A chain of calls while it is written: `DB::table('t')->where(...)`, `$table->string('a')`."""

    calls: Cell
    """A tuple of calls, or an Unknown when it depends on a condition what was called."""
    start: int
    source: str
    line: int
    guards: tuple[Guard, ...] = ()
    on: On | None = None
    broken: str = ""

    def as_line(self, *more: Call) -> Line:
        """What is written so far."""
        calls = self.calls.value
        why = self.broken or (calls.why if isinstance(calls, Unknown) else "")
        if why or not isinstance(calls, tuple):
            return Line((), self.source, self.line, self.guards, why or "it is not known what is called")
        return Line((*calls, *more), self.source, self.line, self.guards)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain(Thing):
    """A chain as a value: a column of a blueprint, or a query."""

    why: str = "a query is no value"
    building: Building
    query: bool = False


@dataclass(slots=True, eq=False)
class Sheet:
    """What a closure that was given a Blueprint (or a query) has asked of it so far."""

    of: str = ""
    """The table's name; empty: a nested query."""
    on: On | None = None
    depth: int = 0
    """How many conditions stand around it: those above are its lines' own."""
    buildings: list[Building] = field(default_factory=list)

    def lines(self) -> tuple[Line, ...]:
        """Its lines so far."""
        return tuple(building.as_line() for building in self.buildings)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetHandle(Thing):
    """`$table` inside a closure of `Schema::create`, `$query` inside one of `where`."""

    why: str = "a blueprint is no value"
    sheet: Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows(Thing):
    """What a query reads: rows, or one of them."""

    why: str = "the rows are known only when the file is run"
    building: Building | None = None
    by: str = ""
    """The method they are read with: `get`, `chunkById`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(Thing):
    """A column of a row that was read."""

    why: str = "the rows are known only when the file is run"
    never_null: bool = False
    name: str = ""
    building: Building | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Names(Thing):
    """The columns or indexes a live table has: `Schema::getColumnListing('t')`."""

    why: str = "only the database knows them"
    on: On
    table: str
    indexes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlace(Thing):
    """A path of the project: `database_path('sql/x.sql')`."""

    why: str = "the project's folder is not the same everywhere"
    path: str = ""
    """From the root of the project."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected(Thing):
    """`collect([...])`: a list with methods."""

    why: str = "a collection is no value"
    items: Listing = field(default_factory=Listing)


Method: TypeAlias = "Callable[[Machine, Args, Node, Frame], Value]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Own(Thing):
    """An object of a migration tool's own: a table, a schema, a connection."""

    call: Callable[[Machine, str, Args, Node, Frame], Value]
    """What a method of it does, by its name."""
    made: object = None
    """What the tool's reader keeps of it."""
    kinds: frozenset[str] | None = None
    """The classes it is of, in lower case and without namespaces; None: not known."""


@dataclass(frozen=True, slots=True)
class Tool:
    """What a migration has from the classes of its tool, which are not read; names are in lower case."""

    methods: Mapping[str, Method] = field(default_factory=dict)
    """Of the class it extends."""
    fields: Mapping[str, Value] = field(default_factory=dict)
    """Properties of that class, in their own case."""
    statics: Mapping[str, Method] = field(default_factory=dict)
    """`class::method`."""
    constants: Mapping[str, Value] = field(default_factory=dict)
    """`class::constant`."""
    makes: Mapping[str, Method] = field(default_factory=dict)
    """`new class(...)`."""
