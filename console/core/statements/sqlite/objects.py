"""What stands beside the tables of SQLite: indexes, views and triggers, each with a name of its own."""

from __future__ import annotations

from collections.abc import Callable

from console.core.operations import Create, Drop
from console.core.schema import Index, Kind, Ref, Trigger, View
from console.core.statements.cursor import Unreadable
from console.core.statements.sqlite.cursor import LiteCursor, address, plain_token
from console.core.statements.sqlite.tables import is_temporary
from console.core.statements.tables import TEMPORARY
from console.core.statements.verbs import Meaning
from console.core.types.sqlite import quote_name, spelled

Reader = Callable[[LiteCursor], Meaning]


def create_index(cursor: LiteCursor) -> Meaning:
    """Behind `CREATE [UNIQUE] INDEX`."""
    unique = any(token.word == "UNIQUE" for token in cursor.found[: cursor.at])
    if_absent = cursor.if_not_exists()
    ref = cursor.ref(Kind.INDEX)
    cursor.expect("ON")
    table = address(Kind.TABLE, ref.schema, "", cursor.written())
    items = tuple(_item(item) for item in cursor.group().items())
    if not items:
        raise Unreadable
    where = cursor.everything() if cursor.accept("WHERE") else None
    index = Index(ref=ref, table=table.name, columns=items, unique=unique, where=where)
    return Meaning((Create((index,), if_absent=if_absent),), (table,))


def _item(item: LiteCursor) -> str:
    """`email`, `email collate nocase desc`, `lower(email)`."""
    end = len(item.found)
    direction = ""
    if item.found[end - 1].word in ("ASC", "DESC"):
        direction = " desc" if item.found[end - 1].word == "DESC" else ""
        end -= 1
    if end == 1 and plain_token(item.found[0]):
        text = quote_name(item.found[0].folded)
    elif end == 3 and plain_token(item.found[0]) and item.found[1].word == "COLLATE":
        collation = item.found[2].folded
        text = quote_name(item.found[0].folded) + ("" if collation == "binary" else f" collate {collation}")
    else:
        text = spelled(item.found[:end])
    item.at = len(item.found)
    if not text:
        raise Unreadable
    return text + direction


def create_view(cursor: LiteCursor) -> Meaning:
    """Behind `CREATE [TEMP] VIEW`."""
    if_absent = cursor.if_not_exists()
    ref = cursor.ref(Kind.VIEW)
    if is_temporary(cursor, ref):
        cursor.rest()
        return Meaning((TEMPORARY,), temporary=(ref,))
    columns = f"({', '.join(map(quote_name, cursor.names()))}) as " if cursor.word() == "(" else ""
    cursor.expect("AS")
    view = View(ref=ref, definition=columns + cursor.everything())
    return Meaning((Create((view,), if_absent=if_absent),), (ref,))


def create_trigger(cursor: LiteCursor) -> Meaning:
    """Behind `CREATE [TEMP] TRIGGER`."""
    if_absent = cursor.if_not_exists()
    ref = cursor.ref(Kind.TRIGGER)
    if is_temporary(cursor, ref):
        cursor.rest()
        return Meaning((TEMPORARY,))
    start = cursor.at
    cursor.until(("ON", "BEGIN"))
    cursor.expect("ON")
    table = cursor.ref(Kind.TABLE)
    cursor.rest()
    trigger = Trigger(ref=ref, table=table.name, definition=cursor.said(start))
    return Meaning((Create((trigger,), if_absent=if_absent),), (table,))


def drop(kind: Kind) -> Reader:
    """Behind `DROP x`."""

    def reader(cursor: LiteCursor) -> Meaning:
        if_present = cursor.if_exists()
        ref = cursor.ref(kind)
        return Meaning((Drop(ref, if_present=if_present),), _about(ref))

    return reader


def _about(ref: Ref) -> tuple[Ref, ...]:
    return (ref,) if ref.kind in (Kind.TABLE, Kind.VIEW) else ()
