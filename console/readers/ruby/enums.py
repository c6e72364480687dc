"""PostgreSQL's enums, which Rails knows from 7.0 on."""

from __future__ import annotations

from collections.abc import Iterator

from console.readers.ruby.context import Context
from console.readers.ruby.values import Command, Many, Meant, RefusedError, UnreadableError

Lines = Iterator[str]
_IF_THERE_IS_NONE = """DO $$
BEGIN
    IF NOT EXISTS (
      SELECT 1
      FROM pg_type t
      JOIN pg_namespace n ON t.typnamespace = n.oid
      WHERE t.typname = {name}
        AND n.nspname = {schema}
    ) THEN
        {create};
    END IF;
END
$$"""
_AT_FIRST = """DO $$
BEGIN
    IF NOT EXISTS (
      SELECT 1 FROM pg_type t
      WHERE t.typname = {name}
    ) THEN
        {create};
    END IF;
END
$$"""
_SINCE_7_1 = (7, 1)


def create_enum(command: Command, context: Context) -> Lines:
    """CREATE TYPE in a block of code that leaves a type of that name alone."""
    name, values = _name(command, context), command.arg(1)
    if not isinstance(values, Many) or not all(isinstance(value, str) for value in values.values):
        raise UnreadableError("the values of the enum are not known")
    schema, _, plain = name.rpartition(".")
    labels = ", ".join(context.text(str(value)) for value in values.values)
    newer = context.rails >= _SINCE_7_1
    create = f"CREATE TYPE {context.table(name) if newer else context.quoted(name)} AS ENUM ({labels})"
    place = context.text(schema) if schema else "ANY (current_schemas(false))"
    block = _IF_THERE_IS_NONE if newer else _AT_FIRST
    yield Meant(block.format(name=context.text(plain if newer else name), schema=place, create=create), create)


def drop_enum(command: Command, context: Context) -> Lines:
    """DROP TYPE; up to 7.0 always IF EXISTS."""
    name = _name(command, context)
    newer = context.rails >= _SINCE_7_1
    absent = " IF EXISTS" if not newer or command.options.get("if_exists") else ""
    yield f"DROP TYPE{absent} {context.table(name) if newer else context.quoted(name)}"


def add_enum_value(command: Command, context: Context) -> Lines:
    """ALTER TYPE ... ADD VALUE; up to 7.2 `if_not_exists` is not looked at."""
    name, options = _name(command, context, _SINCE_7_1), command.options
    if "before" in options and "after" in options:
        raise RefusedError("Rails refuses an enum value both before and after another")
    if options.get("if_not_exists") and context.rails > (7, 2):
        raise UnreadableError("whether Rails says IF NOT EXISTS there depends on its version")
    place = "".join(
        f" {word.upper()} {context.text(str(options[word]))}" for word in ("before", "after") if options.get(word)
    )
    yield f"ALTER TYPE {context.table(name)} ADD VALUE {context.text(command.word(1))}{place}"


def rename_enum_value(command: Command, context: Context) -> Lines:
    """ALTER TYPE ... RENAME VALUE."""
    name, options = _name(command, context, _SINCE_7_1), command.options
    old, new = options.get("from"), options.get("to")
    if not isinstance(old, str) or not isinstance(new, str):
        raise UnreadableError("the values of the enum are not known")
    yield f"ALTER TYPE {context.table(name)} RENAME VALUE {context.text(old)} TO {context.text(new)}"


def _name(command: Command, context: Context, since: tuple[int, int] = (7, 0)) -> str:
    if not context.postgres:
        raise UnreadableError(f"what {command.name} sends is not known here")
    if context.rails < since:
        major, minor = context.rails
        raise UnreadableError(f"Rails {major}.{minor} has no {command.name} of its own")
    return command.word(0)
