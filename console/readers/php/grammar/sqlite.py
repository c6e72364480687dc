"""SQLite: every command of a blueprint, for Laravel 8 on.

Much of what other servers alter is here a new table that takes the old one's place, made from what is in the database
just then: such statements are not readable.
"""

from __future__ import annotations

from collections.abc import Callable

from console.readers.php.draft import Column, Command, Connection, Draft, RefusedError, UnreadableError
from console.readers.php.grammar.common import attribute, nothing_for, values
from console.readers.php.grammar.sqlite_columns import TYPES, column_sql
from console.readers.php.grammar.writer import Writer

_Compiled = str | tuple[str, ...]
_REBUILDS = frozenset({"change", "primary", "dropPrimary", "foreign", "dropForeign"})
_REBUILDS_SINCE = (11, 15)
"""The Laravel that rebuilds tables for them; before it most were silently left out."""
_DROPS_COLUMNS_SINCE = (3, 35)
"""The SQLite that can drop a column."""
_REBUILT = "the table is rebuilt from its live definition, so the SQL depends on it"
_BY_DBAL = "Doctrine DBAL rebuilds the table from its live definition, so the SQL depends on it"


class SQLiteWriter(Writer):
    """One command being written for SQLite."""

    server = "SQLite"
    json_call = ("json_extract(", ")")
    types = TYPES

    @property
    def is_native(self) -> bool:
        """Columns are renamed and dropped without Doctrine DBAL."""
        return self.major >= 11 or (self.major == 10 and self.connection.native_changes)

    def index_on(self) -> tuple[str, str]:
        """Where an index is and its table: from Laravel 12 on the schema stands before the index."""
        schema, _, table = self.draft.table.rpartition(".")
        if not schema or self.major < 12:
            return "", self.table
        return f"{self.wrap_value(schema)}.", self.wrap_table(table, self.connection)


class SQLiteGrammar:
    """The commands SQLite understands."""

    def fluent(self, connection: Connection) -> tuple[str, ...]:
        """None: neither comments nor starting values."""
        del connection
        return ()

    def compile_command(self, draft: Draft, command: Command, connection: Connection) -> tuple[str, ...]:
        """The statements of one command."""
        writer = SQLiteWriter(draft, command, connection)
        if connection.laravel < _REBUILDS_SINCE:
            _require_allowed(writer)
        elif command.name in _REBUILDS and not draft.creates:
            raise _why_rebuilt(writer)
        compiler = _COMMANDS.get(command.name)
        if compiler is None:
            raise nothing_for(command.name, "SQLite")
        found = compiler(writer)
        return (found,) if isinstance(found, str) else found

    def change_effect(self, draft: Draft, column: Column, connection: Connection) -> str:
        """Nothing: what of a column stays is not judged on this server."""
        del draft, column, connection
        return ""

    def rename_effect(self, draft: Draft, command: Command, connection: Connection) -> str:
        """Nothing, as for a change."""
        del draft, command, connection
        return ""


def _require_allowed(w: SQLiteWriter) -> None:
    """Raise for a blueprint that Laravel refuses as a whole: none of its commands is sent then."""
    if w.commands("dropForeign"):
        raise RefusedError(f"Laravel {w.major} refuses a blueprint that drops a foreign key on SQLite")
    if not w.is_native and len(w.commands("dropColumn") + w.commands("renameColumn")) > 1:
        raise RefusedError(f"Laravel {w.major} refuses to drop or rename columns twice in a blueprint on SQLite")


def _why_rebuilt(w: SQLiteWriter) -> UnreadableError:
    if w.command.name == "dropForeign" and not values(attribute(w.command, "columns")):
        return RefusedError("Laravel refuses to drop a foreign key by its name on SQLite")
    return UnreadableError(_REBUILT)


def _create(w: SQLiteWriter) -> str:
    columns = ", ".join(column_sql(w, column) for column in w.new_columns())
    foreign = "".join(_foreign_key(w.of(command)) for command in w.commands("foreign"))
    primary = "".join(f", primary key ({w.of(command).names()})" for command in w.commands("primary")[:1])
    kind = "create temporary" if w.draft.temporary else "create"
    return f"{kind} table {w.table} ({columns}{foreign}{primary})"


def _foreign_key(w: SQLiteWriter) -> str:
    other = w.wrap_table(attribute(w.command, "on"), w.connection)
    return f", foreign key({w.names()}) references {other}({w.names('references')}){w.actions()}"


def _add(w: SQLiteWriter) -> tuple[str, ...]:
    """Up to Laravel 10 a stored column is left out: SQLite adds none to a table that has rows."""
    columns = [column_sql(w, column) for column in w.own_columns()]
    added = (column for column in columns if w.major >= 11 or not _is_stored(column))
    return tuple(f"alter table {w.table} add column {column}" for column in added)


def _is_stored(column: str) -> bool:
    _, _, expression = column.partition("as (")
    return ") stored" in expression


def _change(w: SQLiteWriter) -> str:
    raise UnreadableError(_REBUILT if w.major >= 11 else _BY_DBAL)


def _index(words: str) -> Callable[[SQLiteWriter], str]:
    def compiler(w: SQLiteWriter) -> str:
        schema, table = w.index_on()
        return f"create {words} {schema}{w.name()} on {table} ({w.names()})"

    return compiler


def _drop_index(w: SQLiteWriter) -> str:
    return f"drop index {w.index_on()[0]}{w.name()}"


def _drop_column(w: SQLiteWriter) -> tuple[str, ...]:
    if not w.is_native:
        raise UnreadableError(_BY_DBAL)
    server = w.connection.server
    if w.connection.laravel >= _REBUILDS_SINCE and server and server < _DROPS_COLUMNS_SINCE:
        raise UnreadableError(_REBUILT)
    return tuple(f"alter table {w.table} {part}" for part in w.each("drop column "))


def _rename_column(w: SQLiteWriter) -> str:
    if not w.is_native:
        raise UnreadableError(_BY_DBAL)
    return f"alter table {w.table} rename column {w.name('from')} to {w.name('to')}"


def _rename_index(w: SQLiteWriter) -> str:
    raise UnreadableError(f"what index {w.word('from')} is made of stands only in the database")


def _foreign_keys(state: int) -> Callable[[SQLiteWriter], str]:
    def compiler(w: SQLiteWriter) -> str:
        if w.major >= 12:
            return f"pragma foreign_keys = {state}"
        return f"PRAGMA foreign_keys = {'ON' if state else 'OFF'};"

    return compiler


def _nothing(_: SQLiteWriter) -> tuple[str, ...]:
    """Laravel sends nothing for it."""
    return ()


_COMMANDS: dict[str, Callable[[SQLiteWriter], _Compiled]] = {
    "create": _create,
    "add": _add,
    "change": _change,
    "primary": _nothing,
    "foreign": _nothing,
    "dropPrimary": _nothing,
    "dropForeign": _nothing,
    "tableComment": _nothing,
    "unique": _index("unique index"),
    "index": _index("index"),
    "drop": lambda w: f"drop table {w.table}",
    "dropIfExists": lambda w: f"drop table if exists {w.table}",
    "dropColumn": _drop_column,
    "dropUnique": _drop_index,
    "dropIndex": _drop_index,
    "rename": lambda w: f"alter table {w.table} rename to {w.wrap_table(attribute(w.command, 'to'), w.connection)}",
    "renameIndex": _rename_index,
    "renameColumn": _rename_column,
    "createDatabase": _nothing,
    "dropDatabaseIfExists": _nothing,
    "disableForeignKeyConstraints": _foreign_keys(0),
    "enableForeignKeyConstraints": _foreign_keys(1),
}
