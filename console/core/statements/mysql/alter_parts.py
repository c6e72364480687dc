"""The clauses of ALTER TABLE that change what is there: a default, what is visible or enforced, a character set."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from console.core.operations import Change, Opaque, Operation
from console.core.schema import Kind, Ref, Value
from console.core.statements.columns import stored_default
from console.core.statements.cursor import Unreadable
from console.core.statements.mysql.cursor import MyCursor
from console.core.statements.mysql.keys import Owner
from console.core.types.mysql import canonical_charset, canonical_collation, charset_of


@dataclass
class Target:
    """The table that is altered."""

    ref: Ref
    owner: Owner
    if_present: bool

    def change(self, *attrs: tuple[str, Value]) -> Change:
        """A change of the table itself."""
        return Change(self.ref, attrs, if_present=self.if_present)


Action = Callable[[MyCursor, Target], Iterator[Operation]]


def alter_column(item: MyCursor, target: Target) -> Iterator[Operation]:
    """Behind ALTER COLUMN."""
    if_present = item.if_exists() or target.if_present
    ref = item.part(Kind.COLUMN, target.ref)
    if item.accept("SET", "DEFAULT"):
        attrs: tuple[str, Value] = ("default", stored_default(item.rest()))
    elif item.accept("DROP", "DEFAULT"):
        attrs = ("default", None)
    elif item.accept("SET", "INVISIBLE"):
        attrs = ("invisible", True)
    else:
        item.expect("SET", "VISIBLE")
        attrs = ("invisible", False)
    yield Change(ref, (attrs,), if_present=if_present)


def alter_index(item: MyCursor, target: Target) -> Iterator[Operation]:
    """Behind ALTER INDEX."""
    if_present = item.if_exists() or target.if_present
    ref = item.part(Kind.INDEX, target.ref)
    visible = item.accept("NOT", "IGNORED") or bool(item.accept_any("VISIBLE"))
    if not visible and not item.accept_any("INVISIBLE", "IGNORED"):
        raise Unreadable
    yield Change(ref, (("visible", visible),), if_present=if_present)


def alter_check(item: MyCursor, target: Target) -> Iterator[Operation]:
    """Behind ALTER CHECK."""
    ref = item.part(Kind.CONSTRAINT, target.ref)
    enforced = not item.accept("NOT")
    item.expect("ENFORCED")
    yield Change(ref, (("enforced", enforced),))


def convert(item: MyCursor, target: Target) -> Iterator[Operation]:
    """Behind CONVERT TO."""
    if not (item.accept("CHARACTER", "SET") or item.accept("CHARSET")):
        raise Unreadable
    charset, collation = canonical_charset(item.word_value()), ""
    if item.accept("COLLATE"):
        item.accept("=")
        collation = canonical_collation(item.word_value())
    charset = (charset_of(collation) or charset) if charset == "default" else charset
    left_open = "" if charset == "default" else charset
    yield replace(target.change(("charset", left_open), ("collation", collation)), spreads=True)


def harmless(why: str) -> Action:
    """A clause that changes nothing that is read."""

    def action(item: MyCursor, target: Target) -> Iterator[Operation]:
        item.rest()
        yield Opaque(why, frozenset({target.ref.name.lower()}), harmless=True)

    return action


def manner(item: MyCursor, target: Target) -> Iterator[Operation]:
    """ALGORITHM and LOCK say how, not what."""
    item.accept("=")
    item.step()
    yield from ()


def said_nothing(item: MyCursor, target: Target) -> Iterator[Operation]:
    """A clause without any effect of its own."""
    yield from ()
