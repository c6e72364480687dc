"""Orders for recovery files, made of SQL alone."""

from __future__ import annotations

from dataclasses import replace

from console.core.assessment import JudgedMigration
from console.core.forward.steps import steps_of
from console.core.forward.values import Order, Step
from console.core.landed import Judgement, Verdict
from console.core.migration import Belief, State, Tracked
from console.core.operations import Operation
from console.core.schema import Schema
from console.core.state import Picture
from console.core.statements import read_script

ORDER = Order(
    "2",
    "V2__change",
    "sql/V2__change.sql",
    "",
    transactional=True,
    dialect="postgres",
    steps=(),
    known=("1", "2"),
    labels=("V1__make", "V2__change"),
    behind=(),
    recorded=frozenset({"1"}),
    head=("What was left of it.",),
)
"""Of Flyway, with nothing in it yet."""


def judgements(sql: str, dialect: str = "postgres", home: str = "public") -> tuple[Judgement, ...]:
    """Of statements of which none has landed."""
    return tuple(Judgement(s, Verdict.NOT_LANDED, "it is not there") for s in read_script(sql, dialect, home))


def steps(sql: str, dialect: str = "postgres", home: str = "public") -> tuple[Step, ...]:
    """What is left where nothing has landed."""
    return steps_for(judgements(sql, dialect, home), Schema(home=home, dialect=dialect))


def steps_for(
    found: tuple[Judgement, ...], schema: Schema, former: Picture | None = None, beyond: tuple[Operation, ...] = ()
) -> tuple[Step, ...]:
    """What is left of these."""
    tracked = Tracked("2", Belief.PENDING, None, None)
    migration = JudgedMigration(tracked, State.HALF_APPLIED, found)
    return steps_of(migration, schema, schema.dialect, lambda: former or Picture(), beyond)


def order(sql: str, dialect: str = "postgres", home: str = "public") -> Order:
    """For a file with all of these."""
    return replace(ORDER, dialect=dialect, steps=steps(sql, dialect, home))
