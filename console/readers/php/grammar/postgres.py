"""PostgreSQL: every command of a blueprint, for Laravel 8 to 12."""

from __future__ import annotations

from collections.abc import Callable

from console.readers.php.draft import Column, Command, Connection, Draft, UnreadableError
from console.readers.php.grammar.common import (
    Words,
    attribute,
    columns_of,
    is_set,
    literal,
    nothing_for,
    quoted,
    text,
    truth,
    values,
)
from console.readers.php.grammar.postgres_changes import changed, effect_of_change
from console.readers.php.grammar.postgres_columns import column_sql
from console.readers.php.values import Value

_Compiled = str | tuple[str, ...]
_UNIQUE_MAY_WAIT = (9, 31)
"""The release from which `deferrable()` counts on unique constraints."""
_ONLINE = (12, 24)
"""The release that can build indexes beside the traffic."""
_SEQUENCES_FOUND_BY_TABLE = (12, 45)
"""The release that asks the server for the sequence of a column."""


class PostgresGrammar(Words):
    """The commands PostgreSQL understands."""

    def fluent(self, connection: Connection) -> tuple[str, ...]:
        """Starting values are part of the ALTER up to Laravel 9."""
        return ("comment",) if connection.laravel < (10,) else ("autoIncrementStartingValues", "comment")

    def compile_command(self, draft: Draft, command: Command, connection: Connection) -> tuple[str, ...]:
        """The statements of one command."""
        compiler = _COMMANDS.get(command.name)
        if compiler is None:
            raise nothing_for(command.name, "PostgreSQL")
        found = compiler(_Writer(draft, command, connection))
        return tuple(sql for sql in ((found,) if isinstance(found, str) else found) if sql)

    def change_effect(self, draft: Draft, column: Column, connection: Connection) -> str:
        """What the change states, and nothing of what the live table would decide."""
        return effect_of_change(draft, column, connection)

    def rename_effect(self, draft: Draft, command: Command, connection: Connection) -> str:
        """The rename itself: PostgreSQL keeps everything else of the column."""
        return _rename_column(_Writer(draft, command, connection))


class _Writer(Words):
    """One command being written."""

    def __init__(self, draft: Draft, command: Command, connection: Connection) -> None:
        self.draft, self.command, self.connection = draft, command, connection
        self.major = connection.laravel[0]

    @property
    def table(self) -> str:
        return self.wrap_table(self.draft.table, self.connection)

    def name(self, attribute_name: str = "index") -> str:
        return self.wrap(attribute(self.command, attribute_name), self.connection)

    def columns(self) -> str:
        return self.columnize(values(attribute(self.command, "columns")), self.connection)

    def has(self, name: str) -> bool:
        return truth(attribute(self.command, name))

    def is_set(self, name: str) -> bool:
        return is_set(self.command, name)

    def column(self, column: Column) -> str:
        return column_sql(self.draft, column, self.connection)

    def timing(self) -> str:
        """When a constraint is checked."""
        if not self.is_set("deferrable"):
            return ""
        if not self.has("deferrable"):
            return " not deferrable"
        if not self.is_set("initiallyImmediate"):
            return " deferrable"
        return " deferrable initially " + ("immediate" if self.has("initiallyImmediate") else "deferred")

    def concurrently(self) -> str:
        return "concurrently " if self.connection.laravel >= _ONLINE and self.has("online") else ""

    def using(self, algorithm: Value = None) -> str:
        method = algorithm if algorithm is not None else attribute(self.command, "algorithm")
        return f" using {text(method)}" if truth(method) else ""


def _create(w: _Writer) -> _Compiled:
    kind = "create temporary" if w.draft.temporary else "create"
    columns = ", ".join(w.column(column) for column in columns_of(w.draft, new=True))
    return f"{kind} table {w.table} ({columns})", *_old_starting_values(w)


def _add(w: _Writer) -> _Compiled:
    columns = w.command.columns or ((w.command.column,) if w.command.column else ())
    added = ", ".join(f"add column {w.column(column)}" for column in columns)
    return f"alter table {w.table} {added}", *_old_starting_values(w)


def _old_starting_values(w: _Writer) -> tuple[str, ...]:
    """Up to Laravel 9 they follow the columns, and neither prefix nor schema is thought of."""
    if w.major >= 10:
        return ()
    found = ((column, _starting_value(column)) for column in columns_of(w.draft, new=True))
    return tuple(
        f"alter sequence {w.draft.table}_{column.name}_seq restart with {text(value)}"
        for column, value in found
        if truth(value)
    )


def _starting_value(column: Column) -> Value:
    if not truth(attribute(column, "autoIncrement")):
        return None
    return attribute(column, "startingValue" if "startingValue" in column.attributes else "from")


def _starting_values(w: _Writer) -> str:
    column = w.command.column
    value = _starting_value(column) if column else None
    if column is None or not truth(value):
        return ""
    if w.connection.laravel >= _SEQUENCES_FOUND_BY_TABLE:
        return f"select setval(pg_get_serial_sequence('{w.table}', '{column.name}'), {text(value)}, false)"
    return f"alter sequence {_own_table(w, since=(11,))}_{column.name}_seq restart with {text(value)}"


def _own_table(w: _Writer, since: tuple[int, ...]) -> str:
    """What PostgreSQL begins the names it makes with; before a release the framework forgets the prefix."""
    if w.connection.laravel < since:
        return w.draft.table
    return w.connection.prefix + (w.draft.table if w.major < 11 else w.draft.table.rpartition(".")[2])


def _change(w: _Writer) -> str:
    columns = w.command.columns or ((w.command.column,) if w.command.column else ())
    changes = ", ".join(part for column in columns for part in changed(w.draft, column, w.connection))
    return f"alter table {w.table} {changes}"


def _primary(w: _Writer) -> str:
    return f"alter table {w.table} add primary key ({w.columns()})"


def _unique(w: _Writer) -> _Compiled:
    timing = w.timing() if w.connection.laravel >= _UNIQUE_MAY_WAIT else ""
    if w.connection.laravel >= _ONLINE and (w.has("online") or w.has("algorithm")):
        index = f"create unique index {w.concurrently()}{w.name()} on {w.table}{w.using()} ({w.columns()})"
        return index, f"alter table {w.table} add constraint {w.name()} unique using index {w.name()}{timing}"
    nulls = ""
    if w.major >= 12 and w.is_set("nullsNotDistinct"):
        nulls = " nulls not distinct" if w.has("nullsNotDistinct") else " nulls distinct"
    return f"alter table {w.table} add constraint {w.name()} unique{nulls} ({w.columns()}){timing}"


def _index(w: _Writer) -> str:
    return f"create index {w.concurrently()}{w.name()} on {w.table}{w.using()} ({w.columns()})"


def _fulltext(w: _Writer) -> str:
    language = attribute(w.command, "language")
    language = quoted(language) if truth(language) else "'english'"
    columns = values(attribute(w.command, "columns"))
    vectors = " || ".join(f"to_tsvector({language}, {w.wrap(column, w.connection)})" for column in columns)
    return f"create index {w.concurrently()}{w.name()} on {w.table} using gin (({vectors}))"


def _with_operator_class(w: _Writer, algorithm: Value = None) -> str:
    operator = text(attribute(w.command, "operatorClass"))
    columns = ", ".join(
        f"{w.wrap(column, w.connection)} {operator}" for column in values(attribute(w.command, "columns"))
    )
    return f"create index {w.concurrently()}{w.name()} on {w.table}{w.using(algorithm)} ({columns})"


def _spatial_index(w: _Writer) -> str:
    if w.is_set("operatorClass") and w.major >= 12:
        return _with_operator_class(w, "gist")
    return f"create index {w.concurrently()}{w.name()} on {w.table}{w.using('gist')} ({w.columns()})"


def _foreign(w: _Writer) -> str:
    columns = w.columns()
    there = w.columnize(values(attribute(w.command, "references")), w.connection)
    other = w.wrap_table(attribute(w.command, "on"), w.connection)
    sql = f"alter table {w.table} add constraint {w.name()} foreign key ({columns}) references {other} ({there})"
    for word, event in (("onDelete", "delete"), ("onUpdate", "update")):
        if w.is_set(word):
            sql += f" on {event} {text(attribute(w.command, word))}"
    return sql + w.timing() + (" not valid" if w.is_set("notValid") else "")


def _drop(w: _Writer) -> str:
    return f"drop table {w.table}"


def _drop_if_exists(w: _Writer) -> str:
    return f"drop table if exists {w.table}"


def _drop_column(w: _Writer) -> str:
    names = values(attribute(w.command, "columns"))
    return f"alter table {w.table} " + ", ".join(f"drop column {w.wrap(name, w.connection)}" for name in names)


def _drop_primary(w: _Writer) -> str:
    """Its name is the one PostgreSQL gives; the framework never names a primary key."""
    name = _own_table(w, since=(10, 22)) + "_pkey"
    return f"alter table {w.table} drop constraint {w.wrap(name, w.connection)}"


def _drop_constraint(w: _Writer) -> str:
    return f"alter table {w.table} drop constraint {w.name()}"


def _drop_index(w: _Writer) -> str:
    return f"drop index {w.name()}"


def _rename(w: _Writer) -> str:
    return f"alter table {w.table} rename to {w.wrap_table(attribute(w.command, 'to'), w.connection)}"


def _rename_index(w: _Writer) -> str:
    return f"alter index {w.name('from')} rename to {w.name('to')}"


def _rename_column(w: _Writer) -> str:
    return f"alter table {w.table} rename column {w.name('from')} to {w.name('to')}"


def _comment(w: _Writer) -> str:
    column = w.command.column
    if column is None:
        return ""
    comment = attribute(column, "comment")
    if comment is None and not truth(attribute(column, "change")):
        return ""
    name = w.wrap(column.name, w.connection)
    return f"comment on column {w.table}.{name} is {'NULL' if comment is None else literal(comment)}"


def _table_comment(w: _Writer) -> str:
    return f"comment on table {w.table} is {literal(attribute(w.command, 'comment'))}"


def _create_database(w: _Writer) -> str:
    charset = w.connection.charset
    if not charset and w.major < 12:
        raise UnreadableError("the connection's charset is not known")
    encoding = f" encoding {w.wrap_value(charset)}" if charset else ""
    return f"create database {w.wrap_value(text(attribute(w.command, 'name')))}{encoding}"


def _drop_database(w: _Writer) -> str:
    return f"drop database if exists {w.wrap_value(text(attribute(w.command, 'name')))}"


def _ensure_extension(w: _Writer) -> str:
    if w.major < 12:
        raise UnreadableError(f"Laravel {w.major} has no method for extensions")
    schema = f" schema {w.name('schema')}" if w.has("schema") else ""
    return f"create extension if not exists {w.name('name')}{schema}"


_COMMANDS: dict[str, Callable[[_Writer], _Compiled]] = {
    "create": _create,
    "add": _add,
    "change": _change,
    "primary": _primary,
    "unique": _unique,
    "index": _index,
    "fulltext": _fulltext,
    "spatialIndex": _spatial_index,
    "vectorIndex": _with_operator_class,
    "foreign": _foreign,
    "drop": _drop,
    "dropIfExists": _drop_if_exists,
    "dropColumn": _drop_column,
    "dropPrimary": _drop_primary,
    "dropUnique": _drop_constraint,
    "dropForeign": _drop_constraint,
    "dropIndex": _drop_index,
    "dropFullText": _drop_index,
    "dropSpatialIndex": _drop_index,
    "rename": _rename,
    "renameIndex": _rename_index,
    "renameColumn": _rename_column,
    "comment": _comment,
    "tableComment": _table_comment,
    "autoIncrementStartingValues": _starting_values,
    "createDatabase": _create_database,
    "dropDatabaseIfExists": _drop_database,
    "ensureExtension": _ensure_extension,
    "disableForeignKeyConstraints": lambda _: "SET CONSTRAINTS ALL DEFERRED;",
    "enableForeignKeyConstraints": lambda _: "SET CONSTRAINTS ALL IMMEDIATE;",
}
