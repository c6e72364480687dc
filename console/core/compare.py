"""Whether the catalog holds what a statement should have left.

One question, asked for one address: `look(ref, wanted, schema)`. The answer separates what is *different* from what
only *cannot be compared* (locked, or written differently by the server), because unknown is not different.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from console.core.compare_mysql import compare_value as of_mysql
from console.core.expressions import Match, compare
from console.core.members import MEMBER, held
from console.core.moves import EXPRESSIONS, RESPELLED
from console.core.schema import Column, Constraint, Index, Kind, Ref, Schema, Thing, Value, comparable
from console.core.state import Attrs


class Sight(StrEnum):
    """What was found at an address."""

    AS_WANTED = "as wanted"
    DIFFERS = "differs"
    MISSING = "missing"
    STILL_THERE = "still there"
    GONE = "gone"
    """Wanted absent, and it is."""


@dataclass(frozen=True, slots=True)
class Look:
    """The answer for one address."""

    ref: Ref
    sight: Sight
    thing: Thing | None = None
    """What is there."""
    differing: tuple[tuple[str, Value, Value], ...] = ()
    """(attribute, wanted, actual)."""
    uncertain: tuple[str, ...] = ()
    """Attributes that are there but could not be compared."""
    locked: bool = False
    """Some of `uncertain` could not be read at all."""

    @property
    def fits(self) -> bool:
        """Nothing contradicts what is wanted."""
        return self.sight in (Sight.AS_WANTED, Sight.GONE)

    @property
    def wanted_absent(self) -> bool:
        """The question was whether it is gone."""
        return self.sight in (Sight.GONE, Sight.STILL_THERE)


def look(ref: Ref, wanted: Attrs | None, schema: Schema, *, by_definition: bool = False) -> Look:
    """Compare what is at `ref` with `wanted` (None: it should not be there; empty: it should just be there).

    `by_definition` also accepts the same thing under another name: the SQL gave none.
    """
    thing = schema.get(ref)
    if wanted is None:
        return Look(ref, Sight.GONE if thing is None else Sight.STILL_THERE, thing)
    found = _compare_thing(ref, wanted, thing, schema) if thing is not None else Look(ref, Sight.MISSING)
    if by_definition and not found.fits:
        return next((other for other in _twins(ref, wanted, schema) if other.fits), found)
    return found


def _twins(ref: Ref, wanted: Attrs, schema: Schema) -> list[Look]:
    table = str(wanted.get("table") or ref.table)
    things = schema.by_table.get((ref.schema, table), ())
    return [_compare_thing(t.ref, wanted, t, schema) for t in things if t.ref.kind is ref.kind and t.ref != ref]


def _compare_thing(ref: Ref, wanted: Attrs, thing: Thing, schema: Schema) -> Look:
    known = comparable(type(thing))
    differing: list[tuple[str, Value, Value]] = []
    uncertain: list[str] = []
    locked = False
    for name, value in wanted.items():
        plain = name.partition(MEMBER)[0]
        if plain in thing.unread:
            uncertain.append(name)
            locked = True
            continue
        if plain not in known:
            continue
        actual = getattr(thing, plain)
        match = _compare_value(name, value, actual, thing, schema)
        if match is Match.DIFFERENT:
            differing.append((name, value, actual))
        elif match is Match.UNSURE:
            uncertain.append(name)
    sight = Sight.DIFFERS if differing else Sight.AS_WANTED
    return Look(ref, sight, thing, tuple(differing), tuple(uncertain), locked)


def _compare_value(name: str, wanted: Value, actual: Value, thing: Thing, schema: Schema) -> Match:
    own = None if schema.dialect == "postgres" else of_mysql(name, wanted, actual, thing)
    if own is not None:
        return own
    special = _SPECIAL.get((thing.ref.kind, name))
    if special is not None:
        return special(wanted, actual, thing, schema)
    if MEMBER in name:
        there = held(name, actual)
        if wanted or there is Match.UNSURE:
            return there
        return Match.EQUAL if there is Match.DIFFERENT else Match.DIFFERENT
    if name in EXPRESSIONS and wanted == RESPELLED:
        return Match.UNSURE
    if name in EXPRESSIONS - {"function"}:
        return compare(_text(wanted), _text(actual))
    return Match.EQUAL if wanted == actual else Match.DIFFERENT


def _text(value: Value) -> str | None:
    return None if value is None else str(value)


def _nullable(wanted: Value, actual: Value, thing: Thing, schema: Schema) -> Match:
    """A column that became NOT NULL only because a primary key covers it is still the column that was asked for."""
    if wanted == actual:
        return Match.EQUAL
    things = schema.by_table.get((thing.ref.schema, thing.ref.table), ())
    keys = (t for t in things if isinstance(t, Constraint) and t.type == "primary key")
    covered = wanted is True and any(thing.ref.name in key.columns for key in keys)
    return Match.EQUAL if covered else Match.DIFFERENT


def _items(wanted: Value, actual: Value, thing: Thing, schema: Schema) -> Match:
    """Tuples of expressions, item by item."""
    if not isinstance(wanted, tuple) or not isinstance(actual, tuple) or len(wanted) != len(actual):
        return Match.DIFFERENT
    pairs = zip(wanted, actual, strict=True)
    matches = {Match.UNSURE if w == RESPELLED else compare(_text(w), _text(a)) for w, a in pairs}
    return next((m for m in (Match.DIFFERENT, Match.UNSURE) if m in matches), Match.EQUAL)


def _body(wanted: Value, actual: Value, thing: Thing, schema: Schema) -> Match:
    """A routine's source is stored as it was given; only line ends may differ."""
    sides = [str(side).replace("\r\n", "\n").strip() for side in (wanted, actual)]
    return Match.EQUAL if sides[0] == sides[1] else Match.DIFFERENT


def _same_set(wanted: Value, actual: Value, thing: Thing, schema: Schema) -> Match:
    sides = [frozenset(side) if isinstance(side, tuple) else side for side in (wanted, actual)]
    return Match.EQUAL if sides[0] == sides[1] else Match.DIFFERENT


def _check_columns(wanted: Value, actual: Value, thing: Thing, schema: Schema) -> Match:
    """Which columns a CHECK uses is told by its expression; the list is only ever a by-product."""
    by_product = isinstance(thing, Constraint) and thing.type in ("check", "exclude")
    return Match.EQUAL if by_product or wanted == actual else Match.DIFFERENT


def _default(wanted: Value, actual: Value, thing: Thing, schema: Schema) -> Match:
    """A bare string becomes a value of the column's type: `DEFAULT '1'` of a boolean is `true`."""
    match = Match.UNSURE if wanted == RESPELLED else compare(_text(wanted), _text(actual))
    if match is not Match.EQUAL and isinstance(thing, Column) and str(wanted).startswith("'"):
        return compare(f"{wanted}::{thing.type}", _text(actual))
    return match


def _bound(wanted: Value, actual: Value, thing: Thing, schema: Schema) -> Match:
    """`NO MAXVALUE` leaves whatever is the end of the sequence's type; another type may leave any end."""
    if wanted == "":
        return Match.EQUAL
    if wanted is None and isinstance(actual, int):
        ends = (-1, 1, *(edge for bits in (15, 31, 63) for edge in (-(2**bits), 2**bits - 1)))
        return Match.EQUAL if actual in ends else Match.DIFFERENT
    return Match.EQUAL if wanted == actual else Match.DIFFERENT


_SPECIAL: dict[tuple[Kind, str], Callable[[Value, Value, Thing, Schema], Match]] = {
    (Kind.COLUMN, "nullable"): _nullable,
    (Kind.COLUMN, "default"): _default,
    (Kind.SEQUENCE, "minimum"): _bound,
    (Kind.SEQUENCE, "maximum"): _bound,
    (Kind.INDEX, "columns"): _items,
    (Kind.INDEX, "include"): _same_set,
    (Kind.CONSTRAINT, "columns"): _check_columns,
    (Kind.ROUTINE, "body"): _body,
    (Kind.POLICY, "roles"): _same_set,
    (Kind.TYPE, "labels"): _same_set,
    (Kind.TABLE, "options"): _same_set,
    (Kind.INDEX, "options"): _same_set,
    (Kind.TYPE, "checks"): _items,
}


def broken(thing: Thing | None) -> str:
    """`INVALID` or `NOT VALID` when the server itself says the thing is unfinished; else ''."""
    if isinstance(thing, Index) and not thing.valid:
        return "INVALID" if not thing.building else "still being built"
    if isinstance(thing, Constraint) and not thing.validated:
        return "NOT VALID"
    return ""
