"""`change` taken back: each command's opposite, the last one first, as Rails' recorder turns them round."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from console.readers.ruby.values import COLUMN_WORDS, Command, Group, Item, Pairs, RefusedError, Unread, Value

_PAIRS = {
    "create_table": "drop_table",
    "create_join_table": "drop_join_table",
    "add_column": "remove_column",
    "add_index": "remove_index",
    "add_timestamps": "remove_timestamps",
    "add_reference": "remove_reference",
    "add_belongs_to": "remove_belongs_to",
    "add_foreign_key": "remove_foreign_key",
    "add_check_constraint": "remove_check_constraint",
    "add_exclusion_constraint": "remove_exclusion_constraint",
    "add_unique_constraint": "remove_unique_constraint",
    "enable_extension": "disable_extension",
    "create_enum": "drop_enum",
}
_BACK = {other: name for name, other in _PAIRS.items()}
_OF_TABLE = {
    "index": "add_index", "timestamps": "add_timestamps", "change": "change_column",
    "change_default": "change_column_default", "change_null": "change_column_null", "rename": "rename_column",
    "references": "add_reference", "belongs_to": "add_reference", "remove_references": "remove_reference",
    "remove_belongs_to": "remove_reference", "foreign_key": "add_foreign_key", "remove": "remove_columns",
    "check_constraint": "add_check_constraint", "remove_index": "remove_index",
    "remove_timestamps": "remove_timestamps", "remove_foreign_key": "remove_foreign_key",
    "remove_check_constraint": "remove_check_constraint", "rename_index": "rename_index", "column": "add_column",
    "exclusion_constraint": "add_exclusion_constraint", "unique_constraint": "add_unique_constraint",
    "remove_exclusion_constraint": "remove_exclusion_constraint",
    "remove_unique_constraint": "remove_unique_constraint",
}  # fmt: skip
_NOT_RECORDED = frozenset({"validate_foreign_key", "validate_check_constraint", "validate_constraint"})
"""Rails does these at once, whichever way it goes, and before what it has recorded."""
_EACH = frozenset({"add_reference", "remove_reference"})


def reversed_items(items: Iterable[Item]) -> tuple[Item, ...]:
    """The way back. RefusedError where Rails knows none: then it sends nothing at all."""
    back: list[Item] = []
    at_once: list[Item] = []
    for item in items:
        if isinstance(item, Command) and item.name in _NOT_RECORDED:
            at_once.append(item)
        elif isinstance(item, Command) and item.name == "change_table":
            back += [_inverse(one) if isinstance(one, Command) else one for one in of_table(item)]
        elif isinstance(item, Command):
            back.append(_inverse(item))
        else:
            back.append(item)
    return tuple(_flat((*at_once, *reversed(back))))


def _flat(items: Iterable[Item]) -> Iterable[Item]:
    for item in items:
        if isinstance(item, Group):
            yield from _flat(item.items)
        else:
            yield item


def flat(items: Iterable[Item]) -> tuple[Item, ...]:
    """The items of groups in their places."""
    return tuple(_flat(items))


def of_table(command: Command, words: frozenset[str] = COLUMN_WORDS) -> tuple[Item, ...]:
    """What the block of `change_table` says, as commands about that table; `words` are the types it knows."""
    found: list[Item] = []
    for item in _flat(command.inner or ()):
        if not isinstance(item, Command):
            found.append(replace(item, guards=(*command.guards, *item.guards)) if isinstance(item, Unread) else item)
            continue
        found += _said(replace(item, guards=(*command.guards, *item.guards)), command.arg(0), words)
    return tuple(found)


def _said(item: Command, table: Value, words: frozenset[str]) -> list[Item]:
    """`t.string :a, :b` adds two columns; `t.index` and the like are commands of their own."""
    name = _OF_TABLE.get(item.name)
    if name is None and item.name not in words:
        return [Unread(item.source, item.line, f"what {item.name} makes of a table is not known", item.guards)]
    if name is None:
        options = {key: value for key, value in item.options.items() if key != "index"}
        return [one for column in item.args for one in _column(item, table, (column, item.name), options)]
    if name == "add_column":
        options = {key: value for key, value in item.options.items() if key != "index"}
        return _column(item, table, item.args, options)
    if name in _EACH:
        return [replace(item, name=name, args=(table, one)) for one in item.args]
    return [replace(item, name=name, args=(table, *item.args))]


def _column(item: Command, table: Value, args: tuple[Value, ...], options: Mapping[str, Value]) -> list[Item]:
    added: list[Item] = [replace(item, name="add_column", args=(table, *args), options=options)]
    index = item.options.get("index")
    if index:
        inside = index.values if isinstance(index, Pairs) else {}
        added.append(replace(item, name="add_index", args=(table, args[0]), options=inside))
    return added


def _inverse(command: Command) -> Command:
    turn = _TURNS.get(command.name)
    if turn is not None:
        return turn(command)
    other = _PAIRS.get(command.name) or _BACK.get(command.name)
    if other is None:
        raise RefusedError(f"Rails cannot take back {command.name}: it refuses, and sends nothing")
    return replace(command, name=other)


def _refused(command: Command, needs: str) -> RefusedError:
    return RefusedError(f"Rails takes {command.name} back only with {needs}: it refuses, and sends nothing")


def _drop_table(command: Command) -> Command:
    if len(command.args) == 1 and not command.options and command.inner is None:
        raise _refused(command, "options or a block")
    return replace(command, name="create_table")


def _remove_column(command: Command) -> Command:
    if len(command.args) < 3:
        raise _refused(command, "a type")
    return replace(command, name="add_column")


def _remove_columns(command: Command) -> Command:
    if "type" not in command.options:
        raise _refused(command, "a type")
    return replace(command, name="add_columns")


def _swapped(command: Command) -> Command:
    *first, old, new = command.args
    return replace(command, args=(*first, new, old))


def _remove_index(command: Command) -> Command:
    options = {key: value for key, value in command.options.items() if key != "if_exists"}
    columns = command.arg(1) if len(command.args) > 1 else options.pop("column", None)
    if columns is None:
        raise _refused(command, "a column")
    return replace(command, name="add_index", args=(command.arg(0), columns), options=options)


def _changes(command: Command) -> Command:
    options = command.options
    if "from" not in options or "to" not in options:
        raise _refused(command, "from: and to:")
    return replace(command, options={**options, "from": options["to"], "to": options["from"]})


def _null(command: Command) -> Command:
    table, column, null, *rest = (*command.args, None, None)[: max(3, len(command.args))]
    return replace(command, args=(table, column, not null, *rest))


def _remove_foreign_key(command: Command) -> Command:
    options = dict(command.options)
    other = command.arg(1) if len(command.args) > 1 else options.pop("to_table", None)
    if other is None:
        raise _refused(command, "a second table")
    return replace(command, name="add_foreign_key", args=(command.arg(0), other), options=options)


def _add_check(command: Command) -> Command:
    """What was only added where it was missing is only removed where it is there."""
    options = dict(command.options)
    if "if_not_exists" in options:
        options["if_exists"] = options.pop("if_not_exists")
    return replace(command, name="remove_check_constraint", options=options)


def _add_unique(command: Command) -> Command:
    if command.options.get("using_index"):
        raise _refused(command, "columns")
    return replace(command, name="remove_unique_constraint")


def _with_subject(needs: str) -> Callable[[Command], Command]:
    """Only what says what the constraint is can be taken back."""

    def turn(command: Command) -> Command:
        if len(command.args) < 2:
            raise _refused(command, needs)
        return replace(command, name=_BACK[command.name])

    return turn


_TURNS: dict[str, Callable[[Command], Command]] = {
    "drop_table": _drop_table,
    "remove_column": _remove_column,
    "remove_columns": _remove_columns,
    "rename_table": _swapped,
    "rename_column": _swapped,
    "rename_index": _swapped,
    "remove_index": _remove_index,
    "change_column_default": _changes,
    "change_column_comment": _changes,
    "change_table_comment": _changes,
    "change_column_null": _null,
    "remove_foreign_key": _remove_foreign_key,
    "add_check_constraint": _add_check,
    "add_unique_constraint": _add_unique,
    "remove_check_constraint": _with_subject("its expression"),
    "remove_exclusion_constraint": _with_subject("its expression"),
    "remove_unique_constraint": _with_subject("its columns"),
    "drop_enum": _with_subject("its values"),
    "rename_enum_value": _changes,
}
