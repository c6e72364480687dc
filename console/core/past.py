"""What all recorded migrations should have left together, and what of it later code may have taken away again.

Replayed once for all migrations, in place. Besides the picture it keeps when each thing last vanished (a new thing
under an old name is not the old one) and which things hang on what a CASCADE dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from console.core.moves import needless
from console.core.operations import Change, Create, Drop, Opaque, Operation, Rename
from console.core.schema import Index, Kind, Ref
from console.core.state import Attrs, Canvas, Picture
from console.core.statements import Statement
from console.core.things import stated

_WORD = re.compile(r"[\w$]+")


@dataclass(frozen=True)
class History:
    """All recorded statements in the order they ran, and what they should have left together."""

    statements: tuple[Statement, ...]
    picture: Picture
    """After the recorded ones."""
    beyond: Picture
    """After those without a good row as well."""
    code: tuple[tuple[int, Opaque], ...]
    """(position, operation) of everything whose effect no catalog shows."""
    swept: Mapping[Ref, int]
    """What may have gone with a CASCADE, and the position of the last."""
    vanished: Mapping[Ref, int]
    """The position at which a thing was last dropped or renamed away."""
    passing: frozenset[tuple[Ref, str]] = frozenset()
    """What those without a good row change on their way, by attribute, even if they put it back; '' is all of it."""

    def explains(self, ref: Ref, position: int) -> bool:
        """Whether something after `position` may have changed `ref` without saying so."""
        swept = self.swept.get(ref, -1) > position
        return swept or any(at > position and operation.may_touch(ref) for at, operation in self.code)


@dataclass(frozen=True)
class _Ledger(Canvas):
    """A canvas that notes what vanishes."""

    gone: set[Ref] = field(default_factory=set)

    def with_things(self, changes: Mapping[Ref, Attrs | None], unnamed: frozenset[Ref] = frozenset()) -> Picture:
        """Itself, changed."""
        self.gone.update(ref for ref, attrs in changes.items() if attrs is None)
        return super().with_things(changes, unnamed)


@dataclass
class _Replaying:
    """The state of the replay."""

    canvas: _Ledger = field(default_factory=_Ledger)
    code: list[tuple[int, Opaque]] = field(default_factory=list)
    swept: dict[Ref, int] = field(default_factory=dict)
    vanished: dict[Ref, int] = field(default_factory=dict)
    makers: dict[Ref, str] = field(default_factory=dict)
    """The text that made each thing."""
    made: dict[str, dict[Ref, None]] = field(default_factory=dict)
    """What each text made that is no table."""
    words: dict[str, list[str]] = field(default_factory=dict)
    """The texts in which a word stands; '' has those in which a name may stand that is no plain word."""
    unread: list[str] = field(default_factory=list)
    """The texts whose words nobody has asked for yet: most histories drop nothing with CASCADE."""
    former: dict[str, frozenset[str]] = field(default_factory=dict)
    """All names that what now has this name ever had."""

    def run(self, statement: Statement, position: int) -> None:
        """One statement more."""
        for operation in statement.operations:
            if isinstance(operation, Opaque) and not operation.harmless:
                self.code.append((position, operation))
            if isinstance(operation, Drop) and operation.cascade:
                self.swept.update(dict.fromkeys(self._hanging_on(operation.ref), position))
            implied = _implied(operation, self.canvas)
            operation.apply(self.canvas)
            self.canvas.with_things(implied, frozenset(implied))
            self._note(operation, statement.sql)
            self.vanished.update(dict.fromkeys(self.canvas.gone, position))
            self.canvas.gone.clear()

    def _note(self, operation: Operation, sql: str) -> None:
        if isinstance(operation, Create):
            for thing in operation.things:
                self._made_by(thing.ref, sql)
        elif isinstance(operation, Rename):
            self.former[operation.to.name] = self._names(operation.ref) | {operation.to.name}
            if operation.ref in self.makers:
                self._made_by(operation.to, self.makers[operation.ref])

    def _made_by(self, ref: Ref, sql: str) -> None:
        self.makers[ref] = sql
        if ref.kind is Kind.TABLE:
            return
        if sql not in self.made:
            self.unread.append(sql)
        self.made.setdefault(sql, {})[ref] = None

    def _names(self, ref: Ref) -> frozenset[str]:
        plain = ref.name.partition("(")[0]
        return self.former.get(ref.name, frozenset()) | {plain}

    def _hanging_on(self, dropped: Ref) -> set[Ref]:
        """Everything whose text speaks of what is dropped, or of something that hangs on it."""
        found: set[Ref] = set()
        names = set(self._names(dropped))
        while True:
            more = {ref for ref in self._speaking_of(names) if ref not in found}
            if not more:
                return found
            found |= more
            names = {
                name for ref in more if ref.kind in (Kind.VIEW, Kind.ROUTINE, Kind.TYPE) for name in self._names(ref)
            }

    def _speaking_of(self, names: set[str]) -> Iterator[Ref]:
        if not names:
            return
        words = re.compile("|".join(rf"(?<![\w$]){re.escape(name)}(?![\w$])" for name in sorted(names)), re.IGNORECASE)
        for sql in self._perhaps_with(names):
            if words.search(sql):
                mine = (ref for ref in self.made[sql] if self.makers[ref] == sql)
                yield from (ref for ref in mine if self.canvas.things.get(ref) is not None)

    def _perhaps_with(self, names: set[str]) -> Iterable[str]:
        """The texts in which one of these may stand; more than that is no harm."""
        if not all(name.isascii() and _WORD.fullmatch(name) for name in names):
            return self.made
        for sql in self.unread:
            for word in set(_WORD.findall(sql.lower())) if sql.isascii() else ("",):
                self.words.setdefault(word, []).append(sql)
        self.unread.clear()
        return {sql: None for name in ("", *names) for sql in self.words.get(name.lower(), ())}


def _implied(operation: Operation, canvas: Canvas) -> dict[Ref, Attrs | None]:
    """The index that MySQL gives a foreign key: made as well, where none was known to begin with its columns."""
    if not isinstance(operation, Create):
        return {}
    asked = [t for t in operation.things if isinstance(t, Index) and not t.implied]
    found = (t for t in operation.things if isinstance(t, Index) and t.implied)
    return {
        t.ref: stated(t)
        for t in found
        if not needless(t, canvas) and not any(other.columns[: len(t.columns)] == t.columns for other in asked)
    }


def history(recorded: Sequence[Statement], unrecorded: Sequence[Statement]) -> History:
    """Replay both on an unknown base."""
    replaying = _Replaying()
    for position, statement in enumerate(recorded):
        replaying.run(statement, position)
    picture, vanished = replaying.canvas.still(), dict(replaying.vanished)
    replaying.vanished.clear()
    for statement in unrecorded:
        replaying.run(statement, len(recorded))
    beyond = replaying.canvas.still()
    changes = (o for s in unrecorded for o in s.operations if isinstance(o, Change))
    passing = {(ref, "") for ref in replaying.vanished} | {(c.ref, name) for c in changes for name, _ in c.attrs}
    code, swept = tuple(replaying.code), replaying.swept
    return History(tuple(recorded), picture, beyond, code, swept, vanished, frozenset(passing))
