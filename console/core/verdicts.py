"""The verdicts of all migrations of one framework: each in its own database, against what the recorded ones left.

Most projects have one database. Where a migration sends statements to another one, those are judged there when it
could be read, and are unknowable when not; they never count as missing here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from console.core.conditional import excused, judge_conditional
from console.core.describe import noun
from console.core.landed import Ground, Judgement, Verdict
from console.core.migration import Belief, Tracked
from console.core.observation import Reading, Tracking
from console.core.operations import Create, Drop, Opaque, Operation, Rename
from console.core.past import History, history
from console.core.pending import Outstanding
from console.core.recorded import judge_recorded
from console.core.refs import Kind, Ref, table_ref
from console.core.replay import effects
from console.core.schema import Schema
from console.core.state import Attrs
from console.core.statements import Statement
from console.core.statements.mysql.settled import settled
from console.core.table_case import as_named_there
from console.core.told import why_untold

Schemas = Mapping[str, Reading[Schema]]
"""What was read of each database, by the project's name of the connection; '' is the one looked at."""


def good(tracked: Tracked) -> bool:
    """The ledger says it ran."""
    return tracked.belief is Belief.RECORDED


class Bench:
    """Where the migrations of one framework are judged."""

    def __init__(self, tracking: Tracking, schemas: Schemas, counts: Mapping[tuple[str, int], int | None]) -> None:
        """`counts`: (migration, statement) -> rows still to do."""
        self._schemas = schemas
        self._tracking = replace(tracking, tracked=tuple(self._named(tracked) for tracked in tracking.tracked))
        self._counts = counts
        self._recorded = sorted((t for t in self._tracking.tracked if good(t)), key=_ran_at)
        self._unrecorded = [t for t in self._tracking.tracked if not good(t)]
        moves = (o for t in self._tracking.tracked for s in _statements(t) for o in s.operations)
        self._leaving = {o.ref for o in moves if isinstance(o, Drop | Rename)}
        names = {s.database for t in self._tracking.tracked for s in _statements(t)} | {""}
        self._pasts = {name: self._past(name) for name in names}
        self._firsts = {name: self._positions(name) for name in names}

    @property
    def past(self) -> History:
        """What the recorded migrations should have left in the database looked at."""
        return self._pasts[""]

    def _named(self, tracked: Tracked) -> Tracked:
        """The migration with every name as the server knows it that it is sent to."""
        if tracked.migration is None:
            return tracked
        old = tracked.migration.statements
        schemas = (self.schema_of(statement.database) for statement in old)
        new = tuple(s if schema is None else as_named_there(s, schema) for s, schema in zip(old, schemas, strict=True))
        if all(a is b for a, b in zip(old, new, strict=True)):
            return tracked
        return replace(tracked, migration=replace(tracked.migration, statements=new))

    def judged(self) -> Iterator[tuple[Tracked, tuple[Judgement, ...]]]:
        """Every migration with the verdicts of its statements, in the order the tool would run them."""
        outstanding = Outstanding()
        for tracked in self._tracking.tracked:
            if tracked.belief is Belief.IGNORED and tracked.row is None:
                continue
            verdicts = self._of(tracked, outstanding)
            if not good(tracked):
                corrected = [self._with_home(outstanding.corrected(judgement)) for judgement in verdicts]
                verdicts = _supported(verdicts, corrected, first=outstanding.nothing)
                for judgement in verdicts:
                    outstanding.note(tracked.id, judgement)
                if tracked.migration is not None and tracked.migration.unreadable:
                    outstanding.note_unread(tracked.id)
            yield tracked, verdicts

    def _with_home(self, judgement: Judgement) -> Judgement:
        """A part that is gone with a table that nobody drops was not dropped: the server would have refused."""
        schema = self.schema_of(judgement.statement.database)
        drops = [o for o in judgement.statement.operations if isinstance(o, Drop) and o.ref.table and not o.if_present]
        believed = judgement.verdict in (Verdict.LANDED, Verdict.UNKNOWABLE) and not judgement.skipped
        if schema is None or not believed or not drops or len(drops) < len(judgement.statement.operations):
            return judgement
        owners = [Ref(kind, o.ref.schema, "", o.ref.table) for o in drops for kind in (Kind.TABLE, Kind.VIEW)]
        if any(schema.get(owner) is not None or owner in self._leaving for owner in owners):
            return judgement
        untold = next((why for owner in owners if (why := why_untold(owner, schema))), "")
        if untold:
            text = f"{judgement.evidence}; {untold}"
            return replace(judgement, verdict=Verdict.UNKNOWABLE, evidence=text, inferred=False, untold=untold)
        text = f"{judgement.evidence}, and so is {noun(owners[0], schema.home)}: the server refuses it"
        return replace(judgement, verdict=Verdict.NOT_LANDED, evidence=text, inferred=True)

    def _of(self, tracked: Tracked, outstanding: Outstanding) -> tuple[Judgement, ...]:
        statements = _statements(tracked)
        places = dict.fromkeys(s.database for s in statements)
        if len(places) == 1:
            return self._verdicts(tracked, next(iter(places)), statements, outstanding)
        found = (self._verdicts(tracked, place, _in(place, statements), outstanding) for place in places)
        return tuple(sorted((j for judged in found for j in judged), key=lambda judgement: judgement.statement.n))

    def schema_of(self, database: str) -> Schema | None:
        """The schema of one database, when it was read."""
        reading = self._schemas.get(database)
        return reading.value if reading is not None else None

    def _verdicts(
        self, tracked: Tracked, place: str, statements: tuple[Statement, ...], outstanding: Outstanding
    ) -> tuple[Judgement, ...]:
        schema = self.schema_of(place)
        if schema is None:
            return tuple(Judgement(s, Verdict.UNKNOWABLE, self._unread(place)) for s in statements)
        if good(tracked):
            first = self._firsts[place][id(tracked)]
            return excused(judge_recorded(statements, first, self._pasts[place], schema))
        asked = {n: rows for (m, n), rows in self._counts.items() if m == tracked.id}
        past = self._pasts[place]
        known = tuple(settled(s, schema, past.picture, statements[:i]) for i, s in enumerate(statements))
        softened = tuple(softer(s, past, known[:i]) for i, s in enumerate(known))
        since = None if place else self._since(tracked)
        main = self.schema_of("") if place else None
        unmade, perhaps = outstanding.unmade(place), outstanding.perhaps.unmade(place)
        former = self._former(tracked, place, softened)
        ground = Ground(schema, since, asked, main, former, unmade, perhaps)
        original = {s.n: s for s in statements}
        return tuple(replace(j, statement=original[j.statement.n]) for j in judge_conditional(softened, ground))

    def _former(self, tracked: Tracked, place: str, statements: Iterable[Statement]) -> Mapping[Ref, Attrs]:
        """What the recorded migrations left of what these touch, but for what others may have changed since."""
        past = self._pasts[place]
        touched = {ref for s in statements for o in s.operations for ref, _ in effects(o)}
        named = {ref: attrs for ref in touched - past.picture.unnamed if (attrs := past.picture.get(ref))}
        if not named:
            return {}
        rest = [t for t in self._unrecorded if t.id != tracked.id]
        others = [o for t in rest for s in _in(place, _statements(t)) for o in s.operations]
        others += [operation for position, operation in past.code if position < len(past.statements)]
        return {
            ref: attrs
            for ref, attrs in named.items()
            if ref not in past.swept and not any(_may_change(o, ref) for o in others)
        }

    def _unread(self, place: str) -> str:
        if not place:
            return "the schema has not been read"
        reading = self._schemas.get(place)
        why = reading.reason if reading is not None and reading.reason else "it has not been read"
        return f"other database: connection {place}; {why}"

    def _since(self, tracked: Tracked) -> int | None:
        """The stamp of the newest good row that is not this migration's own."""
        rows = (t.row for t in self._recorded if t is not tracked and t.row is not None)
        return max((row.stamp for row in rows if row.stamp is not None), default=None)

    def _past(self, place: str) -> History:
        recorded, unrecorded = (
            [s for t in many for s in _in(place, _statements(t))] for many in (self._recorded, self._unrecorded)
        )
        return history(recorded, unrecorded)

    def _positions(self, place: str) -> dict[int, int]:
        """Where the statements of each recorded migration begin in that database's history."""
        firsts, position = {}, 0
        for tracked in self._recorded:
            firsts[id(tracked)] = position
            position += len(_in(place, _statements(tracked)))
        return firsts


def softer(statement: Statement, past: History, before: tuple[Statement, ...]) -> Statement:
    """A drop of what no migration ever made, though its table was made by one: that it is gone shows nothing."""
    if not any(isinstance(o, Drop) and _never_made(o, past, before) for o in statement.operations):
        return statement
    operations = (
        replace(o, if_present=True) if isinstance(o, Drop) and _never_made(o, past, before) else o
        for o in statement.operations
    )
    return replace(statement, operations=tuple(operations))


def _never_made(drop: Drop, past: History, before: tuple[Statement, ...]) -> bool:
    ref = drop.ref
    if ref.kind not in (Kind.COLUMN, Kind.CONSTRAINT, Kind.INDEX) or drop.if_present or past.code:
        return False
    known = past.picture.knows(ref) or ref in past.vanished or past.beyond.get(ref) is not None
    here = any(
        ref in ((t.ref for t in o.things) if isinstance(o, Create) else (o.to,) if isinstance(o, Rename) else ())
        for s in before
        for o in s.operations
    )
    if known or here:
        return False
    if ref.kind is Kind.INDEX and not ref.table:
        return any(other.kind is Kind.TABLE for other in past.picture.things)
    return past.picture.get(table_ref(ref.schema, ref.table)) is not None


def _may_change(operation: Operation, ref: Ref) -> bool:
    if isinstance(operation, Opaque):
        return operation.may_touch(ref)
    owners = {Ref(kind, ref.schema, "", ref.table) for kind in (Kind.TABLE, Kind.VIEW)}
    return any(other == ref or other in owners for other, _ in effects(operation))


def _statements(tracked: Tracked) -> tuple[Statement, ...]:
    return tracked.migration.statements if tracked.migration is not None else ()


def _in(place: str, statements: Iterable[Statement]) -> tuple[Statement, ...]:
    return tuple(statement for statement in statements if statement.database == place)


def _ran_at(tracked: Tracked) -> int:
    return tracked.row.rank if tracked.row is not None and tracked.row.rank is not None else 0


def _supported(before: Sequence[Judgement], judged: list[Judgement], *, first: bool) -> tuple[Judgement, ...]:
    """Without what only followed from a later statement of which less is believed than `before`.

    Where it is not the `first` that has still to run, what its statements needed may not be there because others did
    not run: then nothing follows from a later statement that is not seen to have landed.
    """
    shown, fell = False, not first
    for at, judgement in reversed(tuple(enumerate(judged))):
        landed = judgement.verdict is Verdict.LANDED and not judgement.skipped
        if landed and judgement.inferred and fell and not shown:
            text = "no later statement of it landed, so nothing shows that this one ran"
            judged[at] = replace(judgement, verdict=Verdict.UNKNOWABLE, evidence=text, inferred=False)
        shown = shown or judgement.verdict is Verdict.PARTIAL or (landed and not judgement.inferred)
        fell = fell or before[at].verdict is not judgement.verdict
    return tuple(judged)
