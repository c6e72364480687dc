"""Whether the catalog holds what a statement should have left.

One question, asked for one address: `look(ref, wanted, schema)`. The answer separates what is *different* from what
only *cannot be compared* (locked, or written differently by the server), because unknown is not different, and what is
*not there* from what was *not told* (told.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from console.core.expressions import Match, compare
from console.core.members import MEMBER, held
from console.core.moves import EXPRESSIONS, RESPELLED
from console.core.schema import (
    MEMBERS,
    Column,
    Constraint,
    Index,
    Kind,
    Ref,
    Schema,
    Table,
    Thing,
    Value,
    comparable,
    owner_of,
    table_ref,
)
from console.core.state import Attrs
from console.core.thing import MAY_BE_UNTOLD
from console.core.told import why_unread, why_untold


class Sight(StrEnum):
    """What was found at an address."""

    AS_WANTED = "as wanted"
    DIFFERS = "differs"
    MISSING = "missing"
    STILL_THERE = "still there"
    GONE = "gone"
    """Wanted absent, and it is."""
    UNTOLD = "not told"
    """Not in what was read, and that says nothing: it may be there all the same."""


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
    untold: str = ""
    """Why nothing was told of it, where that is so."""
    leaving: bool = False
    """Nothing was told of it, and it should not be there."""

    @property
    def fits(self) -> bool:
        """Nothing contradicts what is wanted; where nothing was told, nothing supports it either."""
        return self.sight in (Sight.AS_WANTED, Sight.GONE, Sight.UNTOLD)

    @property
    def wanted_absent(self) -> bool:
        """The question was whether it is gone."""
        return self.leaving or self.sight in (Sight.GONE, Sight.STILL_THERE)


def look(ref: Ref, wanted: Attrs | None, schema: Schema, *, by_definition: bool = False) -> Look:
    """Compare what is at `ref` with `wanted` (None: it should not be there; empty: it should just be there).

    `by_definition` also accepts the same thing under another name: the SQL gave none.
    """
    thing = schema.get(ref)
    if thing is None:
        found = _not_found(ref, wanted, schema)
    elif wanted is None:
        found = Look(ref, Sight.STILL_THERE, thing)
    else:
        found = _compare_thing(ref, wanted, thing, schema)
    if by_definition and wanted is not None and found.sight is not Sight.AS_WANTED:
        return next((other for other in _twins(ref, wanted, schema) if other.fits), found)
    return found


def _not_found(ref: Ref, wanted: Attrs | None, schema: Schema) -> Look:
    untold = why_untold(ref, schema)
    if untold:
        return Look(ref, Sight.UNTOLD, untold=untold, leaving=wanted is None)
    return Look(ref, Sight.GONE if wanted is None else Sight.MISSING)


def _twins(ref: Ref, wanted: Attrs, schema: Schema) -> list[Look]:
    table = str(wanted.get("table") or ref.table)
    things = schema.by_table.get((ref.schema, table), ())
    others = [t for t in things if t.ref.kind is ref.kind and t.ref != ref]
    if schema.dialect in ("mysql", "mariadb"):
        from console.core.compare_mysql import could_be

        others = [t for t in others if could_be(ref, t)]
    return [_compare_thing(t.ref, wanted, t, schema) for t in others]


def _compare_thing(ref: Ref, wanted: Attrs, thing: Thing, schema: Schema) -> Look:
    known = comparable(type(thing))
    plain = {name: name.partition(MEMBER)[0] for name in wanted}
    unread = [name for name in wanted if plain[name] in thing.unread] if thing.unread else []
    matches = {
        name: _compare_value(name, value, getattr(thing, plain[name]), thing, schema)
        for name, value in wanted.items()
        if name not in unread and plain[name] in known and not (value is None and name in MAY_BE_UNTOLD)
    }
    differing = tuple((n, wanted[n], getattr(thing, plain[n])) for n, m in matches.items() if m is Match.DIFFERENT)
    uncertain = tuple(name for name in wanted if name in unread or matches.get(name) is Match.UNSURE)
    untold = _closed(thing, schema) if unread else ""
    if Match.UNTOLD in matches.values():
        untold = untold or why_untold(_primary_key(thing), schema)
    if untold and not differing:
        return Look(ref, Sight.UNTOLD, thing, uncertain=uncertain, untold=untold)
    sight = Sight.DIFFERS if differing else Sight.AS_WANTED
    return Look(ref, sight, thing, differing, uncertain, locked=bool(unread) and _is_locked(thing, schema))


def _closed(thing: Thing, schema: Schema) -> str:
    """Why a table of which only the name is known tells nothing of itself."""
    if isinstance(thing, Table) and MEMBERS in thing.unread:
        return why_unread(thing, thing.ref.kind, schema.home)
    return ""


def _is_locked(thing: Thing, schema: Schema) -> bool:
    """What is unread is unread for a lock; where the server says which tables are locked, only for that."""
    table = schema.get(table_ref(thing.ref.schema, owner_of(thing) or thing.ref.name))
    return schema.dialect == "postgres" or (isinstance(table, Table) and table.locked)


def _primary_key(thing: Thing) -> Ref:
    return Ref(Kind.CONSTRAINT, thing.ref.schema, thing.ref.table, "primary")


def _of_mysql(name: str, wanted: Value, actual: Value, thing: Thing) -> Match | None:
    from console.core.compare_mysql import compare_value

    return compare_value(name, wanted, actual, thing)


_TREES = EXPRESSIONS - {"function"}
"""Of what a server spells in its own way: what is compared as expressions."""


def _compare_value(name: str, wanted: Value, actual: Value, thing: Thing, schema: Schema) -> Match:
    if schema.dialect != "postgres":
        own = _of_mysql(name, wanted, actual, thing)
        if own is not None:
            return own
    elif type(wanted) is type(actual) and type(wanted) is not tuple and wanted == actual != RESPELLED:
        return Match.EQUAL  # most are: none of what follows says anything else of them
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
    if name in _TREES:
        return compare(_text(wanted), _text(actual))
    return Match.EQUAL if wanted == actual else Match.DIFFERENT


def _text(value: Value) -> str | None:
    return None if value is None else str(value)


def _nullable(wanted: Value, actual: Value, thing: Thing, schema: Schema) -> Match:
    """A column that became NOT NULL only because a primary key covers it is still the column that was asked for."""
    if wanted == actual:
        return Match.EQUAL
    things = schema.by_table.get((thing.ref.schema, thing.ref.table), ())
    keys = [t for t in things if isinstance(t, Constraint) and t.type == "primary key"]
    if wanted is True and not keys and why_untold(_primary_key(thing), schema):
        return Match.UNTOLD
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
