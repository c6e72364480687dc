"""SQL callbacks: files beside the migrations that Flyway runs before, after and between them.

They leave no row in the history, so nothing tells whether one ran, and what one does is judged nowhere. They are named,
with what they send: one that runs with every migration may be what failed while all of the migration landed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from console.core.migration import Migration
from console.core.ports import Files
from console.frameworks.flyway.names import stem_of
from console.frameworks.flyway.options import Options

EVENTS = tuple(
    """
beforeConnect afterConnect beforeCreateSchema createSchema beforeValidate afterValidate afterValidateError beforeMigrate
beforeEachMigrate beforeEachMigrateStatement afterEachMigrateStatement afterEachMigrateStatementError afterEachMigrate
afterEachMigrateError afterVersioned beforeRepeatables afterMigrateApplied afterMigrate afterMigrateError
afterMigrateOperationFinish beforeUndo beforeEachUndo beforeEachUndoStatement afterEachUndoStatement
afterEachUndoStatementError afterEachUndo afterEachUndoError afterUndo afterUndoError beforeClean afterClean
afterCleanError beforeInfo afterInfo afterInfoError afterInfoOperationFinish beforeRepair afterRepair afterRepairError
beforeBaseline afterBaseline afterBaselineError
""".split()
)
"""In the order of a run."""
_WITH_EACH = "EachMigrate"
_OF_OTHERS = ("Undo", "Clean", "Info", "Repair", "Baseline")
_MOST = 60
"""Letters of a statement that a note shows."""


@dataclass(frozen=True, slots=True)
class Callback:
    """One file, and when Flyway runs it."""

    event: str
    script: Migration
    """Read as a migration is: text, statements, transaction."""

    @property
    def with_each(self) -> bool:
        """It runs with every migration, in its transaction if it has one."""
        return _WITH_EACH in self.event

    @property
    def on_migrate(self) -> bool:
        """`flyway migrate` runs it."""
        return not any(command in self.event for command in _OF_OTHERS)

    @property
    def sends(self) -> str:
        """`afterEachMigrate.sql (GRANT SELECT ON orders TO app; and 1 more)`."""
        name = self.script.file.rpartition("/")[2]
        statements = self.script.statements
        if self.script.unreadable or not statements:
            return f"{name} ({self.script.unreadable or 'no statements'})"
        first = " ".join(statements[0].sql.split())
        shown = first if len(first) <= _MOST else first[: _MOST - 3] + "..."
        return f"{name} ({shown}{f'; and {len(statements) - 1} more' if len(statements) > 1 else ''})"


@dataclass(frozen=True, slots=True)
class FlywayFiles(Files):
    """Migrations, and the callbacks that lie among them."""

    callbacks: tuple[Callback, ...] = ()
    """In the order in which Flyway runs them."""


def event_of(name: str, options: Options) -> str:
    """The event that a file of that name is for; '' when it is no callback."""
    stem = stem_of(name, options)
    if stem is None:
        return ""
    event = stem.partition(options.separator)[0] if options.separator else stem
    return event if event in EVENTS else ""


def in_order(found: Iterable[Callback]) -> tuple[Callback, ...]:
    """By event, then one without a description, then by description."""
    return tuple(sorted(found, key=lambda each: (EVENTS.index(each.event), each.script.description, each.script.file)))


def beside_a_migration(callbacks: Sequence[Callback]) -> str:
    """What runs with each migration, for a note on one; '' when nothing does."""
    names = [callback.sends for callback in callbacks if callback.with_each]
    return f"callbacks run with it, neither judged nor sent from here: {', '.join(names)}" if names else ""


def around_a_run(callbacks: Sequence[Callback]) -> str:
    """What else `flyway migrate` runs, one sentence with a blank before it; '' when nothing."""
    names = [callback.sends for callback in callbacks if callback.on_migrate and not callback.with_each]
    return f" Callbacks run around it, not judged: {', '.join(names)}." if names else ""
