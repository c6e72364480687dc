"""Whether the values of a column of PostgreSQL fit the type it is to become.

ALTER TYPE without USING needs an assignment cast; which pairs have one, and what is refused on the way, was tried on
PostgreSQL 15 to 18. Of a USING only a plain cast of the column itself is understood. What is not in these tables is
not known, and said so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from console.core.causes_values import Bound, Limit
from console.core.schema import Kind, Ref, Schema, UserType
from console.core.statements.cursor import Cursor, Unreadable
from console.core.types.postgres import without_modifier

_INTEGERS = {"smallint": 16, "integer": 32, "bigint": 64}
_FLOATS = frozenset({"real", "double precision"})
_NUMBERS = frozenset(_INTEGERS) | _FLOATS | {"numeric"}
_STAMPS = frozenset({"timestamp without time zone", "timestamp with time zone"})
_TIMES = frozenset({"time without time zone", "time with time zone"})
_TEXTS = frozenset({"text", "character varying", "character"})
KNOWN = _NUMBERS | _STAMPS | _TIMES | _TEXTS | {"boolean", "uuid", "date", "interval", "bytea", "json", "jsonb", "inet"}
_SAFE = (
    {(one, other) for one in _STAMPS for other in {*_STAMPS, "date", "time without time zone"}}
    | {(one, other) for one in _TIMES for other in _TIMES}
    | {
        ("timestamp with time zone", "time with time zone"),
        ("time without time zone", "interval"),
        ("interval", "time without time zone"),
        ("jsonb", "json"),
        ("real", "double precision"),
    }
)
_MOMENTS = "294276-12-31"
_OPAQUE = frozenset({("bigint", "bytea"), ("integer", "bytea"), ("smallint", "bytea"), ("numeric", "real")})
"""Casts that only some versions have, or whose limits nobody wrote down here."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What one conversion asks of the values."""

    limits: tuple[Limit, ...] = ()
    known: bool = True
    """False: it may be refused, and nobody can say for which rows."""
    castable: bool = True
    """False: it is refused whatever rows there are."""

    @property
    def whole(self) -> bool:
        """Everything fits."""
        return self.known and self.castable and not self.limits


_UNKNOWN, _NEVER = Fit(known=False), Fit(castable=False)


def size_of(type_name: str) -> tuple[int, ...]:
    """The numbers in parentheses."""
    match = re.search(r"\((\d+)(?:,(-?\d+))?\)", type_name)
    return tuple(int(part) for part in match.groups() if part) if match else ()


def conversion(column: str, was: str, target: str, using: str, schema: Schema) -> Fit:
    """What the values of `was` must meet to become `target`."""
    if not using:
        return implicit(was, target, schema)
    cast = _cast_of(using, column, schema.home)
    return _UNKNOWN if cast is None or cast[-1] != target else _explicit(was, cast, schema)


def _cast_of(using: str, column: str, home: str) -> tuple[str, ...] | None:
    """The types that a plain cast goes through: `code::text::integer`, `CAST(code AS integer)`."""
    try:
        cursor = Cursor.over(using, home)
        types = []
        if cursor.accept("CAST"):
            inside = cursor.group()
            name = inside.name()
            inside.expect("AS")
            types.append(inside.type())
            inside.end()
        else:
            name = _bare(cursor)
        while cursor.accept("::"):
            types.append(cursor.type())
        cursor.end()
    except Unreadable:
        return None
    return tuple(types) if name == column and types else None


def _bare(cursor: Cursor) -> str:
    if cursor.word() != "(":
        return cursor.dotted()[-1]
    inside = cursor.group()
    name = inside.dotted()[-1]
    inside.end()
    return name


def implicit(was: str, target: str, schema: Schema) -> Fit:
    """Without USING."""
    one, other = without_modifier(was), without_modifier(target)
    labels = labels_of(was, schema), labels_of(target, schema)
    if was == target:
        return Fit()
    if other in _TEXTS:
        return _text(was, one, target) if one in KNOWN or labels[0] is not None else _UNKNOWN
    if labels[0] is not None or labels[1] is not None:
        return _NEVER if _all_known((one, labels[0]), (other, labels[1])) else _UNKNOWN
    if one not in KNOWN or other not in KNOWN or (one, other) in _OPAQUE:
        return _UNKNOWN
    return _plain(one, was, other, target)


def _all_known(*sides: tuple[str, tuple[str, ...] | None]) -> bool:
    return all(name in KNOWN or labels is not None for name, labels in sides)


def _plain(one: str, was: str, other: str, target: str) -> Fit:
    if one in _NUMBERS and other in _NUMBERS:
        return _number(one, was, other, target)
    if one == other or (one, other) in _SAFE:
        return Fit()
    if one == "date" and other in _STAMPS:
        return Fit((Limit(Bound.MOMENT, high=_MOMENTS),))
    if (one, other) == ("json", "jsonb"):
        return Fit((Limit(Bound.INPUT, names=("jsonb",)),))
    return _NEVER


def _text(was: str, one: str, target: str) -> Fit:
    most = (*size_of(target), 0)[0] or (1 if target == "character" else 0)
    longest = (*size_of(was), 0)[0] if one in _TEXTS else 0
    if not most or (longest and longest <= most):
        return Fit()
    return Fit((Limit(Bound.TRIMMED, most=most),))


def _number(one: str, was: str, other: str, target: str) -> Fit:
    source = ("float",) if one in _FLOATS else ()
    if other in _INTEGERS:
        bits = _INTEGERS[other]
        if one in _INTEGERS and _INTEGERS[one] <= bits:
            return Fit()
        return Fit((Limit(Bound.RANGE, 0, str(-(2 ** (bits - 1))), str(2 ** (bits - 1) - 1), names=source),))
    if other == "numeric" and size_of(target):
        return _decimal(one, was, target, source)
    # A double may be too large, or too small, for a real; a number of any length for a double.
    risky = (one, other) == ("double precision", "real") or (one == "numeric" and other in _FLOATS and not size_of(was))
    return _UNKNOWN if risky else Fit()


def _decimal(one: str, was: str, target: str, source: tuple[str, ...]) -> Fit:
    digits, behind = (*size_of(target), 0)[:2]
    old = (*size_of(was), 0)[:2] if one == "numeric" and size_of(was) else None
    if old is not None and behind >= old[1] and digits - behind >= old[0] - old[1]:
        return Fit()
    return Fit((Limit(Bound.RANGE, digits - behind, digits=behind, names=("decimal", *source)),))


def _explicit(was: str, cast: tuple[str, ...], schema: Schema) -> Fit:
    """With a cast that is written down: text is read, and cut to a length without a word."""
    target = cast[-1]
    one, other = without_modifier(was), without_modifier(target)
    through_text = [without_modifier(name) in _TEXTS and not size_of(name) for name in cast[:-1]]
    if not all(through_text):
        return _UNKNOWN
    if other in _TEXTS:
        return Fit() if one in KNOWN or labels_of(was, schema) is not None else _UNKNOWN
    if one in _TEXTS or (through_text and labels_of(was, schema) is not None):
        labels = labels_of(target, schema)
        if labels is not None:
            return Fit((Limit(Bound.MEMBER, names=labels),))
        return Fit((Limit(Bound.INPUT, names=(target,)),)) if other in KNOWN else _UNKNOWN
    if through_text:
        return _UNKNOWN
    if (one, other) in (("integer", "boolean"), ("boolean", "integer")):
        return Fit()
    found = implicit(was, target, schema)
    return found if found.castable else _UNKNOWN


def labels_of(type_name: str, schema: Schema) -> tuple[str, ...] | None:
    """Those of an enum; None when the type is none."""
    place, _, name = type_name.rpartition(".")
    found = schema.get(Ref(Kind.TYPE, place or schema.home, "", name.strip('"')))
    return found.labels if isinstance(found, UserType) and found.type == "enum" else None


def comparable_types(mine: str, theirs: str, schema: Schema) -> bool | None:
    """Whether a foreign key of one type may point at the other; None: not known."""
    one, other = without_modifier(mine), without_modifier(theirs)
    if one == other:
        return True
    known = all(name in KNOWN or labels_of(name, schema) is not None for name in (one, other))
    if not known:
        return None
    integers = frozenset(_INTEGERS)
    families = (integers, _FLOATS, _TEXTS, _STAMPS | {"date"})
    if any(one in family and other in family for family in families):
        return True
    wider = {"numeric", *_FLOATS} if one in integers else _FLOATS if one == "numeric" else frozenset[str]()
    times = {("time without time zone", "time with time zone"), ("time without time zone", "interval")}
    return other in wider or (one, other) in times
