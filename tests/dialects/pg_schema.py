"""What the tests of PostgreSQL's schema have in common: finding a thing, and a query in one line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from console.core.schema import (
    Schema,
    Thing,
)

T = TypeVar("T", bound=Thing)


def find(schema: Schema, kind: type[T], name: str, table: str = "") -> T:
    found = [t for t in schema.of_kind(kind) if t.ref.name == name and table in ("", t.ref.table)]
    assert len(found) == 1, [str(t.ref) for t in schema.things]
    return found[0]


def plain(text: str | None) -> str:
    """A query in one line, the way 16 and later write its columns."""
    return " ".join((text or "").split()).replace("t.a", "a")


After = Callable[..., Schema]
