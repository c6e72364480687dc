"""What nobody told is not "not there": hide any part of a database, and no verdict becomes wrong."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from console.core.conditional import judge_conditional
from console.core.landed import Ground, Judgement, Verdict
from console.core.migration import Tracked
from console.core.observation import Health, Reading
from console.core.schema import Kind, Schema, Table
from console.core.state import Picture
from console.core.statements import Guard, Statement, read_script
from console.core.things import thing_at
from console.core.verdicts import Bench
from tests.builders import NOON, pending, recorded, tracking
from tests.hiding import hidden
from tests.incidents import corpus, corpus_mysql
from tests.incidents.script import Script

SCRIPTS = tuple(("postgres", case) for case in corpus.SCRIPTS) + tuple(("mysql", case) for case in corpus_mysql.SCRIPTS)
MANY = settings(max_examples=150, deadline=None)
KINDS = (Kind.TABLE, Kind.COLUMN, Kind.INDEX, Kind.CONSTRAINT, Kind.TRIGGER, Kind.VIEW, Kind.ROUTINE, Kind.PROCEDURE)


@cache
def read(text: str, dialect: str) -> tuple[Statement, ...]:
    return read_script(text, dialect, "public")


def steps_of(case: Script, dialect: str) -> tuple[Statement, ...]:
    return read("\n;\n".join(case.steps), dialect)


def after(base: str, ran: tuple[Statement, ...], dialect: str, stamps: st.DataObject | None = None) -> Schema:
    picture = Picture(complete=True)
    for statement in (*read(base, dialect), *ran):
        for operation in statement.operations:
            picture = operation.apply(picture)
    things = [thing_at(ref, attrs) for ref, attrs in sorted(picture.things.items()) if attrs is not None]
    if stamps is not None:
        things = [replace(thing, stamp=stamps.draw(st.sampled_from((1, 4, 7, None)))) for thing in things]
    return Schema(tuple(things), dialect=dialect)


def hide_some(data: st.DataObject, schema: Schema) -> Schema:
    tables = sorted(table.ref.name for table in schema.of_kind(Table))
    locked = data.draw(st.sets(st.sampled_from(tables), max_size=2)) if tables else set()
    kinds = data.draw(st.sets(st.sampled_from(KINDS), max_size=2))
    lucky = data.draw(st.booleans())
    return hidden(schema, locked, kinds, seen=lambda thing: lucky and len(thing.ref.name) % 2 == 0)


def misjudged(full: tuple[Judgement, ...], told: tuple[Judgement, ...]) -> list[str]:
    pairs = [(a, b) for a, b in zip(full, told, strict=True) if b.verdict is not Verdict.UNKNOWABLE]
    return [
        f"{a.statement.n} was {a.verdict} ({a.evidence}), is {b.verdict} ({b.evidence}) <- {a.statement.sql}"
        for a, b in pairs
        if (a.verdict, a.skipped) != (b.verdict, b.skipped)
    ]


def reading(schema: Schema) -> Reading[Schema]:
    return Reading(schema, Health.OK, taken_at=NOON)


def tracked(rank: int, part: tuple[Statement, ...], *, good: bool) -> Tracked:
    found = (recorded if good else pending)(str(rank), "select 1")
    assert found.migration is not None
    numbered = tuple(replace(statement, n=n) for n, statement in enumerate(part, start=1))
    return replace(found, migration=replace(found.migration, statements=numbered))


def some_case(data: st.DataObject) -> tuple[Schema, tuple[Statement, ...]]:
    """A migration, and a database where a prefix of it ran, or whatever somebody sent by hand."""
    dialect, case = data.draw(st.sampled_from(SCRIPTS))
    steps = steps_of(case, dialect)
    ran = tuple(s for s in steps if data.draw(st.booleans()))
    ran = steps[: len(ran)] if data.draw(st.booleans()) else ran
    return after(case.base, ran, dialect, data if data.draw(st.booleans()) else None), steps


@MANY
@given(data=st.data())
def test_what_is_hidden_makes_no_verdict_wrong(data: st.DataObject) -> None:
    schema, steps = some_case(data)
    since, rows = data.draw(st.sampled_from((None, 4))), data.draw(st.sampled_from((None, 0, 3)))
    counts = {s.n: rows for s in steps if s.probe is not None}
    full = judge_conditional(steps, Ground(schema, since, counts))
    told = judge_conditional(steps, Ground(hide_some(data, schema), since, counts))
    assert misjudged(full, told) == []


@MANY
@given(data=st.data())
def test_nor_does_what_is_hidden_from_the_conditions_of_a_file(data: st.DataObject) -> None:
    schema, steps = some_case(data)
    asked = sorted({o.subject for s in steps for o in s.operations if o.subject} | {t.ref for t in schema.things})
    guards = st.builds(Guard, st.just("so"), st.sampled_from(asked), st.booleans())
    sent = tuple(replace(s, guards=tuple(data.draw(st.lists(guards, max_size=2)))) for s in steps)
    full = judge_conditional(sent, Ground(schema))
    told = judge_conditional(sent, Ground(hide_some(data, schema)))
    assert misjudged(full, told) == []


@MANY
@given(data=st.data())
def test_nor_does_it_in_one_of_many_migrations(data: st.DataObject) -> None:
    schema, steps = some_case(data)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(steps)), min_size=2, max_size=3)))
    parts = [steps[a:b] for a, b in zip([0, *cuts], [*cuts, len(steps)], strict=True)]
    good = data.draw(st.integers(0, len(parts)))
    files = [tracked(rank, part, good=rank <= good) for rank, part in enumerate(parts, start=1)]
    full, told = ([j for _, found in Bench(tracking(*files), {"": reading(s)}, {}).judged() for j in found]
                  for s in (schema, hide_some(data, schema)))  # fmt: skip
    assert misjudged(tuple(full), tuple(told)) == []
