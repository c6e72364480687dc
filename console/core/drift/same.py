"""Whether two things of the same kind are the same, attribute by attribute.

Two catalogs of one kind of server are compared as they are: what differs in a text that is the same once the
server's habits are gone is no difference. What is expected because a file says so is compared as landed statements
are (compare.py): there another spelling may be the server's doing, and is in doubt.
"""

from __future__ import annotations

from dataclasses import dataclass

from console.core.compare import look
from console.core.drift.difference import Part, Rules
from console.core.schema import MEMBERS, Schema, Sequence, Thing, Value, comparable
from console.core.thing import MAY_BE_UNTOLD
from console.core.things import stated

_SETS = frozenset({"options", "include", "roles"})
"""Tuples whose order means nothing."""
_SPELLED = frozenset(
    {
        "default", "generated", "expression", "where", "using", "check", "definition", "function", "on_update",
        "partition_key", "partition_bound", "partitions", "body", "type", "columns", "checks", "method",
    }
)  # fmt: skip
"""Attributes that a server may spell in several ways."""
_WHETHER = frozenset({"attached_to"})
"""Names of other objects: it is compared whether there is one, not how it is called."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The answer for two things."""

    parts: tuple[Part, ...] = ()
    """What differs."""
    unread: tuple[str, ...] = ()
    """What was not read of one of them."""
    untold: tuple[str, ...] = ()
    """What was read of neither: servers of this kind do not tell it."""
    unsure: tuple[str, ...] = ()
    """What may only be spelled otherwise."""

    @property
    def same(self) -> bool:
        """Nothing differs and nothing is left open."""
        return not (self.parts or self.unread or self.untold or self.unsure)


_SAME = Compared()


def compared(expected: Thing, actual: Thing, schema: Schema, rules: Rules, *, loose: bool = False) -> Compared:
    """Compare two things; `actual` is in `schema`. Their addresses are not looked at. `loose`: a file says it."""
    if type(expected) is not type(actual):
        return Compared((("kind", type(expected).__name__.lower(), type(actual).__name__.lower()),))
    if loose:
        return _loosely(expected, actual, schema)
    unread = (expected.unread | actual.unread) - {MEMBERS}
    names = [name for name in _asked(expected, rules) if getattr(expected, name) != getattr(actual, name)]
    names = [name for name in names if not (_is_untold(name, expected) or _is_untold(name, actual))]
    if not names and not unread:
        return _SAME
    found = [(n, getattr(expected, n), getattr(actual, n)) for n in names if n not in unread]
    parts, unsure = _sorted_out(found, actual, schema, rules)
    hidden = unread & frozenset(comparable(type(actual)))
    older = isinstance(actual, Sequence)  # what MariaDB's are set to was not always read
    both = hidden & expected.unread & (hidden if older else actual.unread)
    return Compared(parts, tuple(sorted(hidden - both)), tuple(sorted(both)), unsure)


def _asked(thing: Thing, rules: Rules) -> tuple[str, ...]:
    names = comparable(type(thing))
    return names if rules.owners else tuple(name for name in names if name != "owner")


def _is_untold(name: str, thing: Thing) -> bool:
    """Who wrote it down did not read that yet."""
    return name in MAY_BE_UNTOLD and getattr(thing, name) is None


def _sorted_out(
    found: list[Part], actual: Thing, schema: Schema, rules: Rules
) -> tuple[tuple[Part, ...], tuple[str, ...]]:
    """Those that differ, and the names of those that may only be spelled otherwise."""
    parts: list[Part] = []
    unsure: list[str] = []
    for part in found:
        name, wanted, has = part
        if (name in _WHETHER and bool(wanted) is bool(has)) or (name in _SETS and _as_set(wanted) == _as_set(has)):
            continue
        if name == "type" and not rules.alike and _same_without_width(wanted, has, schema):
            continue
        told = look(actual.ref, {name: wanted}, schema) if name in _SPELLED else None
        if told is not None and told.fits and not told.uncertain:
            continue
        if told is not None and told.uncertain and not rules.alike:
            unsure.append(name)
        else:
            parts.append(part)
    return tuple(parts), tuple(unsure)


def _same_without_width(wanted: Value, has: Value, schema: Schema) -> bool:
    """MariaDB, and MySQL before 8.0.19, write with an int how wide it is shown: `int(11)`."""
    from console.core.types.mysql import canonical_type

    if schema.dialect not in ("mysql", "mariadb"):
        return False
    return canonical_type(str(wanted), "mysql") == canonical_type(str(has), "mysql")


def _as_set(value: Value) -> frozenset[Value] | Value:
    return frozenset(value) if isinstance(value, tuple) else value


def _loosely(expected: Thing, actual: Thing, schema: Schema) -> Compared:
    wanted = {name: value for name, value in stated(expected).items() if name not in _WHETHER and name != "owner"}
    seen = look(actual.ref, wanted, schema)
    unread = tuple(sorted(name for name in seen.uncertain if name in actual.unread))
    unsure = tuple(name for name in seen.uncertain if name not in actual.unread)
    never = isinstance(actual, Sequence)  # MariaDB tells what a sequence is set to by a read of each, which is not done
    return Compared(seen.differing, () if never else unread, unread if never else (), unsure)
