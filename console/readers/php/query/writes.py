"""The calls that end a chain and change rows, each to the statements it sends."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from console.readers.php.draft import Call, UnreadableError
from console.readers.php.query.grammar import Row
from console.readers.php.query.literals import float_text, items, known, plain, text
from console.readers.php.query.names import list_of
from console.readers.php.query.servers import grammar_of
from console.readers.php.query.state import Query
from console.readers.php.query.steps import apply, given, hide_deleted, is_query, select_of
from console.readers.php.values import Listing, Raw, Unknown, Value

Write: TypeAlias = Callable[[Query, Call], tuple[str, ...]]
"""The statements of one call; none when the framework sends none."""

STAND_IN = Raw("concat('', '')")
"""Not null and no constant, so a question to the data can only rest on its not being null."""

_TIME = Unknown("the time of the change is known only when the file is run", never_null=True)


def _stand_in(key: int | str, value: Value) -> Value:
    found = plain(value)
    certain = isinstance(found, Unknown) and found.never_null and "->" not in str(key)
    return STAND_IN if certain else value


def _rows(values: Value) -> list[Row]:
    """The rows of an INSERT; several are sorted by their columns, one alone is not."""
    listed = list_of(values, "what is inserted")
    if not listed.items:
        return []
    first = plain(listed.values[0])
    if not isinstance(first, Listing):
        if isinstance(first, Unknown) and isinstance(listed.items[0][0], int):
            known(first)
        return [_row(listed)]
    return [
        sorted(_row(list_of(row, "a row that is inserted")), key=lambda pair: str(pair[0])) for row in listed.values
    ]


def _row(row: Listing) -> list[tuple[int | str, Value]]:
    if any(isinstance(plain(value), Listing) for value in row.values):
        raise UnreadableError("a list is inserted as one value, which PHP refuses")
    return list(row.items)


def _insert(query: Query, call: Call) -> tuple[str, ...]:
    rows = _rows(given(call, "values")[0])
    return (grammar_of(query.connection).insert(query, rows),) if rows else ()


def _insert_or_ignore(query: Query, call: Call) -> tuple[str, ...]:
    words = grammar_of(query.connection)
    return tuple(words.ignoring(sql) for sql in _insert(query, call))


def _insert_get_id(query: Query, call: Call) -> tuple[str, ...]:
    found = given(call, "values sequence")
    words = grammar_of(query.connection)
    row = _row(list_of(found[0], "what is inserted"))
    insert = words.insert(query, [row] if row else [])
    return (words.returning(insert, known(found[1]) if len(found) > 1 else None),)


def _insert_using(query: Query, call: Call) -> tuple[str, ...]:
    found = given(call, "columns query")
    columns = list_of(found[0], "the columns that are filled").values
    return (grammar_of(query.connection).insert_using(query, columns, select_of(found[1], query)),)


def _insert_or_ignore_using(query: Query, call: Call) -> tuple[str, ...]:
    _known_since(query, call, 10)
    words = grammar_of(query.connection)
    return tuple(words.ignoring(sql) for sql in _insert_using(query, call))


def _upsert(query: Query, call: Call) -> tuple[str, ...]:
    found = given(call, "values uniqueBy update")
    if query.model is not None:
        known(_TIME)
    rows = _rows(found[0])
    update = plain(found[2]) if len(found) > 2 else None
    if not rows or (isinstance(update, Listing) and not update.items):
        return _insert(query, Call("insert", found[:1]))
    if update is None:
        update = Listing(tuple((at, str(key)) for at, (key, _) in enumerate(rows[0])))
    words = grammar_of(query.connection)
    changes = list_of(update, "what an upsert changes").items
    return (words.upsert(words.insert(query, rows), items(found[1]), changes),)


def _update(query: Query, call: Call) -> tuple[str, ...]:
    values = list_of(given(call, "values")[0], "what is updated").items
    return _changed(query, values)


def _changed(query: Query, values: Row) -> tuple[str, ...]:
    hide_deleted(query)
    if query.model is not None and query.model.updated_at is not None and not query.by_effect:
        known(_TIME)
    if query.by_effect:
        values = [(key, _stand_in(key, value)) for key, value in values]
    values = [(key, _by_query(query, value)) for key, value in values]
    return (grammar_of(query.connection).update(query, values),)


def _by_query(query: Query, value: Value) -> Value:
    """A query as a new value, which older versions do not take."""
    if not is_query(value):
        return value
    if query.connection.laravel < (12,):
        raise UnreadableError("whether this version of Laravel takes a query for a new value is not known")
    return Raw(f"({select_of(value, query)})")


def _update_from(query: Query, call: Call) -> tuple[str, ...]:
    values = list_of(given(call, "values")[0], "what is updated").items
    return (grammar_of(query.connection).update_from(query, values),)


def _step(sign: str, query: Query, call: Call) -> tuple[str, ...]:
    """`increment('a', 2, ['b' => 1])`."""
    found = given(call, "column amount extra")
    column = text(found[0])
    amount = found[1] if len(found) > 1 else 1
    extra = list_of(found[2], "what else is updated") if len(found) > 2 else Listing()
    return _changed(query, _merged([(column, _moved(query, column, sign, amount))], extra))


def _steps(sign: str, query: Query, call: Call) -> tuple[str, ...]:
    """`incrementEach(['a' => 1, 'b' => 2])`."""
    _known_since(query, call, 9)
    found = given(call, "columns extra")
    columns = list_of(found[0], "what is counted").items
    extra = list_of(found[1], "what else is updated") if len(found) > 1 else Listing()
    return _changed(query, _merged([(str(key), _moved(query, str(key), sign, by)) for key, by in columns], extra))


def _known_since(query: Query, call: Call, release: int) -> None:
    if query.connection.laravel < (release,):
        raise UnreadableError(f"Laravel {query.connection.laravel[0]} has no {call.name}()")


def _merged(values: list[tuple[str, Value]], extra: Listing) -> Row:
    return tuple((dict[int | str, Value](values) | dict(extra.items)).items())


def _moved(query: Query, column: str, sign: str, amount: Value) -> Raw:
    amount = known(amount)
    if isinstance(amount, bool) or not isinstance(amount, int | float | str):
        raise UnreadableError("what is counted up or down by is no number")
    by = float_text(amount) if isinstance(amount, float) else str(amount)
    return Raw(f"{grammar_of(query.connection).wrap(column)} {sign} {by}")


def _delete(query: Query, call: Call) -> tuple[str, ...]:
    if call.args or call.named:
        key = given(call, "id")[0]
        if known(key) is not None:
            apply(query, Call("where", (f"{query.alias()}.id", "=", key)))
    if query.model is not None and query.model.deleted_at is not None:
        return _changed(query, [(text(query.model.deleted_at), _TIME)])
    return (grammar_of(query.connection).delete(query),)


def _force_delete(query: Query, call: Call) -> tuple[str, ...]:
    return (grammar_of(query.connection).delete(query),)


def _restore(query: Query, call: Call) -> tuple[str, ...]:
    if query.model is None or query.model.deleted_at is None:
        raise UnreadableError("what restore() does is not known")
    query.trashed = "with"
    return _changed(query, [(text(query.model.deleted_at), None)])


def _truncate(query: Query, call: Call) -> tuple[str, ...]:
    return grammar_of(query.connection).truncate(query)


def _by_the_rows(why: str, query: Query, call: Call) -> tuple[str, ...]:
    raise UnreadableError(why)


_DEPENDS = "whether a row is inserted or updated depends on the rows that are there"

_BY_NAME: dict[str, Write] = {
    "insert": _insert,
    "insertOrIgnore": _insert_or_ignore,
    "insertGetId": _insert_get_id,
    "insertUsing": _insert_using,
    "insertOrIgnoreUsing": _insert_or_ignore_using,
    "upsert": _upsert,
    "update": _update,
    "updateFrom": _update_from,
    "increment": partial(_step, "+"),
    "decrement": partial(_step, "-"),
    "incrementEach": partial(_steps, "+"),
    "decrementEach": partial(_steps, "-"),
    "delete": _delete,
    "forceDelete": _force_delete,
    "restore": _restore,
    "truncate": _truncate,
    **dict.fromkeys(
        "updateOrInsert updateOrCreate firstOrCreate createOrFirst firstOr findOr".split(),
        partial(_by_the_rows, _DEPENDS),
    ),
    **dict.fromkeys(
        "fillAndInsert fillAndInsertOrIgnore fillAndInsertGetId insertMany insertOrIgnoreReturning".split(),
        partial(_by_the_rows, "what is inserted is known only when the file is run"),
    ),
    **dict.fromkeys(
        """
        upsertQuietly create createQuietly forceCreate forceCreateQuietly createMany save saveMany touch fill push
        """.split(),
        partial(_by_the_rows, "what the model writes is known only when the file is run"),
    ),
    **dict.fromkeys(
        "incrementOrCreate sync attach detach toggle syncWithoutDetaching destroy forceDestroy".split(),
        partial(_by_the_rows, "which rows are meant is known only when the file is run"),
    ),
}

WRITES = {name.lower(): write for name, write in _BY_NAME.items()}
"""By the method's name in lower case."""
