"""`compare_schemas(expected, actual)`: every object of the one beside the other.

What is not told on one side is in doubt and never a difference. What goes and comes with something else (the columns
of a table, the index behind a key, the counter of a column) is told with it and not again.

In which order columns stand is no difference of its own. ADD COLUMN puts one at the end where a dump or a fresh replay
has it elsewhere, and whether anybody sends an INSERT without a list of columns no catalog tells: nothing is said of it.
Where an order has a meaning that the database keeps, it is compared: in an index or a key, in a composite type (rows of
it are written by place) and the labels of an enum (they sort by it), in the partitions of a table, and in a view, whose
text the server spells out column by column, a star too. Of types that files alone tell the order is not compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from console.core.drift.difference import Change, Difference, Doubt, Drift, Rules
from console.core.drift.own import of_tools, place_of, taking_part
from console.core.drift.renamed import Search, without
from console.core.drift.same import Compared, compared
from console.core.drift.side import Side, is_not_null, is_owned, moved_home, stands_behind
from console.core.expected_base import Ignore
from console.core.moves import EXPRESSIONS
from console.core.schema import Column, Kind, Ref, Schema, Thing, column_ref, owner_of, table_ref
from console.core.table_case import as_named
from console.core.told import why_untold

_TEXTS = EXPRESSIONS | {"body", "columns"}


def diff(expected: Schema, actual: Schema, rules: Rules | None = None) -> tuple[Difference, ...]:
    """What is not as it should be."""
    return compare_schemas(expected, actual, rules).differences


def compare_schemas(expected: Schema, actual: Schema, rules: Rules | None = None) -> Drift:
    """All there is to be said about two schemas of one family of servers. `rules.loose` are addresses there."""
    rules = rules or Rules()
    expected = as_there(expected, actual)
    side = Side(_by_ref(expected, rules), set(rules.loose))
    there = _by_ref(actual, rules)
    _without_not_null(side, there)
    return _Comparison(expected, actual, rules, side, there).run()


def _by_ref(schema: Schema, rules: Rules) -> dict[Ref, Thing]:
    """What takes part, as it may be changed. To copy a mapping asks no address for its hash again."""
    things = taking_part(schema, rules.ledgers)
    return dict(schema.by_ref) if things is schema.things else {thing.ref: thing for thing in things}


def as_there(expected: Schema, actual: Schema) -> Schema:
    """What is expected, under the names that the server of `actual` would give it."""
    if actual.folded and not expected.folded:
        expected = as_named(expected, folds_tables=True)
    if expected.home == actual.home:
        return expected
    if not expected.home:  # nothing in it goes without the name of its schema
        return replace(expected, home=actual.home)
    things = tuple(moved_home(expected.things, expected.home, actual.home))
    return replace(expected, things=tuple(sorted(things, key=lambda thing: thing.ref)), home=actual.home)


def _without_not_null(side: Side, there: dict[Ref, Thing]) -> None:
    """Servers before PostgreSQL 18 have no such constraint: then the columns alone say it."""
    if _tells_not_null(side.now.values()) and _tells_not_null(there.values()):
        return
    for things in (side.now, there):
        for ref in [ref for ref, thing in things.items() if is_not_null(thing)]:
            del things[ref]


def _tells_not_null(things: Iterable[Thing]) -> bool:
    return any(is_not_null(thing) for thing in things)


@dataclass
class _Comparison:
    """One comparison under way."""

    expected: Schema
    actual: Schema
    rules: Rules
    side: Side
    there: dict[Ref, Thing]

    def run(self) -> Drift:
        renames = Search(self.side, self.actual, self.there, self.rules).run()
        named = {new: old for old, new in renames.items()}
        found: dict[Ref, Difference] = {}
        doubts: list[Doubt] = []
        for ref, thing in self.side.now.items():
            actual = self.there.get(ref)
            if thing == actual and not thing.unread and not actual.unread and not (named and ref in named):
                continue
            if actual is None:
                self._note_missing(thing, found, doubts)
            else:
                self._note_pair(thing, actual, renamed=ref in named, found=found, doubts=doubts)
        for ref in without(self.there, self.side.now):
            self._note_unexpected(self.there[ref], found, doubts)
        return self._told(_folded(found, self.side, self.there), doubts)

    def _is_named_by_server(self, actual: Thing) -> bool:
        """The index behind a key that was renamed goes by its name; and each server makes up names in its own way."""
        from console.core.compare_mysql import could_be

        if _follows(actual.ref, self.side):
            return True
        was = self.side.original(actual.ref)
        of_mysql = self.actual.dialect in ("mysql", "mariadb") and not self.rules.alike
        return of_mysql and was is not None and could_be(was.ref, actual) and could_be(actual.ref, was)

    def _follows_column(self, thing: Thing) -> bool:
        """The constraint that PostgreSQL 18 makes by itself where a file makes a column NOT NULL."""
        columns = getattr(thing, "columns", ()) if is_not_null(thing) else ()
        return any(column_ref(thing.ref.schema, thing.ref.table, name) in self.side.loose for name in columns)

    def _note_missing(self, thing: Thing, found: dict[Ref, Difference], doubts: list[Doubt]) -> None:
        if self._follows_column(thing) or _of_every_database(thing, self.actual.home):
            return
        why = why_untold(thing.ref, self.actual) if self.actual.silent else ""
        if why:
            doubts.append(Doubt(thing.ref, why))
            return
        if not thing.named and _may_be_there(thing, [t for r, t in self.there.items() if r not in self.side.now]):
            doubts.append(Doubt(thing.ref, "no file gives it a name, and one like it is there", slight=True))
            return
        found[thing.ref] = Difference(Change.MISSING, self.side.original(thing.ref), None)

    def _note_unexpected(self, thing: Thing, found: dict[Ref, Difference], doubts: list[Doubt]) -> None:
        if self._follows_column(thing) or _of_every_database(thing, self.actual.home):
            return
        why = why_untold(thing.ref, self.expected) if self.expected.silent else ""
        if why:
            doubts.append(Doubt(thing.ref, f"what was expected is not known: {why}"))
        else:
            found[thing.ref] = Difference(Change.UNEXPECTED, None, thing)

    def _note_pair(
        self, thing: Thing, actual: Thing, *, renamed: bool, found: dict[Ref, Difference], doubts: list[Doubt]
    ) -> None:
        ref = actual.ref
        result = compared(thing, actual, self.actual, self.rules, loose=ref in self.side.loose)
        if ref in self.side.spoken:
            result = _in_doubt(result)
        if result.parts:
            was = self.side.original(ref)
            parts = tuple((name, getattr(was, name, wanted), has) for name, wanted, has in result.parts)
            found[ref] = Difference(Change.CHANGED, was, actual, parts)
        elif renamed and thing.named and not self._is_named_by_server(actual):
            found[ref] = Difference(Change.RENAMED, self.side.original(ref), actual)
        if result.unread:
            doubts.append(Doubt(ref, f"{' and '.join(result.unread)} could not be read"))
        elif result.untold:
            doubts.append(Doubt(ref, f"{' and '.join(result.untold)} is told by neither side", slight=True))
        elif result.unsure:
            doubts.append(Doubt(ref, f"{' and '.join(result.unsure)} may only be written otherwise", slight=True))

    def _told(self, found: Iterable[Difference], doubts: list[Doubt]) -> Drift:
        tools = of_tools(self.actual)
        judged = [self._judged(difference, tools) for difference in sorted(found, key=_order)]
        return Drift(
            tuple(d for d in judged if not d.ignored),
            tuple(d for d in judged if d.ignored),
            tuple(sorted(doubts, key=lambda doubt: doubt.ref)),
        )

    def _judged(self, difference: Difference, tools: Mapping[Ref, str]) -> Difference:
        """The difference with the reason why it does not count, if there is one."""
        thing = difference.actual or difference.expected
        assert thing is not None
        unexpected = difference.change is Change.UNEXPECTED
        owner = table_ref(thing.ref.schema, owner_of(thing))
        tool = (tools.get(thing.ref) or tools.get(owner) or "") if unexpected else ""
        labels = {t.ref: t.ref.label(self.actual.home) for t in (difference.expected, difference.actual) if t}
        rule = next((r for r in self.rules.ignore for ref in labels if _ignores(r, ref, labels[ref])), None)
        return replace(difference, ignored=rule.reason if rule else tool)


def _of_every_database(thing: Thing, home: str) -> bool:
    """It is there from the beginning, so that no file makes it."""
    return (thing.ref.kind, thing.ref.name) in ((Kind.SCHEMA, home), (Kind.EXTENSION, "plpgsql"))


def _in_doubt(result: Compared) -> Compared:
    """The server writes anew what speaks of a thing that was renamed."""
    texts = tuple(name for name, *_ in result.parts if name in _TEXTS)
    kept = tuple(part for part in result.parts if part[0] not in _TEXTS)
    return replace(result, parts=kept, unsure=(*result.unsure, *texts))


def _follows(ref: Ref, side: Side) -> bool:
    """The index behind a key that was renamed goes by the new name as well."""
    key = stands_behind(side.now[ref], side.now)
    return key is not None and key in side.was and side.was[key].ref.name != key.name


def _may_be_there(thing: Thing, unexpected: Iterable[Thing]) -> bool:
    """Something of its kind and table is there that nothing else asks for."""
    kind = getattr(thing, "type", "") if thing.ref.kind is Kind.CONSTRAINT else ""
    return any(
        t.ref.kind is thing.ref.kind
        and place_of(t) == place_of(thing)
        and (not kind or getattr(t, "type", "") == kind)
        and getattr(t, "columns", ()) == getattr(thing, "columns", ())
        for t in unexpected
    )


def _folded(found: Mapping[Ref, Difference], side: Side, there: Mapping[Ref, Thing]) -> Iterator[Difference]:
    """Without those that are told with another one; that one then has them as its members."""
    members: dict[Ref, list[Thing]] = {}
    kept: list[tuple[Ref, Difference]] = []
    for ref, difference in found.items():
        things = side.now if difference.change is Change.MISSING else there
        thing = things[ref]
        over = next((r for r in _above(thing, things) if _goes_with(found.get(r), difference)), None)
        if over is None:
            kept.append((ref, difference))
        else:
            was = side.original(ref) if difference.change is Change.MISSING else thing
            members.setdefault(over, []).append(was or thing)
    for ref, difference in kept:
        yield replace(difference, members=tuple(sorted(members.get(ref, ()), key=_place)))


def _above(thing: Thing, things: Mapping[Ref, Thing]) -> Iterator[Ref]:
    """What it goes and comes with, the largest first."""
    if thing.ref.schema and thing.ref.kind is not Kind.SCHEMA:
        yield Ref(Kind.SCHEMA, "", "", thing.ref.schema)
    schema, table = place_of(thing)
    if table and thing.ref.kind is not Kind.TABLE:
        yield table_ref(schema, table)
        yield Ref(Kind.VIEW, schema, "", table)
    owned = is_owned(thing)
    if owned is not None:
        yield owned
    key = stands_behind(thing, things)
    if key is not None:
        yield key
    if is_not_null(thing):
        yield from (column_ref(schema, table, name) for name in getattr(thing, "columns", ()))


def _goes_with(over: Difference | None, difference: Difference) -> bool:
    """Missing goes with missing; what follows a column or a key goes with any difference of that."""
    if over is None:
        return False
    if over.change is difference.change and difference.change in (Change.MISSING, Change.UNEXPECTED):
        return True
    thing = difference.expected or difference.actual
    assert thing is not None
    if is_not_null(thing):
        return over.ref.kind is Kind.COLUMN and any(name == "nullable" for name, *_ in over.parts)
    if thing.ref.kind is Kind.SEQUENCE:
        new_owner = over.change is Change.UNEXPECTED and all(name == "owned_by" for name, *_ in difference.parts)
        return new_owner or any(name == "identity" for name, *_ in over.parts)
    return thing.ref.kind is Kind.INDEX and over.ref.kind is Kind.CONSTRAINT


def _ignores(rule: Ignore, ref: Ref, label: str) -> bool:
    return (not rule.kind or rule.kind == ref.kind) and _pattern(rule.pattern).fullmatch(label) is not None


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    first, *more = (re.escape(part) for part in text.split("*"))
    inner = "".join(f"(?>.*?{part})" for part in more[:-1])
    return re.compile(first + inner + "".join(f".*{part}" for part in more[-1:]), re.IGNORECASE | re.DOTALL)


_KINDS = tuple(Kind)


def _order(difference: Difference) -> tuple[object, ...]:
    """By schema and table, the table itself before what it holds, columns in their order."""
    thing = difference.expected or difference.actual
    assert thing is not None
    return _place(thing)


def _place(thing: Thing) -> tuple[object, ...]:
    position = thing.position if isinstance(thing, Column) else 0
    ref = thing.ref
    table = owner_of(thing) or ref.name
    return ref.schema, table, _KINDS.index(ref.kind), position, ref.name
