"""CREATE VIEW, CREATE MATERIALIZED VIEW and their ALTERs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from console.core.operations import Create, Operation
from console.core.schema import Kind, View
from console.core.statements.alter_table import (
    TABLE_ACTIONS,
    Action,
    Target,
    not_shown,
    owner_to,
    read_actions,
    read_target,
    rename_to,
    set_schema,
)
from console.core.statements.cursor import Cursor
from console.core.statements.verbs import Meaning, if_exists, opaque
from console.core.types.postgres_words import view_options

_TAILS: tuple[tuple[str, ...], ...] = (("WITH", "NO", "DATA"), ("WITH", "DATA"), ("WITH", "CHECK", "OPTION"))


def create_view(cursor: Cursor) -> Meaning:
    """Behind `CREATE [OR REPLACE] [TEMP] [RECURSIVE] VIEW` or `CREATE MATERIALIZED VIEW`."""
    before = {token.word for token in cursor.found[: cursor.at]}
    if_absent = cursor.accept("IF", "NOT", "EXISTS")
    ref = cursor.ref(Kind.VIEW)
    if before & {"TEMP", "TEMPORARY"}:
        cursor.rest()
        return Meaning((opaque("", "A temporary view is gone with its session.", harmless=True),), temporary=(ref,))
    unread = {"owner"}
    if cursor.word() == "(":
        # The catalog writes the column names into the query itself.
        cursor.skip_group()
        unread.add("definition")
    options = _options(cursor)
    cursor.expect("AS")
    definition, populated, checked = _query(cursor)
    if _expanded(definition) or "RECURSIVE" in before:
        unread.add("definition")
    view = View(
        ref=ref,
        definition=definition,
        materialized="MATERIALIZED" in before,
        populated=populated,
        options=view_options((*options, *checked)) or None,
        unread=frozenset(unread),
    )
    return Meaning((Create((view,), if_absent=if_absent, replace="REPLACE" in before),), (ref,))


def _options(cursor: Cursor) -> tuple[str, ...]:
    found = []
    if cursor.accept("USING"):
        cursor.name()
    if cursor.accept("WITH"):
        for item in cursor.group().items():
            name = item.name()
            value = item.step().text.strip("'") if item.accept("=") else "true"
            found.append(f"{name}={value}")
    if cursor.accept("TABLESPACE"):
        cursor.name()
    return tuple(found)


def _query(cursor: Cursor) -> tuple[str, bool, tuple[str, ...]]:
    """The query, whether it is run at once, and its check; what stands behind the query is no part of it."""
    start, populated = cursor.at, True
    checked: tuple[str, ...] = ()
    end = len(cursor.found)
    for tail in _TAILS:
        if tuple(token.word for token in cursor.found[-len(tail) :]) == tail:
            end, populated = len(cursor.found) - len(tail), tail != ("WITH", "NO", "DATA")
            checked = ("check_option=cascaded",) if tail[-1] == "OPTION" else ()
    words = tuple(token.word for token in cursor.found[-4:])
    if words in (("WITH", "LOCAL", "CHECK", "OPTION"), ("WITH", "CASCADED", "CHECK", "OPTION")):
        end, checked = len(cursor.found) - 4, (f"check_option={words[1].lower()}",)
    cursor.at = len(cursor.found)
    return cursor.slice(start, end), populated, checked


def _expanded(definition: str) -> bool:
    """Whether the catalog will have columns in the place of a star."""
    found = Cursor.over(definition).found
    return any(
        token.word == "*" and (before.word in ("SELECT", ",", ".", "DISTINCT", "ALL"))
        for before, token in pairwise(found)
    )


def _alter(kind_actions: dict[tuple[str, ...], Action], cursor: Cursor) -> Meaning:
    if_present = if_exists(cursor)
    target = read_target(cursor, Kind.VIEW, if_present=if_present)
    return Meaning(read_actions(cursor, target, kind_actions), (target.ref,))


def alter_view(cursor: Cursor) -> Meaning:
    """Behind `ALTER VIEW`."""
    return _alter(_ACTIONS, cursor)


def alter_materialized_view(cursor: Cursor) -> Meaning:
    """Behind `ALTER MATERIALIZED VIEW`."""
    return _alter(_ACTIONS, cursor)


def _rename_column(cursor: Cursor, target: Target) -> Iterator[Operation]:
    text = cursor.rest()
    yield opaque(f"{target.ref.name} {text}", "Halfway does not read the columns of a view.")


_OPTIONS = not_shown("Halfway does not read the options of a view.", "options")
_ACTIONS: dict[tuple[str, ...], Action] = {
    ("RENAME", "TO"): rename_to,
    ("RENAME",): _rename_column,
    ("SET", "SCHEMA"): set_schema,
    ("OWNER", "TO"): owner_to,
    ("SET",): _OPTIONS,
    ("RESET",): _OPTIONS,
    ("CLUSTER", "ON"): TABLE_ACTIONS[("CLUSTER", "ON")],
    ("ALTER",): _OPTIONS,
    ("DEPENDS",): _OPTIONS,
    ("NO", "DEPENDS"): _OPTIONS,
}
