"""The calls inside a blueprint's closure, recorded as the framework records them: columns and commands, in order."""

from __future__ import annotations

from collections.abc import Mapping

from console.readers.php.blueprint.chaining import chain
from console.readers.php.blueprint.columns import attributes_of, column_name, spec_of
from console.readers.php.blueprint.indexes import INDEXES, drop_index, index
from console.readers.php.blueprint.made import Made, Sort, first_call
from console.readers.php.blueprint.methods import METHODS
from console.readers.php.draft import Blueprint, Call, Connection, Line, UnreadableError
from console.readers.php.values import Value


class Recorder:
    """One blueprint being filled."""

    def __init__(self, blueprint: Blueprint, connection: Connection) -> None:
        self.table = blueprint.table
        self.connection = connection
        self.creates = blueprint.creates
        self.columns: list[Made] = []
        self.steps: list[Made] = []
        """Commands in the order of the calls; from Laravel 11.15 on columns of an ALTER stand among them."""
        self.settings: dict[str, Value] = {}
        """`engine`, `charset`, `collation`, `temporary` of the table."""
        self.after: Value = None
        self.line = Line((), blueprint.source, blueprint.line)
        if blueprint.creates:
            self.command("create")

    @property
    def major(self) -> int:
        """The framework's version."""
        return self.connection.laravel[0]

    @property
    def one_by_one(self) -> bool:
        """Each column is added and changed by an ALTER of its own, in its place among the commands."""
        return self.connection.laravel >= (11, 15)

    def record(self, line: Line) -> None:
        """One chain; what cannot be read of it becomes a command `unreadable` in its place."""
        self.line = line
        try:
            made = self.call(first_call(line))
            chain(self, made, line.calls[1:])
        except UnreadableError as error:
            self.unreadable(str(error))

    def unreadable(self, why: str) -> None:
        """Something is asked for here that is not understood."""
        self.command("unreadable", why=why)

    def call(self, call: Call) -> Made | None:
        """The first call of a chain; None when nothing can be chained to it."""
        name = call.name.lower()
        spec = spec_of(call.name, self.connection)
        if spec is not None:
            attributes = attributes_of(spec, call, self.connection)
            return self.column(column_name(spec, call), attributes, Sort.FOREIGN_ID if spec.foreign else Sort.COLUMN)
        if name in INDEXES:
            return index(self, name, call)
        if name.startswith("drop") and name[4:] in INDEXES:
            return drop_index(self, name[4:], call.arg(0, "index"))
        method = METHODS.get(name)
        if method is None or self.major < method[0]:
            raise UnreadableError(f"{call.name}() is no method of Laravel {self.major}'s Blueprint")
        return method[1](self, call)

    def column(self, name: Value, attributes: Mapping[str, Value], sort: Sort = Sort.COLUMN) -> Made:
        """A new column."""
        made = Made(name, self.line, dict(attributes), sort)
        self.columns.append(made)
        if self.one_by_one and not self.creates:
            self.steps.append(made)
        if self.after is not None:
            made.attributes["after"] = self.after
            self.after = name
        return made

    def command(self, name: str, sort: Sort = Sort.COMMAND, /, **attributes: Value) -> Made:
        """A new command at the end."""
        made = Made(name, self.line, attributes, sort)
        self.steps.append(made)
        return made
