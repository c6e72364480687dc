"""The schema as it should be: a base, and the statements that should have run since.

A migration belongs to "since" when the base's ledger had not recorded it and it has run now, or has begun (half
applied, failed, landed and not recorded). One that is pending and untouched does not: nothing is missing yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from console.core.assessment import JudgedFramework, JudgedMigration
from console.core.expected_base import Baseline
from console.core.expected_parts import give_before, give_to_parts
from console.core.migration import State
from console.core.operations import Create, Opaque, Operation
from console.core.replay import effects
from console.core.schema import Column, Index, Kind, Ref, Schema, Thing, attributes, owner_of, table_ref
from console.core.state import Attrs, Canvas
from console.core.statements import Statement
from console.core.table_case import as_named_there
from console.core.things import thing_at
from console.core.verdicts import good

BEGUN = frozenset({State.HALF_APPLIED, State.FAILED, State.UNRECORDED})


@dataclass(frozen=True, slots=True)
class By:
    """A statement, as people find it again."""

    migration: str
    n: int

    def __str__(self) -> str:
        """`statement 3 of V2`."""
        return f"statement {self.n} of {self.migration}"


@dataclass(frozen=True)
class Expected:
    """What should be there, and who says so."""

    schema: Schema
    loose: frozenset[Ref]
    """What files say, not a server."""
    touched: Mapping[Ref, By]
    """The last statement since the base that made, changed or dropped a thing."""
    unread: tuple[tuple[By, Opaque], ...]
    """Statements since the base whose effect no catalog shows."""
    statements: int = 0
    """How many have been added to the base."""
    missing: tuple[str, ...] = ()
    """Migrations since the base whose statements are not known."""

    def why_open(self, ref: Ref) -> str:
        """Why it is not known how `ref` should be; '' when it is."""
        found = next((by for by, code in self.unread if code.may_touch(ref)), None)
        return f"{found} may have changed it, and what it does cannot be read" if found is not None else ""


def expected(base: Baseline, frameworks: Sequence[JudgedFramework]) -> Expected:
    """The base with everything that should have run since."""
    canvas = Canvas(complete=True)
    canvas.with_things({thing.ref: attributes(thing) for thing in base.schema.things})
    touched: dict[Ref, By] = {}
    unread: list[tuple[By, Opaque]] = []
    given: dict[Ref, Index] = {}
    since = list(_since(base, frameworks))
    for by, statement in (*((By(base.source, s.n), s) for s in base.statements), *since):
        for operation in as_named_there(statement, base.schema).operations:
            give_before(operation, canvas)
            operation.apply(canvas)
            given.update(_given(operation))
            if isinstance(operation, Opaque):
                unread.append((by, operation))
    for by, statement in (*_held(base, frameworks), *since):
        for operation in as_named_there(statement, base.schema).operations:
            touched.update(dict.fromkeys(_about(operation), by))
    for ref in [ref for ref, index in given.items() if canvas.get(ref) is not None and _made_needless(index, canvas)]:
        canvas.with_things({ref: None})
    give_to_parts(canvas, base.schema)
    things = tuple(_things(canvas, base.schema))
    schema = replace(base.schema, things=tuple(sorted(things, key=lambda thing: thing.ref)))
    loose = frozenset(thing.ref for thing in things if base.of_files or base.schema.get(thing.ref) is not thing)
    missing = tuple(_without_file(base, frameworks))
    return Expected(schema, loose, touched, tuple(unread), len(since), missing)


def _given(operation: Operation) -> Iterator[tuple[Ref, Index]]:
    """The indexes that MySQL gives foreign keys by itself."""
    if isinstance(operation, Create):
        yield from ((t.ref, t) for t in operation.things if isinstance(t, Index) and t.implied)


def _made_needless(index: Index, canvas: Canvas) -> bool:
    """MySQL takes it back without a word once somebody makes another index that begins with its columns."""
    others = (canvas.get(ref) or {} for ref in canvas.near(index.ref) if ref.kind is Kind.INDEX and ref != index.ref)
    columns = (attrs.get("columns") for attrs in others if attrs.get("table") == index.table)
    return any(isinstance(found, tuple) and found[: len(index.columns)] == index.columns for found in columns)


def _held(base: Baseline, frameworks: Iterable[JudgedFramework]) -> Iterator[tuple[By, Statement]]:
    """What has begun and whose work is in the base already: a dump is written before the deploy that fails."""
    for framework in frameworks:
        held = base.recorded.get(framework.framework, frozenset())
        for migration in framework.migrations:
            if base.of_files and migration.id in held and migration.state in BEGUN:
                yield from _sent(migration)


def _since(base: Baseline, frameworks: Iterable[JudgedFramework]) -> Iterator[tuple[By, Statement]]:
    for framework in frameworks:
        recorded = _recorded(base, framework)
        for migration in framework.migrations:
            if _is_since(migration, recorded):
                yield from _sent(migration)


def _sent(migration: JudgedMigration) -> Iterator[tuple[By, Statement]]:
    for judgement in migration.statements:
        if not judgement.statement.database and not judgement.skipped:
            yield By(migration.id, judgement.statement.n), judgement.statement


def _recorded(base: Baseline, framework: JudgedFramework) -> frozenset[str] | None:
    """What the base's ledger held; without a ledger nothing, and None where that is not known."""
    place, _, table = framework.ledger.rpartition(".")
    is_there = base.schema.get(table_ref(place or base.schema.home, table)) is not None
    return base.recorded.get(framework.framework, None if is_there else frozenset())


def _without_file(base: Baseline, frameworks: Iterable[JudgedFramework]) -> Iterator[str]:
    """What has run, and nobody can read what it was."""
    for framework in frameworks:
        recorded = _recorded(base, framework)
        for migration in framework.migrations:
            file = migration.tracked.migration
            if _is_since(migration, recorded) and migration.tracked.file_expected and (not file or file.unreadable):
                yield migration.label


def _is_since(migration: JudgedMigration, recorded: frozenset[str] | None) -> bool:
    file = migration.tracked.migration
    if file is not None and file.repeatable and good(migration.tracked):
        return not migration.tracked.checksum_differs
    if recorded is not None and migration.id in recorded:
        return False
    return recorded is not None if good(migration.tracked) else migration.state in BEGUN


def _about(operation: Operation) -> Iterator[Ref]:
    """Everything that a statement speaks of by making, changing, naming or dropping it."""
    if isinstance(operation, Create):
        yield from (thing.ref for thing in operation.things)
    else:
        yield from (ref for ref, _ in effects(operation))


def _things(canvas: Canvas, base: Schema) -> Iterator[Thing]:
    places: dict[tuple[str, str], int] = {}
    for column in base.of_kind(Column):
        table = column.ref.schema, column.ref.table
        places[table] = max(places.get(table, 0), column.position)
    for ref, attrs in canvas.things.items():
        if attrs is None:
            continue
        thing = _thing(ref, attrs, base.get(ref), named=not canvas.nameless(ref))
        if isinstance(thing, Column) and not thing.position:
            table = ref.schema, owner_of(thing)
            places[table] = places.get(table, 0) + 1
            thing = replace(thing, position=places[table])
        yield thing


def _thing(ref: Ref, attrs: Attrs, old: Thing | None, *, named: bool) -> Thing:
    """The very same thing as in the base where nothing was done to it."""
    if old is None:
        return thing_at(ref, attrs, named=named)
    if attributes(old) == attrs:
        return old
    known = {name: value for name, value in attrs.items() if name in type(old).__dataclass_fields__}
    changed: dict[str, Any] = {**known, "unread": old.unread - known.keys()}
    return replace(old, **changed)
