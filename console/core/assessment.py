"""All of it put together: what state each migration is in, what is blocked, what to do next.

`assess` (judge.py) is the one function that turns an Observation into an Assessment; report.py and the screens only
render it. Every word a person reads is made here or below, so text, JSON and screens can never disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from console.core.behind import Behind
from console.core.landed import Judgement
from console.core.migration import State, Tracked
from console.core.observation import Observation
from console.core.refs import Ref
from console.core.schema import Schema
from console.core.session import MigrationSession, Node, walk


class Overall(StrEnum):
    """The state of the database as a whole."""

    HEALTHY = "healthy"
    ATTENTION = "attention"
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True)
class Cause:
    """A read-only question that explains why a statement was refused, and its answer."""

    n: int
    question: str
    rows: int | None
    sample: tuple[str, ...] = ()
    sql: str = ""
    """What was asked, exactly; '' where the schema tells."""
    why: str = ""
    """Why the answer is not known, where it is not."""

    @property
    def of_schema(self) -> bool:
        """The schema tells it, and `rows` counts objects."""
        return bool(self.rows) and not self.sql

    @property
    def found(self) -> str:
        """`20 duplicate values of users.email`; objects are named, not counted."""
        return ": ".join((self.question, *self.sample[:3])) if self.of_schema else f"{self.rows} {self.question}"


@dataclass(frozen=True, slots=True)
class JudgedMigration:
    """One migration with its state and the verdict of each of its statements."""

    tracked: Tracked
    state: State
    statements: tuple[Judgement, ...] = ()
    causes: tuple[Cause, ...] = ()
    notes: tuple[str, ...] = ()
    """What weakens or colours the evidence: `the file changed after the failure`, `out-of-band change`, ..."""
    headline: str = ""
    """`2 of 4 statements landed.` and the like: one sentence."""

    @property
    def id(self) -> str:
        """The tool's own key."""
        return self.tracked.id

    @property
    def label(self) -> str:
        """What people call it."""
        row, file = self.tracked.row, self.tracked.migration
        if file is not None:
            return file.label
        return row.script.rpartition("/")[2].removesuffix(".sql") if row is not None and row.script else self.id


@dataclass(frozen=True, slots=True)
class JudgedFramework:
    """One framework with its migrations in the order the tool runs them."""

    framework: str
    ledger: str
    ledger_exists: bool
    project: str | None
    migrations: tuple[JudgedMigration, ...] = ()
    releases: tuple[str, ...] = ()
    current_release: str | None = None
    next_run: str = ""
    """What the tool does on its next run in the present state, one sentence; '' when nothing special."""
    rows: int = 0
    """How many rows its ledger has."""
    about: str = ""
    """What is to be known of the ledger itself: that no project was found for it, whose else it may be."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """One thing that was or was not read completely."""

    what: str
    complete: bool
    reason: str = ""
    grant: str = ""
    matters: bool = True
    """False: it is shown, but a database can be called healthy without it."""


@dataclass(frozen=True, slots=True)
class DriftItem:
    """One difference between expected and actual."""

    change: str
    """missing, unexpected, changed or renamed."""
    kind: str
    object: str
    expected: str | None
    actual: str | None
    became: str = ""
    """Of a renamed one, how it is called now."""
    parts: tuple[tuple[str, str, str], ...] = ()
    """Of a changed one: (attribute, expected, actual)."""
    members: tuple[str, ...] = ()
    """What is missing, or unexpected, together with it: `column id: bigint, not null`."""
    migration: str = ""
    """The migration that should have left it so, where one has run, or begun, since the base."""
    statement: int | None = None
    ignored: str = ""
    """Why it is shown and does not count."""
    ref: Ref | None = None
    """Where it is, or should be."""
    table: str = ""
    """The table or view it belongs to, also where its name stands in the schema: an index of PostgreSQL."""


@dataclass(frozen=True, slots=True)
class Debris:
    """Something a failure left behind."""

    kind: str
    """invalid_index, not_valid_constraint, disabled_trigger, prepared_transaction, stale_tool_lock, ..."""
    object: str
    detail: str
    ref: Ref | None = field(default=None, compare=False)
    """Where it is in the schema, if it is there."""
    held: str = field(default="", compare=False)
    """Why it is to be left alone now, one sentence: somebody may still be at work on it, or it may be all there is."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """Who blocks whom."""

    total: int = 0
    """Client sessions that are not Halfway's."""
    waiting: int = 0
    """Sessions that wait behind others, each counted once."""
    trees: tuple[Node, ...] = ()
    """Roots first by how many they block."""
    migration: tuple[MigrationSession, ...] = ()
    note: str = ""
    """Set when a migration seems to be running but its session was not recognised."""
    forecast: tuple[str, ...] = ()
    """What will happen by itself: `4712 lands statement 3 once 4711 ends`."""
    behind: Mapping[str, Behind] = field(default_factory=dict)
    """Whom each of the migration's sessions that wait, waits for in the end."""

    @property
    def roots(self) -> tuple[Node, ...]:
        """Those others wait for who wait for nobody, most blocked first; nobody who only may be one."""
        return tuple(node for node in self.trees if not node.untold and not node.likely)

    @property
    def candidates(self) -> tuple[Node, ...]:
        """Those of whom one, or some, are waited for: the server does not say which. They may wait themselves."""
        return tuple(node for node in walk(self.trees) if node.likely and not node.cycle)

    @property
    def heads(self) -> tuple[Node, ...]:
        """Those who wait, first in their queues, for somebody who was not told."""
        return tuple(node for node in self.trees if node.untold)


@dataclass(frozen=True, slots=True)
class Assessment:
    """The whole picture at one moment; immutable."""

    observation: Observation
    overall: Overall
    summary: str
    """One sentence."""
    next: tuple[str, ...]
    """One safe step per line, the first to be done first."""
    frameworks: tuple[JudgedFramework, ...] = ()
    blocked: Blocked = field(default_factory=Blocked)
    debris: tuple[Debris, ...] = ()
    drift: tuple[DriftItem, ...] = ()
    drift_ignored: tuple[DriftItem, ...] = ()
    """Differences that a rule, or a tool's name, explains: they do not count."""
    baseline: str | None = None
    """Where the expected schema came from; None: none is known and `drift` says nothing."""
    why_no_baseline: str = ""
    """Why the project's own files do not tell it either; '' where something tells it."""
    expected: Schema | None = None
    """The schema as it should be, where one is known."""
    coverage: tuple[Coverage, ...] = ()

    @property
    def taken_at(self) -> datetime:
        """When the sweep was made, UTC."""
        return self.observation.taken_at

    @property
    def troubled(self) -> tuple[tuple[JudgedFramework, JudgedMigration], ...]:
        """Migrations that need attention, worst first."""
        found = [(f, m) for f in self.frameworks for m in f.migrations if m.state in _WORST_FIRST]
        return tuple(sorted(found, key=lambda pair: _WORST_FIRST.index(pair[1].state)))

    @property
    def unexplained(self) -> tuple[DriftItem, ...]:
        """Differences of which neither a troubled migration nor what a failure left tells already."""
        return unexplained(self.drift, (m for _, m in self.troubled), self.debris)

    @property
    def exit_code(self) -> int:
        """0 healthy, 1 needs attention (DESIGN 6)."""
        return 0 if self.overall is Overall.HEALTHY else 1


def unexplained(
    drift: Iterable[DriftItem], troubled: Iterable[JudgedMigration], left: Iterable[Debris]
) -> tuple[DriftItem, ...]:
    """Differences of which neither of these tells already."""
    migrations = {migration.id for migration in troubled}
    objects = {found.object for found in left}
    return tuple(item for item in drift if item.migration not in migrations and item.object not in objects)


_WORST_FIRST = (
    State.HALF_APPLIED,
    State.FAILED,
    State.UNRECORDED,
    State.HOLLOW,
    State.CHECKSUM_MISMATCH,
    State.FILE_MISSING,
)
