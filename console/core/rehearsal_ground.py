"""What a plan to clean up stands on, so that it can be made on a scratch server and the plan be tried there.

No replay leaves what failures leave. So the thing itself is brought over as the incident's database has it, with the
table it belongs to and what their texts speak of; no rows, and of keys to other tables only the one that is meant. What
cannot be there says so, one sentence, at its own step.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from console.core.assessment import Assessment
from console.core.debris_mysql import is_unfinished
from console.core.debris_tools import left_at
from console.core.plan import Plan, Step
from console.core.schema import (
    Column,
    Constraint,
    Extension,
    Index,
    Namespace,
    Policy,
    Ref,
    Routine,
    Schema,
    Sequence,
    Table,
    Thing,
    Trigger,
    UserType,
    column_ref,
    owner_of,
    table_ref,
)

PENDING = " DETACH PENDING"
_WORD = re.compile(r"[\w$]+")
_BESIDE = (UserType, Routine, Sequence)
"""What texts of tables speak of by name."""
_NUMBERED = "the server calls this trigger by a number, which would be another one there"
_PART = "an index of a partitioned table is INVALID for what its partitions have, and none of them are there"
_PLAIN = "it is not known what it is, so it is not made there"


@dataclass(frozen=True, slots=True)
class Brought:
    """One thing that was left, and the step that clears it."""

    n: int
    thing: Thing
    members: tuple[Thing, ...] = ()
    """Of a table: what it is made of."""

    @property
    def sound(self) -> tuple[Thing, ...]:
        """What is made before it is spoiled: no statement makes it as it is."""
        if isinstance(self.thing, Index):
            return (replace(self.thing, valid=True),)
        return (_plain(self.thing), *self.members)

    @property
    def bound(self) -> str:
        """Of a partition: its rows."""
        bound = self.thing.partition_bound if isinstance(self.thing, Table) else None
        return (bound or "").replace(PENDING, "")

    def is_as_left(self, found: Thing | None) -> bool:
        """What is there is what the plan is about."""
        if isinstance(self.thing, Index) and isinstance(found, Index):
            return found.valid == self.thing.valid
        if isinstance(self.thing, Table) and isinstance(found, Table):
            return (PENDING in (found.partition_bound or "")) == (PENDING in (self.thing.partition_bound or ""))
        return found is not None


@dataclass(frozen=True, slots=True)
class Ground:
    """All of a plan."""

    schema: Schema
    """What must be there first: sound, and none of `left` among it."""
    left: tuple[Brought, ...] = ()
    why_not: tuple[tuple[int, str], ...] = ()
    """(number of a step, why it cannot be tried there)"""
    divided: tuple[tuple[Ref, str], ...] = ()
    """Partitioned tables, which stand undivided in `schema`, and by what they are divided."""

    def only(self, things: Iterable[Thing]) -> Schema:
        """With these beside it."""
        return replace(self.schema, things=tuple(sorted({*self.schema.things, *things}, key=lambda thing: thing.ref)))


def ground_of(plan: Plan, assessment: Assessment) -> Ground:
    """What is to be made before the plan can be tried; everything of the incident's schema that it needs."""
    schema = assessment.observation.schema.value or Schema()
    found = [(step, schema.get(step.place) if step.place is not None else None) for step in plan.steps]
    why = tuple((step.n, said) for step, thing in found if (said := _why_not(step, thing, schema)))
    bad = {n for n, _ in why}
    left = [_brought(step.n, thing, schema) for step, thing in found if thing is not None and step.n not in bad]
    around = sorted(_around(left, plan, schema), key=lambda thing: thing.ref)
    divided = tuple((t.ref, t.partition_key) for t in around if isinstance(t, Table) and t.partition_key)
    left.sort(key=lambda brought: not isinstance(brought.thing, Table))
    return Ground(replace(schema, things=tuple(map(_plain, around))), tuple(left), why, divided)


def _brought(n: int, thing: Thing, schema: Schema) -> Brought:
    members = tuple(_table((thing.ref.schema, thing.ref.name), schema))[1:] if isinstance(thing, Table) else ()
    if needs_another_name(thing) and not members:  # MariaDB does not tell its columns, and none is needed to drop it
        members = (Column(ref=column_ref(thing.ref.schema, thing.ref.name, "id"), type="int"),)
    return Brought(n, thing, members)


def _plain(thing: Thing) -> Thing:
    """A table as if it were neither divided nor a part."""
    if not isinstance(thing, Table) or thing.foreign:
        return thing
    return replace(thing, partition_key=None, partition_of=None, partition_bound=None)


def _why_not(step: Step, thing: Thing | None, schema: Schema) -> str:
    match thing:
        case Trigger(internal=True):
            return _NUMBERED
        case Index() if _is_divided(thing, schema):
            return _PART
        case None:
            return _PLAIN if step.clears else ""
    return ""


def _is_divided(index: Index, schema: Schema) -> bool:
    table = schema.get(table_ref(index.ref.schema, index.table))
    return isinstance(table, Table) and bool(table.partition_key)


def _around(left: Iterable[Brought], plan: Plan, schema: Schema) -> Iterator[Thing]:
    """Tables with what belongs to them, then all that these speak of."""
    own = {brought.thing.ref for brought in left}
    tables = {place for brought in left for place in _tables_of(brought.thing, schema)}
    spoken = _words(check.sql for step in plan.steps for check in step.checks)
    spoken |= {word for b in left if isinstance(b.thing, Trigger) for word in _words(_texts(b.thing))}
    tables |= {(t.ref.schema, t.ref.name) for t in schema.of_kind(Table) if t.ref.name in spoken}
    found = {thing for place in tables for thing in _table(place, schema) if thing.ref not in own}
    found = {thing for thing in found if (thing.ref.schema, owner_of(thing)) not in _made_later(left)}
    yield from found
    yield from _beside((*found, *(brought.thing for brought in left)), schema)


def _made_later(left: Iterable[Brought]) -> set[tuple[str, str]]:
    """Tables that are brought over as what was left, with their columns."""
    return {(b.thing.ref.schema, b.thing.ref.name) for b in left if isinstance(b.thing, Table)}


def _tables_of(thing: Thing, schema: Schema) -> Iterator[tuple[str, str]]:
    yield thing.ref.schema, owner_of(thing) or thing.ref.name
    if isinstance(thing, Constraint) and thing.references:
        yield _place(thing.references)
    if isinstance(thing, Table) and thing.partition_of:
        yield _place(thing.partition_of)
    if isinstance(thing, Table) and (known := left_at(thing.ref, schema)) is not None:
        yield thing.ref.schema, known.of


def _place(name: str) -> tuple[str, str]:
    schema, _, table = name.partition(".")
    return schema, table


def _table(place: tuple[str, str], schema: Schema) -> Iterator[Thing]:
    table = schema.get(table_ref(*place))
    if table is None:
        return
    yield table
    for thing in schema.by_table.get(place, ()):
        match thing:
            case Trigger() | Policy() | Index(valid=False) | Constraint(validated=False):
                continue
            case Constraint(type="foreign key"):
                continue
            case Column() | Constraint() | Index():
                yield thing


def _beside(things: Iterable[Thing], schema: Schema) -> Iterator[Thing]:
    """Types, code, counters, extensions and schemas; what they speak of themselves, too."""
    found: dict[Thing, None] = {}
    candidates = [thing for thing in schema.things if isinstance(thing, _BESIDE)]
    news = list(things)
    owned = {f"{t.ref.schema}.{t.ref.table}.{t.ref.name}" for t in news if isinstance(t, Column)}
    while news:
        spoken = _words(text for thing in news for text in _texts(thing))
        news = [t for t in candidates if t not in found and (_called(t) in spoken or _is_counter(t, owned))]
        found.update(dict.fromkeys(news))
    yield from found
    yield from schema.of_kind(Extension)
    homes = {thing.ref.schema for thing in (*things, *found)} - {schema.home}
    yield from (thing for thing in schema.of_kind(Namespace) if thing.ref.name in homes)


def _is_counter(thing: Thing, columns: set[str]) -> bool:
    return isinstance(thing, Sequence) and thing.owned_by in columns


def _called(thing: Thing) -> str:
    return thing.ref.name.partition("(")[0]


def _words(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in _WORD.findall(text)}


def _texts(thing: Thing) -> Iterator[str]:
    match thing:
        case Column():
            yield from (thing.type, thing.default or "", thing.generated or "")
        case Constraint():
            yield thing.expression or ""
        case Index():
            yield from (*thing.columns, thing.where or "")
        case Trigger():
            yield from (thing.definition or "", thing.function)
        case Table():
            yield thing.partition_key or ""
        case Routine():
            yield from (thing.arguments or "", thing.returns)
        case UserType():
            yield from (*thing.labels, *thing.checks, thing.base or "")


def needs_another_name(thing: Thing) -> bool:
    """No statement makes a table under such a name; it is renamed to it."""
    return isinstance(thing, Table) and is_unfinished(thing.ref.name)
