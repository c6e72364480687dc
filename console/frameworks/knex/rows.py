"""Rows that a migration writes with Knex's query builder: plain insert, update and delete; all else is unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from console.frameworks.knex.words import UnreadableError, Writer, as_json, word
from console.readers.javascript.values import UNDEFINED, Many, Pairs, Step, Value, why_not

_SIGNS = frozenset({"=", "<", ">", "<=", ">=", "<>", "!=", "like", "not like", "ilike", "not ilike"})
Args = tuple[Value, ...]


def rows_of(steps: tuple[Step, ...], writer: Writer) -> str:
    """The statement of a chain. UnreadableError where it is more than is read."""
    table, schema = "", ""
    tests: list[str] = []
    write: tuple[str, Args] | None = None
    for step in steps:
        args = step.args
        if args is None:
            raise UnreadableError(f"what {step.name} means is not read")
        if step.name in ("", "into", "from", "table"):
            table = word(args[0] if args else UNDEFINED)
        elif step.name == "withSchema":
            schema = word(args[0] if args else UNDEFINED)
        elif step.name in _WRITTEN and write is None:
            write = step.name, args
        elif step.name in _TESTS:
            tests.append(_TESTS[step.name](args, writer))
        elif not (step.name == "returning" and writer.family == "mysql"):
            raise UnreadableError(f"what {step.name} does is not read")
    if write is None or not table:
        raise UnreadableError("which table it is about is not known")
    quoted = writer.name(f"{schema}.{table}" if schema else table)
    return _WRITTEN[write[0]](write[1], quoted, tests, writer)


def _bound(value: Value, writer: Writer) -> str:
    if isinstance(value, Pairs):
        return writer.text(as_json(value))
    if value == UNDEFINED:
        raise UnreadableError("a value in it is undefined")
    return writer.literal(value)


def _insert(args: Args, table: str, tests: list[str], writer: Writer) -> str:
    given = args[0] if args else UNDEFINED
    rows = [_members(one) for one in (given.values if isinstance(given, Many) else (given,))]
    columns = sorted(rows[0]) if rows else []
    if tests or not columns or any(set(row) != set(columns) for row in rows):
        raise UnreadableError("its rows have not the same columns")
    names = ", ".join(writer.name(column) for column in columns)
    begin = f"insert into {table} ({names})"
    if writer.sqlite and len(rows) > 1:
        selected = (", ".join(f"{_bound(row[c], writer)} as {writer.one(c)}" for c in columns) for row in rows)
        return f"{begin} select " + " union all select ".join(selected)
    return f"{begin} values " + ", ".join(f"({', '.join(_bound(row[c], writer) for c in columns)})" for row in rows)


def _members(value: Value) -> Mapping[str, Value]:
    if isinstance(value, Pairs):
        return value.values
    raise UnreadableError(why_not(value) or "the values given to it are no object")


def _update(args: Args, table: str, tests: list[str], writer: Writer) -> str:
    first = args[0] if args else UNDEFINED
    given = {first: args[1]} if isinstance(first, str) and len(args) > 1 else _members(first)
    changed = ", ".join(f"{writer.name(name)} = {_bound(value, writer)}" for name, value in given.items())
    if not changed:
        raise UnreadableError("it changes no column")
    return f"update {table} set {changed}{_where(tests)}"


def _delete(args: Args, table: str, tests: list[str], writer: Writer) -> str:
    return f"delete from {table}{_where(tests)}"


def _where(tests: list[str]) -> str:
    return f" where {' and '.join(tests)}" if tests else ""


_WRITTEN: dict[str, Callable[[Args, str, list[str], Writer], str]] = {
    "insert": _insert,
    "update": _update,
    "del": _delete,
    "delete": _delete,
}


def _test(args: Args, writer: Writer) -> str:
    first = args[0] if args else UNDEFINED
    if isinstance(first, Pairs) and len(args) == 1 and first.values:
        return " and ".join(_is(name, value, writer) for name, value in first.values.items())
    if len(args) == 2:
        return _is(word(first), args[1], writer)
    sign = word(args[1]).lower() if len(args) == 3 else ""
    if sign in _SIGNS and not isinstance(args[2], Many) and args[2] is not None:
        return f"{writer.name(word(first))} {sign} {_bound(args[2], writer)}"
    raise UnreadableError("its condition is not read")


def _is(name: str, value: Value, writer: Writer) -> str:
    if value is None:
        return f"{writer.name(name)} is null"
    return f"{writer.name(name)} = {_bound(value, writer)}"


def _empty(words: str) -> Callable[[Args, Writer], str]:
    return lambda args, writer: f"{writer.name(word(args[0] if args else UNDEFINED))} is {words}"


def _among(words: str) -> Callable[[Args, Writer], str]:
    def made(args: Args, writer: Writer) -> str:
        values = args[1] if len(args) > 1 else UNDEFINED
        if not isinstance(values, Many) or not values.values:
            raise UnreadableError(why_not(values) or "the values it looks for are no list")
        listed = ", ".join(_bound(one, writer) for one in values.values)
        return f"{writer.name(word(args[0]))} {words} ({listed})"

    return made


_TESTS: dict[str, Callable[[Args, Writer], str]] = {
    "where": _test,
    "andWhere": _test,
    "whereNull": _empty("null"),
    "whereNotNull": _empty("not null"),
    "whereIn": _among("in"),
    "whereNotIn": _among("not in"),
}
