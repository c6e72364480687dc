"""SQLite: what Rails does there by making the whole table anew from its live definition, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from console.core.statements.splitting import pieces
from console.readers.ruby.context import Context
from console.readers.ruby.values import Command, Rebuilt, RefusedError, UnreadableError, Value

Lines = Iterator[str]
WHY = "on SQLite Rails makes the table anew from its live definition, so the SQL depends on it"


def is_rebuilt(kind: str, options: Mapping[str, Value]) -> bool:
    """Whether SQLite has no ALTER TABLE for such a column."""
    key = kind == "primary_key" or bool(options.get("primary_key"))
    return key or (options.get("null") is False and options.get("default") is None)


def rebuilt(table: str, effect: str, context: Context) -> Rebuilt:
    """A rebuild of a table; how its columns and indexes are written from then on is the server's business."""
    context.catalogue.forget(table)
    return Rebuilt(effect)


def first_statement(sql: str) -> str:
    """Ruby's driver runs the first statement of a text, and leaves the others out without a word."""
    cut = [piece for piece in pieces(sql, "sqlite") if any(not token.silent for token in piece)]
    return sql[cut[0][0].start : cut[0][-1].end] if len(cut) > 1 else sql


def _column(command: Command, context: Context, rest: str) -> Rebuilt:
    table = command.word(0)
    return rebuilt(table, context.alter(table, rest), context)


def remove_column(command: Command, context: Context) -> Lines:
    """The table without it."""
    yield _column(command, context, f"DROP COLUMN {context.quoted(command.word(1))}")


def remove_columns(command: Command, context: Context) -> Lines:
    """The table without them: one after the other up to 7.0."""
    if context.rails >= (7, 0):
        raise UnreadableError(WHY)
    for name in command.args[1:]:
        yield from remove_column(replace(command, args=(command.arg(0), name)), context)


def remove_timestamps(command: Command, context: Context) -> Lines:
    """The later one goes first."""
    yield from remove_columns(replace(command, args=(command.arg(0), "updated_at", "created_at")), context)


def rename_column(command: Command, context: Context) -> Lines:
    """The table with another name in it, then its indexes, as they are then."""
    old, new = context.quoted(command.word(1)), context.quoted(command.word(2))
    yield _column(command, context, f"RENAME COLUMN {old} TO {new}")


def remove_reference(command: Command, context: Context) -> Lines:
    """The table without its foreign key, then without the columns."""
    if command.options.get("foreign_key"):
        yield rebuilt(command.word(0), "", context)
    names = [f"{command.word(1)}_id"] + [f"{command.word(1)}_type"] * bool(command.options.get("polymorphic"))
    for name in names:
        yield from remove_column(Command("remove_column", (command.arg(0), name)), context)


def change_column_null(command: Command, context: Context) -> Lines:
    """With a default the rows without a value get it first."""
    null, default = command.arg(2), command.arg(3)
    if not null and default is not None:
        name = context.quoted(command.word(1))
        yield f"UPDATE {context.table(command.word(0))} SET {name}={_value(default, context)} WHERE {name} IS NULL"
    yield rebuilt(command.word(0), "", context)


def _value(value: Value, context: Context) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return context.text(str(value))
    raise UnreadableError("how Rails writes that value is not known")


def _anew(command: Command, context: Context) -> Lines:
    yield rebuilt(command.word(0), "", context)


def _refused(command: Command, context: Context) -> Lines:
    raise RefusedError(f"Rails has no {command.name} for SQLite and refuses it")


WRITERS: dict[str, Callable[[Command, Context], Lines]] = {
    "remove_column": remove_column,
    "remove_columns": remove_columns,
    "remove_timestamps": remove_timestamps,
    "rename_column": rename_column,
    "remove_reference": remove_reference,
    "remove_belongs_to": remove_reference,
    "change_column_null": change_column_null,
    **dict.fromkeys(
        ["change_column", "change_column_default", "add_foreign_key", "remove_foreign_key", "add_check_constraint",
         "remove_check_constraint"],
        _anew,
    ),
    **dict.fromkeys(["change_column_comment", "change_table_comment", "validate_foreign_key",
                     "validate_check_constraint", "validate_constraint"], _refused),
}  # fmt: skip
