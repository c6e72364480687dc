"""Which prefixes of a migration could have left the database as it is.

Engines run statements in order, so what landed is a prefix. For each allowed prefix the replay predicts what must be
so (the facts its statements leave, on top of what they need to be able to run); a prefix is consistent when the
catalog contradicts none of it. Superseding needs no special rule: a column that is added and then renamed is
predicted under its new name only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from console.core.compare import look
from console.core.operations import Change, Create, Drop, Opaque, Operation, Rename
from console.core.origin import origin, shapes
from console.core.schema import Kind, Ref, Schema
from console.core.state import Attrs, Canvas
from console.core.statements import Nature, Statement
from console.core.things import stated
from console.core.timeline import Film, Moment, Timeline

_TAKEN_BY_CASCADE = frozenset(Kind) - {Kind.SCHEMA, Kind.EXTENSION}


@dataclass(frozen=True)
class Replay:
    """The predictions for each prefix."""

    statements: tuple[Statement, ...]
    timeline: Timeline

    def at(self, prefix: int) -> Moment:
        """The prediction after `prefix` statements; `at(0)` is what the statements need to start from."""
        return self.timeline.at(prefix)

    def touches(self, ref: Ref, prefix: int) -> bool:
        """Whether the first `prefix` statements change it, or may."""
        return any(0 < first <= prefix for first, _ in self.timeline.changes.get(ref, ()))

    @property
    def last(self) -> Moment:
        """After all statements."""
        return self.at(len(self.statements))


@lru_cache(maxsize=512)
def replay(statements: tuple[Statement, ...], *, forgiving: bool = False) -> Replay:
    """Predict every prefix on an unknown base.

    `forgiving` predicts nothing any more of what code, or a CASCADE, may have changed.
    """
    film = Film()
    film.with_things(_needed(statements, forgiving=forgiving))
    film.take(0)
    for prefix, statement in enumerate(statements, start=1):
        for operation in statement.operations:
            operation.apply(film)
            if isinstance(operation, Opaque):
                _blur(statement, operation, film)
            if forgiving:
                film.forget(_shaken(operation, film))
        film.take(prefix)
    return Replay(statements, film.timeline(len(statements)))


def _blur(statement: Statement, unread: Opaque, film: Film) -> None:
    """ALTER and DROP that could not be read surely change what they name, and so does the unread part of what is told
    by its effect; other code only perhaps."""
    by_effect = not statement.readable and statement.nature is Nature.SCHEMA
    words = ["ALTER"] if by_effect else statement.sql.upper().split()
    if words[:1] not in (["ALTER"], ["DROP"]):
        return
    named = [ref for ref in film.things if unread.names(ref)]
    moves = words[0] == "DROP" or "RENAME" in words or "SCHEMA" in words
    stay: dict[Ref, Attrs | None] = {} if moves else {ref: {} for ref in named if film.get(ref) is not None}
    film.forget(named)
    film.with_things(stay)


def _shaken(operation: Operation, picture: Canvas) -> list[Ref]:
    """What may not be any more as it was before, though the operation does not say so."""
    if isinstance(operation, Opaque):
        return [ref for ref in picture.things if operation.may_touch(ref)]
    if isinstance(operation, Drop) and operation.cascade:
        return [ref for ref, attrs in picture.things.items() if attrs is not None and ref.kind in _TAKEN_BY_CASCADE]
    return []


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
    for span in told.timeline.spans():
        if not look(span.ref, span.attrs, schema, by_definition=span.ref in told.timeline.unnamed).fits:
            wrong[span.first] += 1
            wrong[span.last + 1] -= 1
    allowed = _boundaries(told.statements)
    contradictions, found = 0, []
    for prefix in range(length + 1):
        contradictions += wrong[prefix]
        if contradictions == 0 and prefix in allowed:
            found.append(prefix)
    return tuple(found)


def furthest(statements: tuple[Statement, ...], unmade: Mapping[Ref, str]) -> int:
    """How many statements can have run: none that drops what has still to be made."""
    made: set[Ref] = set()
    for k, statement in enumerate(statements):
        for operation in statement.operations:
            if isinstance(operation, Drop) and not operation.if_present and operation.ref in unmade.keys() - made:
                return k
            if isinstance(operation, Create):
                made |= {thing.ref for thing in operation.things}
    return len(statements)


def _needed(statements: tuple[Statement, ...], *, forgiving: bool) -> dict[Ref, Attrs | None]:
    """What must be so before the first statement, as far as the statements themselves say."""
    needs = _Needs(forgiving)
    for statement in statements:
        for operation in statement.operations:
            for ref, attrs in operation.requires().items():
                needs.note(ref, attrs)
            operation.apply(needs.running)
            if shapes(operation):
                needs.past.append(operation)
    return needs.base


@dataclass
class _Needs:
    """What is required of the beginning, gathered while the file is replayed on nothing."""

    forgiving: bool
    base: dict[Ref, Attrs | None] = field(default_factory=dict)
    running: Canvas = field(default_factory=Canvas)
    past: list[Operation] = field(default_factory=list)

    def note(self, ref: Ref, attrs: Attrs | None) -> None:
        """One requirement, unless an earlier statement has settled it."""
        known = self.running.get(ref)
        if self.running.knows(ref) and (known is None or attrs is None):
            return
        missing = None if attrs is None else {name: value for name, value in attrs.items() if name not in (known or {})}
        if self.running.knows(ref) and not missing:
            return
        place = origin(ref, absent=attrs is None, past=reversed(self.past), forgiving=self.forgiving)
        if place is None or (place in self.base and self.base[place] is None):
            return
        self.base[place] = None if missing is None else {**(self.base.get(place) or {}), **missing}
        self.running.with_things({ref: None if missing is None else {**(known or {}), **missing}})


def _boundaries(statements: tuple[Statement, ...]) -> frozenset[int]:
    """Prefix lengths at which a transaction ends."""
    inner = {k for k in range(1, len(statements)) if statements[k - 1].group != statements[k].group}
    return frozenset({0, len(statements), *inner})
