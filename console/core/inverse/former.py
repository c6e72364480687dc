"""What a thing was before, as far as a CREATE that was read says it: what that left open was the usual."""

from __future__ import annotations

from console.core.inverse.undoing import label
from console.core.moves import EXPRESSIONS, RESPELLED
from console.core.operations import Change, Create, Drop, Operation
from console.core.refs import Ref
from console.core.schema import comparable
from console.core.state import Attrs, Picture
from console.core.things import UNSTATED, thing_at


def completed(operation: Drop | Change, before: Picture) -> Picture:
    """With what a known CREATE left open: what it did not say was the usual (no comment, the table's collation)."""
    old = before.get(operation.ref)
    if old is None or not _known_whole(operation.ref, old):
        return before
    usual = {name: value for name, value in UNSTATED.items() if name not in old and name in _fields(operation.ref)}
    return before.with_things({operation.ref: {**usual, **old}}) if usual else before


def _known_whole(ref: Ref, attrs: Attrs) -> bool:
    """A CREATE of it was read: all that a CREATE always says is there."""
    return all(name in attrs for name in _fields(ref) if name not in UNSTATED)


def respelled(operation: Operation) -> str:
    """What of it the server spells in a way that nobody has read; '' when all is known."""
    if isinstance(operation, Change):
        return label(operation.ref) if _is_blank(dict(operation.attrs)) else ""
    if isinstance(operation, Create):
        things = (t for t in operation.things if _is_blank({n: getattr(t, n) for n in _fields(t.ref)}))
        return next((label(thing.ref) for thing in things), "")
    return ""


def _is_blank(attrs: Attrs) -> bool:
    columns = attrs.get("columns")
    texts = any(attrs.get(name) == RESPELLED for name in EXPRESSIONS)
    return texts or (isinstance(columns, tuple) and RESPELLED in columns)


def _fields(ref: Ref) -> tuple[str, ...]:
    return comparable(type(thing_at(ref, {})))
