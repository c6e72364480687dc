"""One member of an attribute that is a tuple: a label of an enum, an option of a table, a check of a domain.

`labels:happy` in a `Change` speaks of the member `happy` of `labels`: True there, False not there. An option is known
by its name (`options:fillfactor=` means any value of it), a check by its name and what its expression says.
"""

from __future__ import annotations

from collections.abc import Mapping

from console.core.expressions import Match, compare
from console.core.schema import Value

MEMBER = ":"


def set_attribute(attrs: dict[str, Value], name: str, value: Value) -> None:
    """Set one attribute in place; of a tuple that is known as a whole, one member."""
    field_name, _, member = name.partition(MEMBER)
    members = attrs.get(field_name)
    if not member or not isinstance(members, tuple):
        single = [other for other in attrs if other.startswith(f"{name}{MEMBER}")]
        for other in (*single, *_about_the_same(name, attrs)):
            del attrs[other]
        attrs[name] = value
        return
    kept = tuple(item for item in members if not _same(str(item), member))
    attrs[field_name] = (*kept, member) if value else kept


def says(name: str, value: Value, attrs: Mapping[str, Value]) -> bool | None:
    """Whether `attrs` have `value` under `name`; None: they say nothing of it."""
    if name in attrs:
        return attrs[name] == value
    members = attrs.get(name.partition(MEMBER)[0])
    if MEMBER in name and isinstance(members, tuple):
        return (held(name, members) is not Match.DIFFERENT) is bool(value)
    return False if _about_the_same(name, attrs) else None


def _about_the_same(name: str, attrs: Mapping[str, Value]) -> list[str]:
    """Other names that speak of the same member: `options:fillfactor=` and `options:fillfactor=70`."""
    field_name, colon, member = name.partition(MEMBER)
    if not colon:
        return []
    others = (other.partition(MEMBER) for other in attrs if other != name)
    return [f"{f}{c}{m}" for f, c, m in others if c and f == field_name and _same(m, member)]


def held(name: str, actual: Value) -> Match:
    """Whether the tuple `actual` holds the member that `name` speaks of; UNSURE where only its spelling may differ."""
    member = name.partition(MEMBER)[2]
    items = [str(item) for item in actual] if isinstance(actual, tuple) else []
    if member in items:
        return Match.EQUAL
    if member.endswith("="):
        return Match.EQUAL if any(_same(item, member) for item in items) else Match.DIFFERENT
    title, colon, text = member.partition(": ")
    if not colon:
        return Match.DIFFERENT
    return next(
        (_same_check(text, item[len(title) + 2 :]) for item in items if item.startswith(f"{title}: ")), Match.DIFFERENT
    )


def _same(item: str, member: str) -> bool:
    for mark in ("=", ": "):
        if mark in member:
            return item.partition(mark)[0] == member.partition(mark)[0] and mark in item
    return item == member


def _same_check(wanted: str, actual: str) -> Match:
    unchecked = " NOT VALID"
    if wanted.endswith(unchecked) is not actual.endswith(unchecked):
        return Match.DIFFERENT
    return compare(wanted.removesuffix(unchecked), actual.removesuffix(unchecked))
