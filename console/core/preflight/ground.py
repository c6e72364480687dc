"""What preflight judges, and on what: the migrations that will be run, and the schema before each of their statements.

A statement is judged on the schema that the ones before it leave: a table made in the same run is nobody's yet, a
column added by the migration before is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from console.core.assessment import Assessment, JudgedMigration
from console.core.hazards import Hazard, hazard_of
from console.core.migration import State
from console.core.observation import Observation, Server
from console.core.preflight.going import Run, rewound
from console.core.preflight.mysql_session import as_set
from console.core.preflight.now import NOTHING, Now
from console.core.schema import Schema
from console.core.statements import Statement
from console.core.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Unit:
    """One migration, or one SQL script, as it will be sent."""

    framework: str
    """'' for a script that was named with --sql."""
    id: str
    label: str
    file: str
    statements: tuple[Statement, ...]
    """Those that will be sent, with the numbers they have in the file."""
    down: tuple[Statement, ...] = ()
    transactional: bool = True
    """The tool sends them in one transaction (where the server has such DDL)."""
    text: str = ""
    unreadable: str = ""
    """Why the file could not be read."""
    past: bool = False
    """It has been run already (`--history N`)."""
    elsewhere: int = 0
    """How many of its statements another database of the project gets; they are not among `statements`."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything the rules may look at; immutable."""

    units: tuple[Unit, ...]
    server: Server
    schema: Schema
    """As it is now."""
    observation: Observation
    assessment: Assessment | None = None
    """None where only a script is judged without a project."""
    unnamed: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(table, column) that the project's code no longer names, as far as its files say so: where that stands."""
    now: Now = NOTHING
    """What was asked of this moment besides the usual look."""


@dataclass(frozen=True, eq=False)
class Case:
    """One statement that is about to be sent."""

    unit: Unit
    statement: Statement
    schema: Schema
    """As it will be when its turn comes."""
    ground: Ground = field(repr=False)
    unsure: str = ""
    """Why the schema may be otherwise than told; '' where nothing before it makes one doubt."""

    @cached_property
    def server(self) -> Server:
        """The one it is sent to, with what the file has set before."""
        return as_set(self.ground.server, self.unit.text, self.statement.line)

    @cached_property
    def hazard(self) -> Hazard:
        """What running it costs; empty where no rule knows it."""
        return hazard_of(self.statement, self.server, self.schema)


_TO_RUN = frozenset({State.PENDING, State.UNREADABLE, State.HALF_APPLIED, State.FAILED})
_DONE = frozenset({Verdict.LANDED})


def pending(assessment: Assessment) -> tuple[Unit, ...]:
    """What the tools will send next: pending migrations, and what is left of those that stopped."""
    found = [(f.framework, m) for f in assessment.frameworks for m in f.migrations if m.state in _TO_RUN]
    return tuple(unit(framework, m) for framework, m in found if m.tracked.migration is not None)


def history(assessment: Assessment, count: int) -> tuple[Unit, ...]:
    """The last `count` recorded migrations of each tool whose files are there, in the order of the tool."""
    units: list[Unit] = []
    for framework in assessment.frameworks:
        ran = [m for m in framework.migrations if m.state is State.APPLIED and m.tracked.migration is not None]
        units += [unit(framework.framework, m, past=True) for m in ran[-count:]]
    return tuple(units)


def unit(framework: str, migration: JudgedMigration, *, past: bool = False) -> Unit:
    """The migration as it will be sent: without what landed already."""
    file = migration.tracked.migration
    assert file is not None
    landed = {j.statement.n for j in migration.statements if j.verdict in _DONE or j.skipped}
    gone = frozenset[int]() if past else landed
    return Unit(
        framework,
        migration.id,
        migration.label,
        file.file,
        tuple(s for s in file.statements if s.n not in gone and not s.database),
        tuple(s for s in file.down if not s.database),
        file.transactional,
        file.text,
        file.unreadable,
        past,
        sum(1 for s in file.statements if s.n not in gone and s.database),
    )


def cases(ground: Ground) -> Iterator[Case]:
    """Every statement with the schema it meets."""
    past = tuple(s for each in ground.units if each.past for s in each.statements)
    run = Run(rewound(ground.schema, past), ground.schema) if past else Run(ground.schema)
    behind = bool(past)
    for each in ground.units:
        if behind and not each.past:
            run, behind = Run(ground.schema), False
        elif each.past:
            run.forget_new()
        yield from _of(each, run, ground)
        if each.unreadable:
            run.doubt(f"{each.label} cannot be read")


def _of(each: Unit, run: Run, ground: Ground) -> Iterator[Case]:
    for statement in each.statements:
        yield Case(each, statement, run.schema(), ground, run.unsure)
        run.play(statement, f"statement {statement.n} of {each.label}")


def script(name: str, statements: Sequence[Statement], text: str) -> Unit:
    """A script that was named with --sql; '-' is standard input."""
    return Unit("", name, name, name, tuple(statements), text=text, transactional=False)
