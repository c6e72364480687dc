"""MySQL: every command of a blueprint, for Laravel 8 on; a MariaDB behind driver `mysql` is written to alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from console.readers.php.draft import Column, Command, Connection, Draft, UnreadableError
from console.readers.php.grammar.common import attribute, literal, nothing_for, text, truth
from console.readers.php.grammar.mysql_columns import TYPES, column_sql, definition, is_mariadb
from console.readers.php.grammar.writer import Writer
from console.readers.php.values import Value

_Compiled = str | tuple[str, ...]
_RENAMES_SINCE = {False: (8, 0, 3), True: (10, 5, 2)}
"""The MySQL, and the MariaDB, that can rename a column."""
_INSTANT_SINCE = (12, 40, 1)
_LOCK_SINCE = (12, 46)
"""The releases that say how the server is to go about it."""


class MySqlWriter(Writer):
    """One command being written for MySQL."""

    quote = "`"
    server = "MySQL"
    json_call = ("json_unquote(json_extract(", "))")
    types = TYPES

    def locking(self, of: Column | Command, *, instantly: bool = False) -> str:
        """How the server is asked to go about it."""
        laravel = self.connection.laravel
        instant = instantly and laravel >= _INSTANT_SINCE and truth(attribute(of, "instant"))
        lock = attribute(of, "lock") if laravel >= _LOCK_SINCE else None
        return (", algorithm=instant" if instant else "") + (f", lock={text(lock)}" if truth(lock) else "")


class MySqlGrammar:
    """The commands MySQL understands."""

    writer: ClassVar[type[MySqlWriter]] = MySqlWriter

    def fluent(self, connection: Connection) -> tuple[str, ...]:
        """Starting values follow the columns at once up to Laravel 9."""
        return () if connection.laravel < (10,) else ("autoIncrementStartingValues",)

    def compile_command(self, draft: Draft, command: Command, connection: Connection) -> tuple[str, ...]:
        """The statements of one command."""
        compiler = _COMMANDS.get(command.name)
        if compiler is None:
            raise nothing_for(command.name, self.writer.server)
        found = compiler(self.writer(draft, command, connection))
        return tuple(sql for sql in ((found,) if isinstance(found, str) else found) if sql)

    def change_effect(self, draft: Draft, column: Column, connection: Connection) -> str:
        """Nothing: what of a column stays is not judged on this server."""
        del draft, column, connection
        return ""

    def rename_effect(self, draft: Draft, command: Command, connection: Connection) -> str:
        """The rename, and that DBAL writes the column anew in its own words: a timestamp becomes a datetime."""
        w = self.writer(draft, command, connection)
        renamed = f"alter table {w.table} rename column {w.name('from')} to {w.name('to')}"
        return f"{renamed}; alter table {w.table} modify {w.name('to')}"


def _create(w: MySqlWriter) -> _Compiled:
    columns = [column_sql(w, column) for column in w.new_columns()]
    primary = w.commands("primary")[:1] if w.major >= 10 else ()
    columns += [_primary_key(w.of(one)) for one in primary]
    kind = "create temporary" if w.draft.temporary else "create"
    return f"{kind} table {w.table} ({', '.join(columns)}){_options(w)}", *_old_starting_values(w)


def _options(w: MySqlWriter) -> str:
    charset = w.draft.charset or w.connection.charset
    collation = w.draft.collation or w.connection.collation
    engine = w.draft.engine or w.connection.engine
    return (
        (f" default character set {charset}" if charset else "")
        + (f" collate '{collation}'" if collation else "")
        + (f" engine = {engine}" if engine else "")
    )


def _add(w: MySqlWriter) -> _Compiled:
    added = ", ".join(f"add {column_sql(w, column)}" for column in w.own_columns())
    return f"alter table {w.table} {added}{_manner(w)}", *_old_starting_values(w)


def _change(w: MySqlWriter) -> str:
    changes = ", ".join(_changed(w, column) for column in w.own_columns())
    return f"alter table {w.table} {changes}{_manner(w)}"


def _manner(w: MySqlWriter) -> str:
    return w.locking(w.command.column, instantly=True) if w.command.column else ""


def _changed(w: MySqlWriter, column: Column) -> str:
    new_name = attribute(column, "renameTo")
    name = w.wrap(column.name, w.connection)
    if new_name is None:
        return f"modify {name} {definition(w, column)}"
    return f"change {name} {w.wrap(new_name, w.connection)} {definition(w, column)}"


def _starting_value(column: Column) -> Value:
    if not truth(attribute(column, "autoIncrement")):
        return None
    return attribute(column, "startingValue" if "startingValue" in column.attributes else "from")


def _starts_at(w: MySqlWriter, column: Column) -> str:
    value = _starting_value(column)
    return f"alter table {w.table} auto_increment = {text(value)}" if truth(value) else ""


def _old_starting_values(w: MySqlWriter) -> tuple[str, ...]:
    return tuple(_starts_at(w, column) for column in w.new_columns()) if w.major < 10 else ()


def _starting_values(w: MySqlWriter) -> str:
    return _starts_at(w, w.command.column) if w.command.column else ""


def _primary_key(w: MySqlWriter) -> str:
    return f"primary key {'using ' + w.word('algorithm') if w.has('algorithm') else ''}({w.names()})"


def _primary(w: MySqlWriter) -> str:
    """From Laravel 10 on the first of a new table stands inside it; Laravel 8 gives it a name."""
    if w.major >= 10 and w.draft.creates and w.command is w.commands("primary")[0]:
        return ""
    if w.major < 9:
        return _key("primary key")(w)
    return f"alter table {w.table} add {_primary_key(w)}{w.locking(w.command)}"


def _key(words: str) -> Callable[[MySqlWriter], str]:
    def compiler(w: MySqlWriter) -> str:
        using = f" using {w.word('algorithm')}" if w.has("algorithm") else ""
        return f"alter table {w.table} add {words} {w.name()}{using}({w.names()}){w.locking(w.command)}"

    return compiler


def _foreign(w: MySqlWriter) -> str:
    other = w.wrap_table(attribute(w.command, "on"), w.connection)
    sql = f"alter table {w.table} add constraint {w.name()} foreign key ({w.names()}) references {other}"
    return f"{sql} ({w.names('references')}){w.actions()}{w.locking(w.command)}"


def _drop_column(w: MySqlWriter) -> str:
    return f"alter table {w.table} {', '.join(w.each('drop '))}{w.locking(w.command, instantly=True)}"


def _drop_index(w: MySqlWriter) -> str:
    return f"alter table {w.table} drop index {w.name()}"


def _rename_column(w: MySqlWriter) -> str:
    """A server that cannot rename a column is told all of it again, from Laravel 11 on."""
    server = w.connection.server
    if w.major >= 11 and server and server < _RENAMES_SINCE[is_mariadb(w)]:
        raise UnreadableError("this server renames a column by its live definition, so the SQL depends on it")
    return f"alter table {w.table} rename column {w.name('from')} to {w.name('to')}"


def _rename(w: MySqlWriter) -> str:
    return f"rename table {w.table} to {w.wrap_table(attribute(w.command, 'to'), w.connection)}"


def _table_comment(w: MySqlWriter) -> str:
    return f"alter table {w.table} comment = {literal(attribute(w.command, 'comment'))}"


def _create_database(w: MySqlWriter) -> str:
    """Up to Laravel 11 character set and collation are both stated, or neither."""
    name, charset, collation = w.word("name"), w.connection.charset, w.connection.collation
    both = bool(charset and collation) or w.major >= 12
    return (
        f"create database {w.wrap_value(name)}"
        + (f" default character set {w.wrap_value(charset)}" if charset and both else "")
        + (f" default collate {w.wrap_value(collation)}" if collation and both else "")
    )


_COMMANDS: dict[str, Callable[[MySqlWriter], _Compiled]] = {
    "create": _create,
    "add": _add,
    "change": _change,
    "primary": _primary,
    "unique": _key("unique"),
    "index": _key("index"),
    "fulltext": _key("fulltext"),
    "spatialIndex": _key("spatial index"),
    "foreign": _foreign,
    "drop": lambda w: f"drop table {w.table}",
    "dropIfExists": lambda w: f"drop table if exists {w.table}",
    "dropColumn": _drop_column,
    "dropPrimary": lambda w: f"alter table {w.table} drop primary key",
    "dropUnique": _drop_index,
    "dropIndex": _drop_index,
    "dropFullText": _drop_index,
    "dropSpatialIndex": _drop_index,
    "dropForeign": lambda w: f"alter table {w.table} drop foreign key {w.name()}",
    "rename": _rename,
    "renameIndex": lambda w: f"alter table {w.table} rename index {w.name('from')} to {w.name('to')}",
    "renameColumn": _rename_column,
    "tableComment": _table_comment,
    "autoIncrementStartingValues": _starting_values,
    "createDatabase": _create_database,
    "dropDatabaseIfExists": lambda w: f"drop database if exists {w.wrap_value(w.word('name'))}",
    "disableForeignKeyConstraints": lambda _: "SET FOREIGN_KEY_CHECKS=0;",
    "enableForeignKeyConstraints": lambda _: "SET FOREIGN_KEY_CHECKS=1;",
}
