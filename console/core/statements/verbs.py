"""What a reader of the grammar gives back, and the small things all readers need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from console.core.operations import Opaque, Operation
from console.core.schema import Ref
from console.core.statements.cursor import Cursor
from console.core.statements.mentioned import mentions, runs_anything


@dataclass(frozen=True, slots=True)
class Meaning:
    """The operations of one statement and what else a `Statement` needs to know."""

    operations: tuple[Operation, ...]
    tables: tuple[Ref, ...] = ()
    concurrently: bool = False
    temporary: tuple[Ref, ...] = ()
    """Temporary tables it makes: what later statements do to them leaves nothing either."""


Reader = Callable[[Cursor], Meaning]


def opaque(text: str, why: str, *, harmless: bool = False, anything: bool = False, dialect: str = "postgres") -> Opaque:
    """An effect that the catalog does not show, with everything it mentions."""
    named = mentions(text, dialect)
    return Opaque(why, named, anything=anything or runs_anything(text, dialect), harmless=harmless)


def if_exists(cursor: Cursor) -> bool:
    """IF EXISTS, stepped over."""
    return cursor.accept("IF", "EXISTS")


def cascades(cursor: Cursor) -> bool:
    """CASCADE or RESTRICT, stepped over."""
    return cursor.accept_any("CASCADE", "RESTRICT") == "CASCADE"
