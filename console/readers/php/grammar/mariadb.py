"""MariaDB by its own driver (Laravel 11 on): MySQL's grammar but for identifiers, paths into JSON, and vectors."""

from __future__ import annotations

from collections.abc import Mapping

from console.readers.php.draft import Column, Command, Connection, Draft, UnreadableError
from console.readers.php.grammar.mysql import MySqlGrammar, MySqlWriter
from console.readers.php.grammar.mysql_columns import TYPES
from console.readers.php.grammar.writer import Maker, Writer

_UUID_SINCE = (10, 7, 0)
"""The MariaDB that has a type for identifiers."""
_LOOKS_SINCE = (12, 7)
"""The Laravel that looks whether the server has it."""


def _uuid(w: Writer, column: Column) -> str:
    del column
    server = w.connection.server
    return "char(36)" if server and server < _UUID_SINCE and w.connection.laravel >= _LOOKS_SINCE else "uuid"


_TYPES: Mapping[str, Maker] = {**TYPES, "uuid": _uuid}


class MariaDbWriter(MySqlWriter):
    """One command being written for MariaDB."""

    server = "MariaDB"
    json_call = ("json_value(", ")")
    types = _TYPES


class MariaDbGrammar(MySqlGrammar):
    """The commands MariaDB understands."""

    writer = MariaDbWriter

    def compile_command(self, draft: Draft, command: Command, connection: Connection) -> tuple[str, ...]:
        """The statements of one command."""
        if command.name != "vectorIndex":
            return super().compile_command(draft, command, connection)
        if connection.laravel < (13,):
            raise UnreadableError("whether this Laravel has vector indexes on MariaDB depends on its release")
        w = self.writer(draft, command, connection)
        index = f"vector index {w.name()}({w.names()}) M=6 DISTANCE=cosine"
        return (f"alter table {w.table} add {index}{w.locking(command)}",)
