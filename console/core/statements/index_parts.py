"""One column of an index as the catalog's definition spells it, and the name an unnamed index gives it."""

from __future__ import annotations

from collections.abc import Collection

from console.core.lexer import TokenKind
from console.core.statements.cursor import Cursor, Unreadable
from console.core.types.postgres_words import quote_name, words

_TAIL = ("COLLATE", "ASC", "DESC", "NULLS", "WITH")

_DEFAULT_CLASSES = {
    "btree": words(
        """
        int2_ops int4_ops int8_ops text_ops bpchar_ops bool_ops date_ops timestamp_ops timestamptz_ops time_ops
        timetz_ops interval_ops numeric_ops float4_ops float8_ops uuid_ops bytea_ops inet_ops macaddr_ops macaddr8_ops
        oid_ops name_ops char_ops bit_ops varbit_ops money_ops jsonb_ops array_ops enum_ops record_ops range_ops
        multirange_ops tsvector_ops tsquery_ops pg_lsn_ops oidvector_ops tid_ops
        """
    ),
    "gin": frozenset({"jsonb_ops", "array_ops", "tsvector_ops"}),
    "gist": words("range_ops multirange_ops point_ops box_ops circle_ops poly_ops tsvector_ops"),
    "spgist": frozenset({"text_ops", "range_ops", "quad_point_ops", "box_ops", "poly_ops", "inet_ops"}),
}
_DEFAULT_CLASSES["hash"] = _DEFAULT_CLASSES["btree"]
"""Operator classes that the catalog's definition leaves out."""


def index_item(item: Cursor, method: str, stops: Collection[str] = ()) -> str:
    """A column or expression with whatever is not the default behind it; stops before a word of `stops`."""
    parts = [_subject(item)]
    if item.accept("COLLATE"):
        parts.append(f"COLLATE {_dotted(item)}")
    if not item.done and item.word() not in ("ASC", "DESC", "NULLS", *stops):
        operator_class = _operator_class(item, method)
        parts += [operator_class] if operator_class else []
    descending = item.accept_any("ASC", "DESC") == "DESC"
    parts += ["DESC"] if descending else []
    if item.accept("NULLS"):
        first = item.accept_any("FIRST", "LAST") == "FIRST"
        parts += [] if first == descending else [f"NULLS {'FIRST' if first else 'LAST'}"]
    if item.word() not in stops:
        item.end()
    return " ".join(parts)


def _subject(item: Cursor) -> str:
    start = item.at
    if item.word() == "(":
        item.skip_group()
        return item.slice(start)
    parts = item.dotted()
    if item.word() == "(":
        item.skip_group()
        return item.slice(start)
    if len(parts) > 1:
        raise Unreadable
    return parts[0]


def _dotted(item: Cursor) -> str:
    return ".".join(quote_name(part) for part in item.dotted() if part != "pg_catalog")


def _operator_class(item: Cursor, method: str) -> str:
    parts = item.dotted()
    options = ""
    if item.word() == "(":
        options = " (" + ", ".join(item.options()) + ")"
    default = not options and parts[-1] in _DEFAULT_CLASSES.get(method, ())
    name = parts[-1] if len(parts) == 1 or parts[-2] in ("pg_catalog", item.home) else ".".join(parts)
    return "" if default else name + options


def key_name(item: Cursor) -> str:
    """What this index column is called inside a generated name: the column, the function, or `expr`. Moves nothing."""
    inside = Cursor(item.text, item.found, item.home)
    while inside.word() == "(":
        group = inside.group()
        if not inside.done and inside.word() not in _TAIL and not _is_name(inside):
            return "expr"
        inside = group
    try:
        name = inside.dotted()[-1]
    except Unreadable:
        return "expr"
    if inside.word() == "(":
        inside.skip_group()
    # A cast is called like what it casts, anything else makes an expression of it.
    return name if inside.done or inside.word() in (*_TAIL, "::") or _is_name(inside) else "expr"


def _is_name(item: Cursor) -> bool:
    return item.token is not None and item.token.kind in (TokenKind.WORD, TokenKind.QUOTED)
