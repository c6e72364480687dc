"""The names the framework gives indexes and keys, and how long a name may become before a server cuts it."""

from __future__ import annotations

from console.readers.php.draft import Connection, UnreadableError
from console.readers.php.grammar.common import text
from console.readers.php.values import Raw, Unknown, Value, unknowns


def index_name(kind: str, columns: tuple[Value, ...], table: str, connection: Connection) -> Value:
    """`users_email_unique`; `kind` is the framework's word for it."""
    unknown = next((one for column in columns for one in unknowns(column)), None)
    if unknown is not None:
        return unknown
    if connection.laravel >= (10,) and any(isinstance(column, Raw) for column in columns):
        return Unknown("the framework makes no name for an index over an expression")
    try:
        words = "_".join(text(column) for column in columns)
    except UnreadableError as error:
        return Unknown(str(error))
    name = f"{_table(table, connection)}_{words}_{kind}".lower()
    return name.replace("-", "_").replace(".", "_")


def _table(table: str, connection: Connection) -> str:
    """The table with its prefix: from Laravel 11 on behind the schema, before that in front of it."""
    if not connection.prefix_indexes:
        return table
    schema, dot, name = table.rpartition(".")
    if connection.laravel < (11,):
        return connection.prefix + table
    return f"{schema}{dot}{connection.prefix}{name}"
