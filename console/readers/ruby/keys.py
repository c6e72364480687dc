"""Foreign keys and checks of a table that is there already."""

from __future__ import annotations

from collections.abc import Iterator

from console.readers.ruby.context import Context
from console.readers.ruby.indexes import check_sql, exclusion_sql, foreign_key, unique_sql
from console.readers.ruby.names import exclusion_name
from console.readers.ruby.values import Command, RefusedError, UnreadableError, Value

Lines = Iterator[str]


def add_foreign_key(command: Command, context: Context) -> Lines:
    """ADD CONSTRAINT."""
    made = foreign_key(command.word(0), command.word(1), command.options, context)
    yield context.alter(made.table, f"ADD {made.sql(context)}{made.behind_add(context)}")
    context.catalogue.table(made.table).keys.append(made.known())


def key_name(command: Command, context: Context) -> str:
    """The foreign key that Rails would find."""
    table, options = command.word(0), command.options
    if not context.postgres and "restrict" in (options.get("on_delete"), options.get("on_update")):
        raise RefusedError("Rails does not find a foreign key by `restrict` on this server, and refuses")
    if isinstance(options.get("name"), str):
        return str(options["name"])
    target = command.arg(1) if len(command.args) > 1 else options.get("to_table")
    found = [
        key.name
        for key in context.catalogue.table(table).keys
        if target in (None, key.to_table) and options.get("column") in (None, key.column)
    ]
    if len(found) != 1:
        raise UnreadableError(f"which foreign key of {table} is meant is not known")
    return found[0]


def remove_foreign_key(command: Command, context: Context) -> Lines:
    """DROP CONSTRAINT, DROP FOREIGN KEY."""
    table, name = command.word(0), key_name(command, context)
    drop = f"DROP CONSTRAINT {context.quoted(name)}" if context.postgres else f"DROP FOREIGN KEY {name}"
    yield context.alter(table, drop)
    known = context.catalogue.table(table)
    known.keys = [key for key in known.keys if key.name != name]


def add_check_constraint(command: Command, context: Context) -> Lines:
    """ADD CONSTRAINT ... CHECK."""
    invalid = " NOT VALID" if context.postgres and command.options.get("validate") is False else ""
    _, sql = check_sql(command.word(0), command.word(1), command.options)
    yield context.alter(command.word(0), f"ADD {sql}{invalid}")


def remove_check_constraint(command: Command, context: Context) -> Lines:
    """DROP CONSTRAINT, DROP CHECK."""
    if not isinstance(command.options.get("name"), str) and not isinstance(command.arg(1), str):
        raise UnreadableError("the name of the check is not known")
    name, _ = check_sql(command.word(0), str(command.arg(1) or ""), command.options)
    word = "CHECK" if context.dialect == "mysql" else "CONSTRAINT"
    yield context.alter(command.word(0), f"DROP {word} {context.quoted(name) if context.postgres else name}")


def add_exclusion_constraint(command: Command, context: Context) -> Lines:
    """ADD CONSTRAINT ... EXCLUDE."""
    made = exclusion_sql(command.word(0), command.word(1), command.options, context)
    yield context.alter(command.word(0), f"ADD {made}")


def add_unique_constraint(command: Command, context: Context) -> Lines:
    """ADD CONSTRAINT ... UNIQUE."""
    made = unique_sql(command.word(0), command.arg(1), command.options, context)
    yield context.alter(command.word(0), f"ADD {made}")


def remove_exclusion_constraint(command: Command, context: Context) -> Lines:
    """DROP CONSTRAINT."""
    name = command.options.get("name")
    yield _dropped(command, name or exclusion_name(command.word(0), command.word(1)), context)


def remove_unique_constraint(command: Command, context: Context) -> Lines:
    """DROP CONSTRAINT; without a name Rails looks for one on the columns, whatever it is called."""
    name = command.options.get("name")
    if not name:
        raise UnreadableError("Rails looks for the unique constraint on the server, and which it finds is not known")
    yield _dropped(command, name, context)


def _dropped(command: Command, name: Value, context: Context) -> str:
    if not context.postgres or context.rails < (7, 1):
        raise UnreadableError(f"what {command.name} sends is not known here")
    return context.alter(command.word(0), f"DROP CONSTRAINT {context.quoted(str(name))}")
