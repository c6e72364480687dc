"""Calls on Schema that have no closure: `Schema::dropIfExists('users')`, `Schema::rename('a', 'b')`."""

from __future__ import annotations

from console.core.statements import Sent
from console.readers.php.blueprint.compile import compile_blueprint
from console.readers.php.blueprint.made import first_call
from console.readers.php.draft import Blueprint, Call, Command, Connection, Draft, Line, UnreadableError
from console.readers.php.grammar import grammar_of
from console.readers.php.grammar.common import text
from console.readers.php.values import Value

_ON_A_TABLE = {
    "drop": ("drop", ()),
    "dropifexists": ("dropIfExists", ()),
    "dropcolumns": ("dropColumn", ("columns",)),
    "rename": ("rename", ("to",)),
}
"""Calls that are a blueprint of one command, with the parameters behind the table."""
_BARE = {
    "disableforeignkeyconstraints": ("disableForeignKeyConstraints", ()),
    "enableforeignkeyconstraints": ("enableForeignKeyConstraints", ()),
    "createdatabase": ("createDatabase", ("name",)),
    "dropdatabaseifexists": ("dropDatabaseIfExists", ("name",)),
    "ensurevectorextensionexists": ("ensureExtension", ("schema",)),
    "ensureextensionexists": ("ensureExtension", ("name", "schema")),
}
"""Calls about no table."""


def compile_schema_call(line: Line, connection: Connection) -> tuple[Sent, ...]:
    """The statements of one call; its last call is the one on Schema, whatever connection was chosen before it."""
    try:
        first_call(line)
        return _compiled(line, line.calls[-1], connection)
    except UnreadableError as error:
        return (Sent("", line.source, line.line, line.guards, str(error)),)


def _compiled(line: Line, call: Call, connection: Connection) -> tuple[Sent, ...]:
    name = call.name.rpartition("::")[2].lower()
    if name in _ON_A_TABLE:
        word, parameters = _ON_A_TABLE[name]
        first = "from" if name == "rename" else "table"
        given = tuple(call.arg(n, parameter) for n, parameter in enumerate(parameters, 1))
        inner = replace_calls(line, Call(word, given))
        return compile_blueprint(
            Blueprint(text(call.arg(0, first)), False, (inner,), line.source, line.line), connection
        )
    if name not in _BARE:
        raise UnreadableError(f"it is not known what Schema::{call.name.rpartition('::')[2]}() sends")
    word, parameters = _BARE[name]
    attributes = {parameter: call.arg(n, parameter) for n, parameter in enumerate(parameters)}
    return _bare(line, word, attributes, connection)


def _bare(line: Line, word: str, attributes: dict[str, Value], connection: Connection) -> tuple[Sent, ...]:
    if word == "ensureExtension":
        attributes.setdefault("name", "vector")
    command = Command(word, line, attributes)
    found = grammar_of(connection).compile_command(Draft("", (), ()), command, connection)
    return tuple(Sent(sql, line.source, line.line, line.guards) for sql in found)


def replace_calls(line: Line, call: Call) -> Line:
    """The same line as one on a blueprint."""
    return Line((call,), line.source, line.line, line.guards)
