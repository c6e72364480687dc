"""`if_not_exists` and `if_exists`: what Rails asks the server for before it sends anything."""

from __future__ import annotations

from collections.abc import Callable

from console.core.refs import Kind, Ref, column_ref
from console.core.statements import Guard
from console.readers.ruby import alters, keys
from console.readers.ruby.context import Context
from console.readers.ruby.indexes import check_sql, foreign_key, index
from console.readers.ruby.values import Command, UnreadableError, Value

_IN_ITS_SQL = frozenset("create_table add_index create_join_table drop_table drop_join_table add_enum_value".split())
"""What says IF NOT EXISTS to the server, or takes no notice of it."""


def asked(command: Command, context: Context) -> tuple[Guard, ...]:
    """The condition under which it is sent. UnreadableError where that cannot be said as one object."""
    for option, found in ((option, _ASKS.get((command.name, option))) for option in ("if_not_exists", "if_exists", "")):
        if found is not None and (not option or command.options.get(option)) and (guard := found(command, context)):
            return (guard,)
    name, options = command.name, command.options
    if options.get("if_exists") and name not in ("drop_table", "drop_enum"):
        raise UnreadableError("what if_exists asks for is not read")
    ignored = name in ("remove_column", "remove_index") and not (7, 0) <= context.rails < (7, 2)
    if options.get("if_not_exists") and not ignored and name not in _IN_ITS_SQL:
        raise UnreadableError("what if_not_exists asks for is not read")
    return ()


def _column(command: Command, context: Context) -> tuple[Ref, str]:
    ref = column_ref(*context.place.table(command.word(0)), command.word(1))
    return ref, f"column_exists?(:{command.word(0)}, :{command.word(1)})"


def _no_column(command: Command, context: Context) -> Guard:
    ref, text = _column(command, context)
    return Guard(f"!{text}", ref, False)


def _a_column(command: Command, context: Context) -> Guard:
    ref, text = _column(command, context)
    return Guard(text, ref)


def _no_type(command: Command, context: Context) -> Guard | None:
    if not context.postgres:
        return None
    schema, plain = context.place.table(command.word(0))
    return Guard(f"there is no type {command.word(0)}", Ref(Kind.TYPE, schema, "", plain), False)


def _no_index(command: Command, context: Context) -> Guard | None:
    if not context.mysql:
        return None
    made = index(command.word(0), command.arg(1), command.options, context)
    return Guard(f"!index_exists?({made.name})", context.place.index(command.word(0), made.name), False)


def _an_index(command: Command, context: Context) -> Guard:
    columns: Value = command.arg(1) if len(command.args) > 1 else command.options.get("column")
    found = alters.index_to_remove(command.word(0), columns, command.options.get("name"), context)
    return Guard(f"index_exists?({found})", context.place.index(command.word(0), found))


def _constraint(command: Command, name: str, context: Context) -> Ref:
    return Ref(Kind.CONSTRAINT, *context.place.table(command.word(0)), name)


def _no_key(command: Command, context: Context) -> Guard | None:
    """A key of another name on the same columns would do for Rails as well: its usual name is what is asked."""
    if context.rails < (7, 0) or context.sqlite:
        return None
    made = foreign_key(command.word(0), command.word(1), command.options, context)
    return Guard(f"!foreign_key_exists?({made.name})", _constraint(command, made.name, context), False)


def _a_key(command: Command, context: Context) -> Guard | None:
    if context.rails < (7, 0) or context.sqlite:
        return None
    name = keys.key_name(command, context)
    return Guard(f"foreign_key_exists?({name})", _constraint(command, name, context))


def _check(command: Command, context: Context) -> tuple[Ref, str] | None:
    expression = command.arg(1)
    if context.rails < (7, 1) or context.sqlite or (expression is None and "name" not in command.options):
        return None
    name, _ = check_sql(command.word(0), str(expression or ""), command.options)
    return _constraint(command, name, context), f"check_constraint_exists?({name})"


def _no_check(command: Command, context: Context) -> Guard | None:
    found = _check(command, context)
    return Guard(f"!{found[1]}", found[0], False) if found is not None else None


def _a_check(command: Command, context: Context) -> Guard | None:
    found = _check(command, context)
    return Guard(found[1], found[0]) if found is not None else None


_ASKS: dict[tuple[str, str], Callable[[Command, Context], Guard | None]] = {
    ("add_column", "if_not_exists"): _no_column,
    ("remove_column", "if_exists"): _a_column,
    ("add_index", "if_not_exists"): _no_index,
    ("remove_index", "if_exists"): _an_index,
    ("add_foreign_key", "if_not_exists"): _no_key,
    ("remove_foreign_key", "if_exists"): _a_key,
    ("add_check_constraint", "if_not_exists"): _no_check,
    ("remove_check_constraint", "if_exists"): _a_check,
    ("create_enum", ""): _no_type,
}
"""By the command and its option; `create_enum` always asks."""
