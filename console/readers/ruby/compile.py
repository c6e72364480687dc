"""The commands of a migration as the statements Rails sends, in its order; what is not known keeps its own text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from console.core.statements import Guard, Sent
from console.readers.ruby import alters, enums, keys, rebuilds, tables
from console.readers.ruby.asking import asked
from console.readers.ruby.context import Context
from console.readers.ruby.reversal import flat, of_table
from console.readers.ruby.values import (
    Command,
    Item,
    Meant,
    Rebuilt,
    RefusedError,
    Unread,
    UnreadableError,
    known_words,
)

Writer = Callable[[Command, Context], Iterator[str]]
_SECOND_TABLE = frozenset({"rename_table", "add_foreign_key", "remove_foreign_key"})
_NO_TABLE = frozenset("execute enable_extension disable_extension create_enum drop_enum add_enum_value "
                      "rename_enum_value create_join_table drop_join_table".split())  # fmt: skip
_COMBINED = frozenset("add_column remove_column remove_columns change_column add_timestamps remove_timestamps".split())
_COMBINED_POSTGRES = frozenset({"change_column_default", "change_column_null"})
_ROWS_ONLY = re.compile(r"(?:insert|update|delete)\b[^;]*;?", re.IGNORECASE)
"""One statement that changes rows and no table."""
_COMBINED_MYSQL = frozenset({"add_index", "remove_index", "rename_column"})


def compiled(items: Iterable[Item], context: Context) -> tuple[Sent, ...]:
    """Everything one way sends. The catalogue of the context moves along."""
    found: list[Sent] = []
    for item in flat(items):
        if isinstance(item, Unread):
            found.append(Sent("", item.source, item.line, item.guards, item.why, data=item.data))
            if not item.data:
                context.catalogue.forget()
            continue
        assert isinstance(item, Command), "groups are flat here"
        try:
            found += _of_command(item, context)
        except RefusedError as refused:
            found.append(_unread(item, f"{refused}: nothing behind it is sent"))
            break
    return tuple(found)


def _of_command(command: Command, context: Context) -> list[Sent]:
    if command.name == "change_table" and (context.sqlite or not command.options.get("bulk")):
        return [sent for one in of_table(command, known_words(context.dialect)) for sent in _one(one, context)]
    if command.name in ("add_reference", "add_belongs_to") and _asks_for_each(command, context):
        try:
            return [sent for one in alters.parts_of_reference(command, context) for sent in _one(one, context)]
        except RefusedError:
            raise
        except UnreadableError as error:
            return [_unread(command, str(error))]
    return _one(command, context)


def _asks_for_each(command: Command, context: Context) -> bool:
    return bool(command.options.get("if_not_exists")) and context.rails >= (7, 2) and not context.sqlite


def _one(item: Item, context: Context) -> list[Sent]:
    if not isinstance(item, Command):
        return list(compiled((item,), context))
    writer = (rebuilds.WRITERS.get(item.name) if context.sqlite else None) or _WRITERS.get(item.name, _unknown)
    try:
        command = _proper(item, context)
        asks = asked(command, context)
        guards = (*command.guards, *asks)
        sent = [_as_sent(sql, item, guards) for sql in writer(command, context)]
    except UnreadableError as error:
        if isinstance(error, RefusedError):
            raise
        _forget(item, context)
        return [_unread(item, str(error))]
    if item.guards:
        _forget(item, context)
    elif asks and item.name == "add_column":
        # it is there now, whoever made it
        context.catalogue.table(command.word(0)).columns.pop(command.word(1), None)
    return sent


def _as_sent(sql: str, item: Command, guards: tuple[Guard, ...]) -> Sent:
    if isinstance(sql, Rebuilt):
        return Sent("", item.source, item.line, guards, rebuilds.WHY, sql.effect)
    return Sent(str(sql), item.source, item.line, guards, effect=sql.effect if isinstance(sql, Meant) else "")


def _unknown(command: Command, context: Context) -> Iterator[str]:
    raise UnreadableError(f"what {command.name} sends is not known")


def _unread(command: Command, why: str) -> Sent:
    return Sent("", command.source, command.line, command.guards, why)


def _forget(command: Command, context: Context) -> None:
    """What became of its tables is not known."""
    names = [arg for arg in command.args[:2] if isinstance(arg, str)]
    for name in names:
        context.catalogue.forget(context.proper(str(name)))


def _proper(command: Command, context: Context) -> Command:
    """The project's prefix and suffix stand at every table that a command names."""
    if command.name in _NO_TABLE or not (context.prefix or context.suffix):
        return command
    count = 2 if command.name in _SECOND_TABLE else 1
    args = [
        context.proper(str(arg)) if at < count and isinstance(arg, str) else arg for at, arg in enumerate(command.args)
    ]
    return replace(command, args=tuple(args))


def _execute(command: Command, context: Context) -> Iterator[str]:
    sql = command.arg(0)
    if not isinstance(sql, str):
        raise UnreadableError("what is executed is not known")
    if not _ROWS_ONLY.fullmatch(str(sql).strip()):
        context.catalogue.forget_named_in(str(sql))
    if str(sql).strip():
        yield rebuilds.first_statement(str(sql)) if context.sqlite else str(sql)


def _enable_extension(command: Command, context: Context) -> Iterator[str]:
    if context.postgres:
        yield f'CREATE EXTENSION IF NOT EXISTS "{command.word(0)}"'


def _disable_extension(command: Command, context: Context) -> Iterator[str]:
    if context.postgres:
        gently = context.rails >= (7, 1) and context.version > (7, 0) and command.options.get("force") != "cascade"
        yield f'DROP EXTENSION IF EXISTS "{command.word(0)}"{"" if gently else " CASCADE"}'


def _validate_foreign_key(command: Command, context: Context) -> Iterator[str]:
    yield from _validated(command.word(0), keys.key_name(command, context), context)


def _validate_check(command: Command, context: Context) -> Iterator[str]:
    name = command.options.get("name")
    if not isinstance(name, str):
        raise UnreadableError("the name of the check is not known")
    yield from _validated(command.word(0), str(name), context)


def _validate_constraint(command: Command, context: Context) -> Iterator[str]:
    yield from _validated(command.word(0), command.word(1), context)


def _validated(table: str, name: str, context: Context) -> Iterator[str]:
    if context.postgres:
        yield f"ALTER TABLE {context.table(table)} VALIDATE CONSTRAINT {context.quoted(name)}"


def _bulk(command: Command, context: Context) -> Iterator[str]:
    """Everything that can stand in one ALTER TABLE stands in one; the rest is sent on its own in between."""
    begin = f"ALTER TABLE {context.table(command.word(0))} "
    parts: list[str] = []
    behind: list[str] = []
    added: list[object] = []
    for item in of_table(command, known_words(context.dialect)):
        if not isinstance(item, Command) or item.guards != command.guards:
            raise UnreadableError("what is changed depends on more than what is written down")
        if item.name == "add_column":
            added.append(item.arg(1))
        elif (
            item.name == "change_column_default" and item.arg(1) in added and context.mysql and context.rails >= (7, 1)
        ):
            raise RefusedError("Rails asks the server for a column that it has not sent yet, and stops")
        written = _bulk_lines(item, context)
        if item.name in _COMBINED or item.name in (_COMBINED_POSTGRES if context.postgres else _COMBINED_MYSQL):
            parts += [line.removeprefix(begin) for line in written if line.startswith(begin)]
            behind += [line for line in written if not line.startswith(begin)]
            continue
        if parts:
            yield begin + ", ".join(parts)
        yield from behind
        yield from written
        parts, behind = [], []
    if parts:
        yield begin + ", ".join(parts)
    yield from behind


def _bulk_lines(item: Command, context: Context) -> list[str]:
    """The statements of one line; those on indexes of MySQL in the words of ALTER TABLE."""
    table = context.table(item.word(0))
    if item.name == "change_column_null" and context.postgres and item.arg(3) is not None:
        item = replace(item, args=item.args[:3])
    if item.name in ("remove_columns", "remove_timestamps"):
        names = item.args[1:] if item.name == "remove_columns" else ("updated_at", "created_at")
        for name in names:
            context.catalogue.table(item.word(0)).without_column(str(name))
        return [f"ALTER TABLE {table} DROP COLUMN {context.quoted(str(name))}" for name in names]
    lines = list(_WRITERS.get(item.name, _unknown)(item, context))
    if item.name == "rename_column":
        return lines[:1]
    if context.postgres or item.name not in ("add_index", "remove_index"):
        return lines
    if item.name == "remove_index":
        return [f"ALTER TABLE {table} {line.removesuffix(f' ON {table}')}" for line in lines]
    return [f"ALTER TABLE {table} ADD {line.removeprefix('CREATE ').replace(f' ON {table}', '', 1)}" for line in lines]


_WRITERS: dict[str, Writer] = {
    "create_table": tables.create_table,
    "create_join_table": tables.create_join_table,
    "drop_table": tables.drop_table,
    "drop_join_table": tables.drop_join_table,
    "rename_table": tables.rename_table,
    "change_table": _bulk,
    "add_column": alters.add_column,
    "add_columns": alters.add_columns,
    "remove_column": alters.remove_column,
    "remove_columns": alters.remove_columns,
    "rename_column": alters.rename_column,
    "change_column": alters.change_column,
    "change_column_default": alters.change_column_default,
    "change_column_null": alters.change_column_null,
    "change_column_comment": alters.change_column_comment,
    "change_table_comment": alters.change_table_comment,
    "add_timestamps": alters.add_timestamps,
    "remove_timestamps": alters.remove_timestamps,
    "add_reference": alters.add_reference,
    "add_belongs_to": alters.add_reference,
    "remove_reference": alters.remove_reference,
    "remove_belongs_to": alters.remove_reference,
    "add_index": alters.add_index,
    "remove_index": alters.remove_index,
    "rename_index": alters.rename_index,
    "add_foreign_key": keys.add_foreign_key,
    "remove_foreign_key": keys.remove_foreign_key,
    "add_check_constraint": keys.add_check_constraint,
    "remove_check_constraint": keys.remove_check_constraint,
    "validate_foreign_key": _validate_foreign_key,
    "validate_check_constraint": _validate_check,
    "validate_constraint": _validate_constraint,
    "enable_extension": _enable_extension,
    "disable_extension": _disable_extension,
    "create_enum": enums.create_enum,
    "drop_enum": enums.drop_enum,
    "add_enum_value": enums.add_enum_value,
    "rename_enum_value": enums.rename_enum_value,
    "add_exclusion_constraint": keys.add_exclusion_constraint,
    "remove_exclusion_constraint": keys.remove_exclusion_constraint,
    "add_unique_constraint": keys.add_unique_constraint,
    "remove_unique_constraint": keys.remove_unique_constraint,
    "execute": _execute,
}
