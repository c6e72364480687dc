"""What every object of a database has, and which of its attributes say what it means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from operator import attrgetter

from console.core.refs import Ref, Value

NOTHING: frozenset[str] = frozenset()
LATER = frozenset({"volatility", "security", "arguments", "storage", "statistics"})
"""Attributes that were not always read: None means that nobody told, as in a snapshot that is older than they are."""
MAY_BE_UNTOLD = LATER | {"options"}
"""With one that is only told by None of views and code."""
MEMBERS = "members"
"""In `unread` of a table or a schema: there may be more in it than was told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """What every object has; the kinds below add what they are."""

    ref: Ref
    comment: str | None = None
    stamp: int | None = field(default=None, compare=False)
    """Grows with every change of the catalog row; comparable with other stamps of the same server only.
    PostgreSQL: `xmin` as a 64-bit transaction number. None: not known."""
    unread: frozenset[str] = field(default=NOTHING, compare=False)
    """Names of the fields that could not be read, or that the SQL left open."""
    named: bool = field(default=True, compare=False)
    """False: the SQL gave no name, the one in `ref` is the server's rule; match by definition."""


_HEADER = frozenset({"ref", "stamp", "unread", "named"})


_COMPARABLE: dict[type[Thing], tuple[str, ...]] = {}
_VALUES: dict[type[Thing], Callable[[Thing], tuple[Value, ...]]] = {}


def comparable(kind: type[Thing]) -> tuple[str, ...]:
    """The fields that say what a thing of this class means."""
    if kind not in _COMPARABLE:
        _COMPARABLE[kind] = tuple(f.name for f in fields(kind) if f.compare and f.name not in _HEADER)
    return _COMPARABLE[kind]


def attributes(thing: Thing) -> dict[str, Value]:
    """What of `thing` is known and takes part in comparison, by field name."""
    kind = type(thing)
    names = comparable(kind)
    if kind not in _VALUES:
        _VALUES[kind] = attrgetter(*names, "comment")
    known = zip(names, _VALUES[kind](thing), strict=False)
    return {name: value for name, value in known if name not in thing.unread} if thing.unread else dict(known)
