"""Which of what is missing is there under another name.

Only an equal definition counts, and where a wrong guess would cost data (a table, a column) only one that nothing else
fits, a column moreover only at its old place: a column that was dropped and another that was added are not one. A table
may have been renamed together with columns of it, as long as two in three kept their names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from console.core.drift.difference import Rules
from console.core.drift.same import compared
from console.core.drift.side import Side
from console.core.schema import Column, Constraint, Index, Kind, Ref, Schema, Thing, owner_of

T = TypeVar("T", bound=Thing)
Places = Mapping[Ref, str]

_ALIKE = frozenset({Kind.CONSTRAINT, Kind.INDEX, Kind.TRIGGER, Kind.POLICY})
"""Two of an equal definition on one table are as good as each other."""
_MANY = 20
_ALONE = frozenset({Kind.VIEW, Kind.SEQUENCE, Kind.ROUTINE, Kind.PROCEDURE, Kind.EVENT})


def without(these: Mapping[Ref, Thing], those: Mapping[Ref, Thing]) -> list[Ref]:
    """Which of these are not among those, in their order. Sets know the hashes that the mappings have worked out."""
    left = set(these).difference(those)
    return [ref for ref in these if ref in left] if left else []


@dataclass
class Search:
    """Looks for what is missing among what is unexpected."""

    side: Side
    actual: Schema
    there: Mapping[Ref, Thing]
    """What of `actual` takes part."""
    rules: Rules
    _missing: list[Thing] = field(default_factory=list)
    _unexpected: list[Thing] = field(default_factory=list)

    def run(self) -> dict[Ref, Ref]:
        """Expected address -> where it is now. Afterwards `side` is expected under those names."""
        found: dict[Ref, Ref] = {}
        self._look()
        for step in (
            self._types,
            self._tables,
            self._tables_with_columns,
            self._columns,
            self._alone,
            self._alike,
        ):
            renames = step()
            if renames:
                self.side.follow(renames)
                self._look()
                found |= renames
        return found

    def _look(self) -> None:
        """What is missing by now, and what is unexpected; nothing where nothing can be a pair."""
        now, there = self.side.now, self.there
        self._missing = [now[ref] for ref in without(now, there)]
        self._unexpected = [there[ref] for ref in without(there, now)] if self._missing else []

    def _tables(self) -> dict[Ref, Ref]:
        return self._alike_tables(_columns_of, self._same_members)

    def _tables_with_columns(self) -> dict[Ref, Ref]:
        """Those of which columns were renamed as well: each column where it was, and most under their names."""
        return self._alike_tables(_sorts, self._same_places)

    def _alike_tables(
        self, key: Callable[[list[Thing]], Hashable], same: Callable[[list[Thing], list[Thing]], bool]
    ) -> dict[Ref, Ref]:
        missing, unexpected = self._open(frozenset({Kind.TABLE}))
        if not missing or not unexpected:
            return {}
        mine, theirs = _members(missing, self.side.now.values()), _members(unexpected, self.there.values())
        pairs = _paired(
            [t for t in missing if mine[t.ref.schema, t.ref.name]],
            unexpected,
            lambda t: key(mine[t.ref.schema, t.ref.name]),
            lambda t: key(theirs[t.ref.schema, t.ref.name]),
            lambda a, b: self._same(a, b) and same(mine[a.ref.schema, a.ref.name], theirs[b.ref.schema, b.ref.name]),
        )
        return dict(pairs)

    def _same_places(self, mine: list[Thing], theirs: list[Thing]) -> bool:
        """A table that only looks alike has other names: two in three must be the same."""
        pairs = list(zip(_in_place(mine), _in_place(theirs), strict=True))
        kept = sum(one.ref.name == other.ref.name for one, other in pairs)
        return 3 * kept >= 2 * len(pairs) and all(self._same_column(*pair) for pair in pairs)

    def _same_members(self, mine: list[Thing], theirs: list[Thing]) -> bool:
        columns = {t.ref.name: t for t in theirs if isinstance(t, Column)}
        own = [t for t in mine if isinstance(t, Column)]
        same = all(t.ref.name in columns and self._same_column(t, columns[t.ref.name]) for t in own)
        return bool(own) and same and sorted(_shape(t) for t in mine) == sorted(_shape(t) for t in theirs)

    def _same_column(self, expected: Column, actual: Column) -> bool:
        """A counter may have been renamed with its table."""
        if (expected.default or "").startswith("nextval(") and (actual.default or "").startswith("nextval("):
            expected = replace(expected, default=actual.default)
        return self._same(expected, actual)

    def _columns(self) -> dict[Ref, Ref]:
        missing, unexpected = self._open(frozenset({Kind.COLUMN}))
        tables = {(t.ref.schema, t.ref.table) for t in missing} & {(t.ref.schema, t.ref.table) for t in unexpected}
        if not tables:
            return {}
        before, after = (_places(things, tables) for things in (self.side.now, self.there))
        pairs = _paired(
            missing,
            unexpected,
            lambda t: (t.ref.schema, t.ref.table, before(t.ref, self.there)),
            lambda t: (t.ref.schema, t.ref.table, after(t.ref, self.side.now)),
            self._same,
        )
        return dict(pairs)

    def _types(self) -> dict[Ref, Ref]:
        """Before tables: a column whose type was renamed is the same column."""
        missing, unexpected = self._open(frozenset({Kind.TYPE}))
        return dict(_paired(missing, unexpected, _sort, _sort, self._same))

    def _alone(self) -> dict[Ref, Ref]:
        missing, unexpected = self._open(_ALONE)
        return dict(_paired(missing, unexpected, _sort, _sort, self._same))

    def _alike(self) -> dict[Ref, Ref]:
        missing, unexpected = self._open(_ALIKE)
        found: dict[Ref, Ref] = {}
        left: dict[Hashable, list[Thing]] = defaultdict(list)
        for thing in unexpected:
            left[_sort(thing)].append(thing)
        for thing in missing:
            others = left[_sort(thing)]
            other = next((o for o in others if self._same(thing, o)), None)
            if other is not None:
                others.remove(other)
                found[thing.ref] = other.ref
        return found

    def _open(self, kinds: frozenset[Kind]) -> tuple[list[Thing], list[Thing]]:
        """What is missing, and what is unexpected, of these kinds; where both are there at all."""
        if not self._unexpected:
            return [], []
        missing, unexpected = self._missing, self._unexpected
        return [t for t in missing if t.ref.kind in kinds], [t for t in unexpected if t.ref.kind in kinds]

    def _same(self, expected: Thing, actual: Thing) -> bool:
        """A name that no file gave is the server's choice: there a spelling that may be the server's own is enough."""
        if type(expected) is not type(actual):
            return False
        found = compared(expected, actual, self.actual, self.rules, loose=expected.ref in self.side.loose)
        return found.same if expected.named else not found.parts


def _paired(
    missing: Iterable[Thing],
    unexpected: Iterable[Thing],
    mine: Callable[[Thing], Hashable],
    theirs: Callable[[Thing], Hashable],
    same: Callable[[Thing, Thing], bool],
) -> Iterator[tuple[Ref, Ref]]:
    """Those that fit each other and nothing else; where very many are alike, none is looked for."""
    near: dict[Hashable, list[Thing]] = defaultdict(list)
    for thing in unexpected:
        near[theirs(thing)].append(thing)
    fits = {
        thing.ref: [other.ref for other in others if same(thing, other)]
        for thing in missing
        if len(others := near[mine(thing)]) <= _MANY
    }
    taken: dict[Ref, int] = defaultdict(int)
    for refs in fits.values():
        for ref in refs:
            taken[ref] += 1
    return ((ref, refs[0]) for ref, refs in fits.items() if len(refs) == 1 and taken[refs[0]] == 1)


def _columns_of(members: Iterable[Thing]) -> Hashable:
    """What its columns are called."""
    return frozenset(thing.ref.name for thing in members if isinstance(thing, Column))


def _sorts(members: Iterable[Thing]) -> Hashable:
    """How many of each sort there are."""
    return tuple(sorted(_shape(thing)[:2] for thing in members))


def _in_place(members: Iterable[Thing]) -> list[Column]:
    return sorted((t for t in members if isinstance(t, Column)), key=lambda column: column.position)


def _members(tables: Iterable[Thing], things: Iterable[Thing]) -> Mapping[tuple[str, str], list[Thing]]:
    """Columns, constraints and indexes of these tables."""
    found: dict[tuple[str, str], list[Thing]] = {(table.ref.schema, table.ref.name): [] for table in tables}
    names = {name for _, name in found}
    for thing in things:
        if isinstance(thing, Column | Constraint | Index):
            owner = owner_of(thing)
            if owner in names and (thing.ref.schema, owner) in found:
                found[thing.ref.schema, owner].append(thing)
    return found


def _places(
    things: Mapping[Ref, Thing], tables: set[tuple[str, str]]
) -> Callable[[Ref, Mapping[Ref, Thing]], str | None]:
    """Behind which column each one stands, of those that are on both sides; its own name where no place is known."""
    rows: dict[tuple[str, str], list[Column]] = defaultdict(list)
    for thing in things.values():
        if isinstance(thing, Column) and (thing.ref.schema, thing.ref.table) in tables:
            rows[thing.ref.schema, thing.ref.table].append(thing)
    for row in rows.values():
        row.sort(key=lambda column: column.position)

    def place(ref: Ref, others: Mapping[Ref, Thing]) -> str | None:
        before = ""
        for column in rows[ref.schema, ref.table]:
            if column.ref == ref:
                return before if column.position else f"{ref}"
            before = column.ref.name if column.ref in others else before
        return None

    return place


def _shape(thing: Thing) -> tuple[str, str, tuple[str, ...]]:
    """What it is and on which columns, whatever it is called."""
    if isinstance(thing, Constraint):
        return "constraint", thing.type, thing.columns
    if isinstance(thing, Index):
        return "index", thing.method + (" unique" if thing.unique else ""), thing.columns
    return str(thing.ref.kind), "", (thing.ref.name,) if isinstance(thing, Column) else ()


def _sort(thing: Thing) -> Hashable:
    kind = thing.type if isinstance(thing, Constraint) else ""
    return thing.ref.kind, thing.ref.schema, owner_of(thing), kind
