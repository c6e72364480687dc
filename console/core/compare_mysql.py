"""What counts as the same on MySQL and MariaDB, attribute by attribute; what is not here is compared as everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable

from console.core.compare_mysql_partitions import compare_partition, compare_partitions
from console.core.expressions_mysql import compare, compare_body, compare_default, compare_item, compare_words
from console.core.match import Match
from console.core.members import MEMBER
from console.core.moves import RESPELLED
from console.core.schema import Column, Constraint, Index, Kind, Ref, Thing, Value
from console.core.types.mysql import charset_of, same_type

LEFT_OPEN = ("", None)
"""The SQL did not say it, or the type has none: whatever is there fits."""


def compare_value(name: str, wanted: Value, actual: Value, thing: Thing) -> Match | None:
    """Whether an attribute is as wanted; None: compare it as on every server."""
    if name.startswith("partitions:"):
        return compare_partition(name.partition(MEMBER)[2], wanted=bool(wanted), actual=actual)
    if MEMBER in name:
        return _option(name, wanted, actual) if name.startswith("options:") else None
    if name in _EXPRESSIONS and wanted == RESPELLED:
        return Match.UNSURE
    special = _SPECIAL.get((thing.ref.kind, name))
    return special(wanted, actual, thing) if special else None


def could_be(made_up: Ref, other: Thing) -> bool:
    """Whether the server can have given `other` its name where a file gave none: another one was made by somebody."""
    if isinstance(other, Index):
        stems = (made_up.name, _COUNTED.sub("", made_up.name), other.columns[0].partition("(")[0].removesuffix(" DESC"))
        return other.ref.name in stems or _COUNTED.sub("", other.ref.name) in stems
    return not isinstance(other, Constraint) or _MADE_UP.fullmatch(other.ref.name) is not None


_COUNTED = re.compile(r"_\d+\Z")
_MADE_UP = re.compile(r".*_(?:ibfk|chk)_\d+|constraint_\d+|\d+|primary", re.DOTALL)


def _text(value: Value) -> str | None:
    return None if value is None else str(value)


def _left_open(wanted: Value, actual: Value, thing: Thing) -> Match:
    return Match.EQUAL if wanted in (*LEFT_OPEN, actual) else Match.DIFFERENT


def _type(wanted: Value, actual: Value, thing: Thing) -> Match:
    charset = thing.charset if isinstance(thing, Column) else None
    return Match.EQUAL if same_type(str(wanted), str(actual), charset) else Match.DIFFERENT


def _default(wanted: Value, actual: Value, thing: Thing) -> Match:
    return compare_default(_text(wanted), _text(actual), thing.type if isinstance(thing, Column) else "")


def _expression(wanted: Value, actual: Value, thing: Thing) -> Match:
    return compare(_text(wanted), _text(actual))


def _partition_key(wanted: Value, actual: Value, thing: Thing) -> Match:
    """`KEY ()` is over the primary key, which the catalog does not repeat."""
    bare = "".join(str(wanted or "").lower().split())
    if bare.endswith("key()") and str(actual).lower().startswith(bare.removesuffix("()")):
        return Match.EQUAL
    return _expression(wanted, actual, thing)


def _partitions(wanted: Value, actual: Value, thing: Thing) -> Match:
    return compare_partitions(wanted, actual)


def _view(wanted: Value, actual: Value, thing: Thing) -> Match:
    if wanted is None or actual is None:
        return Match.EQUAL if wanted is actual else Match.DIFFERENT
    return compare_words(str(wanted), str(actual))


def _body(wanted: Value, actual: Value, thing: Thing) -> Match:
    if wanted is None or actual is None:
        return Match.EQUAL if wanted is actual else Match.DIFFERENT
    return compare_body(str(wanted), str(actual))


def _items(wanted: Value, actual: Value, thing: Thing) -> Match:
    """The columns of an index, one by one."""
    if not isinstance(wanted, tuple) or not isinstance(actual, tuple) or len(wanted) != len(actual):
        return Match.DIFFERENT
    pairs = zip(wanted, actual, strict=True)
    matches = {Match.UNSURE if w == RESPELLED else compare_item(str(w), str(a)) for w, a in pairs}
    return next((m for m in (Match.DIFFERENT, Match.UNSURE) if m in matches), Match.EQUAL)


def _method(wanted: Value, actual: Value, thing: Thing) -> Match:
    """InnoDB makes a btree of every hash."""
    plain = {"btree", "hash"}
    return Match.EQUAL if wanted == actual or {wanted, actual} <= plain else Match.DIFFERENT


def _options(wanted: Value, actual: Value, thing: Thing) -> Match:
    """Options that were given are told again, unless the server leaves them out; others may have come."""
    given = wanted if isinstance(wanted, tuple) else ()
    matches = {_option(f"options:{option}", True, actual) for option in given}
    return next((m for m in (Match.DIFFERENT, Match.UNSURE) if m in matches), Match.EQUAL)


def _option(name: str, wanted: Value, actual: Value) -> Match:
    option, _, value = name.partition(MEMBER)[2].partition("=")
    there = (
        [str(item).partition("=")[2] for item in actual if str(item).partition("=")[0] == option]
        if isinstance(actual, tuple)
        else []
    )
    if not there:
        return Match.UNSURE if wanted else Match.EQUAL
    same = not value or there[0] == value
    return Match.EQUAL if same is bool(wanted) else Match.DIFFERENT


def _check_columns(wanted: Value, actual: Value, thing: Thing) -> Match:
    by_product = isinstance(thing, Constraint) and thing.type == "check"
    return Match.EQUAL if by_product or wanted == actual else Match.DIFFERENT


def _charset(wanted: Value, actual: Value, thing: Thing) -> Match:
    """A catalog may tell the collation only."""
    collation = getattr(thing, "collation", None)
    known = actual or (charset_of(collation) if collation else actual)
    return Match.EQUAL if wanted in (*LEFT_OPEN, known) else Match.DIFFERENT


_EXPRESSIONS = frozenset({"default", "generated", "expression", "definition", "on_update", "partition_key", "body"})
_Special = Callable[[Value, Value, Thing], Match]
_SPECIAL: dict[tuple[Kind, str], _Special] = {
    (Kind.COLUMN, "type"): _type,
    (Kind.COLUMN, "default"): _default,
    (Kind.COLUMN, "on_update"): _expression,
    (Kind.COLUMN, "generated"): _expression,
    (Kind.COLUMN, "charset"): _charset,
    (Kind.COLUMN, "collation"): _left_open,
    (Kind.TABLE, "charset"): _charset,
    (Kind.TABLE, "collation"): _left_open,
    (Kind.TABLE, "options"): _options,
    (Kind.TABLE, "partition_key"): _partition_key,
    (Kind.TABLE, "partitions"): _partitions,
    (Kind.CONSTRAINT, "expression"): _expression,
    (Kind.CONSTRAINT, "columns"): _check_columns,
    (Kind.INDEX, "columns"): _items,
    (Kind.INDEX, "method"): _method,
    (Kind.TRIGGER, "definition"): _body,
    (Kind.ROUTINE, "body"): _body,
    (Kind.PROCEDURE, "body"): _body,
    (Kind.EVENT, "body"): _body,
    (Kind.VIEW, "definition"): _view,
}
