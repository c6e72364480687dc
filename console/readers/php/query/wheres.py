"""Conditions: every `where...` of the query builder, each written as SQL the moment it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from console.readers.php.draft import Call, UnreadableError
from console.readers.php.query.grammar import Grammar
from console.readers.php.query.literals import first_of, flat, integer, items, known, literal, plain, substituted, text
from console.readers.php.query.names import is_path, list_of
from console.readers.php.query.servers import grammar_of
from console.readers.php.query.state import Query, joined
from console.readers.php.query.steps import Step, apply, apply_body, given, is_query, select_of, teach
from console.readers.php.values import Body, Listing, Raw, Value

Given: TypeAlias = tuple[Value, ...]
Condition: TypeAlias = Callable[[Query, Grammar, Given, str, bool], None]
"""Adds a condition: the query, its grammar, the arguments, `and` or `or`, and whether it is negated."""

_OPERATORS = frozenset(
    """
    = < > <= >= <> != <=> like ilike & | ^ << >> &~ rlike regexp ~ ~* !~ !~* ~~* !~~*
    """.split()
) | {"like binary", "not like", "not rlike", "not regexp", "similar to", "not similar to", "not ilike"}
_BITWISE = frozenset("& | ^ << >> &~".split())
_AGAINST_NULL = frozenset({"=", "<>", "!="})
_LISTS_KEEP_THE_BOOLEAN = (11, 28)
"""From there on the conditions of a list given to orWhere stand between ORs."""


def _add(query: Query, boolean: str, condition: str) -> None:
    query.wheres.append((boolean, condition))


def _operators(words: Grammar) -> frozenset[str]:
    newer = {"is", "is not"} if words.laravel >= (10,) else set()
    return _OPERATORS | words.operators | newer


def _is_operator(words: Grammar, value: Value) -> bool:
    return isinstance(value, str) and value.lower() in _operators(words)


def _compared(found: Given, words: Grammar) -> tuple[Value, Value]:
    """Operator and value behind a column; with one argument it is the value."""
    if len(found) == 2:
        return "=", found[1]
    operator = known(found[1]) if len(found) > 1 else None
    value = found[2] if len(found) > 2 else None
    if value is None and operator in _OPERATORS and operator not in _AGAINST_NULL:
        raise UnreadableError(f"Laravel refuses to compare with null by {operator}")
    return operator, value


def _where(query: Query, words: Grammar, found: Given, boolean: str, negated: bool) -> None:
    column = plain(found[0])
    if isinstance(column, Listing):
        _where_list(query, column, boolean, negated)
        return
    boolean += " not" if negated else ""
    operator, value = _compared(found, words)
    if is_query(column) and operator is None:
        _nest(query, column, boolean)
        return
    column = Raw(f"({select_of(column, query)})") if is_query(column) else known(column)
    if not _is_operator(words, operator):
        operator, value = "=", operator
    _compare(query, words, column, str(operator), value, boolean)


def _compare(query: Query, words: Grammar, column: Value, operator: str, value: Value, boolean: str) -> None:
    if is_query(value):
        _add(query, boolean, f"{words.wrap(column)} {operator} ({select_of(value, query)})")
        return
    value = known(value)
    is_json = is_path(column.sql if isinstance(column, Raw) else column)
    if value is None:
        _add(query, boolean, words.null(column, negated=operator != "="))
    elif is_json and isinstance(value, bool):
        _add(query, boolean, _json_boolean(words, column, operator, "true" if value else "false"))
    elif operator.lower() in _BITWISE | words.bitwise:
        _add(query, boolean, words.bits(column, operator, first_of(value)))
    else:
        _add(query, boolean, words.basic(column, operator, first_of(value)))


def _json_boolean(words: Grammar, column: Value, operator: str, value: str) -> str:
    if isinstance(column, str):
        return words.json_boolean_where(column, operator, value)
    return words.basic(column, operator, Raw(value))


def _where_list(query: Query, conditions: Listing, boolean: str, negated: bool) -> None:
    inner = query.nested() if negated else query
    _list(inner, conditions, boolean, "where")
    if negated:
        _close(query, inner, f"{boolean} not")


def _list(query: Query, conditions: Listing, boolean: str, name: str) -> None:
    """`where(['a' => 1, ['b', '>', 2]])`."""
    inner = query.nested()
    keeps = query.connection.laravel >= _LISTS_KEEP_THE_BOOLEAN
    for key, given_value in conditions.items:
        value = plain(given_value)
        if not isinstance(key, int) or not isinstance(value, Listing):
            apply(inner, Call(name, (key, "=", value, boolean)))
            continue
        found = value.values
        if len(found) == 2 and name == "where":
            found = (found[0], "=", found[1])
        apply(inner, Call(name, found, {"boolean": boolean} if keeps and len(found) < 4 else {}))
    _close(query, inner, boolean)


def _nest(query: Query, body: Value, boolean: str) -> None:
    inner = query.nested()
    if not isinstance(body, Body):
        raise UnreadableError("a query stands where a closure is expected")
    apply_body(inner, body)
    _close(query, inner, boolean)


def _close(query: Query, inner: Query, boolean: str) -> None:
    if inner.wheres:
        _add(query, boolean, f"({joined(inner.wheres)})")


def _column(query: Query, words: Grammar, found: Given, boolean: str, negated: bool) -> None:
    first = plain(found[0])
    if isinstance(first, Listing):
        _list(query, first, boolean, "whereColumn")
        return
    operator = known(found[1]) if len(found) > 1 else None
    second = found[2] if len(found) > 2 else None
    if not _is_operator(words, operator):
        operator, second = "=", operator
    _add(query, boolean, f"{words.wrap(first)} {operator} {words.wrap(second)}")


def _on(query: Query, words: Grammar, found: Given, boolean: str, negated: bool) -> None:
    if isinstance(found[0], Body):
        _nest(query, found[0], boolean)
    else:
        _column(query, words, found, boolean, negated)


def _raw(query: Query, words: Grammar, found: Given, boolean: str, negated: bool) -> None:
    bindings = found[1] if len(found) > 1 else Listing()
    _add(query, boolean, substituted(text(found[0]), bindings, query.connection))


def _in(query: Query, words: Grammar, found: Given, boolean: str, negated: bool) -> None:
    values = plain(found[1])
    if is_query(values):
        inside = select_of(values, query)
    else:
        values = list_of(values, "what is given to whereIn")
        if any(isinstance(plain(value), Listing) for value in values.values):
            raise UnreadableError("a list of lists is given to whereIn")
        inside = words.parameterize(values.values)
        if not values.items:
            _add(query, boolean, "1 = 1" if negated else "0 = 1")
            return
    _add(query, boolean, f"{words.wrap(found[0])} {'not ' if negated else ''}in ({inside})")


def _integers(query: Query, words: Grammar, found: Given, boolean: str, negated: bool) -> None:
    numbers = ", ".join(str(integer(value)) for value in flat(list_of(found[1], "what is given to whereIntegerInRaw")))
    if not numbers:
        _add(query, boolean, "1 = 1" if negated else "0 = 1")
        return
    _add(query, boolean, f"{words.wrap(found[0])} {'not ' if negated else ''}in ({numbers})")


def _null(query: Query, words: Grammar, found: Given, boolean: str, negated: bool) -> None:
    for column in items(found[0]):
        _add(query, boolean, words.null(column, negated=negated))


def _between(query: Query, words: Grammar, found: Given, boolean: str, negated: bool) -> None:
    values = flat(list_of(found[1], "what is given to whereBetween"))
    low, high = words.parameter(values[0]), words.parameter(values[-1])
    _add(query, boolean, f"{words.wrap(found[0])} {'not ' if negated else ''}between {low} and {high}")


def _between_columns(query: Query, words: Grammar, found: Given, boolean: str, negated: bool) -> None:
    values = list_of(found[1], "what is given to whereBetweenColumns").values
    low, high = words.wrap(values[0]), words.wrap(values[-1])
    _add(query, boolean, f"{words.wrap(found[0])} {'not ' if negated else ''}between {low} and {high}")


def _date(part: str, query: Query, words: Grammar, found: Given, boolean: str, negated: bool) -> None:
    operator, value = _compared(found, words)
    if not _is_operator(words, operator):
        if words.laravel < (10,):
            raise UnreadableError(f"{operator} is no operator")
        operator, value = "=", operator
    value = known(first_of(value))
    if part in ("day", "month") and not isinstance(value, Raw):
        value = f"{integer(value):02d}"
    _add(query, boolean, words.date(part, found[0], str(operator), value))


def _exists(query: Query, words: Grammar, found: Given, boolean: str, negated: bool) -> None:
    _add(query, boolean, f"{'not ' if negated else ''}exists ({select_of(found[0], query)})")


def _row(query: Query, words: Grammar, found: Given, boolean: str, negated: bool) -> None:
    columns, values = words.columnize(items(found[0])), words.parameterize(items(found[2]))
    _add(query, boolean, f"({columns}) {text(found[1])} ({values})")


def _json_contains(query: Query, words: Grammar, found: Given, boolean: str, negated: bool) -> None:
    condition = words.json_contains(text(found[0]), found[1])
    _add(query, boolean, f"{'not ' if negated else ''}{condition}")


def _json_overlaps(query: Query, words: Grammar, found: Given, boolean: str, negated: bool) -> None:
    condition = words.json_overlaps(text(found[0]), found[1])
    _add(query, boolean, f"{'not ' if negated else ''}{condition}")


def _json_key(query: Query, words: Grammar, found: Given, boolean: str, negated: bool) -> None:
    _add(query, boolean, f"{'not ' if negated else ''}{words.json_contains_key(text(found[0]))}")


def _json_length(query: Query, words: Grammar, found: Given, boolean: str, negated: bool) -> None:
    operator, value = _compared(found, words)
    if not _is_operator(words, operator):
        operator, value = "=", operator
    value = known(value)
    length = value.sql if isinstance(value, Raw) else literal(integer(first_of(value)), query.connection)
    _add(query, boolean, words.json_length(text(found[0]), str(operator), length))


def _full_text(query: Query, words: Grammar, found: Given, boolean: str, negated: bool) -> None:
    options = list_of(found[2], "the third argument of whereFullText") if len(found) > 2 else Listing()
    _add(query, boolean, words.full_text(items(found[0]), found[1], options))


def _like(query: Query, words: Grammar, found: Given, boolean: str, negated: bool) -> None:
    exact = len(found) > 2 and bool(known(found[2]))
    _add(query, boolean, words.like(found[0], found[1], exact_case=exact, negated=negated))


def _each(between: str, query: Query, words: Grammar, found: Given, boolean: str, negated: bool) -> None:
    """`whereAny(['a', 'b'], 'like', 'x')`."""
    operator, value = _compared(found, words)
    inner = query.nested()
    for column in items(found[0]):
        apply(inner, Call("where", (column, operator, value, between)))
    _close(query, inner, boolean + (" not" if negated else ""))


def _key(query: Query, words: Grammar, found: Given, boolean: str, negated: bool) -> None:
    raise UnreadableError("which column is the model's key is not known")


_THREE = "column operator value boolean"
_CONDITIONS: dict[str, tuple[Condition, str, bool]] = {
    "where": (_where, _THREE, False),
    "whereNot": (_where, _THREE, True),
    "whereColumn": (_column, "first operator second boolean", False),
    "on": (_on, "first operator second boolean", False),
    "whereRaw": (_raw, "sql bindings boolean", False),
    "whereIn": (_in, "column values boolean not", False),
    "whereNotIn": (_in, "column values boolean", True),
    "whereIntegerInRaw": (_integers, "column values boolean not", False),
    "whereIntegerNotInRaw": (_integers, "column values boolean", True),
    "whereNull": (_null, "columns boolean not", False),
    "whereNotNull": (_null, "columns boolean", True),
    "whereBetween": (_between, "column values boolean not", False),
    "whereNotBetween": (_between, "column values boolean", True),
    "whereBetweenColumns": (_between_columns, "column values boolean not", False),
    "whereNotBetweenColumns": (_between_columns, "column values boolean", True),
    "whereExists": (_exists, "callback boolean not", False),
    "whereNotExists": (_exists, "callback boolean", True),
    "whereRowValues": (_row, "columns operator values boolean", False),
    "whereJsonContains": (_json_contains, "column value boolean not", False),
    "whereJsonDoesntContain": (_json_contains, "column value boolean", True),
    "whereJsonOverlaps": (_json_overlaps, "column value boolean not", False),
    "whereJsonDoesntOverlap": (_json_overlaps, "column value boolean", True),
    "whereJsonContainsKey": (_json_key, "column boolean not", False),
    "whereJsonDoesntContainKey": (_json_key, "column boolean", True),
    "whereJsonLength": (_json_length, _THREE, False),
    "whereFullText": (_full_text, "columns value options boolean", False),
    "whereLike": (_like, "column value caseSensitive boolean not", False),
    "whereNotLike": (_like, "column value caseSensitive boolean", True),
    "whereAll": (partial(_each, "and"), "columns operator value boolean", False),
    "whereAny": (partial(_each, "or"), "columns operator value boolean", False),
    "whereNone": (partial(_each, "or"), "columns operator value boolean", True),
    "whereKey": (_key, "id", False),
    "whereKeyNot": (_key, "id", True),
    **{
        f"where{part.title()}": (partial(_date, part), _THREE, False)
        for part in ("date", "time", "day", "month", "year")
    },
}
"""The condition a method adds, the names of its arguments, and whether it negates."""


_SINCE = {
    "whereNot": (9,),
    "whereJsonContainsKey": (9,),
    "whereJsonDoesntContainKey": (9,),
    "whereAll": (10,),
    "whereAny": (10,),
    "whereNone": (10,),
    "whereJsonOverlaps": (10,),
    "whereJsonDoesntOverlap": (10,),
    "whereLike": (11,),
    "whereNotLike": (11,),
}
"""The first version that has a method; those before take it for a column's name."""


def _step(name: str, between: str) -> Step:
    condition, names, negates = _CONDITIONS[name]
    order = names.split()

    def add(query: Query, call: Call) -> None:
        if query.connection.laravel < _SINCE.get(name, ()):
            raise UnreadableError(f"Laravel {query.connection.laravel[0]} has no {name}()")
        found = given(call, names)
        options = dict(zip(order, found, strict=False))
        boolean = text(options["boolean"]) if "boolean" in options and between == "and" else between
        negated = negates or bool(known(options.get("not")))
        usual = tuple(value for key, value in zip(order, found, strict=False) if key not in ("boolean", "not"))
        condition(query, grammar_of(query.connection), usual, boolean, negated)

    return add


teach({name: _step(name, "and") for name in _CONDITIONS})
teach({f"or{name[0].upper()}{name[1:]}": _step(name, "or") for name in _CONDITIONS})
