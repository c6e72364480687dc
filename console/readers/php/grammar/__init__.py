"""Commands of a blueprint to SQL: one grammar per server, each true to every version of the framework from 8 to 12.

A command's `name` is the framework's own word for it. What its attributes are called:

| command | attributes |
|---|---|
| create | `columns` of the draft |
| add, change | Laravel 8 to 10: `columns` of the command; from 11 on: `column` |
| primary, unique, index, fulltext, spatialIndex, vectorIndex | index, columns, algorithm, and what is chained to it |
| foreign | index, columns, references, on, onDelete, onUpdate, deferrable, ... |
| dropPrimary, dropUnique, dropIndex, dropFullText, dropSpatialIndex, dropForeign | index, columns |
| dropColumn | columns |
| renameColumn, renameIndex | from, to |
| rename | to |
| drop, dropIfExists | - |
| tableComment | comment |
| comment, autoIncrementStartingValues (see `fluent`) | `column` |
| disableForeignKeyConstraints, enableForeignKeyConstraints | - |
| createDatabase, dropDatabaseIfExists, ensureExtension | name, schema |

An `Unknown` among what is needed raises `UnreadableError` with its reason.
"""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

from console.readers.php.draft import Column, Command, Connection, Draft

_WHERE = {
    "pgsql": ("postgres", "PostgresGrammar"),
    "mysql": ("mysql", "MySqlGrammar"),
    "mariadb": ("mariadb", "MariaDbGrammar"),
    "sqlite": ("sqlite", "SQLiteGrammar"),
}


class Grammar(Protocol):
    """Makes the SQL of commands; holds nothing."""

    def fluent(self, connection: Connection) -> tuple[str, ...]:
        """Commands run for every column after all others, in the framework's order: `AutoIncrementStartingValues`."""

    def compile_command(self, draft: Draft, command: Command, connection: Connection) -> tuple[str, ...]:
        """The statements of one command; none when the framework sends nothing for it on this server."""

    def change_effect(self, draft: Draft, column: Column, connection: Connection) -> str:
        """SQL that leaves the stated part of what a change by Doctrine DBAL leaves; empty: nothing can be said."""

    def rename_effect(self, draft: Draft, command: Command, connection: Connection) -> str:
        """SQL that leaves what renaming a column by Doctrine DBAL leaves; empty: nothing can be said."""


def grammar_of(connection: Connection) -> Grammar:
    """The grammar of a connection's driver; unknown drivers raise `KeyError`."""
    module, name = _WHERE[connection.driver]
    if connection.driver == "mariadb" and connection.laravel < (11,):
        module, name = _WHERE["mysql"]
    return cast("Grammar", getattr(import_module(f"{__name__}.{module}"), name)())
