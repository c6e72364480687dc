"""A blueprint as the statements the framework sends, each with its own text in the file and its own conditions.

What cannot be known makes its own statement unreadable and no other: an ALTER that holds several columns, or a CREATE
TABLE, is then judged by the columns that are known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from console.core.refs import Kind
from console.core.statements import Guard, Sent
from console.readers.php.blueprint.made import require_whole
from console.readers.php.blueprint.order import draft_of, is_by_dbal
from console.readers.php.draft import Blueprint, Column, Command, Connection, Draft, Line, RefusedError, UnreadableError
from console.readers.php.grammar import Grammar, grammar_of
from console.readers.php.guards import none_of
from console.readers.php.values import Unknown, unknowns

_BY_DBAL = "Doctrine DBAL compares the live table first, so the SQL depends on it"
_CONDITIONAL = "which columns it holds depends on a condition in the file"
_UNLESS_THERE = "which columns it holds depends on which the table has already"


def compile_blueprint(blueprint: Blueprint, connection: Connection) -> tuple[Sent, ...]:
    """`Schema::create` or `Schema::table` with its closure; one that is refused is one unreadable statement."""
    try:
        return compile_or_refuse(blueprint, connection)
    except UnreadableError as error:
        return (Sent("", blueprint.source, blueprint.line, blueprint.guards, str(error)),)


def compile_or_refuse(blueprint: Blueprint, connection: Connection) -> tuple[Sent, ...]:
    """The same, but raises RefusedError: Laravel makes all SQL of a blueprint before it sends the first of it."""
    compiler = _Compiler(blueprint, connection)
    found = [sent for command in compiler.draft.commands for sent in compiler.statements(command)]
    return tuple(compiler.unless_refused(sent) for sent in found)


class _Compiler:
    """One blueprint on its way to statements."""

    def __init__(self, blueprint: Blueprint, connection: Connection) -> None:
        self.blueprint, self.connection = blueprint, connection
        self.grammar: Grammar = grammar_of(connection)
        self.draft: Draft = draft_of(blueprint, connection)
        self.refused: list[tuple[Guard, ...]] = []
        """The conditions under which Laravel refuses the blueprint."""

    def statements(self, command: Command) -> Iterator[Sent]:
        """What is sent for one command."""
        if command.name == "unreadable":
            yield self.sent(command.line, unreadable=_why(command))
        elif command.name == "create" or (command.name == "add" and command.columns):
            yield from self.together(command)
        elif command.name == "change" and command.columns and is_by_dbal(self.connection):
            yield from map(self.change_by_dbal, command.columns)
        elif command.name == "change" and command.columns:
            yield from self.together(command)
        elif command.name == "renameColumn" and is_by_dbal(self.connection):
            yield self.rename_by_dbal(command)
        else:
            yield from self.alone(command)

    def sent(self, line: Line, sql: str = "", *, effect: str = "", unreadable: str = "") -> Sent:
        """One statement of one line."""
        guards = (*self.blueprint.guards, *line.guards)
        return Sent(sql, line.source, line.line, guards, unreadable, effect)

    def alone(self, command: Command) -> Iterator[Sent]:
        """A command with one line of its own."""
        try:
            require_whole(command)
            if command.column is not None and command.name in ("add", "change"):
                require_whole(command.column)
            for sql in self.grammar.compile_command(self.draft, command, self.connection):
                yield self.sent(command.line, sql)
        except UnreadableError as error:
            self.note_refusal(error, command.line.guards)
            yield self.sent(command.line, unreadable=str(error))

    def together(self, command: Command) -> Iterator[Sent]:
        """Several columns in one statement."""
        columns = self.draft.columns if command.name == "create" else command.columns
        line, shared = self.line_of(command, columns)
        try:
            self.require_certain(command, columns, shared)
            for sql in self.grammar.compile_command(self.draft, command, self.connection):
                yield self.sent(line, sql)
        except UnreadableError as error:
            self.note_refusal(error, shared)
            yield self.sent(line, effect=self.known_part(command, shared), unreadable=str(error))

    def note_refusal(self, error: UnreadableError, guards: tuple[Guard, ...]) -> None:
        """Laravel refuses the whole blueprint for this; only a condition may keep it from that."""
        if isinstance(error, RefusedError):
            if not guards:
                raise error
            self.refused.append(guards)

    def unless_refused(self, sent: Sent) -> Sent:
        """A statement that is sent only when nothing beside it is refused."""
        own = sent.guards[len(self.blueprint.guards) :]
        others = (none_of(guards) for guards in self.refused if guards != own)
        return replace(sent, guards=(*sent.guards, *(guard for one in others for guard in one)))

    def line_of(self, command: Command, columns: tuple[Column, ...]) -> tuple[Line, tuple[Guard, ...]]:
        """The text it was read from, with the conditions all its columns share."""
        blueprint = self.blueprint
        if command.name != "create" and len(columns) == 1:
            return columns[0].line, columns[0].line.guards
        guards = {column.line.guards for column in columns}
        shared = guards.pop() if len(guards) == 1 and command.name != "create" else ()
        return Line((), blueprint.source, blueprint.line, shared), shared

    def require_certain(self, command: Command, columns: tuple[Column, ...], shared: tuple[Guard, ...]) -> None:
        """Raise when a column is not wholly known, or when it is not known which columns there are."""
        require_whole(command)
        for column in columns:
            require_whole(column)
        for other in self.draft.commands:
            if other.name == "unreadable":
                raise UnreadableError(_why(other))
        if any(self.is_conditional(column, command, shared) for column in columns):
            raise UnreadableError(_CONDITIONAL)
        if any(column.line.guards != shared for column in columns):
            raise UnreadableError(_UNLESS_THERE)

    def is_conditional(self, column: Column, command: Command, shared: tuple[Guard, ...]) -> bool:
        """A condition decides whether it is added; not so when that asks whether it is there already."""
        if column.line.guards == shared:
            return False
        return command.name == "create" or not all(_asks_for(guard, column) for guard in column.line.guards)

    def known_part(self, command: Command, shared: tuple[Guard, ...]) -> str:
        """SQL of the columns that are known and certain, and of those that are certain to be there afterwards."""
        columns = command.columns or self.draft.columns
        known = [(column, whole) for column in columns if (whole := _known(column)) is not None]
        certain = tuple(whole for column, whole in known if column.line.guards == shared)
        parts = [self.part(command, certain)] if certain or command.name == "create" else []
        for column, whole in known:
            if column.line.guards != shared and not self.is_conditional(column, command, shared):
                parts.append(self.unless_there(self.part(command, (whole,))))
        return "; ".join(filter(None, parts))

    def part(self, command: Command, columns: tuple[Column, ...]) -> str:
        """The command with some of its columns only."""
        commands = tuple(
            other for other in self.draft.commands if other.name != "unreadable" and not _is_unknown(other)
        )
        draft = replace(self.draft, columns=columns, commands=commands)
        part = replace(command, columns=columns if command.columns else (), attributes={})
        try:
            return "; ".join(self.grammar.compile_command(draft, part, self.connection))
        except UnreadableError:
            return ""

    def unless_there(self, sql: str) -> str:
        """The same for a column that may be there; only PostgreSQL has words for it."""
        if self.connection.driver != "pgsql":
            return sql
        return sql.replace(" add column ", " add column if not exists ", 1)

    def change_by_dbal(self, column: Column) -> Sent:
        """The stated part of a change whose SQL depends on the live column."""
        why = column.attributes.get("unreadable")
        if isinstance(why, Unknown):
            return self.sent(column.line, unreadable=why.why)
        try:
            effect = self.grammar.change_effect(self.draft, column, self.connection)
        except UnreadableError as error:
            return self.sent(column.line, unreadable=str(error))
        return self.sent(column.line, effect=effect, unreadable=_BY_DBAL)

    def rename_by_dbal(self, command: Command) -> Sent:
        """A rename whose SQL depends on the live column."""
        try:
            require_whole(command)
            effect = self.grammar.rename_effect(self.draft, command, self.connection)
        except UnreadableError as error:
            return self.sent(command.line, unreadable=str(error))
        return self.sent(command.line, effect=effect, unreadable=_BY_DBAL)


def _why(command: Command) -> str:
    why = command.attributes.get("why")
    return why if isinstance(why, str) else "it is not known what is asked for"


def _asks_for(guard: Guard, column: Column) -> bool:
    ref = guard.ref
    return ref is not None and ref.kind is Kind.COLUMN and ref.name == column.name and not guard.present


def _is_unknown(command: Command) -> bool:
    return any(unknown for value in command.attributes.values() for unknown in unknowns(value))


def _known(column: Column) -> Column | None:
    """The column when all of it is known; an enum of unknown cases is still a text of that size."""
    unknown = {name for name, value in column.attributes.items() if any(True for _ in unknowns(value))}
    if unknown == {"allowed"} and column.type == "enum":
        rest = {name: value for name, value in column.attributes.items() if name != "allowed"}
        return replace(column, type="string", attributes={**rest, "length": 255})
    return None if unknown else column
