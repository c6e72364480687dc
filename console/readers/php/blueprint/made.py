"""Columns and commands while they are still chained to: what the framework keeps as Fluent objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from console.readers.php.draft import Call, Column, Command, Line, UnreadableError
from console.readers.php.grammar.common import text
from console.readers.php.values import Listing, Unknown, Value

UNREADABLE = "unreadable"
"""The attribute that holds, as an `Unknown`, why a column or a command is not what it seems."""


class Sort(Enum):
    """What it is that is chained to."""

    COLUMN = "column"
    FOREIGN_ID = "foreign id"
    """A column that `constrained()` may follow."""
    COMMAND = "command"
    FOREIGN = "foreign"
    """A foreign key."""


@dataclass(eq=False, slots=True)
class Made:
    """One column or command being made."""

    name: Value
    """The command's word, or the column's name."""
    line: Line
    attributes: dict[str, Value] = field(default_factory=dict)
    sort: Sort = Sort.COMMAND
    column: Made | None = None
    columns: tuple[Made, ...] = ()

    @property
    def is_column(self) -> bool:
        """It is a column, not a command."""
        return self.sort in (Sort.COLUMN, Sort.FOREIGN_ID)

    @property
    def changes(self) -> bool:
        """A column that is there already: `->change()`."""
        return bool(self.attributes.get("change"))

    def mark(self, why: str) -> None:
        """What is made is not all that is known of it."""
        self.attributes.setdefault(UNREADABLE, Unknown(why))


def as_column(made: Made) -> Column:
    """The column as grammars see it."""
    attributes = dict(made.attributes)
    kind = attributes.pop("type", None)
    if not isinstance(made.name, str):
        attributes.setdefault(UNREADABLE, _nameless(made.name))
    if not isinstance(kind, str):
        attributes.setdefault(UNREADABLE, kind if isinstance(kind, Unknown) else Unknown("its type is not known"))
    return Column(
        kind if isinstance(kind, str) else "", made.name if isinstance(made.name, str) else "", attributes, made.line
    )


def _nameless(name: Value) -> Unknown:
    return name if isinstance(name, Unknown) else Unknown("the column's name is no text")


def as_command(made: Made, columns: Mapping[int, Column]) -> Command:
    """The command as grammars see it; `columns` are those made so far, by identity."""
    return Command(
        str(made.name),
        made.line,
        made.attributes,
        columns[id(made.column)] if made.column is not None else None,
        tuple(columns[id(one)] for one in made.columns),
    )


def joined(name: Value, more: str) -> Value:
    """A name with something behind it."""
    return name if isinstance(name, Unknown) else text(name) + more


def listing(*items: Value) -> Listing:
    """A list without keys."""
    return Listing(tuple(enumerate(items)))


def first_call(line: Line) -> Call:
    """The call a line begins with; it is unreadable without one."""
    if line.unreadable or not line.calls:
        raise UnreadableError(line.unreadable or "nothing is called")
    return line.calls[0]


def require_whole(thing: Column | Command) -> None:
    """Raise when more was asked of it than is understood."""
    why = thing.attributes.get(UNREADABLE)
    if isinstance(why, Unknown):
        raise UnreadableError(why.why)
