"""What else a query is made of: table, columns, joins, order, limit, unions, and conditions on the building itself."""

from __future__ import annotations

from functools import partial

from console.readers.php.draft import Call, UnreadableError
from console.readers.php.query.literals import integer, items, known, plain, substituted, text
from console.readers.php.query.names import parts_of_alias
from console.readers.php.query.servers import grammar_of
from console.readers.php.query.state import Join, Model, Query
from console.readers.php.query.steps import apply, apply_body, given, is_query, select_of, teach
from console.readers.php.values import Body, Listing, Raw, Unknown, Value

_JOIN = "table first operator second type where"
_SUB_JOIN = "query as first operator second type where"


def _table(query: Query, call: Call) -> None:
    """`table('users')`, `from('users', 'u')`, `from($query, 'u')`."""
    found = given(call, "table as")
    alias = text(found[1]) if len(found) > 1 else ""
    if is_query(found[0]):
        query.table = Raw(f"({select_of(found[0], query)}) as {grammar_of(query.connection).wrap_table(alias)}")
        return
    table = known(found[0])
    query.table = table if isinstance(table, Raw) or not alias else f"{text(table)} as {alias}"


def _raw_table(query: Query, call: Call) -> None:
    found = given(call, "expression bindings")
    query.table = Raw(substituted(text(found[0]), found[1] if len(found) > 1 else Listing(), query.connection))


def _model(query: Query, call: Call) -> None:
    """`model('User', true)`: what the walker knows of the model whose table it is."""
    softly = call.arg(1, "softly", Unknown("which rows the model hides is not known"))
    usual = ("deleted_at" if softly else None) if isinstance(softly, bool) else softly
    query.model = Model(call.named.get("updated_at", "updated_at"), call.named.get("deleted_at", usual))


def _trashed(rows: str, query: Query, call: Call) -> None:
    query.trashed = rows


def _columns(query: Query, call: Call) -> list[str]:
    words = grammar_of(query.connection)
    first = plain(call.args[0]) if call.args else Listing(((0, "*"),))
    listed = first.items if isinstance(first, Listing) else tuple(enumerate(call.args))
    return [
        f"({select_of(column, query)}) as {words.wrap(name)}" if is_query(column) else words.wrap(column)
        for name, column in listed
    ]


def _select(query: Query, call: Call) -> None:
    query.columns = _columns(query, call)


def _add_select(query: Query, call: Call) -> None:
    first = plain(call.args[0]) if call.args else None
    if query.columns is None and isinstance(first, Listing) and any(map(is_query, first.values)):
        query.columns = [grammar_of(query.connection).wrap(f"{query.alias()}.*")]
    query.columns = [*(query.columns or []), *_columns(query, call)]


def _select_raw(query: Query, call: Call) -> None:
    found = given(call, "expression bindings")
    sql = substituted(text(found[0]), found[1] if len(found) > 1 else Listing(), query.connection)
    query.columns = [*(query.columns or []), sql]


def _select_sub(query: Query, call: Call) -> None:
    found = given(call, "query as")
    name = grammar_of(query.connection).wrap(found[1])
    query.columns = [*(query.columns or []), f"({select_of(found[0], query)}) as {name}"]


def _distinct(query: Query, call: Call) -> None:
    query.distinct = True
    columns = [column for given_one in call.args if given_one is not True for column in items(given_one)]
    query.distinct_on = tuple(grammar_of(query.connection).wrap(column) for column in columns)


def _join(kind: str, query: Query, call: Call) -> None:
    """`join('posts', 'posts.user_id', '=', 'users.id')`."""
    found = given(call, _JOIN)
    table = grammar_of(query.connection).wrap_table(found[0])
    _joined(query, kind, table, found[1:], by_value=False)


def _join_where(kind: str, query: Query, call: Call) -> None:
    found = given(call, _JOIN)
    table = grammar_of(query.connection).wrap_table(found[0])
    _joined(query, kind, table, found[1:], by_value=True)


def _join_sub(kind: str, query: Query, call: Call) -> None:
    found = given(call, _SUB_JOIN)
    alias = grammar_of(query.connection).wrap_table(found[1])
    _joined(query, kind, f"({select_of(found[0], query)}) as {alias}", found[2:], by_value=False)


def _joined(query: Query, kind: str, table: str, found: tuple[Value, ...], *, by_value: bool) -> None:
    on = query.nested()
    if found and isinstance(found[0], Body):
        apply_body(on, found[0])
    elif found and known(found[0]):
        by_value = by_value or bool(len(found) > 4 and known(found[4]))
        apply(on, Call("where" if by_value else "on", found[:3]))
    elif kind != "cross":
        raise UnreadableError("a join has no condition")
    kind = text(found[3]) if len(found) > 3 else kind
    query.joins.append(Join(kind, table, on))


def _orders(query: Query) -> list[str]:
    return query.union_orders if query.unions else query.orders


def _order(direction: str, query: Query, call: Call) -> None:
    found = given(call, "column direction")
    direction = text(found[1]).lower() if len(found) > 1 else direction
    if direction not in ("asc", "desc"):
        raise UnreadableError(f"{direction} is no direction of an order")
    column = f"({select_of(found[0], query)})" if is_query(found[0]) else grammar_of(query.connection).wrap(found[0])
    _orders(query).append(f"{column} {direction}")


def _by_age(direction: str, query: Query, call: Call) -> None:
    _order(direction, query, Call("orderBy", (call.arg(0, "column", "created_at"),)))


def _order_raw(query: Query, call: Call) -> None:
    found = given(call, "sql bindings")
    bindings = found[1] if len(found) > 1 else Listing()
    _orders(query).append(substituted(text(found[0]), bindings, query.connection))


def _random(query: Query, call: Call) -> None:
    _orders(query).append(grammar_of(query.connection).random(text(call.arg(0, "seed", ""))))


def _reorder(query: Query, call: Call) -> None:
    query.orders, query.union_orders = [], []
    if call.args and known(call.args[0]):
        _order("asc", query, call)


def _limit(query: Query, call: Call) -> None:
    value = known(call.arg(0, "value"))
    limit = None if value is None else integer(value)
    if limit is not None and limit < 0:
        return
    if query.unions:
        query.union_limit = limit
    else:
        query.limit = limit


def _offset(query: Query, call: Call) -> None:
    offset = max(0, integer(call.arg(0, "value")))
    if query.unions:
        query.union_offset = offset
    else:
        query.offset = offset


def _group(query: Query, call: Call) -> None:
    query.groups += [grammar_of(query.connection).wrap(one) for given_one in call.args for one in items(given_one)]


def _group_raw(query: Query, call: Call) -> None:
    found = given(call, "sql bindings")
    query.groups.append(substituted(text(found[0]), found[1] if len(found) > 1 else Listing(), query.connection))


def _having(name: str, query: Query, call: Call) -> None:
    """The conditions of HAVING are written as those of WHERE, but for texts and null."""
    if name.lower().endswith("where") and any(value is None or "like" in text(value) for value in call.args[1:]):
        raise UnreadableError("how this condition of a group is written is not known")
    apart = query.nested()
    apply(apart, Call(name, call.args, call.named))
    query.havings += apart.wheres


def _union(every: bool, query: Query, call: Call) -> None:
    found = given(call, "query all")
    every = every or bool(len(found) > 1 and known(found[1]))
    words = grammar_of(query.connection)
    query.unions.append(f" union {'all ' if every else ''}{words.wrap_union(select_of(found[0], query))}")


def _lock(exclusive: bool, query: Query, call: Call) -> None:
    words = grammar_of(query.connection)
    query.lock = words.update_lock if exclusive else words.share_lock


def _lock_by(query: Query, call: Call) -> None:
    value = known(call.arg(0, "value", default=True))
    if isinstance(value, str):
        query.lock = "" if query.connection.driver == "sqlite" else value
    else:
        _lock(bool(value), query, call)


def _when(wanted: bool, query: Query, call: Call) -> None:
    """`when($condition, fn ($query) => ..., fn ($query) => ...)`."""
    found = given(call, "value callback default")
    value = known(found[0])
    holds = bool(value.items) if isinstance(value, Listing) else value not in (None, False, 0, "", "0")
    body = found[1] if holds is wanted else found[2] if len(found) > 2 else None
    if body is not None:
        apply_body(query, body)


def _tap(query: Query, call: Call) -> None:
    apply_body(query, call.arg(0, "callback"))


def _nothing(query: Query, call: Call) -> None:
    """It changes nothing of the SQL."""


_KINDS = {"join": "inner", "leftJoin": "left", "rightJoin": "right"}
_HAVINGS = {
    "having": "where",
    "havingRaw": "whereRaw",
    "havingNull": "whereNull",
    "havingNotNull": "whereNotNull",
    "havingBetween": "whereBetween",
}

teach({"table": _table, "from": _table, "fromSub": _table, "fromRaw": _raw_table, "model": _model})
teach({"withTrashed": partial(_trashed, "with"), "onlyTrashed": partial(_trashed, "only")})
teach({"withoutGlobalScopes": partial(_trashed, "with"), "withoutTrashed": partial(_trashed, "without")})
teach({"select": _select, "addSelect": _add_select, "selectRaw": _select_raw, "selectSub": _select_sub})
teach({"distinct": _distinct})
teach({name: partial(_join, kind) for name, kind in _KINDS.items()})
teach({f"{name}Where": partial(_join_where, kind) for name, kind in _KINDS.items()})
teach({f"{name}Sub": partial(_join_sub, kind) for name, kind in _KINDS.items()})
teach({"crossJoin": partial(_join, "cross"), "crossJoinSub": partial(_join_sub, "cross")})
teach({"orderBy": partial(_order, "asc"), "orderByDesc": partial(_order, "desc"), "orderByRaw": _order_raw})
teach({"latest": partial(_by_age, "desc"), "oldest": partial(_by_age, "asc"), "inRandomOrder": _random})
teach({"reorder": _reorder, "limit": _limit, "take": _limit, "offset": _offset, "skip": _offset})
teach({"groupBy": _group, "groupByRaw": _group_raw, "union": partial(_union, False), "unionAll": partial(_union, True)})
teach({name: partial(_having, condition) for name, condition in _HAVINGS.items()})
teach({f"or{name[0].upper()}{name[1:]}": partial(_having, f"or{c[0].upper()}{c[1:]}") for name, c in _HAVINGS.items()})
teach({"lockForUpdate": partial(_lock, True), "sharedLock": partial(_lock, False), "lock": _lock_by})
teach({"when": partial(_when, True), "unless": partial(_when, False), "tap": _tap})
teach(dict.fromkeys("query newQuery toBase getQuery clone useWritePdo with without withCount dump".split(), _nothing))


def table_name(query: Query) -> str:
    """The table's own name, without an alias."""
    return parts_of_alias(query.alias())[0]
