"""Which prefixes of a migration could have left the database as it is.

Engines run statements in order, so what landed is a prefix. For each allowed prefix the replay predicts what must be
so (the facts its statements leave, on top of what they need to be able to run); a prefix is consistent when the
catalog contradicts none of it. Superseding needs no special rule: a column that is added and then renamed is
predicted under its new name only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from console.core.compare import look
from console.core.operations import Change, Create, Drop, Opaque, Operation, Rename, apply_all
from console.core.schema import Ref, Schema
from console.core.state import Attrs, Picture
from console.core.statements import Statement
from console.core.things import stated


@dataclass(frozen=True)
class Replay:
    """The predicted picture after each prefix; `pictures[0]` is what the statements need to start from."""

    statements: tuple[Statement, ...]
    pictures: tuple[Picture, ...]

    @property
    def last(self) -> Picture:
        """After all statements."""
        return self.pictures[-1]


@lru_cache(maxsize=512)
def replay(statements: tuple[Statement, ...]) -> Replay:
    """Predict every prefix on an unknown base."""
    picture = Picture(_needed(statements))
    pictures = [picture]
    for statement in statements:
        picture = apply_all(statement.operations, picture)
        pictures.append(picture)
    return Replay(statements, tuple(pictures))


def effects(operation: Operation) -> tuple[tuple[Ref, Attrs | None], ...]:
    """What this one operation leaves behind, by address; the subject first."""
    match operation:
        case Create():
            return tuple((thing.ref, stated(thing)) for thing in operation.shown)
        case Drop():
            return ((operation.ref, None),)
        case Rename():
            return ((operation.to, {}), (operation.ref, None))
        case Change():
            return ((operation.ref, dict(operation.attrs)),)
        case Opaque():
            return ()


def consistent_prefixes(told: Replay, schema: Schema) -> tuple[int, ...]:
    """Lengths of the prefixes that nothing in the catalog contradicts, shortest first."""
    length = len(told.statements)
    wrong = [0] * (length + 2)
    for ref, wanted, start, end, unnamed in _spans(told):
        if not look(ref, wanted, schema, by_definition=unnamed).fits:
            wrong[start] += 1
            wrong[end + 1] -= 1
    allowed = _boundaries(told.statements)
    contradictions, found = 0, []
    for prefix in range(length + 1):
        contradictions += wrong[prefix]
        if contradictions == 0 and prefix in allowed:
            found.append(prefix)
    return tuple(found)


def _needed(statements: tuple[Statement, ...]) -> dict[Ref, Attrs | None]:
    """What must be so before the first statement, as far as the statements themselves say."""
    base: dict[Ref, Attrs | None] = {}
    running = Picture()
    for statement in statements:
        for operation in statement.operations:
            for ref, attrs in operation.requires().items():
                new = _not_known(ref, attrs, running)
                if new is not None or not running.knows(ref):
                    base[ref] = None if new is None else {**(base.get(ref) or {}), **new}
                    running = running.with_things({ref: None if new is None else {**(running.get(ref) or {}), **new}})
            running = operation.apply(running)
    return base


def _not_known(ref: Ref, attrs: Attrs | None, running: Picture) -> Attrs | None:
    """What of a requirement no earlier statement has settled; None: nothing, or absence."""
    if not running.knows(ref) or attrs is None:
        return None if running.knows(ref) else attrs
    known = running.get(ref)
    missing = {name: value for name, value in attrs.items() if known is not None and name not in known}
    return missing or None


def _boundaries(statements: tuple[Statement, ...]) -> frozenset[int]:
    """Prefix lengths at which a transaction ends."""
    inner = {k for k in range(1, len(statements)) if statements[k - 1].group != statements[k].group}
    return frozenset({0, len(statements), *inner})


def _spans(told: Replay) -> Iterator[tuple[Ref, Attrs | None, int, int, bool]]:
    """Each prediction with the first and last prefix it holds for: (address, attributes, first, last, unnamed)."""
    began: dict[Ref, int] = {}
    current: dict[Ref, Attrs | None] = {}
    for prefix, picture in enumerate(told.pictures):
        for ref, attrs in picture.things.items():
            if ref in current and current[ref] is attrs:
                continue
            if ref in current:
                yield ref, current[ref], began[ref], prefix - 1, ref in told.pictures[prefix - 1].unnamed
            current[ref], began[ref] = attrs, prefix
    for ref, attrs in current.items():
        yield ref, attrs, began[ref], len(told.statements), ref in told.last.unnamed
