"""ALTER COLUMN: what one action does to one column."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from console.core.operations import Change, Create, Opaque, Operation
from console.core.schema import Ref, Value, table_ref
from console.core.statements.columns import collation_name, identity_sequence, stored_default
from console.core.statements.cursor import Cursor, Unreadable
from console.core.statements.foreign_keys import Owner
from console.core.statements.verbs import if_exists

ColumnAction = Callable[[Cursor, Ref, bool], Iterator[Operation]]


def _set_type(cursor: Cursor, ref: Ref, if_present: bool) -> Iterator[Operation]:
    attrs: list[tuple[str, Value]] = [("type", cursor.type())]
    if cursor.accept("COLLATE"):
        attrs.append(("collation", collation_name(cursor)))
    using = cursor.rest() if cursor.accept("USING") else ""
    yield Change(ref, tuple(attrs), if_present=if_present, using=using)


def _set_default(cursor: Cursor, ref: Ref, if_present: bool) -> Iterator[Operation]:
    text = cursor.rest()
    if not text:
        raise Unreadable
    yield Change(ref, (("default", stored_default(text)),), if_present=if_present)


def _sets(*attrs: tuple[str, Value]) -> ColumnAction:
    def action(cursor: Cursor, ref: Ref, if_present: bool) -> Iterator[Operation]:
        yield Change(ref, attrs, if_present=if_present)

    return action


def _set_expression(cursor: Cursor, ref: Ref, if_present: bool) -> Iterator[Operation]:
    yield Change(ref, (("generated", cursor.grouped_text()),), if_present=if_present)


def _drop_expression(cursor: Cursor, ref: Ref, if_present: bool) -> Iterator[Operation]:
    if_exists(cursor)
    yield Change(ref, (("generated", None), ("generated_kind", "")), if_present=if_present)


def _identity(cursor: Cursor) -> str:
    if cursor.accept("BY", "DEFAULT"):
        return "by default"
    cursor.expect("ALWAYS")
    return "always"


def _add_identity(cursor: Cursor, ref: Ref, if_present: bool) -> Iterator[Operation]:
    kind = _identity(cursor)
    cursor.expect("AS", "IDENTITY")
    counter = cursor.group() if cursor.word() == "(" else None
    yield Change(ref, (("identity", kind),), if_present=if_present, before=(("identity", ""),))
    yield Create((identity_sequence(ref, None, counter, Owner(table_ref(ref.schema, ref.table))),))


def _set_identity(cursor: Cursor, ref: Ref, if_present: bool) -> Iterator[Operation]:
    yield Change(ref, (("identity", _identity(cursor)),), if_present=if_present)
    if not cursor.done:
        yield from _sequence_of_identity(cursor, ref, if_present)


def _sequence_of_identity(cursor: Cursor, ref: Ref, if_present: bool) -> Iterator[Operation]:
    cursor.rest()
    why = f"Halfway does not read the counter behind the identity column {ref.name}."
    yield Opaque(why, frozenset({ref.table.lower(), ref.name.lower()}), harmless=True)


def _drop_identity(cursor: Cursor, ref: Ref, if_present: bool) -> Iterator[Operation]:
    if_exists(cursor)
    yield Change(ref, (("identity", ""),), if_present=if_present)


def _not_shown(what: str, unsays: str = "") -> ColumnAction:
    def action(cursor: Cursor, ref: Ref, if_present: bool) -> Iterator[Operation]:
        cursor.rest()
        mentions = frozenset({ref.table.lower(), ref.name.lower()})
        open_ = ((ref, unsays),) if unsays else ()
        yield Opaque(f"Halfway does not read the {what} of a column.", mentions, harmless=True, unsays=open_)

    return action


COLUMN_ACTIONS: dict[tuple[str, ...], ColumnAction] = {
    ("TYPE",): _set_type,
    ("SET", "DATA", "TYPE"): _set_type,
    ("SET", "DEFAULT"): _set_default,
    ("DROP", "DEFAULT"): _sets(("default", None)),
    ("SET", "NOT", "NULL"): _sets(("nullable", False)),
    ("DROP", "NOT", "NULL"): _sets(("nullable", True)),
    ("SET", "EXPRESSION", "AS"): _set_expression,
    ("DROP", "EXPRESSION"): _drop_expression,
    ("ADD", "GENERATED"): _add_identity,
    ("SET", "GENERATED"): _set_identity,
    ("DROP", "IDENTITY"): _drop_identity,
    ("RESTART",): _sequence_of_identity,
    ("SET", "INCREMENT"): _sequence_of_identity,
    ("SET", "START"): _sequence_of_identity,
    ("SET", "MINVALUE"): _sequence_of_identity,
    ("SET", "MAXVALUE"): _sequence_of_identity,
    ("SET", "CACHE"): _sequence_of_identity,
    ("SET", "CYCLE"): _sequence_of_identity,
    ("SET", "NO"): _sequence_of_identity,
    ("SET", "STATISTICS"): _not_shown("statistics target", "statistics"),
    ("SET", "STORAGE"): _not_shown("storage", "storage"),
    ("SET", "COMPRESSION"): _not_shown("compression"),
    ("SET", "("): _not_shown("planner options"),
    ("RESET",): _not_shown("planner options"),
}
